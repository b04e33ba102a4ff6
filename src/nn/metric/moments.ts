/** Metrics of sums of squares and products: the root of a mean, shares of variance, correlation, perplexity. */
import type { NDArray } from '../../array/ndarray.ts';
import {
  divide,
  equal,
  exp,
  greater,
  multiply,
  negative,
  notEqual,
  sqrt,
  square,
  subtract,
  where,
} from '../../operations/arithmetic.ts';
import { onesLike } from '../../operations/creation.ts';
import { astype } from '../../operations/manipulation.ts';
import { mean, sum } from '../../operations/reduction.ts';
import { logSoftmax } from '../activation.ts';
import { atLabels, labelsFor } from '../loss/labels.ts';
import { aligned } from '../loss/shape.ts';
import { mse } from './mean.ts';
import { meanOf, metricFold, none, ratio, total, weighed, type MetricFold } from './metric.ts';

const meanSquare = meanOf(mse);
/** The root of the mean squared difference. */
export const rmse: MetricFold = { ...meanSquare, result: (tally) => sqrt(meanSquare.result(tally)) };

/** Products of two arrays in float64. */
const product = (x: NDArray, y: NDArray): NDArray => multiply(astype(x, 'float64'), astype(y, 'float64'));
/** `total - a b / n`, and 0 where no more than rounding is left of it. */
const centred = (full: NDArray, a: NDArray, b: NDArray, n: NDArray, scale: NDArray): NDArray => {
  const rest = subtract(full, divide(multiply(a, b), n));
  return where(greater(multiply(rest, rest), multiply(square(scale), 1e-28)), rest, 0);
};

/**
 * The share of the variance of targets that predictions explain, `1 - sum (t - p)^2 / sum (t - mean)^2`, averaged over outputs (`[n, ...]`). Where
 * targets are constant it is 1 for perfect predictions and 0 for others, as in scikit-learn. Sums are float64: of targets whose mean is above 1e7 times
 * their spread nothing is left.
 */
export const r2: MetricFold = metricFold({
  empty: { weight: none, residual: none, first: none, second: none },
  measure: (predictions, targets, weight) => {
    const [p, t] = aligned('r2', predictions, targets);
    const difference = subtract(astype(t, 'float64'), astype(p, 'float64'));
    const over = (x: NDArray): NDArray => sum(weighed(x, weight), 0);
    return {
      weight: sum(astype(weight, 'float64')),
      residual: over(square(difference)),
      first: over(t),
      second: over(product(t, t)),
    };
  },
  result: ({ weight, residual, first, second }) => {
    const spread = centred(second, first, first, weight, second);
    const constant = where(greater(residual, 0), 0, 1);
    const explained = where(greater(spread, 0), subtract(1, ratio(residual, spread)), constant);
    return where(greater(weight, 0), mean(explained), NaN);
  },
});

/** Pearson's correlation of predictions and targets over all elements; NaN where one of them is constant. Sums are float64, as in `r2`. */
export const pearsonCorrelation: MetricFold = metricFold({
  empty: { weight: none, p: none, t: none, pp: none, tt: none, pt: none },
  measure: (predictions, targets, weight) => {
    const [p, t] = aligned('pearsonCorrelation', predictions, targets);
    const over = (x: NDArray): NDArray => total(x, weight);
    const ones = onesLike(p);
    return {
      weight: over(ones),
      p: over(p),
      t: over(t),
      pp: over(product(p, p)),
      tt: over(product(t, t)),
      pt: over(product(p, t)),
    };
  },
  result: ({ weight, p, t, pp, tt, pt }) => {
    const spread = sqrt(multiply(centred(pp, p, p, weight, pp), centred(tt, t, t, weight, tt)));
    return ratio(subtract(pt, divide(multiply(p, t), weight)), spread);
  },
});

export interface PerplexityOptions {
  /** The label of positions that do not count. */
  readonly ignore?: number;
}
/** `exp` of the mean cross entropy over all positions, of logits `[n, ..., classes]` with integer labels `[n, ...]`: how many equally likely classes would be as hard to guess. */
export const perplexity = ({ ignore }: PerplexityOptions = {}): MetricFold =>
  metricFold({
    empty: { entropy: none, positions: none },
    measure: (logits, labels, weight) => {
      const counts = ignore === undefined ? equal(labels, labels) : notEqual(labels, ignore);
      const known = labelsFor('perplexity', logits, where(counts, labels, 0));
      const entropies = where(counts, negative(atLabels(logSoftmax(logits), known)), 0);
      return { entropy: total(entropies, weight), positions: total(counts, weight) };
    },
    result: ({ entropy, positions }) => exp(ratio(entropy, positions)),
  });
