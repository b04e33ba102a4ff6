/** Our concrete arrays as `ndarray` views and back: what every kernel of the reference reads and writes. */
import ndarray, { type NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { allocate, type DType, type TypedArray } from '../array/dtype.ts';
import { InternalError } from '../array/errors.ts';
import { cellOf, concrete, strided, type NDArray } from '../array/ndarray.ts';
import { sizeOf, typeOf, type ArrayType, type Shape } from '../array/type.ts';

/** A strided window on a typed array. The element type stands beside it, as bytes may be `uint8` or `bool`. */
export type View = NdArray<TypedArray>;

/** The elements of an array, in place; a splat is one element with strides 0. Nothing may be written through it. */
export const viewOf = (x: NDArray): View => {
  const { data, value, strides, offset } = cellOf(concrete(x, 'reference'));
  return ndarray(data ?? allocate(x.dtype, 1).fill(value), [...x.shape], [...strides], offset);
};

/** A row-major view of fresh zeros. */
export const freshView = ({ dtype, shape }: ArrayType): View => ndarray(allocate(dtype, sizeOf(shape)), [...shape]);

/** An array over a view, which the caller gives away. */
export const arrayOf = (dtype: DType, { data, shape, stride, offset }: View): NDArray =>
  strided(typeOf(dtype, shape), data, stride, offset);

/** Write every element of `from` to the same place of `to`, which has the same shape. */
export const copyInto = (to: View, from: View): void => {
  ops.assign(to, from);
};

/** A fresh row-major copy of the elements. */
export const copyOf = (x: NDArray): View => {
  const copy = freshView(x.type);
  copyInto(copy, viewOf(x));
  return copy;
};

/** The elements in row-major order as a view of rank 1. */
export const flatOf = (x: NDArray): View => ndarray(copyOf(x).data, [x.size]);

/** Visit every index of a shape in row-major order. The index is one array that changes under way: keep copies only. */
export const eachIndex = (shape: Shape, visit: (index: readonly number[]) => void): void => {
  const index = shape.map(() => 0);
  for (let left = sizeOf(shape); left > 0; left--) {
    visit(index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = nth(index, axis) + 1;
      index[axis] = next < nth(shape, axis) ? next : 0;
      if (next < nth(shape, axis)) break;
    }
  }
};

/** Whether an index stands within a shape. */
export const isInside = (index: readonly number[], shape: Shape): boolean =>
  index.every((at, axis) => at >= 0 && at < nth(shape, axis));

/** The nearest number from `low` to `high`; `low` if there is none between. */
export const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high));

/** Item `i` of a list that must have it: operands, extents, positions. */
export const nth = <A>(items: readonly A[], i: number): A => {
  // Sound: the check before has it that the item exists, whatever `A` is.
  if (i >= 0 && i < items.length) return items[i] as A;
  throw new InternalError(`reference: expected an item ${i}, got ${items.length} items.`);
};
