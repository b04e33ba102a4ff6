/** The shapes of losses: one target for each prediction, one value for each example. */
import { ShapeError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { sameShape, showType } from '../../array/type.ts';
import { promote, asFloat } from '../../operations/promotion.ts';
import { mean, sum } from '../../operations/reduction.ts';

/** From predictions `[n, ...]` and targets to losses `[n]`. */
export type Loss = (predictions: NDArray, targets: NDArray) => NDArray;

/** Predictions and targets of one shape, in one float type. Throws a `ShapeError` otherwise: nothing broadcasts. */
export const aligned = (
  name: string,
  predictions: NDArray,
  targets: NDArray,
): [predictions: NDArray, targets: NDArray] => {
  if (!sameShape(predictions.shape, targets.shape))
    throw new ShapeError(
      `${name}: expected targets of the shape of the predictions, got ${showType(predictions.type)} and ${showType(targets.type)}. One target for each prediction.`,
      'shape.loss',
    );
  const [p = predictions, t = targets] = promote(predictions, targets).map(asFloat);
  return [p, t];
};

const restOf = (x: NDArray): readonly number[] => x.shape.map((_, axis) => axis).slice(1);

/** The mean over all but the first axis. */
export const meanOfRest = (x: NDArray): NDArray => (x.ndim <= 1 ? x : mean(x, restOf(x)));
/** The sum over all but the first axis. */
export const sumOfRest = (x: NDArray): NDArray => (x.ndim <= 1 ? x : sum(x, restOf(x)));
