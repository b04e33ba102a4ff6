/** Where elements are not zero. How many there are is data: known without jit, a static `size` under it. */
import { TraceError } from '../array/errors.ts';
import { type ArrayLike, concrete, copyElements, splat, type NDArray } from '../array/ndarray.ts';
import { rowMajor, showType, type Shape } from '../array/type.ts';
import { isReadable } from '../core/force.ts';
import { convert, div, rem, sub } from '../primitives/arithmetic.ts';
import { reshape } from '../primitives/broadcast.ts';
import { cumsum } from '../primitives/cumulation.ts';
import { like } from '../primitives/elementwise.ts';
import { scatter } from '../primitives/indexing.ts';
import { iota } from '../primitives/iota.ts';
import { lt, ne, select } from '../primitives/logic.ts';
import { concatenate } from '../primitives/slicing.ts';
import { asOperand } from './promotion.ts';

export interface SizeOptions {
  /** How many there are: more are cut off, and `fillValue` stands for those that lack. Needed where the values are not known, as in jit. */
  readonly size?: number;
  /** Default 0. */
  readonly fillValue?: number;
}

/** The size that was given, or the sum of the counts (1 and 0 in a mask) if it can be had; `option` is what the user calls it. */
export const sizeFor = (name: string, counts: NDArray, size: number | undefined, option = 'size'): number => {
  if (size !== undefined) return size;
  if (!isReadable(counts))
    throw new TraceError(
      `${name}: expected a static ${option} for a result whose extent depends on the values of a traced ${showType(counts.type)}, got none. Give { ${option} }, or choose elements by where.`,
      'trace.size',
    );
  let count = 0;
  for (const holds of copyElements(concrete(counts, name))) count += holds;
  return count;
};

/** Whether each element is not zero. */
export const isNonzero = (x: NDArray): NDArray => (x.dtype === 'bool' ? x : ne(x, like(x, 0)));

/** The positions in row-major order where a mask of rank 1 holds, the size of the mask where there are no more, and which of them are real. */
export const trueAt = (mask: NDArray, size: number): { readonly at: NDArray; readonly real: NDArray } => {
  const counts = convert(mask, 'int32');
  const one = like(counts, 1);
  const extent = mask.size;
  // The place of each in the result; out of range for those that do not hold.
  const place = select(mask, sub(cumsum(counts, 0), one), like(counts, -1));
  const at = scatter(
    splat({ dtype: 'int32', shape: [size] }, extent),
    reshape(place, [extent, 1]),
    iota({ dtype: 'int32', shape: [extent] }, 0),
    { batch: 0, combine: 'set', unique: true },
  );
  return { at, real: lt(at, like(at, extent)) };
};

/** Positions in row-major order as one array of positions for each axis. */
export const unravel = (at: NDArray, shape: Shape): readonly NDArray[] =>
  rowMajor(shape).map((stride, axis) => {
    const row = div(at, like(at, Math.max(1, stride)));
    return axis === 0 ? row : rem(row, like(row, Math.max(1, shape[axis] ?? 1)));
  });

/**
 * For each axis the int32 positions of the elements that are not zero, in row-major order.
 *
 * @example const [rows, columns] = nonzero(matrix)
 */
export const nonzero = (value: ArrayLike, { size, fillValue = 0 }: SizeOptions = {}): readonly NDArray[] => {
  const x = asOperand(value);
  const mask = reshape(isNonzero(x), [x.size]);
  const { at, real } = trueAt(mask, sizeFor('nonzero', mask, size));
  return unravel(at, x.shape).map((column) => select(real, column, like(column, fillValue)));
};

/** The int32 positions of the elements that are not zero, of all in order. */
export const flatnonzero = (value: ArrayLike, options: SizeOptions = {}): NDArray => {
  const x = asOperand(value);
  const [at] = nonzero(reshape(x, [x.size]), options);
  return at ?? x;
};

/** The positions of the elements that are not zero, one row for each: `[size, rank]`. */
export const argwhere = (value: ArrayLike, options: SizeOptions = {}): NDArray => {
  const x = asOperand(value);
  const columns = nonzero(x, options);
  const [first] = columns;
  if (first === undefined) {
    const count = sizeFor('argwhere', isNonzero(x), options.size);
    return splat({ dtype: 'int32', shape: [count, 0] }, 0);
  }
  return concatenate(
    columns.map((column) => reshape(column, [column.size, 1])),
    1,
  );
};
