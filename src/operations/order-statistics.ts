/** Medians, quantiles and percentiles. */
import type { Axis, ReduceOptions } from '../array/methods.ts';
import { IndexError, ShapeError } from '../array/errors.ts';
import { isNDArray, splat, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { axesOf, showType, sizeOf, without } from '../array/type.ts';
import {
  add,
  ceil,
  convert,
  div,
  floor,
  isFinite,
  isNaN,
  max,
  min,
  mul,
  round,
  scale,
  sub,
} from '../primitives/arithmetic.ts';
import { broadcast, moveAxis, reduceSum, reshape, transpose } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { takeAlongAxis } from '../primitives/indexing.ts';
import { and, eq, not, or, select } from '../primitives/logic.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { sort } from '../primitives/sorting.ts';
import { stopGradientOf } from '../primitives/stop-gradient.ts';
import { axesFrom, optionsFrom } from './axes.ts';
import { asFloat, asOperand, fromList } from './promotion.ts';

/** What stands between two neighbours of the sorted elements: NumPy's methods. */
export type QuantileMethod = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest';
export interface QuantileOptions extends ReduceOptions {
  /** Default `linear`. `nearest` takes halves to the even position, as NumPy does (JAX takes the lower). */
  readonly method?: QuantileMethod;
}

/** The reduced axes as one, last. */
const gathered = (x: NDArray, axes: readonly number[]): NDArray => {
  const rest = without(axesOf(x.shape), axes);
  const extents = (list: readonly number[]): readonly number[] => list.map((axis) => x.shape[axis] ?? 0);
  return reshape(transpose(x, [...rest, ...axes]), [...extents(rest), sizeOf(extents(axes))]);
};

/** Fractions as float64, so that positions are exact; what is known must lie between 0 and 1. */
const fractionsOf = (name: string, q: ArrayLike, whole: number): NDArray => {
  const given = isNDArray(q)
    ? convert(q, 'float64')
    : typeof q === 'number'
      ? splat({ dtype: 'float64', shape: [] }, q)
      : Array.isArray(q)
        ? fromList(q, 'float64')
        : convert(asOperand(q), 'float64');
  const literals = (typeof q === 'number' ? [q] : Array.isArray(q) ? q.flat(8) : []).filter(
    (v) => typeof v === 'number',
  );
  const odd = literals.find((v) => !(v >= 0 && v <= whole));
  if (odd !== undefined)
    throw new IndexError(`${name}: expected fractions from 0 to ${whole}, got ${odd}.`, 'index.fraction');
  const fractions = div(given, like(given, whole));
  return max(min(fractions, like(fractions, 1)), like(fractions, 0));
};

const takeSorted = (sorted: NDArray, positions: NDArray): NDArray =>
  takeAlongAxis(sorted, convert(positions, 'int32'), sorted.ndim - 1);

/** Between two neighbours; exact where they are infinite. */
const between = (sorted: NDArray, positions: NDArray): NDArray => {
  const lower = stopGradientOf(floor(positions));
  const top = like(positions, Math.max(0, (sorted.shape.at(-1) ?? 1) - 1));
  const [low, high] = [takeSorted(sorted, lower), takeSorted(sorted, min(add(lower, like(lower, 1)), top))];
  const weight = convert(sub(positions, lower), low.dtype);
  const step = sub(high, low);
  const isStill = and(not(isFinite(step)), or(eq(weight, like(weight, 0)), eq(low, high)));
  return add(low, mul(select(isStill, like(step, 0), step), weight));
};

const chosen = (sorted: NDArray, positions: NDArray, method: QuantileMethod): NDArray => {
  switch (method) {
    case 'linear':
      return between(sorted, positions);
    case 'lower':
      return takeSorted(sorted, floor(positions));
    case 'higher':
      return takeSorted(sorted, ceil(positions));
    case 'nearest':
      return takeSorted(sorted, round(positions));
    case 'midpoint':
      return between(sorted, scale(add(floor(positions), ceil(positions)), 0.5));
  }
};

/** How many elements count in each row, less one: `[..., 1]`. */
const lastPositions = (rows: NDArray, skipsNaN: boolean): NDArray => {
  const shape = [...rows.shape.slice(0, -1), 1];
  if (!skipsNaN) return splat({ dtype: 'float64', shape }, (rows.shape.at(-1) ?? 0) - 1);
  const count = reduceSum(convert(not(isNaN(rows)), 'float64'), [rows.ndim - 1]);
  return reshape(max(sub(count, like(count, 1)), like(count, 0)), shape);
};

const quantiles = (name: string, whole: number, skipsNaN: boolean) => {
  const along = (column: NDArray, shape: readonly number[]): NDArray =>
    broadcast(reshape(column, column.shape.slice(0, -1)), shape, axesOf(shape).slice(0, -1));
  return (value: ArrayLike, q: ArrayLike, given?: Axis | QuantileOptions): NDArray => {
    const x = asFloat(value);
    const { axis, keepdims = false, method = 'linear' } = optionsFrom<QuantileOptions>(given);
    const axes = axesFrom(name, x.type, axis);
    const rows = gathered(x, axes);
    const extent = rows.shape.at(-1) ?? 0;
    if (extent === 0)
      throw new ShapeError(
        `${name}: expected elements, got ${showType(x.type)}. Nothing has no quantile.`,
        'shape.empty',
      );
    const [sorted = rows] = sort([rows], rows.ndim - 1);
    const fractions = fractionsOf(name, q, whole);
    const shape = [...rows.shape.slice(0, -1), fractions.size];
    const flat = broadcast(reshape(fractions, [fractions.size]), shape, [shape.length - 1]);
    const positions = mul(flat, along(lastPositions(rows, skipsNaN), shape));
    const found = chosen(sorted, positions, method);
    // NaN stands last, and first of all if there is nothing else.
    const edge = skipsNaN ? 0 : extent - 1;
    const result = select(
      along(isNaN(sliceAxis(sorted, rows.ndim - 1, edge, edge + 1)), shape),
      like(found, NaN),
      found,
    );
    const rest = keepdims ? x.shape.map((n, a) => (axes.includes(a) ? 1 : n)) : rows.shape.slice(0, -1);
    return reshape(moveAxis(result, result.ndim - 1, 0), [...fractions.shape, ...rest]);
  };
};

type Quantile = (x: ArrayLike, q: ArrayLike, options?: Axis | QuantileOptions) => NDArray;
/** The value below which the fraction `q` lies; the axes of `q` come first. NaN if there is one. */
export const quantile: Quantile = quantiles('quantile', 1, false);
/** Quantiles by hundredths. */
export const percentile: Quantile = quantiles('percentile', 100, false);
/** Quantiles of what is no NaN. */
export const nanquantile: Quantile = quantiles('nanquantile', 1, true);
/** Quantiles by hundredths, of what is no NaN. */
export const nanpercentile: Quantile = quantiles('nanpercentile', 100, true);
/** The middle of the sorted elements, or the mean of the two there. NaN if there is one. */
export const median = (x: ArrayLike, options?: Axis | ReduceOptions): NDArray =>
  quantiles('median', 1, false)(x, 0.5, options);
/** The median of what is no NaN. */
export const nanmedian = (x: ArrayLike, options?: Axis | ReduceOptions): NDArray =>
  quantiles('nanmedian', 1, true)(x, 0.5, options);
