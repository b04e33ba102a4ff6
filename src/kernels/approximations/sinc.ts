/** `sin(t) / t` and its derivatives. */
import type { Basic } from '../scalars.ts';
import { toolsFor } from './polynomial.ts';
import { makeTrigonometric } from './trigonometric.ts';

/**
 * The coefficients of derivative `order` in powers of t^2, highest first: those of `sum (-1)^n t^(2n) / (2n + 1)!`, differentiated
 * term by term. Sixteen terms leave less than 1e-18 below t = 3.
 */
const series = (order: number): readonly number[] =>
  Array.from({ length: 16 }, (_, i) => {
    const n = Math.ceil(order / 2) + 15 - i;
    let coefficient = n % 2 === 0 ? 1 : -1;
    // (2n)! / ((2n - order)! (2n + 1)!) = 1 / ((2n - order)! (2n + 1))
    for (let factor = 2; factor <= 2 * n - order; factor++) coefficient /= factor;
    return coefficient / (2 * n + 1);
  });

/** `f_k = (sin^(k)(t) - k f_(k-1)) / t`, for t away from 0. */
const recurrence = <E>(s: Basic<E>, t: E, order: number): E => {
  const { sin, cos } = makeTrigonometric(s);
  const [sine, cosine] = [sin(t), cos(t)];
  const { constant } = toolsFor(s, t);
  const turns = [sine, cosine, s.neg(sine), s.neg(cosine)];
  let value = s.div(sine, t);
  for (let k = 1; k <= order; k++) value = s.div(s.sub(turns[k % 4] ?? sine, s.mul(constant(k), value)), t);
  return value;
};

/** Derivative `order` of `sin(t) / t`, 1 at 0 itself. */
export const sinc = <E>(s: Basic<E>, t: E, order: number): E => {
  const { constant, polynomial } = toolsFor(s, t);
  const near = polynomial(s.mul(t, t), series(order));
  const small = order % 2 === 0 ? near : s.mul(near, t);
  return s.select(s.le(s.abs(t), constant(3)), small, recurrence(s, t, order));
};
