/** What must hold of metrics: measuring is a homomorphism from examples, under putting them together, to tallies, under addition. */
import * as fc from 'fast-check';
import { jit, nn, np, type NDArray } from 'fluxion';
import { assertAllClose } from './close.ts';
import { law, type Law } from './law.ts';

export interface Measured {
  readonly predictions: NDArray;
  readonly targets: NDArray;
}

export interface MetricCase {
  readonly name: string;
  readonly metric: nn.Metric;
  /** So many examples, along the first axis. */
  readonly examples: (count: number) => fc.Arbitrary<Measured>;
  /** The published formula in plain numbers, over all elements in row-major order. */
  readonly plain: (predictions: readonly number[], targets: readonly number[]) => number | readonly number[];
}

const count = 8;
const rows = (x: NDArray, places: readonly number[]): NDArray => np.take(x, np.array([...places], 'int32'), 0);
const places = Array.from({ length: count }, (_, i) => i);

const weightedTally = (metric: nn.Metric, { predictions, targets }: Measured, weight: NDArray): nn.MetricTally =>
  nn.metrics.asMetric(metric).measure(predictions, targets, weight);
const sameTally = (a: nn.MetricTally, b: nn.MetricTally, what: string): void => {
  for (const [name, value] of Object.entries(b))
    assertAllClose(np.broadcastTo(a[name] ?? np.array(NaN), value.shape), value, `${what}: ${name}`);
};

const homomorphismLaw = ({ name, metric, examples }: MetricCase): Law =>
  law(
    `${name}: measured in any batches, measured at once`,
    fc.property(
      examples(count),
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: count, maxLength: count }),
      (all, batchOf) => {
        const { empty, result } = nn.metrics.asMetric(metric);
        const tallies = [0, 1, 2, 3].map((batch) => {
          const own = places.filter((i) => batchOf[i] === batch);
          const part = { predictions: rows(all.predictions, own), targets: rows(all.targets, own) };
          return own.length === 0 ? empty : weightedTally(metric, part, np.ones([own.length]));
        });
        const together = tallies.reduce(nn.metrics.combineTallies, empty);
        const atOnce = weightedTally(metric, all, np.ones([count]));
        sameTally(together, atOnce, 'tally');
        assertAllClose(result(together), result(atOnce), 'result');
      },
    ),
  );

const weightLaw = ({ name, metric, examples }: MetricCase): Law =>
  law(
    `${name}: an example of weight n is n examples, of weight 0 none, whatever it holds`,
    fc.property(
      examples(count),
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: count, maxLength: count }),
      (all, weights) => {
        const repeated = places.flatMap((i) => new Array<number>(weights[i] ?? 0).fill(i));
        fc.pre(repeated.length > 0);
        const some = { predictions: rows(all.predictions, repeated), targets: rows(all.targets, repeated) };
        const isOut = np
          .array(weights.map((w) => w === 0))
          .reshape([count, ...all.predictions.shape.slice(1).map(() => 1)]);
        const { predictions } = all;
        const spoilt = predictions.dtype === 'int32' ? predictions : np.where(isOut, NaN, predictions);
        const weighted = weightedTally(metric, { ...all, predictions: spoilt }, np.array(weights));
        sameTally(weighted, weightedTally(metric, some, np.ones([repeated.length])), 'tally');
      },
    ),
  );

const valueLaw = ({ name, metric, examples, plain }: MetricCase): Law =>
  law(
    `${name}: its formula in plain numbers, at once and compiled`,
    fc.property(examples(count), (all) => {
      const { predictions, targets } = all;
      const expected = np.array(plain([...predictions.dataSync()], [...targets.dataSync()]) as number, 'float64');
      const run = (p: NDArray, t: NDArray): NDArray => nn.metrics.measure(metric, p, t).astype('float64');
      assertAllClose(run(predictions, targets), expected.reshape(run(predictions, targets).shape), name);
      assertAllClose(jit(run)(predictions, targets), run(predictions, targets), 'jit');
    }),
  );

/** The laws of one metric. */
export const metricLaws = (metricCase: MetricCase): readonly Law[] => [
  homomorphismLaw(metricCase),
  weightLaw(metricCase),
  valueLaw(metricCase),
];
