/** Text as numbers: normalizing, tokens, vocabularies, vectorizers, byte-pair encoding, word vectors. */
// Arrays that come from here have their methods, though `fluxion` itself were not imported.
import '../operations/methods.ts';
import '../runtime/install.ts';

export { normalize, type NormalizeOptions } from './normalize.ts';
export {
  characters,
  graphemes,
  matches,
  sentences,
  tokenizer,
  whitespace,
  words,
  wordsAndPunctuation,
  type Split,
  type Tokenizer,
} from './tokenize.ts';
export { characterNgrams, countTokens, ngrams, withoutStopWords, type NgramRange } from './ngrams.ts';
export type { Analysis, AnalysisOptions } from './analysis.ts';
export {
  decode,
  encode,
  vocabulary,
  vocabularyFrom,
  vocabularySize,
  type DecodeOptions,
  type Ids,
  type Specials,
  type Vocabulary,
  type VocabularyOptions,
} from './vocabulary.ts';
export {
  multiHot,
  oneHotTokens,
  paddingMask,
  padSequences,
  sequenceLengths,
  type MultiHotOptions,
  type PadOptions,
  type PadSequencesOptions,
} from './sequences.ts';
export {
  countVectorizer,
  fitVectorizer,
  inverseDocumentFrequencies,
  tfidfVectorizer,
  transform,
  type CountVectorizerOptions,
  type RowNorm,
  type TfidfVectorizerOptions,
  type Vectorizer,
  type VectorizerPlan,
} from './vectorizer.ts';
export {
  decodeTexts,
  encodeTexts,
  textIds,
  textVectorization,
  type TextVectorization,
  type TextVectorizationOptions,
} from './vectorization.ts';
export { decodeBpe, encodeBpe, encodeBpeTexts, type Bpe, type BpeEncodeOptions } from './bpe.ts';
export { trainBpe, type BpeOptions } from './bpe-train.ts';
export {
  bpeCodec,
  loadBpe,
  loadTextVectorization,
  loadVectorizer,
  loadVocabulary,
  saveBpe,
  saveTextVectorization,
  saveVectorizer,
  saveVocabulary,
  textVectorizationCodec,
  vectorizerCodec,
  vocabularyCodec,
} from './codecs.ts';
export type { TextCodec } from './stored.ts';
export {
  analogy,
  embeddingMatrix,
  nearestNeighbours,
  type EmbeddingMatrixOptions,
  type Embeddings,
  type Neighbour,
} from './embeddings.ts';
export { decodeVectors, type VectorOptions } from './vector-rows.ts';
export { readVectors } from './read-vectors.ts';
export { charWindows, tokenWindows, type WindowOptions, type Windows } from './windows.ts';
export { editDistance } from './distance.ts';
