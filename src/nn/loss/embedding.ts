/** Losses that draw like to like. */
import { ShapeError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { showType } from '../../array/type.ts';
import {
  abs,
  add,
  divide,
  equal,
  exp,
  log,
  logicalAnd,
  logicalNot,
  maximum,
  negative,
  power,
  sqrt,
  square,
  subtract,
  where,
} from '../../operations/arithmetic.ts';
import { eye } from '../../operations/grids.ts';
import { astype, expandDims } from '../../operations/manipulation.ts';
import { matmul, matrixTranspose } from '../../operations/products.ts';
import { asFloat } from '../../operations/promotion.ts';
import { max, sum } from '../../operations/reduction.ts';
import { stopGradientOf } from '../../primitives/stop-gradient.ts';
import { aligned, meanOfRest } from './shape.ts';

export interface TripletOptions {
  /** By how much the negative must be farther. Default 1. */
  readonly margin?: number;
  /** The norm of distances. Default 2. */
  readonly degree?: number;
  /** Added to sums of powers, so that distances of 0 have a slope. Default 1e-6. */
  readonly epsilon?: number;
}
/** `max(0, d(anchor, positive) - d(anchor, negative) + margin)` along the last axis (Balntas et al. 2016). */
export const tripletMarginLoss = (
  anchors: NDArray,
  positives: NDArray,
  negatives: NDArray,
  { margin = 1, degree = 2, epsilon = 1e-6 }: TripletOptions = {},
): NDArray => {
  const distance = (other: NDArray): NDArray => {
    const [a, b] = aligned('tripletMarginLoss', anchors, other);
    return power(add(sum(power(abs(subtract(a, b)), degree), -1), epsilon), 1 / degree);
  };
  return meanOfRest(maximum(add(subtract(distance(positives), distance(negatives)), margin), 0));
};

export interface NtxentOptions {
  /** What cosines are divided by. Default 0.07. */
  readonly temperature?: number;
}
/**
 * Normalised cross entropy of embeddings `[n, d]`, where examples with the same integer label `[n]` are pairs (Chen et al. 2020, eq. 1): for each example
 * the mean over its pairs of `-log(e^s / (e^s + sum of e^s of all with other labels))`, with cosines over the temperature as `s`. 0 for an example without
 * a pair. The value of an example depends on the whole batch.
 */
export const ntxent = (embeddings: NDArray, labels: NDArray, { temperature = 0.07 }: NtxentOptions = {}): NDArray => {
  const x = asFloat(embeddings);
  const [n = 0] = x.shape;
  if (x.ndim !== 2 || labels.ndim !== 1 || labels.size !== n)
    throw new ShapeError(
      `ntxent: expected embeddings [n, d] and labels [n], got ${showType(x.type)} and ${showType(labels.type)}. Give each example a vector and a label.`,
      'shape.loss',
    );
  const unit = divide(x, sqrt(maximum(sum(square(x), { axis: -1, keepdims: true }), 1e-12)));
  const scores = divide(matmul(unit, matrixTranspose(unit)), temperature);
  const isAlike = equal(expandDims(labels, 0), expandDims(labels, 1));
  const isPair = logicalAnd(isAlike, logicalNot(eye(n, n, 0, 'bool')));
  const low = subtract(scores, stopGradientOf(max(scores, { axis: -1, keepdims: true })));
  const others = sum(where(isAlike, 0, exp(low)), { axis: -1, keepdims: true });
  const costs = where(isPair, negative(subtract(low, log(add(exp(low), others)))), 0);
  const pairs = sum(astype(isPair, x.dtype), -1);
  return divide(sum(costs, -1), maximum(pairs, 1));
};
