/** Exponentials, logarithms, powers and roots. */
import type { NDArray } from '../array/ndarray.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import { log2 as log2Of, logaddexp as logaddexpOf } from '../kernels/approximations/logarithm.ts';
import { cbrt as cbrtOf, hypot as hypotOf } from '../kernels/approximations/root.ts';
import type { Scalars } from '../kernels/scalars.ts';
import { add, div, mul, scale, sub } from './arithmetic.ts';
import { binary, elementwise, like, unary } from './elementwise.ts';
import { eq, ne, select } from './logic.ts';
import { nth } from './record.ts';

export const expPrimitive = elementwise({
  name: 'exp',
  accepts: 'float',
  formula: () => unary((s) => s.exp),
  partials: [(dx, { output }) => mul(dx, output)],
});
export const expm1Primitive = elementwise({
  name: 'expm1',
  accepts: 'float',
  formula: () => unary((s) => s.expm1),
  partials: [(dx, { output }) => mul(dx, add(output, like(output, 1)))],
});
export const logPrimitive = elementwise({
  name: 'log',
  accepts: 'float',
  formula: () => unary((s) => s.log),
  partials: [(dx, { inputs }) => div(dx, nth(inputs, 0))],
});
export const log1pPrimitive = elementwise({
  name: 'log1p',
  accepts: 'float',
  formula: () => unary((s) => s.log1p),
  partials: [(dx, { inputs }) => div(dx, add(nth(inputs, 0), like(dx, 1)))],
});
export const tanhPrimitive = elementwise({
  name: 'tanh',
  accepts: 'float',
  formula: () => unary((s) => s.tanh),
  partials: [(dx, { output }) => mul(dx, sub(like(output, 1), mul(output, output)))],
});
export const logisticPrimitive = elementwise({
  name: 'logistic',
  accepts: 'float',
  formula: () => unary((s) => s.logistic),
  partials: [(dx, { output }) => mul(dx, mul(output, sub(like(output, 1), output)))],
});
export const sqrtPrimitive = elementwise({
  name: 'sqrt',
  accepts: 'float',
  formula: () => unary((s) => s.sqrt),
  partials: [(dx, { output }) => div(dx, scale(output, 2))],
});
export const rsqrtPrimitive = elementwise({
  name: 'rsqrt',
  accepts: 'float',
  formula: () => (s, inputs) => [s.div(s.constant(s.dtypeOf(nth(inputs, 0)), 1), s.sqrt(nth(inputs, 0)))],
  partials: [(dx, { inputs, output }) => mul(dx, scale(div(output, nth(inputs, 0)), -0.5))],
});

export const exp = (x: NDArray): NDArray => bind1(expPrimitive, null, x);
/** `exp(x) - 1`, accurate near 0. */
export const expm1 = (x: NDArray): NDArray => bind1(expm1Primitive, null, x);
export const log = (x: NDArray): NDArray => bind1(logPrimitive, null, x);
/** `log(1 + x)`, accurate near 0. */
export const log1p = (x: NDArray): NDArray => bind1(log1pPrimitive, null, x);
export const tanh = (x: NDArray): NDArray => bind1(tanhPrimitive, null, x);
/** `1 / (1 + exp(-x))`. */
export const logistic = (x: NDArray): NDArray => bind1(logisticPrimitive, null, x);
export const sqrt = (x: NDArray): NDArray => bind1(sqrtPrimitive, null, x);
/** `1 / sqrt(x)`. */
export const rsqrt = (x: NDArray): NDArray => bind1(rsqrtPrimitive, null, x);

export const powPrimitive: Primitive<null> = elementwise({
  name: 'pow',
  accepts: 'float',
  formula: () => binary((s) => s.pow),
  partials: [
    // y x^(y-1), and 0 for y = 0 even at x = 0.
    (dx, { inputs }) => {
      const [x, y] = [nth(inputs, 0), nth(inputs, 1)];
      const isZero = eq(y, like(y, 0));
      return mul(dx, mul(y, pow(x, select(isZero, like(y, 1), sub(y, like(y, 1))))));
    },
    // x^y log x; the logarithm of 0 is taken as that of 1, so that 0^y has slope 0 and not NaN.
    (dy, { inputs, output }) => {
      const x = nth(inputs, 0);
      return mul(dy, mul(output, log(select(eq(x, like(x, 0)), like(x, 1), x))));
    },
  ],
});
/** `x` to the power `y`, as C's pow. */
export const pow = (x: NDArray, y: NDArray): NDArray => bind1(powPrimitive, null, x, y);

interface Exponent {
  readonly exponent: number;
}
/** By squaring; a negative exponent is the reciprocal of the positive one. */
const powerOf = <E>(s: Scalars<E>, x: E, exponent: number): E => {
  const one = s.constant(s.dtypeOf(x), 1);
  if (exponent < 0) return s.div(one, powerOf(s, x, -exponent));
  let result: E | null = null;
  for (let square = x, n = exponent; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result = result === null ? square : s.mul(result, square);
    if (n > 1) square = s.mul(square, square);
  }
  return result ?? one;
};
export const integerPowPrimitive: Primitive<Exponent> = elementwise<Exponent>({
  name: 'integerPow',
  accepts: 'number',
  formula:
    ({ exponent }) =>
    (s, inputs) => [powerOf(s, nth(inputs, 0), exponent)],
  partials: [
    (dx, { inputs, params: { exponent } }) =>
      exponent === 0 ? like(dx, 0) : mul(dx, scale(integerPow(nth(inputs, 0), exponent - 1), exponent)),
  ],
});
/** `x` to a fixed whole power, by multiplication. */
export const integerPow = (x: NDArray, exponent: number): NDArray =>
  exponent === 1 ? x : exponent === 0 ? like(x, 1) : bind1(integerPowPrimitive, { exponent }, x);
export const square = (x: NDArray): NDArray => integerPow(x, 2);

export const log2Primitive: Primitive<null> = elementwise({
  name: 'log2',
  accepts: 'float',
  formula: () => unary((s) => (x) => log2Of(s, x)),
  partials: [(dx, { inputs }) => div(dx, scale(nth(inputs, 0), Math.LN2))],
});
export const cbrtPrimitive: Primitive<null> = elementwise({
  name: 'cbrt',
  accepts: 'float',
  formula: () => unary((s) => (x) => cbrtOf(s, x)),
  partials: [(dx, { output }) => div(dx, scale(mul(output, output), 3))],
});
export const hypotPrimitive: Primitive<null> = elementwise({
  name: 'hypot',
  accepts: 'float',
  formula: () => binary((s) => (x, y) => hypotOf(s, x, y)),
  partials: [
    (dx, { inputs, output }) => mul(dx, overLength(nth(inputs, 0), output)),
    (dy, { inputs, output }) => mul(dy, overLength(nth(inputs, 1), output)),
  ],
});
/** 0 at the origin. */
const overLength = (x: NDArray, length: NDArray): NDArray =>
  div(x, select(eq(length, like(length, 0)), like(length, 1), length));
export const logaddexpPrimitive: Primitive<null> = elementwise({
  name: 'logaddexp',
  accepts: 'float',
  formula: () => binary((s) => (x, y) => logaddexpOf(s, x, y)),
  partials: [
    (dx, { inputs }) => mul(dx, shareOf(nth(inputs, 0), nth(inputs, 1))),
    (dy, { inputs }) => mul(dy, shareOf(nth(inputs, 1), nth(inputs, 0))),
  ],
});
/** Which part of `exp(x) + exp(y)` the first is: half where both are the same infinity. */
const shareOf = (x: NDArray, y: NDArray): NDArray => {
  const distance = sub(x, y);
  return logistic(select(ne(distance, distance), like(x, 0), distance));
};

/** The binary logarithm, exact at powers of two. */
export const log2 = (x: NDArray): NDArray => bind1(log2Primitive, null, x);
/** `2^x`. */
export const exp2 = (x: NDArray): NDArray => pow(like(x, 2), x);
/** The real cube root, of negative numbers too. */
export const cbrt = (x: NDArray): NDArray => bind1(cbrtPrimitive, null, x);
/** `sqrt(x^2 + y^2)` without overflow; its slopes at the origin are 0. */
export const hypot = (x: NDArray, y: NDArray): NDArray => bind1(hypotPrimitive, null, x, y);
/** `log(exp(x) + exp(y))` without overflow. */
export const logaddexp = (x: NDArray, y: NDArray): NDArray => bind1(logaddexpPrimitive, null, x, y);
