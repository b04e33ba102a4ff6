/** XOR, which one perceptron cannot: by composing gates, AND(NAND(x), OR(x)), and by a network of two layers that learns it. */
import { join } from 'node:path';
import { jit, nn, np, optim, random, valueAndGrad, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { decisionRegions, hconcat, lineChart, saveChart } from 'fluxion/plot';
import type { Example } from '../shared/example.ts';

const inputs = np.array([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const targets = np.array([0, 1, 1, 0]);

/** A gate as a function of two columns. */
const gate =
  (w: number, b: number) =>
  (x1: NDArray, x2: NDArray): NDArray =>
    nn.step(x1.add(x2).mul(w).add(b));
const and = gate(0.5, -0.7);
const or = gate(0.5, -0.2);
const nand = gate(-0.5, 0.7);
const xor = (x1: NDArray, x2: NDArray): NDArray => and(nand(x1, x2), or(x1, x2));

const model = nn.serial({ hidden: nn.dense(8), act: nn.tanh, head: nn.dense(1) });
const optimizer = optim.adam(0.05);

/** Binary cross entropy after each of `steps` steps, and the network at the end. */
const train = (steps: number) => {
  const { params: start, state } = model.init(random.key(0), [2]);
  type Params = typeof start;
  const logits = (params: Params, x: NDArray): NDArray => np.squeeze(model.apply(params, state, x, {})[0], -1);
  const loss = (params: Params): NDArray =>
    nn.softplus(logits(params, inputs)).sub(logits(params, inputs).mul(targets)).mean();
  const step = jit((params: Params, memory: ReturnType<typeof optimizer.init<Params>>) => {
    const [value, gradients] = valueAndGrad(loss)(params);
    const [updates, next] = optimizer.update(gradients, memory, params);
    return [optim.applyUpdates(params, updates), next, value] as const;
  });
  const losses: number[] = [];
  let [params, memory] = [start, optimizer.init(start)];
  for (let i = 0; i < steps; i++) {
    const [p, m, value] = step(params, memory);
    [params, memory] = [p, m];
    losses.push(Number(value.item()));
  }
  return { losses, classify: (x: NDArray) => nn.step(logits(params, x)) };
};

const wrong = (answers: NDArray): number => Number(np.sum(np.abs(answers.sub(targets))).item());

export const run: Example = async ({ out, write }) => {
  const composed = xor(inputs.get(':', 0), inputs.get(':', 1));
  write(`AND(NAND(x), OR(x)) gives ${String(composed)}: ${wrong(composed)} mistakes`);
  const { losses, classify } = train(300);
  const answers = classify(inputs);
  write(`two layers, trained: loss ${losses.at(-1)?.toFixed(4)}, ${String(answers)}: ${wrong(answers)} mistakes`);
  const regions = { x: 'x1', y: 'x2', width: 240, height: 240, xRange: [-0.5, 1.5], yRange: [-0.5, 1.5] } as const;
  const points = { x: inputs, y: targets };
  const chart = hconcat([
    decisionRegions((x) => xor(x.get(':', 0), x.get(':', 1)), points, { title: 'three gates', ...regions }),
    decisionRegions(classify, points, { title: 'two trained layers', ...regions }),
    lineChart({ loss: losses }, { title: 'training', x: 'step', y: 'cross entropy', width: 240, height: 240 }),
  ]);
  await orThrow(saveChart(join(out, 'xor.png'), chart));
  return { composed: wrong(composed), trained: wrong(answers), loss: losses.at(-1) ?? NaN };
};
