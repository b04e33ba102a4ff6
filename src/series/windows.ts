/** Series as examples: windows of the past with what comes next, and values some steps ago. */
import { ShapeError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { expandDims } from '../operations/manipulation.ts';
import { add } from '../operations/arithmetic.ts';
import { full } from '../operations/creation.ts';
import { take } from '../operations/indexing.ts';
import { arange } from '../operations/ranges.ts';
import { concatenate } from '../operations/stacking.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { countOf, timesOf } from './input.ts';

export interface WindowOptions {
  /** How many values go in. */
  readonly length: number;
  /** How many values that follow are to be predicted. Default 1. */
  readonly horizon?: number;
  /** How far apart windows begin. Default 1. */
  readonly stride?: number;
}

export interface Windows {
  /** `[windows, length, ...]` */
  readonly inputs: NDArray;
  /** `[windows, horizon, ...]`, what follows each input. */
  readonly targets: NDArray;
}

/**
 * All windows of a series `[n]` or of several `[n, variables]`, and what follows each: as many as lie wholly inside,
 * `floor((n - length - horizon) / stride) + 1`.
 *
 * @example windows([1, 2, 3, 4], { length: 2 }) // inputs [[1, 2], [2, 3]], targets [[3], [4]]
 */
export const windows = (x: ArrayLike, { length, horizon = 1, stride = 1 }: WindowOptions): Windows => {
  const series = timesOf('windows', x);
  countOf('windows', 'length', length, 1);
  countOf('windows', 'horizon', horizon, 0);
  countOf('windows', 'stride', stride, 1);
  const n = series.shape[0] ?? 0;
  if (length + horizon > n)
    throw new ShapeError(
      `windows: expected at least ${length + horizon} values for length ${length} and horizon ${horizon}, got ${n}. Use shorter windows.`,
      'shape.series',
    );
  const starts = expandDims(arange(0, n - length - horizon + 1, stride), 1);
  return {
    inputs: take(series, add(starts, arange(length)), 0),
    targets: take(series, add(starts, arange(length, length + horizon)), 0),
  };
};

/**
 * The values `k` steps ago, along axis 0: nothing is known of the first `k`, which are NaN. A negative `k` looks ahead.
 *
 * @example lag([1, 2, 3], 1) // [nan, 1, 2]
 */
export const lag = (x: ArrayLike, k = 1): NDArray => {
  const series = timesOf('lag', x);
  countOf('lag', 'k', k, -Infinity);
  const [n = 0, ...rest] = series.shape;
  const missing = full([Math.min(Math.abs(k), n), ...rest], NaN, 'float64');
  if (Math.abs(k) >= n) return missing;
  return k >= 0
    ? concatenate([missing, sliceAxis(series, 0, 0, n - k)], 0)
    : concatenate([sliceAxis(series, 0, -k, n), missing], 0);
};
