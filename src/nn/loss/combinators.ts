/** Losses from losses: of each position, with a mask, with weights of classes. */
import { isFloat } from '../../array/dtype.ts';
import { ShapeError } from '../../array/errors.ts';
import type { ArrayLike, NDArray } from '../../array/ndarray.ts';
import { showType, sizeOf } from '../../array/type.ts';
import { add, divide, equal, multiply, notEqual, subtract, where } from '../../operations/arithmetic.ts';
import { take } from '../../operations/indexing.ts';
import { astype, reshape } from '../../operations/manipulation.ts';
import { asOperand } from '../../operations/promotion.ts';
import { sum } from '../../operations/reduction.ts';
import { meanOfRest, sumOfRest, type Loss } from './shape.ts';

/**
 * A loss of each position: the first `axes` axes (by default all of the targets) count as examples, and the result has their shape. Of the elements of
 * sequences `perPosition(squaredError)` is the plain squared difference, and of `[n, times, classes]` with labels `[n, times]`
 * `perPosition(softmaxCrossEntropy)` is one value for each time.
 */
export const perPosition =
  (loss: Loss, axes?: number): Loss =>
  (predictions, targets) => {
    const count = axes ?? targets.ndim;
    const positions = targets.shape.slice(0, count);
    const flat = (x: NDArray): NDArray => reshape(x, [sizeOf(positions), ...x.shape.slice(count)]);
    return reshape(loss(flat(predictions), flat(targets)), positions);
  };

/** The shape of a mask, with axes of 1 for the further ones of `x`. */
const beside = (mask: NDArray, x: NDArray): NDArray =>
  reshape(mask, [...mask.shape, ...x.shape.slice(mask.ndim).map(() => 1)]);

/**
 * A loss with a weight for each position `[n, ...]`, told by the targets (and predictions): the weighted mean over the positions of each example, 0 where
 * none counts. A position of weight 0 has no influence and no slope, whatever stands there, NaN too.
 *
 * @example masked(softmaxCrossEntropy, (labels) => np.notEqual(labels, padding))
 */
export const masked =
  (loss: Loss, mask: (targets: NDArray, predictions: NDArray) => NDArray): Loss =>
  (predictions, targets) => {
    const weights = mask(targets, predictions);
    // What does not count is replaced before it is seen, so that it can make no NaN.
    const clean = (x: NDArray): NDArray => where(notEqual(beside(weights, x), 0), x, 0);
    const values = perPosition(loss, weights.ndim)(clean(predictions), clean(targets));
    const counted = astype(weights, values.dtype);
    const [total, weight] = [sumOfRest(multiply(values, counted)), sumOfRest(counted)];
    const isNone = equal(weight, 0);
    return where(isNone, 0, divide(total, where(isNone, 1, weight)));
  };

/** The weight of each target: by its label, by its shares of classes, or by how far it is from 0 to 1. */
const weightsOf = (targets: NDArray, weights: NDArray): NDArray => {
  if (!isFloat(targets.dtype)) return take(weights, astype(targets, 'int32'), 0);
  if (targets.ndim >= 2 && targets.shape.at(-1) === weights.size) return sum(multiply(targets, weights), -1);
  if (weights.size !== 2)
    throw new ShapeError(
      `classWeighted: expected targets with ${weights.size} shares along the last axis, got ${showType(targets.type)}. Give a weight for each class.`,
      'shape.loss',
    );
  const [no, yes] = [take(weights, 0, 0), take(weights, 1, 0)];
  return add(no, multiply(targets, subtract(yes, no)));
};

/**
 * A loss in which each target counts the weight of its class: of integer labels `[n, ...]`, of shares `[n, ..., classes]`, or of numbers from 0 to 1 with
 * two weights. The mean over positions is not divided by the weights, as in Keras.
 */
export const classWeighted = (loss: Loss, weights: ArrayLike): Loss => {
  const all = asOperand(weights);
  return (predictions, targets) => {
    const factors = weightsOf(targets, all);
    return meanOfRest(multiply(perPosition(loss, factors.ndim)(predictions, targets), factors));
  };
};
