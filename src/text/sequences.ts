/** Sequences of unequal length as arrays. */
import { FluxionError, IndexError } from '../array/errors.ts';
import { fromStore, isNDArray, type NDArray } from '../array/ndarray.ts';
import { oneHot } from '../operations/indexing.ts';
import { idsOf, type Ids } from './vocabulary.ts';

export interface PadOptions {
  /** The length of every row. Default that of the longest sequence. */
  readonly length?: number;
  /** Where short sequences are filled. Default `pre`, as in Keras: a recurrent layer then ends with what was said. */
  readonly padding?: 'pre' | 'post';
  /** Where long sequences are cut. Default `pre`. */
  readonly truncating?: 'pre' | 'post';
}
export interface PadSequencesOptions extends PadOptions {
  /** What fills. Default 0. */
  readonly value?: number;
  /** Default int32. */
  readonly dtype?: 'int32' | 'float32';
}

const lengthOf = (name: string, sequences: readonly ArrayLike<number>[], given?: number): number => {
  if (given !== undefined && (!Number.isInteger(given) || given < 0))
    throw new FluxionError(
      'text.length',
      `${name}: expected a length from 0 upwards, got ${given}. Give a whole number.`,
    );
  return given ?? sequences.reduce((most, { length }) => Math.max(most, length), 0);
};

/** Where a sequence stands in its row: `count` elements from `from` of the sequence go to `to` of the row. */
const place = (size: number, length: number, { padding = 'pre', truncating = 'pre' }: PadOptions) => {
  const count = Math.min(size, length);
  return { count, from: truncating === 'pre' ? size - count : 0, to: padding === 'pre' ? length - count : 0 };
};

/** Sequences as the rows of an array `[sequences, length]`, filled and cut to one length. Nothing is lost where it is long enough. */
export const padSequences = (sequences: readonly Ids[], options: PadSequencesOptions = {}): NDArray => {
  const lists = sequences.map(idsOf);
  const length = lengthOf('padSequences', lists, options.length);
  const { dtype = 'int32', value = 0 } = options;
  const store = new (dtype === 'int32' ? Int32Array : Float32Array)(lists.length * length).fill(value);
  lists.forEach((list, row) => {
    const { count, from, to } = place(list.length, length, options);
    for (let i = 0; i < count; i++) store[row * length + to + i] = list[from + i] ?? 0;
  });
  return fromStore({ dtype, shape: [lists.length, length] }, store);
};

/** Which elements of `padSequences` with the same options come from the sequences: bool `[sequences, length]`, a mask for recurrent layers and attention. */
export const paddingMask = (sequences: readonly Ids[], options: PadOptions = {}): NDArray => {
  const ones = sequences.map((ids) => new Uint8Array(idsOf(ids).length).fill(1));
  return padSequences(ones, { ...options, value: 0 }).astype('bool');
};

/** How many elements of each sequence stand in its row: int32 `[sequences]`. */
export const sequenceLengths = (sequences: readonly Ids[], { length = Infinity }: PadOptions = {}): NDArray =>
  fromStore(
    { dtype: 'int32', shape: [sequences.length] },
    Int32Array.from(sequences, (ids) => Math.min(length, idsOf(ids).length)),
  );

/** Ids `[...]` as rows with a single 1: float32 `[..., size]`; a row of zeros for an id that is out of range, such as -1. It can be compiled. */
export const oneHotTokens = (ids: Ids, size: number): NDArray =>
  oneHot(isNDArray(ids) ? ids : fromStore({ dtype: 'int32', shape: [ids.length] }, Int32Array.from(ids)), size);

export interface MultiHotOptions {
  /**
   * What stands in the column of an id: 1 if it occurs (`binary`, the default), how often (`count`), or its share of the sequence (`frequency`); as
   * in Keras's `CategoryEncoding` and `texts_to_matrix`.
   */
  readonly mode?: 'binary' | 'count' | 'frequency';
}

/**
 * Which ids occur in each sequence: float32 `[sequences, size]`.
 * @throws IndexError for an id outside of 0 to `size - 1`
 */
export const multiHot = (
  sequences: readonly Ids[],
  size: number,
  { mode = 'binary' }: MultiHotOptions = {},
): NDArray => {
  const store = new Float32Array(sequences.length * size);
  sequences.forEach((ids, row) => {
    const list = idsOf(ids);
    const share = mode === 'frequency' ? 1 / list.length : 1;
    for (let i = 0; i < list.length; i++) {
      const id = list[i] ?? -1;
      if (!Number.isInteger(id) || id < 0 || id >= size)
        throw new IndexError(
          `multiHot: expected ids from 0 to ${size - 1}, got ${id}. Give a larger size.`,
          'index.range',
        );
      const at = row * size + id;
      store[at] = mode === 'binary' ? 1 : (store[at] ?? 0) + share;
    }
  });
  return fromStore({ dtype: 'float32', shape: [sequences.length, size] }, store);
};
