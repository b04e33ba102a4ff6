/** What must hold of losses: one value for each example, by the published formula, with its slopes. */
import * as fc from 'fast-check';
import { grad, jit, nn, np, vmap, type NDArray } from 'fluxion';
import { assertAllClose, exact } from './close.ts';
import { checkGrads } from './derivative.ts';
import { law, type Law } from './law.ts';

export interface LossExamples {
  /** Float64, away from kinks. */
  readonly predictions: NDArray;
  readonly targets: NDArray;
}

export interface LossCase {
  readonly name: string;
  readonly loss: nn.Loss;
  /** So many examples, along the first axis. */
  readonly examples: (count: number) => fc.Arbitrary<LossExamples>;
  /** The formula of one example in plain numbers, over its elements in row-major order. */
  readonly plain: (predictions: readonly number[], targets: readonly number[]) => number;
  /** Whether no value is below 0. Default true. */
  readonly positive?: boolean;
}

const count = 3;
const rowsOf = (x: NDArray): readonly (readonly number[])[] =>
  Array.from(x.reshape([count, -1]), (row) => [...row.dataSync()]);

const formulaLaw = ({ name, loss, examples, plain, positive = true }: LossCase): Law =>
  law(
    `${name}: its formula for each example`,
    fc.property(examples(count), ({ predictions, targets }) => {
      const losses = loss(predictions, targets);
      const expected = rowsOf(predictions).map((row, i) => plain(row, rowsOf(targets)[i] ?? []));
      assertAllClose(losses, np.array(expected, losses.dtype), name);
      if (positive && !(Number(losses.min().item()) >= -1e-12)) throw new Error(`${name}: got ${String(losses)}`);
    }),
  );

const batchLaw = ({ name, loss, examples }: LossCase): Law => {
  const compiled = jit(loss);
  return law(
    `${name}: examples do not mix: one by one, at once, under vmap and compiled`,
    fc.property(examples(count), ({ predictions, targets }) => {
      const all = loss(predictions, targets);
      const alone = Array.from(predictions, (p, i) =>
        loss(np.expandDims(p, 0), np.expandDims(targets.get(i), 0)).reshape([]),
      );
      assertAllClose(np.stack(alone), all, 'alone');
      const one = (p: NDArray, t: NDArray): NDArray => loss(np.expandDims(p, 0), np.expandDims(t, 0)).reshape([]);
      assertAllClose(vmap(one)(predictions, targets), all, 'vmap');
      assertAllClose(compiled(predictions, targets), all, 'jit');
    }),
  );
};

const maskLaw = ({ name, loss, examples }: LossCase): Law =>
  law(
    `${name}: masked, with no value and no slope from what does not count`,
    fc.property(examples(count), fc.nat(count - 1), ({ predictions, targets }, out) => {
      const isIn = np.notEqual(np.arange(count), out);
      const masked = nn.masked(loss, () => isIn);
      const wide = isIn.reshape([count, ...predictions.shape.slice(1).map(() => 1)]);
      const spoilt = np.where(wide, predictions, NaN);
      const losses = loss(predictions, targets);
      assertAllClose(masked(spoilt, targets), np.where(isIn, losses, 0), 'masked');
      const slope = (f: nn.Loss, p: NDArray): NDArray => grad((x: NDArray) => f(x, targets).sum())(p);
      assertAllClose(slope(masked, spoilt), np.where(wide, slope(loss, predictions), 0), 'slope', exact);
    }),
  );

const slopeLaw = ({ name, loss, examples }: LossCase): Law =>
  law(
    `${name}: its slopes, and theirs, against differences`,
    fc.property(examples(count), ({ predictions, targets }) =>
      checkGrads((p: NDArray) => loss(p, targets), [predictions], { directions: 1 }),
    ),
  );

/** The laws of one loss. */
export const lossLaws = (lossCase: LossCase): readonly Law[] => [
  formulaLaw(lossCase),
  batchLaw(lossCase),
  maskLaw(lossCase),
  slopeLaw(lossCase),
];
