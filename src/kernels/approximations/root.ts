/** The cube root, and the length of a vector in the plane. */
import type { Basic } from '../scalars.ts';
import { partsOf } from './logarithm.ts';
import { toolsFor } from './polynomial.ts';

/** Halley's iteration from `y`: three times the digits. */
const closer = <E>(s: Basic<E>, m: E, y: E): E => {
  const cube = s.mul(s.mul(y, y), y);
  const twice = s.add(cube, cube);
  return s.sub(y, s.div(s.mul(y, s.sub(cube, m)), s.add(twice, m)));
};

/** `|x| = 2^(3q + r) m` with r = 0, 1, 2; the root of `2^r m`, which is from 0.7 to 5.7, starts at a parabola. */
export const cbrt = <E>(s: Basic<E>, x: E): E => {
  const { constant, polynomial, powerOfTwo, withSign } = toolsFor(s, x);
  const size = s.abs(x);
  const { power, mantissa } = partsOf(s, size);
  const q = s.floor(s.mul(s.add(power, constant(0.5)), constant(1 / 3)));
  const r = s.sub(power, s.mul(q, constant(3)));
  const m = s.mul(mantissa, s.add(s.add(constant(1), r), s.select(s.gt(r, constant(1)), constant(1), constant(0))));
  const start = polynomial(m, [-0.025, 0.33, 0.67]);
  const root = closer(s, m, closer(s, m, closer(s, m, start)));
  const value = withSign(s.mul(root, powerOfTwo(q)), x);
  const isItself = s.or(s.eq(size, constant(0)), s.eq(size, constant(Infinity)));
  return s.select(s.or(isItself, s.ne(x, x)), x, value);
};

/** `sqrt(x^2 + y^2)` without overflow on the way; infinite if either is. */
export const hypot = <E>(s: Basic<E>, x: E, y: E): E => {
  const { constant, pick } = toolsFor(s, x);
  const [a, b] = [s.abs(x), s.abs(y)];
  const top = s.max(a, b);
  // Scaled by a power of two, which rounds nothing.
  const [up, down] = [constant(pick(2 ** 600, 2 ** 90)), constant(pick(2 ** -600, 2 ** -90))];
  const [isLarge, isSmall] = [
    s.gt(top, constant(pick(2 ** 500, 2 ** 60))),
    s.lt(top, constant(pick(2 ** -400, 2 ** -40))),
  ];
  const factor = s.select(isLarge, down, s.select(isSmall, up, constant(1)));
  const [u, v] = [s.mul(a, factor), s.mul(b, factor)];
  const length = s.sqrt(s.add(s.mul(u, u), s.mul(v, v)));
  const value = s.mul(length, s.select(isLarge, up, s.select(isSmall, down, constant(1))));
  const infinity = constant(Infinity);
  return s.select(s.or(s.eq(a, infinity), s.eq(b, infinity)), infinity, value);
};
