/**
 * exp, expm1, tanh, logistic. `x = n ln 2 + r` with |r| <= ln(2) / 2, then `exp(r) - 1` by the rational function of fdlibm's
 * e_exp.c (float64) or the polynomial of Cephes' expf.c (float32).
 */
import type { Basic, Special } from '../scalars.ts';
import { toolsFor } from './polynomial.ts';

const pade = [
  4.1381367970572385e-8, -1.6533902205465251539e-6, 0.00006613756321437934, -0.0027777777777015593, 0.16666666666666602,
];
const cephes = [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1];
/** ln 2 in two parts; the first has zeros behind, so that its product with `n` is exact. */
const ln2Double: readonly [number, number] = [0.6931471803691238, 1.9082149292705877e-10];
const ln2Single: readonly [number, number] = [0.693359375, -2.1219444e-4];

interface Reduced<E> {
  readonly n: E;
  /** `exp(r) - 1`. */
  readonly rest: E;
}

/** `low` is a small part to be added to `x`. */
const reduce = <E>(s: Basic<E>, x: E, low?: E): Reduced<E> => {
  const { isDouble, constant, pick, polynomial } = toolsFor(s, x);
  const [head, tail] = pick(ln2Double, ln2Single);
  const n = s.round(s.mul(x, constant(Math.LOG2E)));
  const high = s.sub(x, s.mul(n, constant(head)));
  const behind = s.mul(n, constant(tail));
  const off = low === undefined ? behind : s.sub(behind, low);
  const r = s.sub(high, off);
  const square = s.mul(r, r);
  if (!isDouble) return { n, rest: s.add(s.mul(polynomial(r, cephes), square), r) };
  const c = s.sub(r, s.mul(square, polynomial(square, pade)));
  const curved = s.div(s.mul(r, c), s.sub(constant(2), c));
  return { n, rest: s.add(s.sub(curved, off), high) };
};

/** `exp(x + low)` for a small `low`, where that does not overflow; 0 below the denormal numbers. */
export const expBelow = <E>(s: Basic<E>, x: E, low?: E): E => {
  const { constant, pick, scale } = toolsFor(s, x);
  const bottom = constant(pick(-746, -105));
  if (low === undefined) {
    // What is cut off gives 0 by gradual underflow.
    const { n, rest } = reduce(s, s.select(s.lt(x, bottom), bottom, x));
    return scale(s.add(rest, constant(1)), n);
  }
  const { n, rest } = reduce(s, x, low);
  return s.select(s.lt(x, bottom), constant(0), scale(s.add(rest, constant(1)), n));
};

/** `exp(x + low)` for a `low` that is small beside x: the exponential of a product or square without its rounding. */
export const expOfPair = <E>(s: Basic<E>, x: E, low: E): E => {
  const { constant, pick } = toolsFor(s, x);
  return s.select(s.gt(x, constant(pick(710, 89))), constant(Infinity), expBelow(s, x, low));
};

/** `exp(x)`: what is cut off above overflows to infinity all the same. */
const exp = <E>(s: Basic<E>, x: E): E => {
  const { constant, pick } = toolsFor(s, x);
  const top = constant(pick(710, 89));
  return expBelow(s, s.select(s.gt(x, top), top, x));
};

const expm1 = <E>(s: Basic<E>, x: E): E => {
  const { constant, pick, powerOfTwo } = toolsFor(s, x);
  const { n, rest } = reduce(s, x);
  // Half of the result, as 2^n itself may be out of range where the result is not.
  const power = powerOfTwo(s.sub(n, constant(1)));
  const half = s.add(s.mul(power, rest), s.sub(power, constant(0.5)));
  const inside = s.select(s.lt(x, constant(-40)), constant(-1), s.add(half, half));
  const result = s.select(s.gt(x, constant(pick(709.7827128933841, 88.72283935546875))), constant(Infinity), inside);
  // Keeps the sign of zero and the last bit of denormal numbers.
  return s.select(s.lt(s.abs(x), constant(pick(2 ** -60, 2 ** -30))), x, result);
};

/** `(1 - e) / (1 + e)` with `e = exp(-2|x|)`, from `1 - e` without cancellation. */
const tanh = <E>(s: Basic<E>, x: E): E => {
  const { constant, pick, powerOfTwo, withSign } = toolsFor(s, x);
  const size = s.abs(x);
  const cap = constant(pick(22, 10));
  const { n, rest } = reduce(s, s.mul(s.select(s.gt(size, cap), cap, size), constant(-2)));
  const power = powerOfTwo(n);
  const shrunk = s.sub(s.sub(constant(1), power), s.mul(power, rest));
  return withSign(s.div(shrunk, s.sub(constant(2), shrunk)), x);
};

/** `1 / (1 + e)` or `e / (1 + e)` with `e = exp(-|x|)`: far to the left it falls like exp, down to denormal numbers. */
const logistic = <E>(s: Basic<E>, x: E): E => {
  const { constant } = toolsFor(s, x);
  const e = expBelow(s, s.neg(s.abs(x)));
  return s.div(s.select(s.lt(x, constant(0)), e, constant(1)), s.add(e, constant(1)));
};

/** The functions of this family over `s`. */
export const makeExponentials = <E>(s: Basic<E>): Pick<Special<E>, 'exp' | 'expm1' | 'tanh' | 'logistic'> => ({
  exp: (x) => exp(s, x),
  expm1: (x) => expm1(s, x),
  tanh: (x) => tanh(s, x),
  logistic: (x) => logistic(s, x),
});
