/** Sorting, and what is found by sorting. */
import { IndexError, ShapeError } from '../array/errors.ts';
import type { SortOptions } from '../array/methods.ts';
import { withWeak, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { reshape } from '../primitives/broadcast.ts';
import { iota } from '../primitives/iota.ts';
import { reverse, sliceAxis } from '../primitives/slicing.ts';
import * as s from '../primitives/sorting.ts';
import { axisOf } from './axes.ts';
import { align, asOperand } from './promotion.ts';

export type { SortOptions };
type Sorter = (x: ArrayLike, options?: number | null | SortOptions) => NDArray;

/** The array and the axis to sort along. */
const readSort = (name: string, value: ArrayLike, given: number | null | SortOptions | undefined) => {
  const { axis = -1, descending = false } =
    typeof given === 'number' || given === null ? { axis: given } : (given ?? {});
  const x = asOperand(value);
  return axis === null
    ? { x: reshape(x, [x.size]), at: 0, descending }
    : { x, at: axisOf(name, x.type, axis), descending };
};
const positionsIn = (x: NDArray, axis: number): NDArray => iota({ dtype: 'int32', shape: x.shape }, axis);

/** The arrays sorted together by the first; descending is ascending backwards, of an array turned round so that equals keep their order. */
const sortedBy = (xs: readonly NDArray[], axis: number, descending: boolean): readonly NDArray[] => {
  if (!descending) return s.sort(xs, axis);
  const turn = (x: NDArray): NDArray => reverse(x, [axis]);
  return s.sort(xs.map(turn), axis).map(turn);
};

/** Ascending along an axis, stable, NaN last. */
export const sort: Sorter = (value, given) => {
  const { x, at, descending } = readSort('sort', value, given);
  const [sorted = x] = sortedBy([x], at, descending);
  return withWeak(sorted, x.weak);
};
/** The int32 positions that would sort an axis. */
export const argsort: Sorter = (value, given) => {
  const { x, at, descending } = readSort('argsort', value, given);
  const [, order = x] = sortedBy([x, positionsIn(x, at)], at, descending);
  return order;
};

/** The int32 positions that sort by several keys, the last of them first of all. */
export const lexsort = (keys: ArrayLike | readonly ArrayLike[], axis = -1): NDArray => {
  const list = Array.isArray(keys) ? (keys as readonly ArrayLike[]) : [...asOperand(keys as ArrayLike)]; // sound: what is no list is an operand
  if (list.length === 0) throw new ShapeError('lexsort: expected keys, got none. Give at least one.', 'shape.empty');
  const xs = align('lexsort', ...list);
  const [first] = xs as readonly [NDArray, ...NDArray[]]; // sound: as many as keys
  const at = axisOf('lexsort', first.type, axis);
  const sorted = s.sort([...[...xs].reverse(), positionsIn(first, at)], at, xs.length);
  return sorted[xs.length] ?? first;
};

const checkPlace = (name: string, x: NDArray, kth: number, axis: number): void => {
  const extent = x.shape[axis] ?? 0;
  if (!Number.isInteger(kth) || kth < -extent || kth >= extent)
    throw new IndexError(
      `${name}: expected a place along axis ${axis} of ${showType(x.type)}, got ${kth}. Places go from ${-extent} to ${extent - 1}.`,
      'index.range',
    );
};
/** An order in which smaller elements stand before place `kth` and larger ones behind. Ours sorts, which is one such order. */
export const partition = (value: ArrayLike, kth: number, axis = -1): NDArray => {
  const x = asOperand(value);
  checkPlace('partition', x, kth, axisOf('partition', x.type, axis));
  return sort(x, axis);
};
/** The int32 positions of the elements in the order of `partition`. */
export const argpartition = (value: ArrayLike, kth: number, axis = -1): NDArray => {
  const x = asOperand(value);
  checkPlace('argpartition', x, kth, axisOf('argpartition', x.type, axis));
  return argsort(x, axis);
};

/** The `k` largest along an axis, largest first, and their int32 positions; NaN counts as largest, equals keep their order. */
export const topK = (value: ArrayLike, k: number, axis = -1): readonly [values: NDArray, positions: NDArray] => {
  const x = asOperand(value);
  const at = axisOf('topK', x.type, axis);
  const extent = x.shape[at] ?? 0;
  if (!Number.isInteger(k) || k < 0 || k > extent)
    throw new IndexError(
      `topK: expected a count from 0 to ${extent} for ${showType(x.type)}, got ${k}. There are no more elements along axis ${at}.`,
      'index.range',
    );
  const [values = x, order = x] = sortedBy([x, positionsIn(x, at)], at, true);
  return [sliceAxis(values, at, 0, k), sliceAxis(order, at, 0, k)];
};

/** Keys ascending along an axis, and the values that stood with them. */
export const sortKeyVal = (
  keys: ArrayLike,
  values: ArrayLike,
  dimension = -1,
): readonly [keys: NDArray, values: NDArray] => {
  const [x, y] = [asOperand(keys), asOperand(values)];
  const [sorted = x, along = y] = s.sort([x, y], axisOf('sortKeyVal', x.type, dimension));
  return [sorted, along];
};
