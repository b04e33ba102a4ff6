/** Texts as rows of ids for networks: normalize, split, number, pad, in one value. */
import { FluxionError, ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { analysisOf, analyzer, type Analysis, type AnalysisOptions } from './analysis.ts';
import { padSequences, type PadOptions } from './sequences.ts';
import { decode, encode, specialTokens, vocabulary, type Vocabulary, type VocabularyOptions } from './vocabulary.ts';

/** What is not said has these defaults: lower case, words, a vocabulary of all of them, rows as long as the longest text of a batch. */
export interface TextVectorizationOptions extends AnalysisOptions, PadOptions, VocabularyOptions {}

/** A fitted text vectorization: immutable data. */
export interface TextVectorization {
  readonly analysis: Analysis;
  readonly vocabulary: Vocabulary;
  /** The length of every row, or `null` for that of the longest text of a batch. */
  readonly length: number | null;
  readonly padding: 'pre' | 'post';
  readonly truncating: 'pre' | 'post';
}

/** A text vectorization of its parts, checked. */
export const textVectorizationFrom = (parts: TextVectorization): TextVectorization => {
  const { pad, unknown } = parts.vocabulary.specials;
  if (pad === null || unknown === null)
    throw new FluxionError(
      'text.vocabulary',
      'textVectorization: expected special tokens pad and unknown, got null for one. Rows are filled with the one, new words become the other.',
    );
  return Object.freeze({ ...parts });
};

/**
 * A text vectorization fitted to texts, as the `TextVectorization` layer of Keras after `adapt`: its vocabulary comes from them. Rows are filled and cut
 * behind (`post`) unless said, as in Keras's layer; with special tokens `start` and `end` each text stands between them.
 */
export const textVectorization = (
  texts: Iterable<string>,
  options: TextVectorizationOptions = {},
): TextVectorization => {
  const analysis = analysisOf('textVectorization', options, 'words');
  const analyze = analyzer(analysis);
  const lists = function* (): Generator<readonly string[]> {
    for (const text of texts) yield analyze(text);
  };
  return textVectorizationFrom({
    analysis,
    vocabulary: vocabulary(lists(), options),
    length: options.length ?? null,
    padding: options.padding ?? 'post',
    truncating: options.truncating ?? 'post',
  });
};

/**
 * The ids of each text, neither filled nor cut. A word of a text that is spelt like a special token is unknown: texts from outside cannot pad or end.
 */
export const textIds = (vectorization: TextVectorization, texts: readonly string[]): readonly Int32Array[] => {
  const { vocabulary: known } = vectorization;
  const { start, end, unknown } = known.specials;
  const analyze = analyzer(vectorization.analysis);
  const special = new Set(specialTokens(known.specials));
  const [before, after] = [start, end].map((token) => (token === null ? [] : [token]));
  return texts.map((text) => {
    const tokens = analyze(text).map((token) => (special.has(token) ? (unknown ?? token) : token));
    return encode(known, [...(before ?? []), ...tokens, ...(after ?? [])]);
  });
};

/** Texts as rows of ids: int32 `[texts, length]`. */
export const encodeTexts = (vectorization: TextVectorization, texts: readonly string[]): NDArray => {
  const { vocabulary: known, length, padding, truncating } = vectorization;
  const value = known.ids.get(known.specials.pad ?? '') ?? 0;
  return padSequences(textIds(vectorization, texts), {
    padding,
    truncating,
    value,
    ...(length === null ? {} : { length }),
  });
};

/** The tokens of each row of ids `[texts, length]`, without special tokens other than `unknown`. */
export const decodeTexts = ({ vocabulary: known }: TextVectorization, ids: NDArray): readonly (readonly string[])[] => {
  const [rows = 0, length = 0] = ids.shape;
  if (ids.ndim !== 2)
    throw new ShapeError(
      `decodeTexts: expected ids [texts, length], got [${ids.shape.join(', ')}]. Give a row for each text.`,
    );
  const all = decode(known, ids);
  const { unknown } = known.specials;
  const dropped = new Set(specialTokens(known.specials).filter((token) => token !== unknown));
  return Array.from({ length: rows }, (_, row) =>
    all.slice(row * length, (row + 1) * length).filter((token) => !dropped.has(token)),
  );
};
