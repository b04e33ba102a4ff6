/** Metrics over all thresholds: the area under the ROC curve, by thresholds over batches or exactly over whole arrays. */
import { ShapeError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { add, divide, greater, greaterEqual, multiply, subtract, where } from '../../operations/arithmetic.ts';
import { array, zeros } from '../../operations/creation.ts';
import { isnan } from '../../operations/floating.ts';
import { take } from '../../operations/indexing.ts';
import { astype, flip, ravel } from '../../operations/manipulation.ts';
import { any, max, sum } from '../../operations/reduction.ts';
import { cumsum } from '../../operations/running.ts';
import { bincount, searchsorted } from '../../operations/searching.ts';
import { argsort } from '../../operations/sorting.ts';
import { concatenate } from '../../operations/stacking.ts';
import { sliceAxis } from '../../primitives/slicing.ts';
import { aligned } from '../loss/shape.ts';
import { metricFold, ratio, weighed, type MetricFold } from './metric.ts';

export interface CurveOptions {
  /** How many thresholds stand between 0 and 1, with one beyond each end. Default 200, as in Keras. */
  readonly thresholds?: number;
}

const checkCount = (name: string, thresholds: number): number => {
  if (Number.isInteger(thresholds) && thresholds >= 2) return thresholds;
  throw new ShapeError(
    `${name}: expected at least 2 thresholds, got ${thresholds}. Both ends need one.`,
    'shape.metric',
  );
};

/** Evenly from 0 to 1, the ends moved beyond them (Keras). */
const thresholdsOf = (count: number): NDArray =>
  array(
    Array.from({ length: count }, (_, i) => (i === 0 ? -1e-7 : i === count - 1 ? 1 + 1e-7 : i / (count - 1))),
    'float64',
  );

interface Histogram {
  /** The weight of positive and of negative targets between each two thresholds. */
  readonly positives: NDArray;
  readonly negatives: NDArray;
}

const measureHistogram =
  (name: string, count: number) =>
  (predictions: NDArray, targets: NDArray, weight: NDArray): Histogram => {
    const [p, t] = aligned(name, predictions, targets);
    const scores = astype(ravel(p), 'float64');
    // How many thresholds are below: NaN is above none.
    const bins = where(isnan(scores), 0, searchsorted(thresholdsOf(count), scores, { side: 'left' }));
    const of = (isMeant: NDArray): NDArray =>
      bincount(bins, { weights: ravel(weighed(isMeant, weight)), length: count + 1 });
    const isPositive = greater(t, 0);
    return { positives: of(isPositive), negatives: of(subtract(1, astype(isPositive, 'float64'))) };
  };

/** From the weights between thresholds to the weights above each. */
const above = (histogram: NDArray): NDArray => {
  const fromEnd = flip(cumsum(flip(histogram, 0), 0), 0);
  return sliceAxis(fromEnd, 0, 1, histogram.size);
};

/** The shares of positives and of negatives above each threshold, falling. */
const rates = ({ positives, negatives }: Histogram): readonly [hits: NDArray, falseAlarms: NDArray] => [
  ratio(above(positives), sum(positives)),
  ratio(above(negatives), sum(negatives)),
];

const ofCurve = (name: string, count: number, result: (hits: NDArray, falseAlarms: NDArray) => NDArray): MetricFold => {
  const nothing = zeros(checkCount(name, count) + 1, 'float64');
  return metricFold({
    empty: { positives: nothing, negatives: nothing },
    measure: measureHistogram(name, count),
    result: (tally) => result(...rates(tally)),
  });
};

/**
 * The area under the ROC curve of probabilities against targets 0 and 1 (or -1 and 1), by the trapezoid rule over thresholds as in Keras; NaN if one
 * class is missing. Scores between two thresholds count as ties, so that the error is at most half the share of pairs that fall together.
 */
export const auc = ({ thresholds = 200 }: CurveOptions = {}): MetricFold =>
  ofCurve('auc', thresholds, (hits, falseAlarms) => {
    const last = hits.size;
    const [left, right] = [sliceAxis(hits, 0, 0, last - 1), sliceAxis(hits, 0, 1, last)];
    const widths = subtract(sliceAxis(falseAlarms, 0, 0, last - 1), sliceAxis(falseAlarms, 0, 1, last));
    return sum(multiply(widths, multiply(add(left, right), 0.5)));
  });

/** The largest recall among thresholds at which the share of negatives that are right is at least `specificity`; NaN if one class is missing. */
export const sensitivityAtSpecificity = (specificity: number, { thresholds = 200 }: CurveOptions = {}): MetricFold =>
  ofCurve('sensitivityAtSpecificity', thresholds, (hits, falseAlarms) => {
    const isAllowed = greaterEqual(subtract(1, falseAlarms), specificity);
    return add(max(where(isAllowed, hits, 0)), multiply(sum(falseAlarms), 0));
  });

/**
 * The exact area under the ROC curve over whole arrays: the chance that a positive example scores above a negative one, ties counting half (Hanley and
 * McNeil 1982). Scores may be any numbers; NaN if one is NaN or a class is missing. In float64.
 */
export const rocAuc = (scores: NDArray, targets: NDArray, weight?: NDArray): NDArray => {
  const [s, t] = aligned('rocAuc', scores, targets).map(ravel) as [NDArray, NDArray]; // sound: two in, two out
  const order = argsort(s);
  const sorted = take(s, order);
  const isPositive = astype(greater(take(t, order), 0), 'float64');
  const weights = weight === undefined ? astype(1, 'float64') : astype(take(ravel(weight), order), 'float64');
  const [positives, negatives] = [multiply(isPositive, weights), multiply(subtract(1, isPositive), weights)];
  const below = concatenate([astype([0], 'float64'), cumsum(negatives, 0)]);
  const upTo = (side: 'left' | 'right'): NDArray => take(below, searchsorted(sorted, sorted, { side }));
  const wins = sum(multiply(positives, multiply(add(upTo('left'), upTo('right')), 0.5)));
  const area = divide(wins, multiply(sum(positives), sum(negatives)));
  return where(any(isnan(s)), NaN, area);
};
