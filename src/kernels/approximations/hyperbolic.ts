/**
 * sinh, cosh and the inverse hyperbolic functions, from the exponential and the logarithm in the forms of fdlibm (e_sinh.c,
 * e_cosh.c, s_asinh.c, e_acosh.c, e_atanh.c), which lose no digits at either end.
 */
import type { Basic } from '../scalars.ts';
import { expOfPair } from './exponential.ts';
import { makeLogarithms } from './logarithm.ts';
import { sumInOrder } from './pair.ts';
import { toolsFor } from './polynomial.ts';

/** `exp(|x|) / 2`, which overflows no sooner than the result: ln 2 is taken off the exponent without rounding. */
const halfExponential = <E>(s: Basic<E>, x: E): E => {
  const { constant, pick } = toolsFor(s, x);
  const [head, tail] = pick([0.6931471803691238, 1.9082149292705877e-10], [0.693359375, -2.1219444e-4]);
  const size = s.abs(x);
  const isBig = s.gt(size, constant(1));
  // Below 1 the larger term stands second.
  const { high, low } = sumInOrder(s, s.select(isBig, size, constant(-head)), s.select(isBig, constant(-head), size));
  return expOfPair(s, high, s.sub(low, constant(tail)));
};

/** `1/(2n+1)!` for n from 8 to 1, enough below 1. */
const sineSeries = [
  2.8114572543455206e-15,
  7.647163731819816e-13,
  1.6059043836821613e-10,
  2.505210838544172e-8,
  2.7557319223985893e-6,
  1.984126984126984e-4,
  8.333333333333333e-3,
  1 / 6,
] as const;

export const sinh = <E>(s: Basic<E>, x: E): E => {
  const { constant, polynomial, withSign } = toolsFor(s, x);
  const size = s.abs(x);
  const square = s.mul(x, x);
  const small = s.add(size, s.mul(s.mul(size, square), polynomial(square, sineSeries)));
  const half = halfExponential(s, x);
  const large = s.sub(half, s.div(constant(0.25), half));
  return withSign(s.select(s.lt(size, constant(1)), small, large), x);
};

export const cosh = <E>(s: Basic<E>, x: E): E => {
  const half = halfExponential(s, x);
  return s.add(half, s.div(toolsFor(s, x).constant(0.25), half));
};

/** Whether the 1 beside x^2 is lost in rounding. */
const isHuge = <E>(s: Basic<E>, size: E): E => {
  const { constant, pick } = toolsFor(s, size);
  return s.gt(size, constant(pick(2 ** 28, 2 ** 13)));
};
/** `log(2 x)` without overflow. */
const logOfTwice = <E>(s: Basic<E>, x: E): E => s.add(makeLogarithms(s).log(x), toolsFor(s, x).constant(Math.LN2));

export const asinh = <E>(s: Basic<E>, x: E): E => {
  const { constant, withSign } = toolsFor(s, x);
  const size = s.abs(x);
  const square = s.mul(x, x);
  const root = s.sqrt(s.add(square, constant(1)));
  const value = makeLogarithms(s).log1p(s.add(size, s.div(square, s.add(root, constant(1)))));
  return withSign(s.select(isHuge(s, size), logOfTwice(s, size), value), x);
};

/** NaN below 1. */
export const acosh = <E>(s: Basic<E>, x: E): E => {
  const { constant } = toolsFor(s, x);
  const above = s.sub(x, constant(1));
  const root = s.sqrt(s.add(s.add(above, above), s.mul(above, above)));
  const value = s.select(isHuge(s, x), logOfTwice(s, x), makeLogarithms(s).log1p(s.add(above, root)));
  return s.select(s.lt(x, constant(1)), constant(NaN), value);
};

/** Infinite at 1 and -1, NaN beyond. */
export const atanh = <E>(s: Basic<E>, x: E): E => {
  const { constant, withSign } = toolsFor(s, x);
  const size = s.abs(x);
  const rest = s.sub(constant(1), size);
  const twice = s.add(size, size);
  // 2a/(1-a), below 1/2 as 2a + 2a a/(1-a), whose second part rounds less.
  const ratio = s.select(s.lt(size, constant(0.5)), s.add(twice, s.div(s.mul(twice, size), rest)), s.div(twice, rest));
  return withSign(s.mul(makeLogarithms(s).log1p(ratio), constant(0.5)), x);
};
