/** Losses of numbers: one value for each example, by default the mean over all further axes. */
import type { NDArray } from '../../array/ndarray.ts';
import {
  abs,
  add,
  divide,
  log,
  log1p,
  maximum,
  minimum,
  multiply,
  negative,
  sqrt,
  square,
  subtract,
} from '../../operations/arithmetic.ts';
import { logaddexp } from '../../operations/functions.ts';
import { sum } from '../../operations/reduction.ts';
import { aligned, meanOfRest, sumOfRest, type Loss } from './shape.ts';

const errorOf = (name: string, predictions: NDArray, targets: NDArray): NDArray =>
  subtract(...aligned(name, predictions, targets));

/** The squared difference. */
export const squaredError: Loss = (predictions, targets) =>
  meanOfRest(square(errorOf('squaredError', predictions, targets)));
/** Half the squared difference, whose slope is the difference (Bishop 2006). */
export const l2Loss: Loss = (predictions, targets) =>
  meanOfRest(multiply(square(errorOf('l2Loss', predictions, targets)), 0.5));
/** `1/2 sum (y - t)^2` over all further axes: the sum of squares of the textbooks (Bishop 2006, eq. 5.11). */
export const halfSumOfSquares: Loss = (predictions, targets) =>
  multiply(sumOfRest(square(errorOf('halfSumOfSquares', predictions, targets))), 0.5);
/** The absolute difference. */
export const meanAbsoluteError: Loss = (predictions, targets) =>
  meanOfRest(abs(errorOf('meanAbsoluteError', predictions, targets)));

export interface HuberOptions {
  /** Where the parabola passes into straight lines. Default 1. */
  readonly delta?: number;
}
/** Half the square up to `delta`, from there on straight with its slope (Huber 1964). */
export const huberLoss = (predictions: NDArray, targets: NDArray, { delta = 1 }: HuberOptions = {}): NDArray => {
  const size = abs(errorOf('huberLoss', predictions, targets));
  const near = minimum(size, delta);
  return meanOfRest(add(multiply(square(near), 0.5), multiply(subtract(size, near), delta)));
};
/** `log(cosh(p - t))`, nearly `x^2 / 2` for small differences and `|x| - log 2` for large ones, without overflow. */
export const logCosh: Loss = (predictions, targets) => {
  const error = errorOf('logCosh', predictions, targets);
  return meanOfRest(subtract(logaddexp(error, negative(error)), Math.LN2));
};
/** `100 |t - p| / |t|` in percent, where a target smaller than 1e-7 counts as 1e-7 (Keras). */
export const meanAbsolutePercentageError: Loss = (predictions, targets) => {
  const [p, t] = aligned('meanAbsolutePercentageError', predictions, targets);
  return meanOfRest(multiply(divide(abs(subtract(t, p)), maximum(abs(t), 1e-7)), 100));
};
/** The squared difference of `log(1 + x)`, where what is below 1e-7 counts as 1e-7 (Keras). */
export const meanSquaredLogarithmicError: Loss = (predictions, targets) => {
  const [p, t] = aligned('meanSquaredLogarithmicError', predictions, targets);
  const logOf = (x: NDArray): NDArray => log1p(maximum(x, 1e-7));
  return meanOfRest(square(subtract(logOf(p), logOf(t))));
};
/** `p - t log(p + 1e-7)`: what a Poisson distribution of mean `p` says of a count `t`, up to a constant (Keras). */
export const poisson: Loss = (predictions, targets) => {
  const [p, t] = aligned('poisson', predictions, targets);
  return meanOfRest(subtract(p, multiply(t, log(add(p, 1e-7)))));
};

/** Vectors along the last axis over their length; what is shorter than 1e-6 over that, so that nothing has a slope without end. */
const unit = (x: NDArray): NDArray => divide(x, sqrt(maximum(sum(square(x), { axis: -1, keepdims: true }), 1e-12)));
/** The cosine of the angle between predictions and targets along the last axis, 0 where one is 0. A measure of agreement: `cosineDistance` is the loss. */
export const cosineSimilarity: Loss = (predictions, targets) => {
  const [p, t] = aligned('cosineSimilarity', predictions, targets);
  return meanOfRest(sum(multiply(unit(p), unit(t)), -1));
};
/** `1 - cosineSimilarity`: 0 for the same direction, 2 for the opposite one. */
export const cosineDistance: Loss = (predictions, targets) => subtract(1, cosineSimilarity(predictions, targets));
