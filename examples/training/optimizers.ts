/** Optimizers side by side: their paths over x^2 / 20 + y^2 and over Rosenbrock's valley, and their losses on MNIST. */
import { join } from 'node:path';
import { grad, jit, nn, np, optim, random, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { contourChart, hconcat, lineChart, saveChart, type Surface } from 'fluxion/plot';
import { fit, type Observer } from 'fluxion/train';
import { asRows, digits, type Examples } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

type Optimizer = optim.GradientTransformation;
type Optimizers = { readonly [name: string]: Optimizer };

const bowl: Surface = (x, y) => x.square().div(20).add(y.square());
const rosenbrock: Surface = (x, y) => np.square(x.neg().add(1)).add(np.square(y.sub(x.square())).mul(100));

/** The six of the course, at these rates. */
const atRates = (rates: { readonly [name in keyof typeof forBowl]: number }): Optimizers => ({
  SGD: optim.sgd(rates.SGD),
  momentum: optim.momentum(rates.momentum),
  NAG: optim.sgd(rates.NAG, { momentum: 0.9, nesterov: true }),
  AdaGrad: optim.adagrad(rates.AdaGrad),
  RMSprop: optim.rmsprop(rates.RMSprop),
  Adam: optim.adam(rates.Adam),
});
/** Rates that suit each task. */
const forBowl = { SGD: 0.95, momentum: 0.1, NAG: 0.1, AdaGrad: 1.5, RMSprop: 0.2, Adam: 0.3 };
const forValley = { SGD: 0.001, momentum: 0.0005, NAG: 0.0005, AdaGrad: 0.5, RMSprop: 0.01, Adam: 0.05 };
const forDigits = { SGD: 0.05, momentum: 0.05, NAG: 0.05, AdaGrad: 0.02, RMSprop: 0.001, Adam: 0.001 };

/** Where an optimizer goes in `steps` steps. */
const pathOf = (
  f: Surface,
  optimizer: Optimizer,
  from: readonly number[],
  steps: number,
): readonly (readonly number[])[] => {
  const at = (p: NDArray): NDArray => f(p.get(0), p.get(1));
  const step = jit((p: NDArray, memory: unknown) => {
    const [updates, next] = optimizer.update(grad(at)(p), memory, p);
    return [optim.applyUpdates(p, updates), next] as const;
  });
  let p: NDArray = np.array(from);
  let memory = optimizer.init(p);
  const path = [from];
  for (let i = 0; i < steps; i++) {
    [p, memory] = step(p, memory);
    path.push([...p.dataSync()]);
  }
  return path;
};

const paths = (f: Surface, optimizers: Optimizers, from: readonly number[], steps: number) =>
  Object.fromEntries(Object.entries(optimizers).map(([name, o]) => [name, pathOf(f, o, from, steps)]));

const distance = (path: readonly (readonly number[])[] | undefined, [x, y]: readonly [number, number]): number =>
  Math.hypot((path?.at(-1)?.[0] ?? NaN) - x, (path?.at(-1)?.[1] ?? NaN) - y);

const model = nn.serial({ asRows, a: nn.dense(100), r: nn.relu, b: nn.dense(100), s: nn.relu, head: nn.dense(10) });

/** The running mean of the loss after each step of an epoch. */
const lossesOn = async (optimizer: Optimizer, data: Examples): Promise<readonly number[]> => {
  const losses: number[] = [];
  const observers: readonly Observer[] = [{ onStep: ({ training }) => void losses.push(training.loss) }];
  const options = { loss: nn.softmaxCrossEntropy, epochs: 1, batchSize: 128, key: random.key(0) };
  await fit(model, { ...options, data, optimizer, observers });
  return losses;
};

export const run: Example = async ({ budget, out, write }) => {
  const bowlPaths = paths(bowl, atRates(forBowl), [-7, 2], 30);
  const valleyPaths = paths(rosenbrock, atRates(forValley), [-1.5, 1], budget === 'full' ? 2000 : 200);
  const { train } = await digits(budget === 'full' ? 60_000 : 3000, 10);
  const losses: { [name: string]: readonly number[] } = {};
  for (const [name, optimizer] of Object.entries(atRates(forDigits))) {
    losses[name] = await lossesOn(optimizer, train);
    const ends = [distance(bowlPaths[name], [0, 0]), distance(valleyPaths[name], [1, 1]), losses[name].at(-1) ?? NaN];
    const [a = '', b = '', c = ''] = ends.map((value) => value.toFixed(3));
    write(
      `${name.padEnd(9)} from the bowl's bottom ${a}, from Rosenbrock's minimum ${b}, mean MNIST loss of the epoch ${c}`,
    );
  }
  const [width, height] = [300, 260];
  const axes = { x: 'x', y: 'y', width, height };
  const chart = hconcat([
    contourChart(bowl, [-8, 8], [-4, 4], { title: 'x²/20 + y², 30 steps', ...axes, paths: bowlPaths }),
    contourChart(rosenbrock, [-2, 2], [-1, 3], {
      title: "Rosenbrock's valley",
      ...axes,
      spacing: 'log',
      paths: valleyPaths,
    }),
    lineChart(losses, { title: 'MNIST, 784-100-100-10', x: 'step', y: 'mean loss so far', width, height }),
  ]);
  await orThrow(saveChart(join(out, 'optimizers.png'), chart));
  const figures: { [name: string]: number } = {};
  for (const name of Object.keys(forDigits)) {
    figures[`bowl ${name}`] = distance(bowlPaths[name], [0, 0]);
    figures[`digits ${name}`] = losses[name]?.at(-1) ?? NaN;
  }
  return figures;
};
