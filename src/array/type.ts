/** What is known of an array before its values: shape and element type. */
import { bytesOf, type DType } from './dtype.ts';

/** Extents of the axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

export interface ArrayType<out S extends Shape = Shape, out D extends DType = DType> {
  readonly shape: S;
  readonly dtype: D;
}

export const typeOf = (dtype: DType, shape: Shape): ArrayType => ({ dtype, shape });
export const sizeOf = (shape: Shape): number => {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
};
export const byteSize = (type: ArrayType): number => sizeOf(type.shape) * bytesOf(type.dtype);
export const sameShape = (a: Shape, b: Shape): boolean => {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};
export const sameType = (a: ArrayType, b: ArrayType): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** `float32[32,784]`, the way types are written in messages and printed programs. */
export const showType = ({ dtype, shape }: ArrayType): string => `${dtype}[${shape.join(',')}]`;
export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** Strides, in elements, of a row-major array. */
export const rowMajor = (shape: Shape): readonly number[] => {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i] ?? 1;
  }
  return strides;
};

export const axesOf = (shape: Shape): readonly number[] => shape.map((_, axis) => axis);
export const without = (axes: readonly number[], removed: readonly number[]): readonly number[] =>
  axes.filter((axis) => !removed.includes(axis));
