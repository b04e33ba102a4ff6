/** Modified Bessel functions of the first kind, scaled by `exp(-|x|)`. */
import type { NDArray } from '../array/ndarray.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import * as approximations from '../kernels/approximations/bessel.ts';
import { add, div, mul, sign, sub } from './arithmetic.ts';
import { elementwise, like } from './elementwise.ts';
import { eq, select } from './logic.ts';
import { nth } from './record.ts';

export const besselI0ePrimitive: Primitive<null> = elementwise({
  name: 'besselI0e',
  accepts: 'float',
  formula: () => (s, inputs) => [approximations.besselI0e(s, nth(inputs, 0))],
  partials: [(dx, { inputs, output }) => mul(dx, sub(besselI1e(nth(inputs, 0)), mul(sign(nth(inputs, 0)), output)))],
});

export const besselI1ePrimitive: Primitive<null> = elementwise({
  name: 'besselI1e',
  accepts: 'float',
  formula: () => (s, inputs) => [approximations.besselI1e(s, nth(inputs, 0))],
  partials: [
    // `I0 - I1/x`, scaled; 1/2 at 0, where `I1(x)/x` is.
    (dx, { inputs, output }) => {
      const x = nth(inputs, 0);
      const isZero = eq(x, like(x, 0));
      const inverse = div(like(x, 1), select(isZero, like(x, 1), x));
      const slope = sub(besselI0e(x), mul(output, add(sign(x), inverse)));
      return mul(dx, select(isZero, like(x, 0.5), slope));
    },
  ],
});

/** `exp(-|x|) I0(x)`. */
export const besselI0e = (x: NDArray): NDArray => bind1(besselI0ePrimitive, null, x);
/** `exp(-|x|) I1(x)`. */
export const besselI1e = (x: NDArray): NDArray => bind1(besselI1ePrimitive, null, x);
