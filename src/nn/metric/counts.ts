/** Metrics that are ratios of counts of hits and misses: precision, recall and their means. */
import type { NDArray } from '../../array/ndarray.ts';
import { add, greater, logicalAnd, logicalNot, multiply } from '../../operations/arithmetic.ts';
import { oneHot } from '../../operations/indexing.ts';
import { axesOf } from '../../array/type.ts';
import { mean, sum } from '../../operations/reduction.ts';
import { aligned } from '../loss/shape.ts';
import { classOf } from './mean.ts';
import { metricFold, none, ratio, weighed, type MetricFold } from './metric.ts';

export interface CountOptions {
  /** Of two classes: what is above is positive. Default 0.5. */
  readonly threshold?: number;
  /** How many classes there are. Then the largest of predictions `[n, ..., classes]` counts, and targets are integers or shares. Default: two classes, predictions and targets `[n, ...]`. */
  readonly classes?: number;
  /** Of several classes: the mean over classes (`macro`, the default), weighted by how often each is a target, of all counts together (`micro`), or each (`none`). */
  readonly average?: 'macro' | 'weighted' | 'micro' | 'none';
}

interface Counts {
  readonly hits: NDArray;
  readonly falseAlarms: NDArray;
  readonly misses: NDArray;
}

/** Predictions and targets as whether each is positive, along a last axis of classes if there are several. */
const decisions = (
  name: string,
  predictions: NDArray,
  targets: NDArray,
  { threshold = 0.5, classes }: CountOptions,
): readonly [said: NDArray, is: NDArray] => {
  if (classes !== undefined)
    return [oneHot(classOf(predictions), classes, 'bool'), oneHot(classOf(targets), classes, 'bool')];
  const [p, t] = aligned(name, predictions, targets);
  return [greater(p, threshold), greater(t, 0)];
};

const measureCounts = (name: string, options: CountOptions) => {
  const axes = (x: NDArray): readonly number[] =>
    options.classes === undefined ? axesOf(x.shape) : axesOf(x.shape).slice(0, -1);
  return (predictions: NDArray, targets: NDArray, weight: NDArray): Counts => {
    const [said, is] = decisions(name, predictions, targets, options);
    const count = (x: NDArray): NDArray => sum(weighed(x, weight), axes(x));
    return {
      hits: count(logicalAnd(said, is)),
      falseAlarms: count(logicalAnd(said, logicalNot(is))),
      misses: count(logicalAnd(logicalNot(said), is)),
    };
  };
};

type Score = (counts: Counts) => NDArray;

const averaged = (score: Score, { classes, average = 'macro' }: CountOptions, counts: Counts): NDArray => {
  const { hits, falseAlarms, misses } = counts;
  if (classes === undefined || average === 'none') return score(counts);
  if (average === 'micro') return score({ hits: sum(hits), falseAlarms: sum(falseAlarms), misses: sum(misses) });
  if (average === 'macro') return mean(score(counts));
  const support = add(hits, misses);
  return ratio(sum(multiply(score(counts), support)), sum(support), 0);
};

const ofCounts = (name: string, score: Score, options: CountOptions): MetricFold =>
  metricFold({
    empty: { hits: none, falseAlarms: none, misses: none },
    measure: measureCounts(name, options),
    result: (counts) => averaged(score, options, counts),
  });

/** The share of positive predictions that are right; 0 if nothing was predicted positive, as in Keras and scikit-learn. */
export const precision = (options: CountOptions = {}): MetricFold =>
  ofCounts('precision', ({ hits, falseAlarms }) => ratio(hits, add(hits, falseAlarms), 0), options);
/** The share of positive targets that are found; 0 if there are none. */
export const recall = (options: CountOptions = {}): MetricFold =>
  ofCounts('recall', ({ hits, misses }) => ratio(hits, add(hits, misses), 0), options);

/** The harmonic mean of precision and recall, where recall counts `beta` times as much (van Rijsbergen 1979); 0 if neither is above 0. */
export const fBeta = (beta: number, options: CountOptions = {}): MetricFold => {
  const square = beta * beta;
  return ofCounts(
    'fBeta',
    ({ hits, falseAlarms, misses }) => {
      const top = multiply(hits, 1 + square);
      return ratio(top, add(add(top, multiply(misses, square)), falseAlarms), 0);
    },
    options,
  );
};
/** `fBeta(1)`. */
export const f1 = (options: CountOptions = {}): MetricFold => fBeta(1, options);
