/** Metrics that are means over examples: functions to one value for each. Further axes are averaged. */
import { isFloat } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import {
  abs,
  divide,
  equal,
  greater,
  less,
  maximum,
  multiply,
  sqrt,
  square,
  subtract,
} from '../../operations/arithmetic.ts';
import { astype, expandDims } from '../../operations/manipulation.ts';
import { argmax, sum } from '../../operations/reduction.ts';
import { atLabels } from '../loss/labels.ts';
import { aligned, meanOfRest } from '../loss/shape.ts';
import type { ExampleMetric } from './metric.ts';

/** The class of each prediction or target: the first largest of `[..., classes]`, or the integer itself. */
export const classOf = (x: NDArray): NDArray => (isFloat(x.dtype) ? argmax(x, -1) : astype(x, 'int32'));

const share = (isRight: NDArray): NDArray => meanOfRest(astype(isRight, 'float32'));

/** 1 where the largest of `[n, ..., classes]` stands at the label: integers `[n, ...]`, or shares `[n, ..., classes]` of which the largest is meant. */
export const accuracy: ExampleMetric = (scores, labels) => share(equal(argmax(scores, -1), classOf(labels)));
/** `accuracy` with integer labels, under Keras' name. */
export const sparseCategoricalAccuracy: ExampleMetric = accuracy;
/** 1 where the largest of the predictions and of the targets, both `[n, ..., classes]`, stand at the same place. */
export const categoricalAccuracy: ExampleMetric = (scores, targets) =>
  share(equal(argmax(scores, -1), argmax(targets, -1)));

export interface ThresholdOptions {
  /** What is above is positive. Default 0.5. */
  readonly threshold?: number;
}
/** The share of predictions on the right side of the threshold, for targets 0 and 1 (or -1 and 1). */
export const binaryAccuracy = ({ threshold = 0.5 }: ThresholdOptions = {}): ExampleMetric =>
  function binaryAccuracy(predictions, targets) {
    const [p, t] = aligned('binaryAccuracy', predictions, targets);
    return share(equal(greater(p, threshold), greater(t, 0)));
  };

/** 1 where fewer than `k` scores are above that of the label, so that ties count as right (as TensorFlow's `in_top_k`); NaN scores are wrong. Labels as in `accuracy`. */
export const topK = (k = 5): ExampleMetric =>
  function topK(scores, labels) {
    const own = atLabels(scores, classOf(labels));
    const better = sum(astype(greater(scores, expandDims(own, -1)), 'int32'), -1);
    return share(multiply(less(better, k), equal(own, own)));
  };

/** The squared difference. */
export const mse: ExampleMetric = (predictions, targets) =>
  meanOfRest(square(subtract(...aligned('mse', predictions, targets))));
/** The absolute difference. */
export const mae: ExampleMetric = (predictions, targets) =>
  meanOfRest(abs(subtract(...aligned('mae', predictions, targets))));
/** `100 |t - p| / |t|` in percent, where a target smaller than 1e-7 counts as 1e-7 (Keras). */
export const mape: ExampleMetric = (predictions, targets) => {
  const [p, t] = aligned('mape', predictions, targets);
  return meanOfRest(multiply(divide(abs(subtract(t, p)), maximum(abs(t), 1e-7)), 100));
};
/** The cosine of the angle between predictions and targets along the last axis; 0 where one is 0. */
export const cosineSimilarity: ExampleMetric = (predictions, targets) => {
  const [p, t] = aligned('cosineSimilarity', predictions, targets);
  const size = (x: NDArray): NDArray => sqrt(sum(square(x), -1));
  return meanOfRest(divide(sum(multiply(p, t), -1), maximum(multiply(size(p), size(t)), 1e-12)));
};
