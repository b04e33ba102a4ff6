/** Powers as `exp(y log|x|)`, the logarithm and the product carried in two parts, after fdlibm's e_pow.c. */
import type { Basic, Special } from '../scalars.ts';
import { expOfPair } from './exponential.ts';
import { partsOf } from './logarithm.ts';
import { product, square, sumInOrder, type Pair } from './pair.ts';
import { toolsFor } from './polynomial.ts';

/** `3 (atanh(s)/s - 1 - s^2/3) / s^4` in powers of `s^2`: 3/5, 3/7, 3/9, ... Enough terms for half a unit of the second part. */
const tailTerms = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => 3 / (2 * (count - i) + 3));

/** `(m - 1) / (m + 1)`: the division's remainder, found exactly, gives the second part. */
const ratioOf = <E>(s: Basic<E>, m: E): Pair<E> => {
  const one = toolsFor(s, m).constant(1);
  const [above, below] = [s.sub(m, one), s.add(m, one)];
  const belowLow = s.sub(m, s.sub(below, one));
  const high = s.div(above, below);
  const back = product(s, high, below);
  const remainder = s.sub(s.sub(s.sub(above, back.high), back.low), s.mul(high, belowLow));
  return { high, low: s.div(remainder, below) };
};

/** `log m = 2/3 s (3 + s^2 + r)`, `s = (m - 1) / (m + 1)`: as in fdlibm, but by Taylor's series on all of sqrt(1/2) to sqrt(2). */
const logOfMantissa = <E>(s: Basic<E>, m: E): Pair<E> => {
  const { constant, pick, polynomial } = toolsFor(s, m);
  const ratio = ratioOf(s, m);
  const z = square(s, ratio.high);
  const zLow = s.add(z.low, s.mul(s.mul(ratio.high, ratio.low), constant(2)));
  const r = s.mul(s.mul(z.high, z.high), polynomial(z.high, tailTerms(pick(10, 4))));
  const three = sumInOrder(s, constant(3), z.high);
  const sumLow = s.add(s.add(three.low, zLow), r);
  const whole = product(s, ratio.high, three.high);
  const low = s.add(whole.low, s.add(s.mul(ratio.high, sumLow), s.mul(ratio.low, three.high)));
  const thirds = product(s, whole.high, constant(2 / 3));
  const twoThirdsLow = constant(pick(3.700743415417188e-17, -1.98682149e-8));
  return {
    high: thirds.high,
    low: s.add(thirds.low, s.add(s.mul(whole.high, twoThirdsLow), s.mul(low, constant(2 / 3)))),
  };
};

/** log x of a positive finite number in two parts. */
const logPair = <E>(s: Basic<E>, x: E): Pair<E> => {
  const { constant, pick } = toolsFor(s, x);
  const { power, mantissa } = partsOf(s, x);
  const near = logOfMantissa(s, mantissa);
  // ln 2 in two parts, the first with zeros behind, so that its product with the power is exact.
  const scaled = s.mul(power, constant(pick(0.6931471803691238, 0.693359375)));
  const behind = s.mul(power, constant(pick(1.9082149292705877e-10, -2.1219444e-4)));
  const sum = sumInOrder(s, scaled, near.high);
  return sumInOrder(s, sum.high, s.add(sum.low, s.add(near.low, behind)));
};

const isMinus = <E>(s: Basic<E>, x: E): E => {
  if (s.dtypeOf(x) === 'float32') return s.lt(s.bitcast('int32', x), s.constant('int32', 0));
  const zero = s.constant('float64', 0);
  return s.or(s.lt(x, zero), s.lt(s.div(s.constant('float64', 1), x), zero));
};

/** The sign that an odd power keeps, and NaN for what has no real power. */
const signed = <E>(s: Basic<E>, x: E, y: E, size: E): E => {
  const { constant } = toolsFor(s, x);
  const half = s.mul(y, constant(0.5));
  const isWhole = s.eq(s.floor(y), y);
  const isOdd = s.and(isWhole, s.ne(s.floor(half), half));
  const value = s.select(s.and(isOdd, isMinus(s, x)), s.neg(size), size);
  const isRoot = s.and(s.and(s.lt(x, constant(0)), s.gt(x, constant(-Infinity))), s.not(isWhole));
  return s.select(isRoot, constant(NaN), value);
};

const pow = <E>(s: Basic<E>, x: E, y: E): E => {
  const { constant, pick } = toolsFor(s, x);
  const [zero, one, infinity] = [constant(0), constant(1), constant(Infinity)];
  const size = s.abs(x);
  const log = logPair(s, size);
  // Zeros and infinities have infinite logarithms, NaN its own; everything else follows.
  const atEnds = s.select(s.eq(size, zero), constant(-Infinity), s.select(s.lt(size, infinity), log.high, size));
  // A larger power of anything but 1 is 0 or infinite too, and its halves would overflow.
  const [most, least] = [constant(pick(2 ** 66, 2 ** 40)), constant(-pick(2 ** 66, 2 ** 40))];
  const capped = s.select(s.gt(y, most), most, s.select(s.lt(y, least), least, y));
  const whole = product(s, capped, atEnds);
  const value = expOfPair(s, whole.high, s.add(whole.low, s.mul(capped, log.low)));
  return s.select(s.or(s.eq(x, one), s.eq(y, zero)), one, signed(s, x, y, value));
};

/** The function of this family over `s`. */
export const makePower = <E>(s: Basic<E>): Pick<Special<E>, 'pow'> => ({ pow: (x, y) => pow(s, x, y) });
