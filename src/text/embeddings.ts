/** Word vectors: which words are near, which complete an analogy, and a matrix of them for an embedding layer. */
import { FluxionError, ShapeError } from '../array/errors.ts';
import { fromStore, type NDArray } from '../array/ndarray.ts';
import { divide, multiply, sqrt, square, where } from '../operations/arithmetic.ts';
import { matmul } from '../operations/products.ts';
import { std, sum } from '../operations/reduction.ts';
import { topK } from '../operations/sorting.ts';
import type { Key } from '../random/key.ts';
import { normal } from '../random/sample.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Words and their vectors. */
export interface Embeddings {
  readonly vocabulary: Vocabulary;
  /** float32 `[words, dimensions]`, by id. */
  readonly vectors: NDArray;
}

/** A word and the cosine of its angle to what was asked for. */
export interface Neighbour {
  readonly word: string;
  readonly similarity: number;
}

/** Rows of length 1; zeros stay. */
const unitRows = (x: NDArray): NDArray => {
  const length = sqrt(sum(square(x), { axis: -1, keepdims: true }));
  return divide(x, where(length.greater(0), length, 1));
};

const idOf = (name: string, { vocabulary }: Embeddings, word: string): number => {
  const id = vocabulary.ids.get(word);
  if (id === undefined)
    throw new FluxionError(
      'text.unknown',
      `${name}: expected a word that has a vector, got ${JSON.stringify(word)}. Is it spelt as in the file, in small letters?`,
    );
  return id;
};

/** The words whose unit vectors have the largest products with `direction`, those of `without` left out. */
const nearest = (
  name: string,
  { vocabulary }: Embeddings,
  units: NDArray,
  direction: NDArray,
  k: number,
  without: ReadonlySet<number>,
): readonly Neighbour[] => {
  if (!Number.isInteger(k) || k < 0)
    throw new FluxionError('text.count', `${name}: expected a count from 0 upwards, got ${k}. Give a whole number.`);
  const [values, ids] = topK(matmul(units, unitRows(direction)), Math.min(k + without.size, vocabulary.tokens.length));
  const similarities = values.dataSync();
  return Array.from(ids.dataSync(), (id, i) => ({ id, similarity: similarities[i] ?? 0 }))
    .filter(({ id }) => !without.has(id))
    .slice(0, k)
    .map(({ id, similarity }) => ({ word: vocabulary.tokens[id] ?? '', similarity }));
};

/**
 * The `k` words nearest to a word by cosine, without the word itself, or nearest to a vector `[dimensions]`. Fewer if there are not so many.
 * Every call goes through all vectors once.
 * @throws FluxionError `text.unknown` for a word without a vector
 */
export const nearestNeighbours = (embeddings: Embeddings, word: string | NDArray, k = 10): readonly Neighbour[] => {
  const units = unitRows(embeddings.vectors);
  if (typeof word !== 'string') return nearest('nearestNeighbours', embeddings, units, word, k, new Set());
  const id = idOf('nearestNeighbours', embeddings, word);
  return nearest('nearestNeighbours', embeddings, units, units.get(id), k, new Set([id]));
};

/**
 * What is to `c` as `b` is to `a`: the words nearest to `b - a + c` of unit vectors, without the three (3CosAdd; Mikolov, Yih and Zweig 2013).
 * `analogy(e, 'man', 'king', 'woman')` begins with `queen` where the vectors are good.
 * @throws FluxionError `text.unknown` for a word without a vector
 */
export const analogy = (embeddings: Embeddings, a: string, b: string, c: string, k = 10): readonly Neighbour[] => {
  const units = unitRows(embeddings.vectors);
  const [x, y, z] = [idOf('analogy', embeddings, a), idOf('analogy', embeddings, b), idOf('analogy', embeddings, c)];
  const direction = units.get(y).sub(units.get(x)).add(units.get(z));
  return nearest('analogy', embeddings, units, direction, k, new Set([x, y, z]));
};

export interface EmbeddingMatrixOptions {
  /** For words without a vector: normal numbers with the spread of the vectors, but zeros for `pad`. Without a key all of them are zeros. */
  readonly key?: Key;
}

/** The vectors of a vocabulary's tokens by id, float32 `[tokens, dimensions]`: the parameters of an embedding layer. */
export const embeddingMatrix = (
  vocabulary: Vocabulary,
  { vocabulary: known, vectors }: Embeddings,
  { key }: EmbeddingMatrixOptions = {},
): NDArray => {
  const [, width = 0] = vectors.shape;
  if (vectors.ndim !== 2 || vectors.shape[0] !== known.tokens.length)
    throw new ShapeError(
      `embeddingMatrix: expected vectors [${known.tokens.length}, dimensions], got [${vectors.shape.join(', ')}]. There is one for each word.`,
    );
  const shape = [vocabulary.tokens.length, width];
  const store =
    key === undefined
      ? new Float32Array(vocabulary.tokens.length * width)
      : Float32Array.from(multiply(normal(key, shape), std(vectors)).dataSync());
  const source = vectors.dataSync();
  vocabulary.tokens.forEach((token, id) => {
    const from = known.ids.get(token);
    if (from !== undefined) store.set(source.subarray(from * width, (from + 1) * width), id * width);
    else if (token === vocabulary.specials.pad) store.fill(0, id * width, (id + 1) * width);
  });
  return fromStore({ dtype: 'float32', shape }, store);
};
