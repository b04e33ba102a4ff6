/** Training data of language models: windows of a long sequence, and the same one step later. */
import { FluxionError } from '../array/errors.ts';
import { fromStore, type NDArray } from '../array/ndarray.ts';
import { characters } from './tokenize.ts';
import { encode, idsOf, type Ids, type Vocabulary } from './vocabulary.ts';

export interface WindowOptions {
  /** How far a window is from the one before. Default 1; `length` makes windows that do not overlap. */
  readonly stride?: number;
}

/** What a language model reads and what it should say. */
export interface Windows {
  /** int32 `[windows, length]` */
  readonly inputs: NDArray;
  /** int32 `[windows, length]`: the inputs one step later. */
  readonly targets: NDArray;
}

/**
 * All windows of `length` ids that have a next id, from the first on; what is left at the end is dropped. They take `8 * windows * length` bytes: choose a
 * larger stride for long texts.
 */
export const tokenWindows = (ids: Ids, length: number, { stride = 1 }: WindowOptions = {}): Windows => {
  for (const [what, n] of [
    ['length', length],
    ['stride', stride],
  ] as const)
    if (!Number.isInteger(n) || n < 1)
      throw new FluxionError(
        'text.length',
        `tokenWindows: expected a ${what} from 1 upwards, got ${n}. Give a whole number.`,
      );
  const list = Int32Array.from(idsOf(ids));
  const count = Math.max(0, Math.floor((list.length - 1 - length) / stride) + 1);
  const cut = (shift: number): NDArray => {
    const store = new Int32Array(count * length);
    for (let i = 0; i < count; i++)
      store.set(list.subarray(i * stride + shift, i * stride + shift + length), i * length);
    return fromStore({ dtype: 'int32', shape: [count, length] }, store);
  };
  return { inputs: cut(0), targets: cut(1) };
};

/** The windows of a text by characters. */
export const charWindows = (text: string, vocabulary: Vocabulary, length: number, options?: WindowOptions): Windows =>
  tokenWindows(encode(vocabulary, characters(text)), length, options);
