/** Keys: explicit states of randomness, two uint32 words, split and never reused. Bit-identical to JAX's threefry in partitionable mode. */
import { FluxionError, ShapeError } from '../array/errors.ts';
import type { Indices } from '../array/index-expression.ts';
import { fromStore, splat, type NDArray } from '../array/ndarray.ts';
import { showShape, showType, sizeOf, type Shape } from '../array/type.ts';
import { convert, bitcast } from '../primitives/arithmetic.ts';
import { broadcast, reshape } from '../primitives/broadcast.ts';
import { concatenate, sliceAxis } from '../primitives/slicing.ts';
import { iota } from '../primitives/iota.ts';
import { xor } from '../primitives/logic.ts';
import { threefry2x32 } from '../primitives/threefry.ts';
import { consume } from './reuse.ts';

declare const KEY: unique symbol;

/**
 * A key, `uint32[2]`, or keys stacked in front, `uint32[..., 2]`, for `vmap` and `scan`. To the compiler it is a leaf type of its own: an
 * array of numbers is no key, while a key is an array wherever trees are mapped over. `wrapKeyData` and `keyData` lead there and back.
 */
export interface Key extends NDArray {
  /** Known to the compiler alone. */
  readonly [KEY]: 'key';
  /** Keys of a stack. */
  get(...indices: Indices<NDArray>): Key;
  [Symbol.iterator](): Iterator<Key>;
}

/** Words that this file knows to be a key. */
const asKey = (words: NDArray): Key => words as Key; // sound: the property that a key has more exists for the compiler alone

/** The key of a whole number. */
export const key = (seed: number): Key => {
  if (!Number.isSafeInteger(seed))
    throw new FluxionError('random.seed', `key: expected a whole number as seed, got ${seed}. Round it.`);
  const low = seed >>> 0;
  // As JAX without 64-bit integers, the seed is 32 bits wide: what lies above is the sign's.
  return asKey(fromStore({ dtype: 'uint32', shape: [2] }, Uint32Array.of(0, low)));
};

/** The key of a whole number, under JAX's older name. */
export const PRNGKey = key;
/** The two words of a key, which are all there is of it: `uint32[2]`. */
export const keyData = (k: Key): NDArray => k;
/** The key of two words, `uint32[..., 2]`. */
export const wrapKeyData = (words: NDArray): Key => {
  if (words.dtype !== 'uint32' || words.shape.at(-1) !== 2)
    throw new ShapeError(
      `wrapKeyData: expected uint32 words with a last axis of 2, got ${showType(words.type)}. Take them from keyData.`,
      'shape.random',
    );
  return asKey(words);
};
/** The same key once more, to draw the same on purpose: `debugKeyReuse` counts it apart. */
export const clone = (k: Key): Key => asKey(bitcast(bitcast(k, 'int32'), 'uint32'));

/** The two words of one key, each of `shape`. */
const words = (k: Key, shape: Shape): readonly [NDArray, NDArray] => {
  if (k.dtype !== 'uint32' || k.ndim !== 1 || k.size !== 2)
    throw new ShapeError(
      `random: expected one key, uint32[2], got ${showType(k.type)}. Make keys by key and split, and map over stacked ones with vmap.`,
      'random.key',
    );
  const word = (i: number): NDArray => broadcast(reshape(sliceAxis(k, 0, i, i + 1), []), shape, []);
  return [word(0), word(1)];
};

/** The two words of the cipher at counters 0 .. size - 1, each of `shape`. */
export const cipherWords = (k: Key, shape: Shape): readonly [NDArray, NDArray] => {
  consume(k);
  const size = sizeOf(shape);
  // The counters are 32 bits wide; beyond, words would repeat.
  if (!(size <= 2 ** 32))
    throw new ShapeError(
      `random: expected at most 2^32 numbers from one key, got ${showShape(shape)}. Split the key and draw in parts.`,
      'shape.random',
    );
  const [k1, k2] = words(k, [size]);
  const counts = iota({ dtype: 'uint32', shape: [size] }, 0);
  const [a, b] = threefry2x32(k1, k2, splat(counts.type, 0), counts);
  return [reshape(a, shape), reshape(b, shape)];
};

type Keys<N extends number> = N extends 2
  ? readonly [Key, Key]
  : N extends 3
    ? readonly [Key, Key, Key]
    : N extends 4
      ? readonly [Key, Key, Key, Key]
      : readonly Key[];

/** The two words of the cipher at one counter, for each key of `uint32[n, 2]`. */
export const wordsEach = (keys: NDArray, counter: number): readonly [NDArray, NDArray] => {
  const n = keys.shape[0] ?? 0;
  const word = (i: number): NDArray => reshape(sliceAxis(keys, 1, i, i + 1), [n]);
  const type = { dtype: 'uint32', shape: [n] } as const;
  const [a, b] = threefry2x32(word(0), word(1), splat(type, 0), splat(type, counter));
  return [a, b];
};
/** Each key of `uint32[n, 2]` split as `split` does: `count` arrays of keys. */
export const splitEach = (keys: NDArray, count: number): readonly NDArray[] =>
  Array.from({ length: count }, (_, counter) => {
    const [a, b] = wordsEach(keys, counter);
    return concatenate([reshape(a, [a.size, 1]), reshape(b, [b.size, 1])], 1);
  });

/** Keys stacked along axis 0, `uint32[n, 2]`. */
const stackedKeys = (k: Key, n: number): Key => {
  const [a, b] = cipherWords(k, [n]);
  return asKey(concatenate([reshape(a, [n, 1]), reshape(b, [n, 1])], 1));
};

/** New keys from an old one, which is not to be used again: a list of `n`, or stacked ones, `uint32[n, 2]`, for `[n]`. */
export function split<const N extends number = 2>(k: Key, n?: N): Keys<N>;
export function split(k: Key, n: readonly [number]): Key;
export function split(k: Key, n: number | readonly [number] = 2): readonly Key[] | Key {
  const count = typeof n === 'number' ? n : n[0];
  const stacked = stackedKeys(k, count);
  if (typeof n !== 'number') return stacked;
  return Array.from({ length: count }, (_, i) => asKey(reshape(sliceAxis(stacked, 0, i, i + 1), [2])));
}

/** A key made of a key and a number, the same for the same two. */
export const foldIn = (k: Key, data: number | NDArray): Key => {
  const word =
    typeof data === 'number'
      ? splat({ dtype: 'uint32', shape: [] }, data >>> 0)
      : data.dtype === 'int32'
        ? bitcast(data, 'uint32')
        : convert(data, 'uint32');
  const [k1, k2] = words(k, [1]);
  const [a, b] = threefry2x32(k1, k2, splat({ dtype: 'uint32', shape: [1] }, 0), reshape(word, [1]));
  return asKey(concatenate([a, b], 0));
};

/** Uniform uint32 words. */
export const bits = (k: Key, shape: Shape = []): NDArray => {
  const [a, b] = cipherWords(k, shape);
  return xor(a, b);
};
