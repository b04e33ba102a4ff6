/** Making arrays. */
import { bytesOf, checkDType, type DType, type TypedArray } from '../array/dtype.ts';
import { ShapeError } from '../array/errors.ts';
import { type ArrayLike, fromStore, splat, withWeak, type NDArray } from '../array/ndarray.ts';
import type { Shape } from '../array/type.ts';
import { convert } from '../primitives/arithmetic.ts';
import { asOperand, fromList } from './promotion.ts';

/** Extents as a list of the library's own. */
export const checkShape = (shape: Shape | number): Shape => {
  const list = typeof shape === 'number' ? [shape] : shape;
  if (list.some((n) => !Number.isInteger(n) || n < 0))
    throw new ShapeError(
      `array: expected extents that are whole and not negative, got [${list.join(', ')}]. Round them, and leave -1 to reshape.`,
    );
  // A copy: the caller may go on to change the list.
  return [...list];
};

/**
 * An array of numbers, nested lists, typed arrays or arrays. JavaScript numbers are float32 and booleans bool unless `dtype` is given.
 *
 * @example array([[1, 2], [3, 4]])
 */
export const array = (data: ArrayLike, dtype?: DType): NDArray => {
  const wanted = dtype === undefined ? undefined : checkDType(dtype);
  if (typeof data === 'number') return splat({ dtype: wanted ?? 'float32', shape: [] }, data);
  const x = Array.isArray(data) ? fromList(data, wanted) : asOperand(data);
  return withWeak(wanted === undefined ? x : convert(x, wanted), false);
};
export const asarray = array;

/** `value` everywhere; takes no memory. float32 for numbers and bool for booleans unless `dtype` is given. */
export const full = (shape: Shape | number, value: number | boolean, dtype?: DType): NDArray =>
  splat(
    {
      dtype: dtype === undefined ? (typeof value === 'boolean' ? 'bool' : 'float32') : checkDType(dtype),
      shape: checkShape(shape),
    },
    Number(value),
  );
export const zeros = (shape: Shape | number, dtype: DType = 'float32'): NDArray => full(shape, 0, dtype);
export const ones = (shape: Shape | number, dtype: DType = 'float32'): NDArray => full(shape, 1, dtype);
export const empty = zeros;
export interface LikeOptions {
  /** Default that of the other array. */
  readonly dtype?: DType;
  /** Default that of the other array. */
  readonly shape?: Shape | number;
}
/** `value` in the shape and type of another array, unless others are given. */
export const fullLike = (x: ArrayLike, value: number | boolean, { dtype, shape }: LikeOptions = {}): NDArray => {
  const { type } = asOperand(x);
  return full(shape ?? type.shape, value, dtype ?? type.dtype);
};
export const zerosLike = (x: ArrayLike, options?: LikeOptions): NDArray => fullLike(x, 0, options);
export const onesLike = (x: ArrayLike, options?: LikeOptions): NDArray => fullLike(x, 1, options);
export const emptyLike = zerosLike;
/** The array itself: nobody can change it. */
export const copy = asOperand;

export interface BufferOptions {
  /** Default float32. */
  readonly dtype?: DType;
  /** How many elements; all that are there unless given. */
  readonly count?: number;
  /** Where they begin, in bytes. Default 0. */
  readonly offset?: number;
}
/** The bytes of a buffer as an array of one axis. The buffer is adopted, not copied: the caller promises not to write to it again. */
export const frombuffer = (
  buffer: ArrayBufferLike | ArrayBufferView,
  { dtype = 'float32', count, offset = 0 }: BufferOptions = {},
): NDArray => {
  const [store, from, length] = ArrayBuffer.isView(buffer)
    ? [buffer.buffer, buffer.byteOffset + offset, buffer.byteLength - offset]
    : [buffer, offset, buffer.byteLength - offset];
  const width = bytesOf(checkDType(dtype));
  const size = count ?? length / width;
  if (!Number.isInteger(size) || size < 0 || size * width > length || from % width !== 0)
    throw new ShapeError(
      `frombuffer: expected whole elements of ${width} bytes at a multiple of ${width}, got ${count ?? 'all'} of ${length} bytes from ${from}. Give another offset or count, or copy the bytes.`,
      'shape.buffer',
    );
  const data = viewOf(dtype, store, from, size);
  // Bytes that are neither 0 nor 1 are no booleans: these are read anew.
  return fromStore({ dtype, shape: [size] }, dtype === 'bool' ? data.map((byte) => Number(byte !== 0)) : data);
};
const viewOf = (dtype: DType, buffer: ArrayBufferLike, from: number, size: number): TypedArray => {
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer, from, size);
    case 'float64':
      return new Float64Array(buffer, from, size);
    case 'int32':
      return new Int32Array(buffer, from, size);
    case 'uint32':
      return new Uint32Array(buffer, from, size);
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer, from, size);
  }
};
