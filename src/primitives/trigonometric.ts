/** Circular functions. */
import type { NDArray } from '../array/ndarray.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import { add, div, mul, neg } from './arithmetic.ts';
import { elementwise, like, unary } from './elementwise.ts';
import { nth } from './record.ts';

export const sinPrimitive: Primitive<null> = elementwise({
  name: 'sin',
  accepts: 'float',
  formula: () => unary((s) => s.sin),
  partials: [(dx, { inputs }) => mul(dx, cos(nth(inputs, 0)))],
});
export const cosPrimitive: Primitive<null> = elementwise({
  name: 'cos',
  accepts: 'float',
  formula: () => unary((s) => s.cos),
  partials: [(dx, { inputs }) => neg(mul(dx, sin(nth(inputs, 0))))],
});
export const tanPrimitive: Primitive<null> = elementwise({
  name: 'tan',
  accepts: 'float',
  formula: () => unary((s) => s.tan),
  partials: [(dx, { output }) => mul(dx, add(mul(output, output), like(output, 1)))],
});
export const atanPrimitive: Primitive<null> = elementwise({
  name: 'atan',
  accepts: 'float',
  formula: () => unary((s) => s.atan),
  partials: [(dx, { inputs }) => div(dx, add(mul(nth(inputs, 0), nth(inputs, 0)), like(dx, 1)))],
});

export const sin = (x: NDArray): NDArray => bind1(sinPrimitive, null, x);
export const cos = (x: NDArray): NDArray => bind1(cosPrimitive, null, x);
export const tan = (x: NDArray): NDArray => bind1(tanPrimitive, null, x);
export const atan = (x: NDArray): NDArray => bind1(atanPrimitive, null, x);
