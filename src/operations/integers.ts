/** Functions of integers: divisors and bits. */
import { isInteger } from '../array/dtype.ts';
import { DTypeError } from '../array/errors.ts';
import { withWeak, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import * as p from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import * as l from '../primitives/logic.ts';
import { binary, unary } from './lifting.ts';

const integral = (name: string, x: NDArray): NDArray => {
  if (!isInteger(x.dtype))
    throw new DTypeError(`${name}: expected integers, got ${showType(x.type)}. Convert with astype('int32').`);
  return x;
};

/** The greatest common divisor, not negative; of 0 and 0 it is 0. */
export const gcd = binary('gcd', (x, y) => p.gcd(integral('gcd', x), y));
/** The least common multiple, not negative; 0 if either is 0. */
export const lcm = binary('lcm', (x, y) => {
  const divisor = p.gcd(integral('lcm', x), y);
  const isZero = l.eq(divisor, like(x, 0));
  return p.mul(p.div(p.abs(x), l.select(isZero, like(x, 1), divisor)), p.abs(y));
});

/** All 32 bits of an element without its sign; narrow types have zeros in front. */
const bitsOf = (x: NDArray): NDArray => p.convert(x, 'uint32');
const right = (x: NDArray, by: number): NDArray => l.shiftRightLogical(x, like(x, by));
const masked = (x: NDArray, mask: number): NDArray => l.and(x, like(x, mask));
/** Pairs, fours, eights, then all of the bits are added up (Warren, Hacker's Delight, 5-1). */
const countBits = (x: NDArray): NDArray => {
  const pairs = p.sub(x, masked(right(x, 1), 0x55555555));
  const fours = p.add(masked(pairs, 0x33333333), masked(right(pairs, 2), 0x33333333));
  const eights = masked(p.add(fours, right(fours, 4)), 0x0f0f0f0f);
  return right(p.mul(eights, like(eights, 0x01010101)), 24);
};
/** How many bits are set. */
export const populationCount = unary((x) =>
  withWeak(p.convert(countBits(bitsOf(integral('populationCount', x))), x.dtype), x.weak),
);
/** How many zeros stand before the first set bit. */
export const countLeadingZeros = unary((x) => {
  let bits = bitsOf(integral('countLeadingZeros', x));
  for (const by of [1, 2, 4, 8, 16]) bits = l.or(bits, right(bits, by));
  const width = x.dtype === 'uint8' ? 8 : 32;
  return p.convert(p.sub(like(bits, width), countBits(bits)), x.dtype);
});
