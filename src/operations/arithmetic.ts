/** Element by element functions with NumPy's promotion and broadcasting. */
import { isFloat, isInteger, type DType } from '../array/dtype.ts';
import { type ArrayLike, withWeak, type NDArray } from '../array/ndarray.ts';
import * as p from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import * as errorFunction from '../primitives/error-function.ts';
import * as e from '../primitives/exponential.ts';
import * as l from '../primitives/logic.ts';
import * as t from '../primitives/trigonometric.ts';
import {
  asBool,
  binary,
  binaryFloating,
  floating,
  floats,
  isBool,
  pair,
  unary,
  type Binary,
  type Unary,
} from './lifting.ts';
import { nonzero } from './nonzero.ts';
import { asOperand, broadcastShapes, broadcastTo, promote } from './promotion.ts';

const shiftRight = (x: NDArray, y: NDArray): NDArray =>
  x.dtype === 'int32' ? l.shiftRightArithmetic(x, y) : l.shiftRightLogical(x, y);

/** `x + y`; of booleans "or". */
export const add = binary('add', p.add, l.or);
export const subtract = binary('subtract', p.sub);
/** `x * y`; of booleans "and". */
export const multiply = binary('multiply', p.mul, l.and);
/** True division: integers become float32. */
export const divide = binaryFloating('divide', p.div);
export const trueDivide = divide;
/** The quotient rounded down. */
export const floorDivide = binary('floorDivide', (x, y) => {
  if (isFloat(x.dtype)) return p.floor(p.div(x, y));
  const quotient = p.div(x, y);
  const isShort = l.and(l.ne(p.rem(x, y), like(x, 0)), l.ne(p.sign(x), p.sign(y)));
  return l.select(isShort, p.sub(quotient, like(x, 1)), quotient);
});
/** The remainder with the sign of `y`. */
export const mod = binary('mod', (x, y) => {
  const rest = p.rem(x, y);
  const isOther = l.and(l.ne(rest, like(x, 0)), l.ne(l.lt(rest, like(x, 0)), l.lt(y, like(y, 0))));
  return l.select(isOther, p.add(rest, y), rest);
});
export const remainder = mod;
/** The quotient rounded down, and the remainder. */
export const divmod = (x: ArrayLike, y: ArrayLike): readonly [NDArray, NDArray] => [floorDivide(x, y), mod(x, y)];
/** The remainder with the sign of `x`, as C's fmod. */
export const fmod = binary('fmod', p.rem);
/** Integers to integer powers by repeated squaring, six bits of the exponent as in JAX: beyond, every base but -1, 0 and 1 overflows. */
const integerPower = (base: NDArray, exponent: NDArray): NDArray => {
  const [zero, one] = [like(base, 0), like(base, 1)];
  let product = l.select(l.and(l.eq(base, zero), l.ne(exponent, zero)), zero, one);
  let [square, rest] = [base, exponent];
  for (let bit = 0; bit < 6; bit++) {
    product = l.select(l.eq(l.and(rest, one), one), p.mul(product, square), product);
    square = p.mul(square, square);
    rest = shiftRight(rest, one);
  }
  return product;
};
/**
 * `x` to the power `y`. A whole JavaScript number as `y` is repeated multiplication; two integer arrays give integers, where negative
 * exponents mean nothing, as in JAX.
 */
export const power: Binary = (a, b) => {
  if (typeof b === 'number' && Number.isInteger(b) && Math.abs(b) <= 1024) {
    const x = asOperand(a);
    if (isFloat(x.dtype) || (b >= 0 && !isBool(x))) return withWeak(e.integerPow(x, b), x.weak);
  }
  const [left, right] = promote(a, b) as readonly [NDArray, NDArray]; // sound: two in, two out
  if (isInteger(left.dtype) && typeof b !== 'number')
    return withWeak(integerPower(...pair('power', left, right)), left.weak);
  const [x, y] = floats('power', left, right);
  return withWeak(e.pow(x, y), x.weak);
};
/** `x` to the power `y` in floats. */
export const floatPower = binaryFloating('floatPower', e.pow);
export const negative = unary(p.neg);
export const positive = asOperand;
export const abs = unary((x) => (isBool(x) ? x : p.abs(x)));
export const absolute = abs;
export const sign = unary(p.sign);
export const square = unary(e.square);
export const maximum = binary('maximum', p.max);
export const minimum = binary('minimum', p.min);
/** The larger; where one is NaN, the other. The derivative of ties goes to `y`, as in JAX. */
export const fmax = binary('fmax', (x, y) => l.select(l.or(l.gt(x, y), p.isNaN(y)), x, y));
/** The smaller; where one is NaN, the other. The derivative of ties goes to `y`, as in JAX. */
export const fmin = binary('fmin', (x, y) => l.select(l.or(l.lt(x, y), p.isNaN(y)), x, y));
/** `x` brought between `low` and `high`; `null` leaves a side open. */
export const clip = (x: ArrayLike, low: ArrayLike | null = null, high: ArrayLike | null = null): NDArray => {
  const raised = low === null ? asOperand(x) : maximum(x, low);
  return high === null ? raised : minimum(raised, high);
};

export const exp = floating(e.exp);
export const expm1 = floating(e.expm1);
export const log = floating(e.log);
export const log1p = floating(e.log1p);
/** Exact at powers of two. */
export const log2 = floating(e.log2);
export const log10 = floating((x) => p.div(e.log(x), like(x, Math.LN10)));
export const sqrt = floating(e.sqrt);
export const reciprocal = floating((x) => p.div(like(x, 1), x));
export const sin = floating(t.sin);
export const cos = floating(t.cos);
export const tan = floating(t.tan);
export const arctan = floating(t.atan);
export const tanh = floating(e.tanh);
export const sigmoid = floating(e.logistic);
export const erf = floating(errorFunction.erf);
export const erfc = floating(errorFunction.erfc);
export const erfInv = floating(errorFunction.erfInv);
const comparison =
  (name: string, f: (x: NDArray, y: NDArray) => NDArray): Binary =>
  (a, b) =>
    f(...pair(name, a, b));
export const equal = comparison('equal', l.eq);
export const notEqual = comparison('notEqual', l.ne);
export const less = comparison('less', l.lt);
export const lessEqual = comparison('lessEqual', l.le);
export const greater = comparison('greater', l.gt);
export const greaterEqual = comparison('greaterEqual', l.ge);

const logical =
  (name: string, f: (x: NDArray, y: NDArray) => NDArray): Binary =>
  (a, b) =>
    f(...pair(name, asBool(asOperand(a)), asBool(asOperand(b))));
export const logicalAnd = logical('logicalAnd', l.and);
export const logicalOr = logical('logicalOr', l.or);
export const logicalXor = logical('logicalXor', l.xor);
export const logicalNot: Unary = (x) => l.not(asBool(asOperand(x)));
export const bitwiseAnd = binary('bitwiseAnd', l.and);
export const bitwiseOr = binary('bitwiseOr', l.or);
export const bitwiseXor = binary('bitwiseXor', l.xor);
export const bitwiseNot = unary(l.not);
export const leftShift = binary('leftShift', l.shiftLeft);
/** Keeps the sign of signed integers. */
export const rightShift = binary('rightShift', shiftRight);

const chosen = (condition: ArrayLike, x: ArrayLike, y: ArrayLike): NDArray => {
  const [a, b] = promote(x, y) as readonly [NDArray, NDArray]; // sound: two in, two out
  const test = asBool(asOperand(condition));
  const shape = broadcastShapes('where', [test, a, b]);
  return withWeak(l.select(broadcastTo(test, shape), broadcastTo(a, shape), broadcastTo(b, shape)), a.weak);
};
/** `x` where the condition holds, else `y`. Of a condition alone, the positions where it holds: see `nonzero`. */
export function where(condition: ArrayLike, x: ArrayLike, y: ArrayLike): NDArray;
export function where(condition: ArrayLike): readonly NDArray[];
export function where(condition: ArrayLike, x?: ArrayLike, y?: ArrayLike): NDArray | readonly NDArray[] {
  return x === undefined || y === undefined ? nonzero(condition) : chosen(condition, x, y);
}

/** The elements in another type; float to integer truncates, saturates and sends NaN to 0. */
export const astype = (x: ArrayLike, dtype: DType): NDArray => withWeak(p.convert(asOperand(x), dtype), false);
