/** The laws of texts. */
import * as fc from 'fast-check';
import { describe, test } from 'vitest';
import {
  anyTexts,
  bpeLaws,
  bpeTrainingLaws,
  ngramLaws,
  normalizeLaws,
  plainTexts,
  sequenceLaws,
  textCodecLaws,
  tokenizerLaws,
  vectorizerLaws,
  vocabularyLaws,
} from 'fluxion/laws';
import {
  bpeCodec,
  characters,
  countVectorizer,
  fitVectorizer,
  graphemes,
  matches,
  ngrams,
  sentences,
  textVectorization,
  textVectorizationCodec,
  tfidfVectorizer,
  trainBpe,
  vectorizerCodec,
  vocabulary,
  vocabularyCodec,
  whitespace,
  words,
  wordsAndPunctuation,
} from 'fluxion/text';

const longWords = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? [];
const allWords = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const stopWords = ['the', 'on'];
const texts = fc.array(plainTexts, { maxLength: 4 });
const bpe = trainBpe(['the cat then the hat, the hen in the tent; être là, là être', "the the don't 👩‍👩‍👧👩‍👩‍👧"], {
  vocabularySize: 280,
  specialTokens: ['<|end|>', 'the'],
});

const suites = {
  characters: tokenizerLaws({ name: 'characters', tokenizer: characters, lossless: true }),
  graphemes: tokenizerLaws({ name: 'graphemes', tokenizer: graphemes, lossless: true }),
  words: tokenizerLaws({ name: 'words', tokenizer: words }),
  'words and punctuation': tokenizerLaws({ name: 'wordsAndPunctuation', tokenizer: wordsAndPunctuation }),
  whitespace: tokenizerLaws({ name: 'whitespace', tokenizer: whitespace }),
  sentences: tokenizerLaws({ name: 'sentences', tokenizer: sentences }),
  matches: tokenizerLaws({ name: 'matches', tokenizer: matches(String.raw`\p{L}*`, 'gi') }),
  normalize: normalizeLaws(),
  ngrams: ngramLaws(),
  vocabulary: vocabularyLaws(),
  sequences: sequenceLaws(),
  bpe: [...bpeLaws('bpe', bpe), ...bpeTrainingLaws()],
  count: vectorizerLaws({ name: 'count', plan: countVectorizer(), termsOf: longWords }),
  'binary count of pairs': vectorizerLaws({
    name: 'binary count of pairs',
    plan: countVectorizer({ split: 'words', ngrams: [1, 2], binary: true, stopWords }),
    termsOf: (text) =>
      ngrams(
        allWords(text).filter((word) => !stopWords.includes(word)),
        [1, 2],
      ),
  }),
  tfidf: vectorizerLaws({ name: 'tfidf', plan: tfidfVectorizer(), termsOf: longWords }),
  'sublinear tfidf': vectorizerLaws({
    name: 'sublinear tfidf',
    plan: tfidfVectorizer({ sublinear: true, idf: 'plain', norm: 'l1', minDocuments: 2, maxDocuments: 0.9 }),
    termsOf: longWords,
  }),
  'vocabulary files': textCodecLaws(
    'vocabulary',
    fc.array(fc.array(anyTexts, { maxLength: 4 }), { maxLength: 3 }).map((lists) => vocabulary(lists)),
    vocabularyCodec,
  ),
  'vectorizer files': textCodecLaws(
    'vectorizer',
    texts.map((list) =>
      fitVectorizer(tfidfVectorizer({ normalize: { form: null, stripAccents: true }, ngrams: 2 }), list),
    ),
    vectorizerCodec,
  ),
  'text vectorization files': textCodecLaws(
    'text vectorization',
    texts.map((list) => textVectorization(list, { split: 'characters', length: 8, specials: { end: '<end>' } })),
    textVectorizationCodec,
  ),
  'byte-pair encoding files': textCodecLaws(
    'bpe',
    texts.map((list) => trainBpe(list, { vocabularySize: 270, specialTokens: ['<s>'] })),
    bpeCodec,
  ),
};
for (const [name, laws] of Object.entries(suites))
  describe(name, () => {
    for (const { name: law, check } of laws) test(law, () => check({ runs: 40 }));
  });
