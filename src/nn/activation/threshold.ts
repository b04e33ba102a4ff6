/** The oldest activations: steps and straight pieces. Their slopes are 0 wherever they are flat. */
import type { NDArray } from '../../array/ndarray.ts';
import { add, greater, less, multiply, sign, where } from '../../operations/arithmetic.ts';
import { asFloat } from '../../operations/promotion.ts';
import { convert } from '../../primitives/arithmetic.ts';
import { like } from '../../primitives/elementwise.ts';
import { ge, ne, select } from '../../primitives/logic.ts';

export { sign };

/** The perceptron's, Heaviside's: 1 from 0 on, 0 below; NaN stays. The slope is 0 everywhere, so nothing is learnt through it. */
export const step = (value: NDArray): NDArray => {
  const x = asFloat(value);
  return select(ne(x, x), x, convert(ge(x, like(x, 0)), x.dtype));
};
/** What comes in. */
export const identity = (x: NDArray): NDArray => x;
/** What comes in, under Keras' name. */
export const linear = identity;

export interface PiecewiseLinearOptions {
  /** Where the ramp begins and ends. Default -1/2 and 1/2. */
  readonly from?: number;
  readonly to?: number;
  /** The values before and after it. Default 0 and 1. */
  readonly low?: number;
  readonly high?: number;
}
/** A straight ramp between two flat pieces (Haykin 1999, eq. 1.9): the slope at its ends is that of the ramp. */
export const piecewiseLinear = (
  x: NDArray,
  { from = -0.5, to = 0.5, low = 0, high = 1 }: PiecewiseLinearOptions = {},
): NDArray => {
  const slope = (high - low) / (to - from);
  return where(greater(x, to), high, where(less(x, from), low, add(multiply(x, slope), low - slope * from)));
};
/** `x` kept between -1 and 1; the slope at both is 1, as in JAX. */
export const hardTanh = (x: NDArray): NDArray => where(greater(x, 1), 1, where(less(x, -1), -1, x));
