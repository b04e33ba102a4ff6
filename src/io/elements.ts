/** Elements as other programs store them: kinds that we have, kinds that widen, and integers that must fit. */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { allocate, type DType, type TypedArray } from '../array/dtype.ts';

interface ExtentBrand {
  // The name of the brand is what messages say.
  readonly 'an extent': unique symbol;
}
/** An extent that an array may have. */
export const Extent = t.brand(t.Int, (n): n is t.Branded<t.Int, ExtentBrand> => n >= 0 && n <= 2 ** 31, 'an extent');

interface Kind {
  readonly bytes: 1 | 2 | 4 | 8;
  /** What the elements become. */
  readonly dtype: DType;
  /** Element at a byte; a bigint is checked against the range of `dtype`. */
  readonly read: (view: DataView, at: number, little: boolean) => number | bigint;
}

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
const halfOf = (bits: number): number => {
  const [sign, exponent, fraction] = [bits >> 15 === 0 ? 1 : -1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
};

const word = new DataView(new ArrayBuffer(4));
/** bfloat16: the upper half of a float32. */
const brainOf = (bits: number): number => {
  word.setUint32(0, bits * 65536);
  return word.getFloat32(0);
};

/**
 * Kinds by letter (f float, bf bfloat16, i signed, u unsigned, b boolean) and bytes. Halves widen to float32, short integers to
 * int32 and uint32; integers of 64 bits become int32 and uint32 if they fit.
 */
const kinds = {
  bf2: { bytes: 2, dtype: 'float32', read: (v, at, little) => brainOf(v.getUint16(at, little)) },
  f2: { bytes: 2, dtype: 'float32', read: (v, at, little) => halfOf(v.getUint16(at, little)) },
  f4: { bytes: 4, dtype: 'float32', read: (v, at, little) => v.getFloat32(at, little) },
  f8: { bytes: 8, dtype: 'float64', read: (v, at, little) => v.getFloat64(at, little) },
  i1: { bytes: 1, dtype: 'int32', read: (v, at) => v.getInt8(at) },
  i2: { bytes: 2, dtype: 'int32', read: (v, at, little) => v.getInt16(at, little) },
  i4: { bytes: 4, dtype: 'int32', read: (v, at, little) => v.getInt32(at, little) },
  i8: { bytes: 8, dtype: 'int32', read: (v, at, little) => v.getBigInt64(at, little) },
  u1: { bytes: 1, dtype: 'uint8', read: (v, at) => v.getUint8(at) },
  u2: { bytes: 2, dtype: 'uint32', read: (v, at, little) => v.getUint16(at, little) },
  u4: { bytes: 4, dtype: 'uint32', read: (v, at, little) => v.getUint32(at, little) },
  u8: { bytes: 8, dtype: 'uint32', read: (v, at, little) => v.getBigUint64(at, little) },
  b1: { bytes: 1, dtype: 'bool', read: (v, at) => v.getUint8(at) },
} as const satisfies { readonly [kind: string]: Kind };

export type StoredKind = keyof typeof kinds;
export const isStoredKind = (name: string): name is StoredKind => Object.hasOwn(kinds, name);
/** The element type that a kind becomes. */
export const dtypeOfKind = (kind: StoredKind): DType => kinds[kind].dtype;
/** Bytes of a stored element. */
export const bytesOfKind = (kind: StoredKind): number => kinds[kind].bytes;

/** Kinds whose little-endian bytes are those of our stores. */
const isNative = (kind: StoredKind): boolean =>
  kind === 'f4' || kind === 'f8' || kind === 'i4' || kind === 'u4' || kind === 'u1' || kind === 'b1';

const isLittleHost = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Elements that fill `bytes`; `Left` for a boolean that is neither 0 nor 1 and for an integer of 64 bits that does not fit. */
export const readElements = (kind: StoredKind, bytes: Uint8Array, little = true): E.Either<string, TypedArray> => {
  const { bytes: width, dtype, read }: Kind = kinds[kind];
  const store = allocate(dtype, bytes.length / width);
  if (isNative(kind) && (width === 1 || (little && isLittleHost))) new Uint8Array(store.buffer).set(bytes);
  else {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < store.length; i++) {
      const element = read(view, i * width, little);
      store[i] = Number(element);
      if (typeof element === 'bigint' && BigInt(store[i] ?? 0) !== element)
        return E.left(`expected integers that fit ${dtype}, got ${element} at ${i}. Store them as floats instead.`);
    }
  }
  const odd = dtype === 'bool' ? store.findIndex((byte) => byte > 1) : -1;
  return odd < 0
    ? E.right(store)
    : E.left(`expected booleans of 0 and 1, got ${store[odd] ?? 0} at ${odd}. The file is damaged.`);
};
