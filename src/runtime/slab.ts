/** Stores for results: small ones are slots of shared slabs, which costs a fraction of a typed array each. */
import { allocate, bytesOf, type DType, type TypedArray } from '../array/dtype.ts';

interface Slab {
  readonly data: TypedArray;
  used: number;
}

const slots = 16;
/** Results up to this size own their store: what keeps one alive keeps nothing else. */
const ownBytes = 64;
const slabBytes = 4096;

const slabs = new Map<string, Slab>();

/** A place for `size` elements: a store, and the offset in it. */
export const freshStore = (dtype: DType, size: number): { readonly data: TypedArray; readonly offset: number } => {
  const bytes = size * bytesOf(dtype);
  if (bytes <= ownBytes || bytes > slabBytes) return { data: allocate(dtype, size), offset: 0 };
  const length = 2 ** Math.ceil(Math.log2(size));
  const key = `${dtype} ${length}`;
  const known = slabs.get(key);
  const slab = known !== undefined && known.used < slots ? known : { data: allocate(dtype, length * slots), used: 0 };
  slabs.set(key, slab);
  return { data: slab.data, offset: length * slab.used++ };
};
