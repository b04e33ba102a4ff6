/** Pixels of numbers: brightness from 0 to 255. */
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { astype, clip, divide, multiply, subtract, where, equal } from '../operations/arithmetic.ts';
import { nanmax, nanmin } from '../operations/nan-reduction.ts';
import { asFloat, asOperand } from '../operations/promotion.ts';
import { round } from '../operations/rounding.ts';

/** Brightness from 0 to 255, rounded and cut to bytes. */
export const asBytes = (x: NDArray): NDArray => astype(clip(round(x), 0, 255), 'uint8');

/** Values as shares of the way from `low` to `high`, by default from the least to the greatest; 0 where these are equal. */
export const scaled = (
  values: ArrayLike,
  { low, high, axes }: { readonly low?: number; readonly high?: number; readonly axes?: readonly number[] } = {},
): NDArray => {
  const x = asFloat(asOperand(values));
  const over = axes === undefined ? {} : { axis: axes, keepdims: true };
  const [from, to] = [low ?? nanmin(x, over), high ?? nanmax(x, over)];
  const span = subtract(to, from);
  return divide(subtract(x, from), where(equal(span, 0), 1, span));
};

/** A picture as bytes: `uint8` as it is, other integers cut to 0 to 255, floats as shares from 0 to 1. */
export const pixelsOf = (image: ArrayLike): NDArray => {
  const x = asOperand(image);
  if (x.dtype === 'uint8') return x;
  if (x.dtype === 'float32' || x.dtype === 'float64') return asBytes(multiply(x, 255));
  return asBytes(asFloat(x.dtype === 'bool' ? multiply(astype(x, 'float32'), 255) : x));
};
