/** Floats looked at as such: their kinds, signs, exponents and neighbours. */
import { isFloat } from '../array/dtype.ts';
import { type ArrayLike, withWeak, type NDArray } from '../array/ndarray.ts';
import * as p from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import { exp2, log2 } from '../primitives/exponential.ts';
import * as l from '../primitives/logic.ts';
import { stopGradientOf } from '../primitives/stop-gradient.ts';
import { binaryFloating, floats, type Unary } from './lifting.ts';
import { asFloat, asOperand, align } from './promotion.ts';
import { finfo } from './types.ts';

export const isfinite: Unary = (x) => p.isFinite(asOperand(x));
export const isnan: Unary = (x) => p.isNaN(asOperand(x));
/** Where a float equals an infinity; integers never do. */
const equals =
  (infinity: number, of: (x: NDArray) => NDArray): Unary =>
  (a) => {
    const x = asOperand(a);
    return isFloat(x.dtype) ? l.eq(of(x), like(x, infinity)) : l.ne(x, x);
  };
export const isinf = equals(Infinity, p.abs);
export const isposinf = equals(Infinity, (x) => x);
export const isneginf = equals(-Infinity, (x) => x);

const isNegative = (x: NDArray): NDArray => {
  const zero = like(x, 0);
  return l.lt(l.select(l.eq(x, zero), p.div(like(x, 1), x), x), zero);
};
/** Whether the sign is minus, of -0 too; of NaN never, since its sign says nothing here. */
export const signbit: Unary = (a) => isNegative(asFloat(a));
/** `x` with the sign of `y`. The slope in `x` at 0 is 1, that in `y` 0. */
export const copysign = binaryFloating('copysign', (x, y) => {
  const size = p.abs(x);
  return l.select(isNegative(y), p.neg(size), size);
});
/** 0 below 0, 1 above, `half` at 0. */
export const heaviside = binaryFloating('heaviside', (x, half) => {
  const side = l.select(l.lt(x, like(x, 0)), like(x, 0), l.select(l.gt(x, like(x, 0)), like(x, 1), half));
  return l.select(p.isNaN(x), x, side);
});

export interface NanToNumOptions {
  /** Instead of NaN. Default 0. */
  readonly nan?: ArrayLike;
  /** Instead of infinity. Default the largest finite number. */
  readonly posinf?: ArrayLike;
  /** Instead of minus infinity. Default the lowest finite number. */
  readonly neginf?: ArrayLike;
}
/** Finite numbers instead of NaN and infinities. */
export const nanToNum = (value: ArrayLike, { nan = 0, posinf, neginf }: NanToNumOptions = {}): NDArray => {
  const x = asOperand(value);
  if (!isFloat(x.dtype)) return x;
  const { max, min } = finfo(x.dtype);
  const instead = (at: NDArray, other: ArrayLike, y: NDArray): NDArray => {
    const [whole = y, filling = y] = align('nanToNum', y, other);
    return l.select(at, p.convert(filling, x.dtype), p.convert(whole, x.dtype));
  };
  const above = instead(l.eq(x, like(x, Infinity)), posinf ?? max, instead(p.isNaN(x), nan, x));
  return withWeak(instead(l.eq(x, like(x, -Infinity)), neginf ?? min, above), x.weak);
};

/** `x 2^n` for whole `n`. */
export const ldexp = (x: ArrayLike, n: ArrayLike): NDArray => {
  const [y, whole] = floats('ldexp', x, n);
  // In three steps, so that no power is out of range where the result is not.
  const limit = y.dtype === 'float64' ? 2200 : 320;
  const capped = p.max(p.min(whole, like(whole, limit)), like(whole, -limit));
  const first = p.trunc(p.div(capped, like(whole, 3)));
  const rest = p.sub(capped, p.add(first, first));
  const [part, last] = [exp2(first), exp2(rest)];
  return withWeak(p.mul(p.mul(p.mul(y, part), part), last), y.weak);
};

/** `x = m 2^n` with |m| from 1/2 below 1, and an int32 `n`. Zeros, infinities and NaN are their own m, with n = 0. */
export const frexp = (value: ArrayLike): readonly [NDArray, NDArray] => {
  const x = asFloat(value);
  const lift = x.dtype === 'float64' ? 54 : 25;
  const size = stopGradientOf(p.abs(x));
  const isTiny = l.lt(size, like(x, x.dtype === 'float64' ? 2 ** -1022 : 2 ** -126));
  const isPlain = l.and(p.isFinite(x), l.ne(x, like(x, 0)));
  const lifted = l.select(isTiny, p.mul(x, like(x, 2 ** lift)), x);
  const { mantissa, exponent } = normalParts(lifted, l.select(isPlain, stopGradientOf(p.abs(lifted)), like(x, 1)));
  const total = p.sub(exponent, l.select(isTiny, like(x, lift), like(x, 0)));
  return [l.select(isPlain, mantissa, x), p.convert(l.select(isPlain, total, like(x, 0)), 'int32')];
};
/** The mantissa and exponent of a normal number of this size. */
const normalParts = (x: NDArray, size: NDArray): { readonly mantissa: NDArray; readonly exponent: NDArray } => {
  const guess = p.add(p.floor(log2(size)), like(x, 1));
  // Halved twice: 2^-1024 is no normal number.
  const half = p.floor(p.div(guess, like(x, 2)));
  const scaled = (y: NDArray): NDArray => p.mul(p.mul(y, exp2(p.neg(half))), exp2(p.sub(half, guess)));
  // The logarithm may have been rounded up to a whole number.
  const isLow = l.lt(scaled(size), like(x, 0.5));
  return {
    mantissa: p.mul(scaled(x), l.select(isLow, like(x, 2), like(x, 1))),
    exponent: p.sub(guess, l.select(isLow, like(x, 1), like(x, 0))),
  };
};

/**
 * The next number above, of any but infinity and NaN (Rump, Zimmermann, Boldo and Melquiond, 2009): `x + u (1 + 2u) |x|`; where
 * that may underflow, one step or the same with x scaled up.
 */
const above = (x: NDArray): NDArray => {
  const isDouble = x.dtype === 'float64';
  const [u, tiny] = isDouble ? [2 ** -53, 2 ** -1074] : [2 ** -24, 2 ** -149];
  const size = p.abs(x);
  const raised = (y: NDArray): NDArray => p.add(y, p.mul(p.abs(y), like(y, u * (1 + 2 * u))));
  const scaled = p.mul(raised(p.mul(x, like(x, 1 / u))), like(x, u));
  const isLarge = l.ge(size, like(x, tiny / u / u));
  const isTiny = l.lt(size, like(x, tiny / u));
  return l.select(isLarge, raised(x), l.select(isTiny, p.add(x, like(x, tiny)), scaled));
};
/** The number next to `x` in the direction of `y`; `y` if they are equal. It has no derivative. */
export const nextafter = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [from, to] = floats('nextafter', a, b);
  const [x, y] = [stopGradientOf(from), stopGradientOf(to)];
  const end = like(x, finfo(x.dtype).max);
  const up = l.select(l.eq(x, like(x, -Infinity)), p.neg(end), above(x));
  const down = l.select(l.eq(x, like(x, Infinity)), end, p.neg(above(p.neg(x))));
  const moved = l.select(l.lt(x, y), up, down);
  // A zero keeps the side from which it was reached.
  const sided = l.select(l.eq(moved, like(x, 0)), p.mul(x, like(x, 0)), moved);
  return l.select(p.isNaN(x), x, l.select(l.or(l.lt(x, y), l.gt(x, y)), sided, y));
};

export interface CloseOptions {
  /** Allowed difference relative to `y`. Default 1e-5. */
  readonly rtol?: number;
  /** Allowed difference besides. Default 1e-8. */
  readonly atol?: number;
  /** Whether NaN is close to NaN. Default false. */
  readonly equalNan?: boolean;
}
/** Whether `|x - y| <= atol + rtol |y|`; infinities are close to themselves only. */
export const isclose = (
  a: ArrayLike,
  b: ArrayLike,
  { rtol = 1e-5, atol = 1e-8, equalNan = false }: CloseOptions = {},
): NDArray => {
  const [x, y] = floats('isclose', a, b);
  const allowed = p.add(like(x, atol), p.mul(like(x, rtol), p.abs(y)));
  const isNear = l.and(l.le(p.abs(p.sub(x, y)), allowed), l.and(p.isFinite(x), p.isFinite(y)));
  const close = l.or(isNear, l.eq(x, y));
  return equalNan ? l.or(close, l.and(p.isNaN(x), p.isNaN(y))) : close;
};
