/** What of this folder can be saved: vocabularies, vectorizers, text vectorizations, byte-pair encodings. */
import * as t from 'io-ts';
import type { Analysis } from './analysis.ts';
import { bpeFrom, type Bpe } from './bpe.ts';
import { textCodec, type TextCodec } from './stored.ts';
import { namedTokenizers, tokenizer, type Split } from './tokenize.ts';
import { textVectorizationFrom, type TextVectorization } from './vectorization.ts';
import { vectorizerFrom, type Vectorizer } from './vectorizer.ts';
import { vocabularyFrom, type Vocabulary } from './vocabulary.ts';

/** One of the keys of a record. */
const oneOf = <T extends string>(...choices: readonly [T, T, ...T[]]): t.Type<T, T, unknown> => {
  const is = (value: unknown): value is T => choices.some((choice) => choice === value);
  return new t.Type<T, T, unknown>(
    `one of ${choices.join(', ')}`,
    is,
    (value, context) => (is(value) ? t.success(value) : t.failure(value, context)),
    (value) => value,
  );
};
const whole = (name: string, least: number): t.Type<number, number, unknown> => {
  const is = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= least;
  return new t.Type<number, number, unknown>(
    name,
    is,
    (value, context) => (is(value) ? t.success(value) : t.failure(value, context)),
    (value) => value,
  );
};
const count = whole('a count', 0);
const atLeastOne = whole('a whole number from 1', 1);
const orNull = <A>(codec: t.Type<A, unknown, unknown>) => t.union([codec, t.null]);

const isTokenizerName = (value: unknown): value is keyof typeof namedTokenizers =>
  typeof value === 'string' && Object.hasOwn(namedTokenizers, value);
const SplitCodec: t.Type<Split, unknown, unknown> = t.union([
  new t.Type<keyof typeof namedTokenizers, string, unknown>(
    'the name of a tokenizer',
    isTokenizerName,
    (value, context) => (isTokenizerName(value) ? t.success(value) : t.failure(value, context)),
    (value) => value,
  ),
  t.exact(t.intersection([t.type({ pattern: t.string }), t.partial({ flags: t.string })])) as t.Type<
    { readonly pattern: string; readonly flags?: string },
    unknown,
    unknown
  >, // sound: JSON has no undefined, so that a field is there or not
]);
const NormalizeCodec = t.exact(
  t.partial({
    form: orNull(oneOf('NFC', 'NFD', 'NFKC', 'NFKD')),
    lowercase: t.boolean,
    stripAccents: t.boolean,
    stripPunctuation: t.boolean,
    collapseWhitespace: t.boolean,
  }),
);
const AnalysisCodec = t.strict({
  normalize: NormalizeCodec,
  split: SplitCodec,
  stopWords: t.readonlyArray(t.string),
  ngrams: t.readonly(t.tuple([atLeastOne, atLeastOne])),
});
const VocabularyCodec = t.strict({
  tokens: t.readonlyArray(t.string),
  counts: t.readonlyArray(count),
  specials: t.strict({
    pad: orNull(t.string),
    unknown: orNull(t.string),
    start: orNull(t.string),
    end: orNull(t.string),
  }),
});
const VectorizerCodec = t.strict({
  analysis: AnalysisCodec,
  weighting: t.strict({
    binary: t.boolean,
    sublinear: t.boolean,
    idf: oneOf('smooth', 'plain', 'none'),
    norm: oneOf('l1', 'l2', 'none'),
  }),
  terms: t.readonlyArray(t.string),
  documents: count,
  documentFrequencies: t.readonlyArray(atLeastOne),
});
const VectorizationCodec = t.strict({
  analysis: AnalysisCodec,
  vocabulary: VocabularyCodec,
  length: orNull(count),
  padding: oneOf('pre', 'post'),
  truncating: oneOf('pre', 'post'),
});
const BpeCodec = t.strict({
  merges: t.readonlyArray(t.readonly(t.tuple([count, count]))),
  specialTokens: t.readonlyArray(t.string),
});

/** The analysis, if its parts go together. */
const checkedAnalysis = (read: t.TypeOf<typeof AnalysisCodec>): Analysis => {
  tokenizer(read.split);
  if (read.ngrams[1] < read.ngrams[0]) throw new Error('expected runs of tokens with the shortest first, got others.');
  return read as Analysis; // sound: JSON has no undefined, so that a field is there or not
};
const plainVocabulary = ({ tokens, counts, specials }: Vocabulary) => ({ tokens, counts, specials });

/** Vocabularies as JSON. */
export const vocabularyCodec: TextCodec<Vocabulary> = textCodec(
  'fluxion vocabulary',
  VocabularyCodec,
  plainVocabulary,
  ({ tokens, counts, specials }) => vocabularyFrom(tokens, specials, counts),
);

/** Fitted vectorizers as JSON. */
export const vectorizerCodec: TextCodec<Vectorizer> = textCodec(
  'fluxion vectorizer',
  VectorizerCodec,
  ({ columns: _, ...parts }) => parts,
  (parts) => {
    if (parts.documentFrequencies.some((frequency) => frequency > parts.documents))
      throw new Error('expected terms in no more documents than there are, got others. The file is damaged.');
    return vectorizerFrom({ ...parts, analysis: checkedAnalysis(parts.analysis) });
  },
);

/** Text vectorizations as JSON. */
export const textVectorizationCodec: TextCodec<TextVectorization> = textCodec(
  'fluxion text vectorization',
  VectorizationCodec,
  ({ vocabulary, ...parts }) => ({ ...parts, vocabulary: plainVocabulary(vocabulary) }),
  ({ vocabulary: { tokens, counts, specials }, ...parts }) =>
    textVectorizationFrom({
      ...parts,
      analysis: checkedAnalysis(parts.analysis),
      vocabulary: vocabularyFrom(tokens, specials, counts),
    }),
);

/** Byte-pair encodings as JSON. */
export const bpeCodec: TextCodec<Bpe> = textCodec(
  'fluxion byte-pair encoding',
  BpeCodec,
  ({ merges, specialTokens }) => ({ merges, specialTokens }),
  ({ merges, specialTokens }) => bpeFrom(merges, specialTokens),
);

/** Write a vocabulary to a file, as JSON. */
export const saveVocabulary = vocabularyCodec.save;
/** Read a vocabulary from a file that `saveVocabulary` wrote; a damaged one is `Left`. */
export const loadVocabulary = vocabularyCodec.load;
/** Write a fitted vectorizer to a file, as JSON. */
export const saveVectorizer = vectorizerCodec.save;
/** Read a vectorizer from a file that `saveVectorizer` wrote; a damaged one is `Left`. */
export const loadVectorizer = vectorizerCodec.load;
/** Write a text vectorization to a file, as JSON. */
export const saveTextVectorization = textVectorizationCodec.save;
/** Read a text vectorization from a file that `saveTextVectorization` wrote; a damaged one is `Left`. */
export const loadTextVectorization = textVectorizationCodec.load;
/** Write a byte-pair encoding to a file, as JSON. */
export const saveBpe = bpeCodec.save;
/** Read a byte-pair encoding from a file that `saveBpe` wrote; a damaged one is `Left`. */
export const loadBpe = bpeCodec.load;
