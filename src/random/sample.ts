/** Samplers, by JAX's algorithms: integers and bits exact, floats within a few ulp. */
import { DTypeError, FluxionError } from '../array/errors.ts';
import { type ArrayLike, splat, withWeak, type NDArray } from '../array/ndarray.ts';
import type { Shape } from '../array/type.ts';
import { add, bitcast, convert, max, min, mul, neg, rem, scale, sub } from '../primitives/arithmetic.ts';
import { erf, erfInv } from '../primitives/error-function.ts';
import { log, log1p } from '../primitives/exponential.ts';
import { like } from '../primitives/elementwise.ts';
import { lt, or, shiftRightLogical, xor } from '../primitives/logic.ts';
import { asFloat, broadcastTo } from '../operations/promotion.ts';
import { bits, cipherWords, split, type Key } from './key.ts';

export type Float = 'float32' | 'float64';
export interface UniformOptions {
  readonly minval?: ArrayLike;
  readonly maxval?: ArrayLike;
  readonly dtype?: Float;
}

/** The number next to -1, which itself would give an infinite normal. */
export const aboveMinusOne: { readonly [D in Float]: number } = { float32: -1 + 2 ** -24, float64: -1 + 2 ** -53 };

/** A number on [0, 1) of the two words of the cipher: 23 random bits (52 for float64) as the fraction of a number in [1, 2). */
export const fractionOf = ([high, low]: readonly [NDArray, NDArray], dtype: Float): NDArray => {
  if (dtype === 'float32') {
    const words = xor(high, low);
    const fraction = or(shiftRightLogical(words, like(words, 9)), like(words, 0x3f800000));
    const value = bitcast(fraction, 'float32');
    return sub(value, like(value, 1));
  }
  // 64 random bits are the two words; the upper 52 make the fraction.
  const upper = scale(convert(high, 'float64'), 2 ** -32);
  return add(upper, scale(convert(shiftRightLogical(low, like(low, 12)), 'float64'), 2 ** -52));
};
const unit = (key: Key, shape: Shape, dtype: Float): NDArray => {
  // Sound: what is no float type has no number here.
  if ((aboveMinusOne[dtype] as number | undefined) === undefined)
    throw new DTypeError(`random: expected float32 or float64, got ${dtype}. Convert what is drawn with astype.`);
  return fractionOf(cipherWords(key, shape), dtype);
};

/** A number on [0, 1) brought to `[minval, maxval)`; the span is the difference of the bounds as rounded to the type. */
const between = (x: NDArray, minval: ArrayLike, maxval: ArrayLike): NDArray => {
  const bound = (value: ArrayLike): NDArray =>
    typeof value === 'number'
      ? like(x, value)
      : broadcastTo(convert(withWeak(asFloat(value), false), x.dtype), x.shape);
  const low = bound(minval);
  return max(low, add(mul(x, sub(bound(maxval), low)), low));
};

/** Uniform on `[minval, maxval)`; differentiable in bounds that are arrays, which broadcast to `shape`. */
export const uniform = (
  key: Key,
  shape: Shape = [],
  { minval = 0, maxval = 1, dtype = 'float32' }: UniformOptions = {},
): NDArray => between(unit(key, shape, dtype), minval, maxval);

/** A number on [0, 1) made standard normal. */
export const normalOf = (x: NDArray, dtype: Float): NDArray =>
  scale(erfInv(between(x, aboveMinusOne[dtype], 1)), Math.SQRT2);
/** Standard normal. */
export const normal = (key: Key, shape: Shape = [], dtype: Float = 'float32'): NDArray =>
  normalOf(unit(key, shape, dtype), dtype);

/** The next number of the type from `x` towards 0 or, at 0, away from it, upwards or downwards. */
const neighbour = (x: number, up: boolean, dtype: Float): number => {
  if (!Number.isFinite(x)) return x;
  const [real, whole] =
    dtype === 'float32'
      ? ([new Float32Array([x]), Int32Array] as const)
      : ([new Float64Array([x]), BigInt64Array] as const);
  const start = real[0] ?? 0;
  if (start === 0) return (up ? 1 : -1) * (dtype === 'float32' ? 2 ** -149 : Number.MIN_VALUE);
  const bits = new whole(real.buffer);
  // The bits of positive floats are in order, those of negative ones in reverse.
  const isAway = start > 0 === up;
  if (bits instanceof Int32Array) bits[0] = (bits[0] ?? 0) + (isAway ? 1 : -1);
  else bits[0] = (bits[0] ?? 0n) + (isAway ? 1n : -1n);
  return real[0] ?? 0;
};

/** Standard normal strictly between two bounds. */
export const truncatedNormal = (
  key: Key,
  lower: number,
  upper: number,
  shape: Shape = [],
  dtype: Float = 'float32',
): NDArray => {
  const x = unit(key, shape, dtype);
  const edge = (bound: number): NDArray => erf(splat({ dtype, shape: [...shape] }, bound / Math.SQRT2));
  const [a, b] = [edge(lower), edge(upper)];
  const u = max(a, add(mul(x, sub(b, a)), a));
  const drawn = scale(erfInv(u), Math.SQRT2);
  // Rounding must not lead out of the open interval.
  return min(max(drawn, like(drawn, neighbour(lower, true, dtype))), like(drawn, neighbour(upper, false, dtype)));
};

/** True with probability `p`. */
export const bernoulli = (key: Key, p: ArrayLike = 0.5, shape?: Shape): NDArray => {
  const chance = asFloat(p);
  const size = shape ?? chance.shape;
  const dtype = chance.dtype === 'float64' ? 'float64' : 'float32';
  return lt(uniform(key, size, { dtype }), broadcastTo(withWeak(chance, false), size));
};

/** Whole numbers from `minval` below `maxval`, int32. */
export const randint = (key: Key, shape: Shape, minval: number, maxval: number): NDArray => {
  if (![minval, maxval - 1].every((n) => n === (n | 0)) || maxval <= minval)
    throw new FluxionError(
      'random.randint',
      `randint: expected whole bounds of int32 with minval below maxval, got ${minval} and ${maxval}. The upper one is not drawn.`,
    );
  const [k1, k2] = split(key);
  const [high, low] = [bits(k1, shape), bits(k2, shape)];
  const span = (maxval - minval) >>> 0;
  // 2^32 mod span, by squaring 2^16 mod span, all in 32 bits as JAX does.
  const half = 2 ** 16 % span;
  const multiplier = Math.imul(half, half) >>> 0;
  const modulus = like(high, span);
  const offset = rem(add(mul(rem(high, modulus), like(high, multiplier % span)), rem(low, modulus)), modulus);
  return add(bitcast(offset, 'int32'), splat({ dtype: 'int32', shape: [...shape] }, minval));
};

/** Standard Gumbel: `-log(-log(u))`. */
export const gumbel = (key: Key, shape: Shape = [], dtype: Float = 'float32'): NDArray => {
  const tiny = dtype === 'float32' ? 1.1754943508222875e-38 : 2.2250738585072014e-308;
  return neg(log(neg(log(uniform(key, shape, { minval: tiny, maxval: 1, dtype })))));
};
/** Standard exponential: `-log(1 - u)`. */
export const exponential = (key: Key, shape: Shape = [], dtype: Float = 'float32'): NDArray =>
  neg(log1p(neg(uniform(key, shape, { dtype }))));
