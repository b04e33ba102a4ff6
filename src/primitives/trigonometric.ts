/** Circular functions. */
import type { NDArray } from '../array/ndarray.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import * as inverse from '../kernels/approximations/inverse-circular.ts';
import { sinc as sincOf } from '../kernels/approximations/sinc.ts';
import { add, div, mul, neg, sub } from './arithmetic.ts';
import { elementwise, like, unary } from './elementwise.ts';
import { sqrt } from './exponential.ts';
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

/** `sqrt(1 - x^2)` with its digits near 1. */
const opposite = (x: NDArray): NDArray => sqrt(mul(sub(like(x, 1), x), add(like(x, 1), x)));
export const asinPrimitive: Primitive<null> = elementwise({
  name: 'asin',
  accepts: 'float',
  formula: () => unary((s) => (x) => inverse.asin(s, x)),
  partials: [(dx, { inputs }) => div(dx, opposite(nth(inputs, 0)))],
});
export const acosPrimitive: Primitive<null> = elementwise({
  name: 'acos',
  accepts: 'float',
  formula: () => unary((s) => (x) => inverse.acos(s, x)),
  partials: [(dx, { inputs }) => neg(div(dx, opposite(nth(inputs, 0))))],
});
export const atan2Primitive: Primitive<null> = elementwise({
  name: 'atan2',
  accepts: 'float',
  formula: () => (s, inputs) => [inverse.atan2(s, nth(inputs, 0), nth(inputs, 1))],
  partials: [
    (dy, { inputs }) => mul(dy, overSquares(nth(inputs, 1), inputs)),
    (dx, { inputs }) => neg(mul(dx, overSquares(nth(inputs, 0), inputs))),
  ],
});
/** `a / (x^2 + y^2)`. */
const overSquares = (a: NDArray, xy: readonly NDArray[]): NDArray =>
  div(a, add(mul(nth(xy, 0), nth(xy, 0)), mul(nth(xy, 1), nth(xy, 1))));

interface Order {
  readonly order: number;
}
export const sincPrimitive: Primitive<Order> = elementwise<Order>({
  name: 'sinc',
  accepts: 'float',
  formula: ({ order }) => unary((s) => (t) => sincOf(s, t, order)),
  partials: [(dt, { inputs, params: { order } }) => mul(dt, sinc(nth(inputs, 0), order + 1))],
});

/** NaN beyond 1. */
export const asin = (x: NDArray): NDArray => bind1(asinPrimitive, null, x);
/** NaN beyond 1. */
export const acos = (x: NDArray): NDArray => bind1(acosPrimitive, null, x);
/** The angle of the point (x, y), from -pi to pi. */
export const atan2 = (y: NDArray, x: NDArray): NDArray => bind1(atan2Primitive, null, y, x);
/** Derivative `order` of `sin(t) / t`, which is 1 at 0. */
export const sinc = (t: NDArray, order = 0): NDArray => bind1(sincPrimitive, { order }, t);
