/** What an element is: the closed list of element types, how each is stored, and how two of them meet. */

import { DTypeError } from './errors.ts';

/** The element types. `uint8` is a storage type for images and labels; it promotes to every other number type. */
export type DType = 'float32' | 'float64' | 'int32' | 'uint32' | 'uint8' | 'bool';

/** The JavaScript stores behind arrays; booleans are bytes of 0 and 1. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

interface Store {
  readonly bytes: 1 | 4 | 8;
  readonly make: (size: number) => TypedArray;
  readonly kind: 'float' | 'signed' | 'unsigned' | 'bool';
  /** Position in the promotion order of its kind (see `promoteTypes`). */
  readonly rank: number;
}

const stores: { readonly [D in DType]: Store } = {
  bool: { bytes: 1, make: (n) => new Uint8Array(n), kind: 'bool', rank: 0 },
  uint8: { bytes: 1, make: (n) => new Uint8Array(n), kind: 'unsigned', rank: 1 },
  uint32: { bytes: 4, make: (n) => new Uint32Array(n), kind: 'unsigned', rank: 2 },
  int32: { bytes: 4, make: (n) => new Int32Array(n), kind: 'signed', rank: 3 },
  float32: { bytes: 4, make: (n) => new Float32Array(n), kind: 'float', rank: 4 },
  float64: { bytes: 8, make: (n) => new Float64Array(n), kind: 'float', rank: 5 },
};

/** Every element type, narrowest first. */
export const dtypes: readonly DType[] = ['bool', 'uint8', 'uint32', 'int32', 'float32', 'float64'];

export const isDType = (name: unknown): name is DType => typeof name === 'string' && Object.hasOwn(stores, name);
/** An element type, or an error that names those there are. */
export const checkDType = (dtype: DType, operation = 'array'): DType => {
  if (!isDType(dtype))
    throw new DTypeError(
      `${operation}: expected float32, float64, int32, uint32, uint8 or bool, got ${String(dtype)}. Choose one of these.`,
      'dtype.unknown',
    );
  return dtype;
};
export const bytesOf = (dtype: DType): 1 | 4 | 8 => stores[dtype].bytes;
export const isFloat = (dtype: DType): dtype is 'float32' | 'float64' => stores[dtype].kind === 'float';
export const isInteger = (dtype: DType): boolean =>
  stores[dtype].kind === 'signed' || stores[dtype].kind === 'unsigned';

/** A fresh store of zeros. */
export const allocate = (dtype: DType, size: number): TypedArray => stores[dtype].make(size);

/** The element type of a typed array; a `Uint8Array` is `uint8` (booleans are said explicitly), `undefined` if we have no such type. */
export const dtypeOfStore = (store: unknown): DType | undefined => {
  if (store instanceof Float32Array) return 'float32';
  if (store instanceof Float64Array) return 'float64';
  if (store instanceof Int32Array) return 'int32';
  if (store instanceof Uint32Array) return 'uint32';
  return store instanceof Uint8Array || store instanceof Uint8ClampedArray ? 'uint8' : undefined;
};

const convert = new DataView(new ArrayBuffer(8));

/**
 * The element nearest to a JavaScript number, as a JavaScript number: floats round to nearest; integers truncate,
 * saturate at the ends of their range and send NaN to 0, as JAX does.
 */
export const roundTo = (dtype: DType, value: number): number => {
  switch (dtype) {
    case 'float64':
      return value;
    case 'float32':
      return Math.fround(value);
    case 'bool':
      return value === 0 ? 0 : 1;
    case 'int32':
      return saturate(value, -2147483648, 2147483647);
    case 'uint32':
      return saturate(value, 0, 4294967295);
    case 'uint8':
      return saturate(value, 0, 255);
  }
};

const saturate = (value: number, low: number, high: number): number =>
  Number.isNaN(value) ? 0 : Math.trunc(Math.min(Math.max(value, low), high)) + 0;

/** The bits of an element as an unsigned number pair `[low, high]`; used for keys and exact comparison. */
export const bitsOf = (dtype: DType, value: number): readonly [number, number] => {
  if (dtype === 'float32') {
    convert.setFloat32(0, value, true);
    return [convert.getUint32(0, true), 0];
  }
  if (dtype === 'float64') {
    convert.setFloat64(0, value, true);
    return [convert.getUint32(0, true), convert.getUint32(4, true)];
  }
  return [value >>> 0, 0];
};

/** JAX's promotion of two strong types; `uint32` with `int32` is `int32` (JAX without 64-bit integers). */
const promoteTypes = (a: DType, b: DType): DType => (stores[a].rank >= stores[b].rank ? a : b);

/** A type that yields: weak values come from JavaScript numbers and take the type of what they meet. */
export interface Promotable {
  readonly dtype: DType;
  readonly weak: boolean;
}

/**
 * The common type of operands, JAX's lattice with weak types: weak values decide only among themselves or when they
 * are of a higher kind (bool < integer < float) than every strong operand; then the result is weak, as in JAX.
 */
export const resultType = (operands: readonly Promotable[]): Promotable => {
  const join = (some: readonly Promotable[]): DType => some.map((o) => o.dtype).reduce(promoteTypes);
  const strong = operands.filter((o) => !o.weak);
  const weak = operands.filter((o) => o.weak);
  if (strong.length === 0) return { dtype: join(weak), weak: true };
  const dtype = join(strong);
  if (weak.length === 0) return { dtype, weak: false };
  const yielding = join(weak);
  const level = (d: DType): number => (d === 'bool' ? 0 : isFloat(d) ? 2 : 1);
  return level(yielding) > level(dtype) ? { dtype: yielding, weak: true } : { dtype, weak: false };
};
