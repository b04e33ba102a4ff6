/** Putting slices in and leaving some out at positions known now. */
import { IndexError } from '../array/errors.ts';
import { type ArrayLike, fromStore, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { reshape } from '../primitives/broadcast.ts';
import { concatenate } from '../primitives/slicing.ts';
import { convert } from '../primitives/arithmetic.ts';
import { axisOf } from './axes.ts';
import { take } from './indexing.ts';
import { asOperand, broadcastTo } from './promotion.ts';

/** Positions counted from the front, up to `last`. */
const checked = (name: string, x: NDArray, at: readonly number[], extent: number, last: number): readonly number[] =>
  at.map((position) => {
    const wrapped = position < 0 ? position + extent : position;
    if (!Number.isInteger(position) || wrapped < 0 || wrapped > last)
      throw new IndexError(
        `${name}: expected positions from ${-extent} to ${last} of ${showType(x.type)}, got ${position}. They count along the axis.`,
        'index.range',
      );
    return wrapped;
  });

const int32 = (values: readonly number[]): NDArray =>
  fromStore({ dtype: 'int32', shape: [values.length] }, Int32Array.from(values));

/** An array without the slices at positions along an axis, of all elements in order without one. */
const deleted = (value: ArrayLike, where: number | readonly number[], axis?: number): NDArray => {
  const x = asOperand(value);
  if (axis === undefined) return deleted(reshape(x, [x.size]), where, 0);
  const at = axisOf('delete', x.type, axis);
  const extent = x.shape[at] ?? 0;
  const gone = new Set(checked('delete', x, typeof where === 'number' ? [where] : where, extent, extent - 1));
  const kept = Array.from({ length: extent }, (_, i) => i).filter((i) => !gone.has(i));
  return take(x, int32(kept), at, { mode: 'clip' });
};
export { deleted as delete_ };

/**
 * An array with values put in before positions along an axis, of all elements in order without one. Several positions count in the array as it was, as in
 * NumPy; the values broadcast to one slice for each.
 */
export const insert = (
  value: ArrayLike,
  where: number | readonly number[],
  values: ArrayLike,
  axis?: number,
): NDArray => {
  const x = asOperand(value);
  if (axis === undefined) return insert(reshape(x, [x.size]), where, values, 0);
  const at = axisOf('insert', x.type, axis);
  const extent = x.shape[at] ?? 0;
  const before = checked('insert', x, typeof where === 'number' ? [where] : where, extent, extent);
  const given = convert(asOperand(values), x.dtype);
  // At one position any number of slices goes in.
  const own = given.ndim === x.ndim ? (given.shape[at] ?? 1) : 1;
  const count = typeof where === 'number' ? Math.max(1, own) : before.length;
  const news = broadcastTo(
    given,
    x.shape.map((n, i) => (i === at ? count : n)),
  );
  const places = typeof where === 'number' ? new Array<number>(count).fill(before[0] ?? 0) : before;
  const entries = [
    ...places.map((place, i) => ({ place, isOld: 0, source: extent + i })),
    ...Array.from({ length: extent }, (_, i) => ({ place: i, isOld: 1, source: i })),
  ].sort((a, b) => a.place - b.place || a.isOld - b.isOld);
  return take(concatenate([x, news], at), int32(entries.map(({ source }) => source)), at, { mode: 'clip' });
};
