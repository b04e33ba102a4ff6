/** Elements between arrays and the WebAssembly memory. */
import { bytesOf, type DType, type TypedArray } from '../array/dtype.ts';
import { cellOf, eachRow, isRowMajor, splat, strided, type NDArray } from '../array/ndarray.ts';
import { sizeOf, type ArrayType } from '../array/type.ts';
import { memoryViews, type Views } from './memory.ts';
import { freshStore } from './slab.ts';

/** The view whose elements are of this type. */
export const viewFor = (views: Views, dtype: DType): TypedArray => {
  switch (dtype) {
    case 'float32':
      return views.f32;
    case 'float64':
      return views.f64;
    case 'int32':
      return views.i32;
    case 'uint32':
      return views.u32;
    case 'uint8':
    case 'bool':
      return views.u8;
  }
};

/** Up to this many elements a loop is quicker than a call of `set` with a new subarray. */
const few = 32;

/** Copy the elements of an array to an address. */
export const copyIn = (x: NDArray, address: number): void => {
  const { data, value, offset } = cellOf(x);
  const { dtype, shape } = x.type;
  const size = sizeOf(shape);
  const views = memoryViews();
  if (size <= few && data instanceof Float32Array && isRowMajor(x)) {
    const { f32 } = views;
    const at = address >>> 2;
    for (let i = 0; i < size; i++) f32[at + i] = data[offset + i] ?? 0;
    return;
  }
  const view = viewFor(views, dtype);
  const at = address / bytesOf(dtype);
  if (data === null) view.fill(value, at, at + size);
  else if (isRowMajor(x))
    view.set(offset === 0 && data.length === size ? data : data.subarray(offset, offset + size), at);
  else {
    let to = at;
    eachRow(x, (position, count, stride) => {
      for (let i = 0, p = position; i < count; i++, p += stride) view[to++] = data[p] ?? 0;
    });
  }
};

/** A fresh copy of the elements at an address. */
export const elementsAt = ({ dtype, shape }: ArrayType, address: number): TypedArray => {
  const at = address / bytesOf(dtype);
  return viewFor(memoryViews(), dtype).slice(at, at + sizeOf(shape));
};

/** The array at an address, copied out. Scalars take no store. `strides` are those of a row-major array of the type. */
export const copyOut = (type: ArrayType, strides: readonly number[], address: number): NDArray => {
  const { dtype, shape } = type;
  const view = viewFor(memoryViews(), dtype);
  const at = address / bytesOf(dtype);
  if (shape.length === 0) return splat(type, view[at] ?? 0);
  const size = sizeOf(shape);
  const store = freshStore(dtype, size);
  const { data, offset } = store;
  if (size <= few && view instanceof Float32Array && data instanceof Float32Array)
    for (let i = 0; i < size; i++) data[offset + i] = view[at + i] ?? 0;
  else data.set(view.subarray(at, at + size), offset);
  return strided(type, data, strides, offset);
};
