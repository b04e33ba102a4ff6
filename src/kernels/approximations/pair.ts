/** Numbers as unevaluated sums of two, for products whose rounding would be magnified (T. J. Dekker, 1971). No fused multiply-add is assumed. */
import type { Basic } from '../scalars.ts';
import { toolsFor } from './polynomial.ts';

/** `high + low`, with |low| at most a few units in the last place of `high`. */
export interface Pair<E> {
  readonly high: E;
  readonly low: E;
}

/** The exact sum of two numbers, the first not the smaller (or 0). */
export const sumInOrder = <E>(s: Basic<E>, a: E, b: E): Pair<E> => {
  const high = s.add(a, b);
  return { high, low: s.sub(b, s.sub(high, a)) };
};

/** A number as a head of half the bits and the rest: by masking in float32, by Veltkamp's product in float64. */
const halves = <E>(s: Basic<E>, x: E): Pair<E> => {
  if (s.dtypeOf(x) === 'float64') {
    const wide = s.mul(x, s.constant('float64', 134217729));
    const high = s.sub(wide, s.sub(wide, x));
    return { high, low: s.sub(x, high) };
  }
  const high = s.bitcast('float32', s.and(s.bitcast('int32', x), s.constant('int32', -4096)));
  return { high, low: s.sub(x, high) };
};

/** The exact product of two numbers (unless it underflows, or one is so large that its halves overflow). */
export const product = <E>(s: Basic<E>, a: E, b: E): Pair<E> => {
  const high = s.mul(a, b);
  const [p, q] = [halves(s, a), halves(s, b)];
  const middle = s.add(s.add(s.sub(s.mul(p.high, q.high), high), s.mul(p.high, q.low)), s.mul(p.low, q.high));
  return { high, low: s.add(middle, s.mul(p.low, q.low)) };
};

/** The exact square. */
export const square = <E>(s: Basic<E>, x: E): Pair<E> => {
  const high = s.mul(x, x);
  const p = halves(s, x);
  const cross = s.mul(s.mul(p.high, p.low), toolsFor(s, x).constant(2));
  return { high, low: s.add(s.add(s.sub(s.mul(p.high, p.high), high), cross), s.mul(p.low, p.low)) };
};
