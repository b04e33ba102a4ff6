/** The public sub-path `fluxion/ndarray`: to and from the views of the scijs `ndarray` package. */
import ndarray, { type NdArray } from 'ndarray';
import { dtypeOfStore, roundTo, type DType, type TypedArray } from '../array/dtype.ts';
import { DTypeError } from '../array/errors.ts';
import { concrete, copyElements, type NDArray } from '../array/ndarray.ts';
import { arrayOf, eachIndex, freshView } from './view.ts';

/** A row-major `ndarray` view of a copy of the elements. Booleans become bytes of 0 and 1. Forces a traced value. */
export const toNdarray = (x: NDArray): NdArray<TypedArray> =>
  ndarray(copyElements(concrete(x, 'toNdarray')), [...x.shape]);

/** The data of a view that numbers can be read from. */
type Readable = NdArray<TypedArray | Uint8ClampedArray | Int8Array | Int16Array | Uint16Array | number[]>;

/**
 * An array of a copy of the elements of a view, whatever its strides. Without `dtype` the type is that of the view's store;
 * plain JavaScript lists are float32. With it the elements are converted: floats to integers truncate and saturate.
 * Throws a `DTypeError` for stores that we have no type for.
 */
export const fromNdarray = (view: Readable, dtype: DType = typeOfStore(view)): NDArray => {
  const copy = freshView({ dtype, shape: view.shape });
  eachIndex(view.shape, (index) => copy.set(...index, roundTo(dtype, Number(view.get(...index)))));
  return arrayOf(dtype, copy);
};

const typeOfStore = ({ data, dtype: name }: Readable): DType => {
  const known = Array.isArray(data) ? 'float32' : dtypeOfStore(data);
  if (known !== undefined) return known;
  throw new DTypeError(
    `fromNdarray: expected a store of float32, float64, int32, uint32 or uint8, got ${name}. Give the element type as the second argument.`,
  );
};
