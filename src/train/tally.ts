/** Tallies gathered over batches, and read as figures. */
import { FluxionError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { add } from '../operations/arithmetic.ts';
import { map } from '../tree/traverse.ts';
import { metricsIn, type NamedMetric } from './heads.ts';
import type { Figures } from './record.ts';
import type { Tally } from './step.ts';

/** The tally of both; of one if there was none before. */
export const addTally = (total: Tally | null, seen: Tally): Tally => (total === null ? seen : map(add, total, seen));

const numberOf = (name: string, x: NDArray): number => {
  if (x.size !== 1)
    throw new FluxionError(
      'train.metric',
      `fit: metrics.${name}: expected a number as result, got ${showType(x.type)}. Measure it after training: nn.metrics.measure(metric, await predict(...), y).`,
    );
  return Number(x.item());
};

/** Figures of a tally: the mean loss, that of each head, and the results of the metrics. NaN of nothing. */
const figuresWith = (metrics: readonly NamedMetric[], tally: Tally | null): Figures => {
  if (tally === null) return { loss: NaN };
  const weight = numberOf('weight', tally.weight);
  const mean = (x: NDArray): number => numberOf('loss', x) / weight;
  return {
    loss: mean(tally.loss),
    ...Object.fromEntries(Object.entries(tally.losses).map(([head, x]) => [`${head}.loss`, mean(x)])),
    ...Object.fromEntries(
      metrics.flatMap(({ name, fold }) => {
        const gathered = tally.metrics[name];
        return gathered === undefined ? [] : [[name, numberOf(name, fold.result(gathered))]];
      }),
    ),
  };
};

/** A reader of tallies of these metrics. */
export const figuresOf = (metrics: unknown): ((tally: Tally | null) => Figures) => {
  const named = metricsIn(metrics);
  return (tally) => figuresWith(named, tally);
};
