/** A perceptron with a step activation: weights set by hand, then learned by Rosenblatt's rule, for AND, OR and NAND; for XOR no weights exist. */
import { join } from 'node:path';
import { nn, np, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { decisionRegions, gridChart, saveChart } from 'fluxion/plot';
import type { Example } from '../shared/example.ts';

/** `step(w . x + b)` */
interface Perceptron {
  readonly w: NDArray;
  readonly b: NDArray;
}
const answer = ({ w, b }: Perceptron, x: NDArray): NDArray => nn.step(x.matmul(w).add(b));

const inputs = np.array([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const gates = { AND: [0, 0, 0, 1], OR: [0, 1, 1, 1], NAND: [1, 1, 1, 0], XOR: [0, 1, 1, 0] } as const;

/** The course's hand-set weights. */
const byHand: { readonly [gate: string]: Perceptron } = {
  AND: { w: np.array([0.5, 0.5]), b: np.array(-0.7) },
  OR: { w: np.array([0.5, 0.5]), b: np.array(-0.2) },
  NAND: { w: np.array([-0.5, -0.5]), b: np.array(0.7) },
};

const mistakes = (p: Perceptron, targets: NDArray): number =>
  Number(np.sum(np.abs(answer(p, inputs).sub(targets))).item());

interface Learned {
  readonly perceptron: Perceptron;
  /** Passes over the four examples until none is wrong, or null. */
  readonly passes: number | null;
}

/** Rosenblatt 1958: after each mistake, a step along the example, away from the wrong answer. */
const learn = (targets: NDArray, most = 100, rate = 1): Learned => {
  let p: Perceptron = { w: np.zeros([2]), b: np.array(0) };
  for (let pass = 1; pass <= most; pass++) {
    for (let i = 0; i < 4; i++) {
      const x = inputs.get(i);
      const error = targets.get(i).sub(answer(p, x)).mul(rate);
      p = { w: p.w.add(x.mul(error)), b: p.b.add(error) };
    }
    if (mistakes(p, targets) === 0) return { perceptron: p, passes: pass };
  }
  return { perceptron: p, passes: null };
};

export const run: Example = async ({ out, write }) => {
  const results = Object.entries(gates).map(([gate, values]) => {
    const targets = np.array(values);
    const hand = byHand[gate];
    if (hand !== undefined) write(`${gate} with weights set by hand: ${mistakes(hand, targets)} mistakes`);
    const { perceptron, passes } = learn(targets);
    const wrong = mistakes(perceptron, targets);
    const weights = `w = ${String(perceptron.w)}, b = ${perceptron.b.item()}`;
    write(
      passes === null
        ? `${gate} learned: still ${wrong} mistakes after 100 passes; no line parts its classes`
        : `${gate} learned: no mistake after ${passes} passes, ${weights}`,
    );
    return { gate, perceptron, wrong, hand: hand === undefined ? 0 : mistakes(hand, targets), values };
  });
  const charts = results.map(({ gate, perceptron, values }) =>
    decisionRegions(
      (points) => answer(perceptron, points),
      { x: inputs, y: values },
      {
        title: `${gate}: what the perceptron answers`,
        x: 'x1',
        y: 'x2',
        width: 220,
        height: 180,
        xRange: [-0.5, 1.5],
        yRange: [-0.5, 1.5],
      },
    ),
  );
  await orThrow(saveChart(join(out, 'gates.png'), gridChart(charts)));
  return Object.fromEntries(
    results.flatMap(({ gate, wrong, hand }) => [
      [gate, wrong],
      [`${gate} by hand`, hand],
    ]),
  );
};
