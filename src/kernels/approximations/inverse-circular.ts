/** asin, acos and atan2 by way of atan, in forms that keep their digits at the ends. */
import type { Basic } from '../scalars.ts';
import { toolsFor } from './polynomial.ts';
import { makeTrigonometric } from './trigonometric.ts';

/** `atan(x / sqrt((1 - x) (1 + x)))`; NaN beyond 1. */
export const asin = <E>(s: Basic<E>, x: E): E => {
  const one = toolsFor(s, x).constant(1);
  const root = s.sqrt(s.mul(s.sub(one, x), s.add(one, x)));
  return makeTrigonometric(s).atan(s.div(x, root));
};

/** `2 atan(sqrt((1 - x) / (1 + x)))`; NaN beyond 1. */
export const acos = <E>(s: Basic<E>, x: E): E => {
  const one = toolsFor(s, x).constant(1);
  const half = makeTrigonometric(s).atan(s.sqrt(s.div(s.sub(one, x), s.add(one, x))));
  return s.add(half, half);
};

/** Whether the sign bit is set, of NaN never. */
const isNegative = <E>(s: Basic<E>, x: E): E => {
  const { constant } = toolsFor(s, x);
  const [zero, one] = [constant(0), constant(1)];
  return s.lt(s.select(s.eq(x, zero), s.div(one, x), x), zero);
};

/** The angle of the point (x, y), by IEEE also at zeros of either sign and at infinities. */
export const atan2 = <E>(s: Basic<E>, y: E, x: E): E => {
  const { constant, pick } = toolsFor(s, x);
  const [a, b] = [s.abs(y), s.abs(x)];
  const [small, large] = [s.min(a, b), s.max(a, b)];
  const ratio = s.select(s.eq(small, constant(Infinity)), constant(1), s.div(small, large));
  const slope = s.select(s.eq(large, constant(0)), large, ratio);
  const first = makeTrigonometric(s).atan(slope);
  const less = (whole: number, tail: number, angle: E): E => s.add(s.sub(constant(whole), angle), constant(tail));
  const quarter = pick(6.123233995736766e-17, -4.371139000186241e-8);
  const turned = s.select(s.gt(a, b), less(Math.PI / 2, quarter, first), first);
  const behind = s.select(isNegative(s, x), less(Math.PI, 2 * quarter, turned), turned);
  return s.select(isNegative(s, y), s.neg(behind), behind);
};
