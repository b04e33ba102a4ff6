/** Hyperbolic functions and their inverses. */
import type { NDArray } from '../array/ndarray.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import * as formula from '../kernels/approximations/hyperbolic.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { elementwise, like, unary } from './elementwise.ts';
import { hypot, rsqrt } from './exponential.ts';
import { nth } from './record.ts';

export const sinhPrimitive: Primitive<null> = elementwise({
  name: 'sinh',
  accepts: 'float',
  formula: () => unary((s) => (x) => formula.sinh(s, x)),
  partials: [(dx, { inputs }) => mul(dx, cosh(nth(inputs, 0)))],
});
export const coshPrimitive: Primitive<null> = elementwise({
  name: 'cosh',
  accepts: 'float',
  formula: () => unary((s) => (x) => formula.cosh(s, x)),
  partials: [(dx, { inputs }) => mul(dx, sinh(nth(inputs, 0)))],
});
export const asinhPrimitive: Primitive<null> = elementwise({
  name: 'asinh',
  accepts: 'float',
  formula: () => unary((s) => (x) => formula.asinh(s, x)),
  // 1 / sqrt(x^2 + 1), for any x.
  partials: [(dx, { inputs }) => div(dx, hypot(nth(inputs, 0), like(dx, 1)))],
});
export const acoshPrimitive: Primitive<null> = elementwise({
  name: 'acosh',
  accepts: 'float',
  formula: () => unary((s) => (x) => formula.acosh(s, x)),
  // In two factors, so that nothing overflows.
  partials: [
    (dx, { inputs }) => {
      const x = nth(inputs, 0);
      return mul(mul(dx, rsqrt(sub(x, like(x, 1)))), rsqrt(add(x, like(x, 1))));
    },
  ],
});
export const atanhPrimitive: Primitive<null> = elementwise({
  name: 'atanh',
  accepts: 'float',
  formula: () => unary((s) => (x) => formula.atanh(s, x)),
  partials: [
    (dx, { inputs }) => {
      const x = nth(inputs, 0);
      return div(dx, mul(sub(like(x, 1), x), add(like(x, 1), x)));
    },
  ],
});

export const sinh = (x: NDArray): NDArray => bind1(sinhPrimitive, null, x);
export const cosh = (x: NDArray): NDArray => bind1(coshPrimitive, null, x);
export const asinh = (x: NDArray): NDArray => bind1(asinhPrimitive, null, x);
/** NaN below 1. */
export const acosh = (x: NDArray): NDArray => bind1(acoshPrimitive, null, x);
/** Infinite at 1 and -1, NaN beyond. */
export const atanh = (x: NDArray): NDArray => bind1(atanhPrimitive, null, x);
