/** The error function, its complement and its inverse; the inverse of the normal distribution. */
import type { NDArray } from '../array/ndarray.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import { inverseNormal } from '../kernels/approximations/inverse-normal.ts';
import { mul, neg, scale } from './arithmetic.ts';
import { elementwise, unary } from './elementwise.ts';
import { exp } from './exponential.ts';
import { nth } from './record.ts';

/** `2 / sqrt(pi) exp(-x^2)`. */
const bell = (x: NDArray): NDArray => scale(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI));

export const erfPrimitive: Primitive<null> = elementwise({
  name: 'erf',
  accepts: 'float',
  formula: () => unary((s) => s.erf),
  partials: [(dx, { inputs }) => mul(dx, bell(nth(inputs, 0)))],
});
export const erfcPrimitive: Primitive<null> = elementwise({
  name: 'erfc',
  accepts: 'float',
  formula: () => unary((s) => s.erfc),
  partials: [(dx, { inputs }) => neg(mul(dx, bell(nth(inputs, 0))))],
});
export const erfInvPrimitive: Primitive<null> = elementwise({
  name: 'erfInv',
  accepts: 'float',
  formula: () => unary((s) => s.erfInv),
  partials: [(dx, { output }) => mul(dx, scale(exp(mul(output, output)), Math.sqrt(Math.PI) / 2))],
});
export const ndtriPrimitive: Primitive<null> = elementwise({
  name: 'ndtri',
  accepts: 'float',
  formula: () => (s, inputs) => [inverseNormal(s, nth(inputs, 0))],
  partials: [(dx, { output }) => mul(dx, scale(exp(scale(mul(output, output), 0.5)), Math.sqrt(2 * Math.PI)))],
});

export const erf = (x: NDArray): NDArray => bind1(erfPrimitive, null, x);
export const erfc = (x: NDArray): NDArray => bind1(erfcPrimitive, null, x);
export const erfInv = (x: NDArray): NDArray => bind1(erfInvPrimitive, null, x);
/** The x below which a standard normal number is with probability p; infinite at 0 and 1, NaN beyond. */
export const ndtri = (p: NDArray): NDArray => bind1(ndtriPrimitive, null, p);
