/** Initialisers that look at the shape alone. */
import { splat, type NDArray } from '../../array/ndarray.ts';
import type { Shape } from '../../array/type.ts';
import { multiply } from '../../operations/arithmetic.ts';
import type { Key } from '../../random/key.ts';
import {
  normal as drawNormal,
  truncatedNormal as drawTruncated,
  uniform as drawUniform,
  type Float,
} from '../../random/sample.ts';

/** A start for an array of a shape, drawn with a key; float32 if no element type is named. */
export type Initializer = (key: Key, shape: Shape, dtype?: Float) => NDArray;

/** The same value everywhere. */
export const constant =
  (value: number): Initializer =>
  (_, shape, dtype = 'float32') =>
    splat({ dtype, shape: [...shape] }, value);
export const zeros: Initializer = constant(0);
export const ones: Initializer = constant(1);
/** Normal with mean 0 and the given standard deviation, by default 0.01. */
export const normal =
  (deviation = 0.01): Initializer =>
  (key, shape, dtype) =>
    multiply(drawNormal(key, shape, dtype), deviation);
/** Uniform on `[0, scale)`, by default below 0.01. */
export const uniform =
  (scale = 0.01): Initializer =>
  (key, shape, dtype = 'float32') =>
    multiply(drawUniform(key, shape, { dtype }), scale);

export interface TruncationOptions {
  /** The bounds, in units of the deviation. Default -2 and 2. */
  readonly lower?: number;
  readonly upper?: number;
}
/** `deviation` (by default 0.01) times a standard normal cut at its bounds: its own deviation is smaller, 0.88 of that at the default bounds, as in JAX. */
export const truncatedNormal =
  (deviation = 0.01, { lower = -2, upper = 2 }: TruncationOptions = {}): Initializer =>
  (key, shape, dtype) =>
    multiply(drawTruncated(key, lower, upper, shape, dtype), deviation);
