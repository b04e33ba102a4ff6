/** What must hold of texts as tokens: tokenizers, n-grams, vocabularies, byte-pair encodings, and their files. */
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import {
  countTokens,
  decode,
  decodeBpe,
  encode,
  encodeBpe,
  encodeBpeTexts,
  ngrams,
  normalize,
  trainBpe,
  vocabulary,
  type Bpe,
  type TextCodec,
  type Tokenizer,
} from 'fluxion/text';
import { codecLaws } from './codec.ts';
import { law, type Law } from './law.ts';

/** Strings of such characters, made when they are first drawn: fast-check then builds tables of all of them, which takes half a second. */
const stringsOf = (unit: 'grapheme' | 'binary'): fc.Arbitrary<string> => {
  const made: { strings: fc.Arbitrary<string> | null } = { strings: null };
  return fc.constant(null).chain(() => (made.strings ??= fc.string({ unit, maxLength: 20 })));
};

/** Any string of JavaScript: letters with marks, emoji of several parts, control characters, byte order marks, and halves of surrogate pairs. */
export const anyTexts: fc.Arbitrary<string> = fc.oneof(
  stringsOf('grapheme'),
  stringsOf('binary'),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom('\ud83d', '\ude00', '\ufeff', 'e\u0301', '👩‍👩‍👧', '🇩🇪', '\u00ed\u00a0', ' ', '\r\n', "don't", 'a'),
      {
        maxLength: 12,
      },
    )
    .map((parts) => parts.join('')),
);

/** Texts of a few words, so that words occur more than once. */
export const plainTexts: fc.Arbitrary<string> = fc
  .array(fc.constantFrom('the', 'cat', 'sat', 'on', 'a', 'mat', 'The', 'Crème', 'brûlée', '2026', ',', '.'), {
    maxLength: 12,
  })
  .map((parts) => parts.join(' '));

/** The same JSON, or an error that names `what`. */
export const expectSame = (got: unknown, expected: unknown, what: string): void => {
  const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, got ${a}`);
};

export interface TokenizerCase {
  readonly name: string;
  readonly tokenizer: Tokenizer;
  /** Whether the tokens joined are the text. Default false: then they stand in it one after another. */
  readonly lossless?: boolean;
  /** Default `anyTexts`. */
  readonly texts?: fc.Arbitrary<string>;
}

/** Tokens are parts of the text, in order, none empty; a lossless tokenizer leaves nothing out. */
export const tokenizerLaws = ({
  name,
  tokenizer,
  lossless = false,
  texts = anyTexts,
}: TokenizerCase): readonly Law[] => [
  law(
    `${name}: tokens stand in the text in order and do not overlap`,
    fc.property(texts, (text) => {
      let from = 0;
      for (const token of tokenizer(text)) {
        const at = text.indexOf(token, from);
        if (token === '' || at < 0) throw new Error(`expected a part of what is left, got ${JSON.stringify(token)}`);
        from = at + token.length;
      }
    }),
  ),
  ...(lossless
    ? [
        law(
          `${name}: tokens joined are the text`,
          fc.property(texts, (text) => expectSame([tokenizer(text).join('')], [text], 'joined')),
        ),
      ]
    : []),
];

/** Texts brought into a form stay as they are, and say what the options promise. */
export const normalizeLaws = (): readonly Law[] => {
  const flag = fc.boolean();
  const options = fc.record({
    form: fc.constantFrom('NFC' as const, 'NFD' as const, 'NFKC' as const, 'NFKD' as const),
    lowercase: flag,
    stripAccents: flag,
    stripPunctuation: flag,
    collapseWhitespace: flag,
  });
  return [
    law(
      'normalize: again changes nothing',
      fc.property(anyTexts, options, (text, given) => {
        const once = normalize(text, given);
        expectSame(normalize(once, given), once, 'twice');
      }),
    ),
    law(
      'normalize: texts of one meaning become one, without what is stripped',
      fc.property(anyTexts, options, (text, given) => {
        const form = normalize(text.normalize('NFD'), given);
        expectSame(normalize(text.normalize('NFC'), given), form, 'composed');
        const isLeft =
          (given.stripPunctuation && /[\p{P}\p{S}]/u.test(form)) ||
          (given.stripAccents && /\p{Mn}/u.test(form)) ||
          (given.collapseWhitespace && /^\s|\s\s|\s$/u.test(form));
        if (isLeft) throw new Error(`expected nothing of the kind, got ${JSON.stringify(form)}`);
      }),
    ),
  ];
};

const tokenLists = fc.array(fc.string({ maxLength: 2 }), { maxLength: 9 });
const lengths = fc.integer({ min: 1, max: 5 });

/** Runs of tokens are counted right, and single tokens are the tokens. */
export const ngramLaws = (): readonly Law[] => [
  law(
    'ngrams: of n tokens there are n - length + 1 runs of each length',
    fc.property(tokenLists, lengths, lengths, (tokens, a, b) => {
      const [shortest, longest] = [Math.min(a, b), Math.max(a, b)];
      let expected = 0;
      for (let length = shortest; length <= longest; length++) expected += Math.max(0, tokens.length - length + 1);
      expectSame([ngrams(tokens, [shortest, longest]).length], [expected], 'runs');
    }),
  ),
  law(
    'ngrams: each range is its lengths one after another; length 1 is the tokens',
    fc.property(tokenLists, lengths, (tokens, longest) => {
      const each = Array.from({ length: longest }, (_, i) => ngrams(tokens, i + 1)).flat();
      expectSame(ngrams(tokens, [1, longest]), each, 'runs');
      expectSame(ngrams(tokens, 1), tokens, 'single tokens');
    }),
  ),
];

const knownTokens = (): Law =>
  law(
    'vocabulary: decode after encode is the identity on known tokens, and unknown for others',
    fc.property(fc.array(tokenLists, { maxLength: 4 }), tokenLists, (sequences, others) => {
      const known = vocabulary(sequences);
      for (const tokens of [...sequences, others])
        expectSame(
          decode(known, encode(known, tokens)),
          tokens.map((token) => (known.ids.has(token) ? token : '<unk>')),
          'decoded',
        );
    }),
  );

const vocabularyOrder = (): Law =>
  law(
    'vocabulary: the order of sequences does not matter; the commonest come first, the rarest are left out',
    fc.property(fc.array(tokenLists, { maxLength: 4 }), fc.nat(6), lengths, (sequences, more, minFrequency) => {
      const known = vocabulary(sequences, { maxSize: 2 + more, minFrequency });
      expectSame(
        vocabulary(sequences.toReversed(), { maxSize: 2 + more, minFrequency }).tokens,
        known.tokens,
        'tokens',
      );
      const counts = countTokens(sequences.flat());
      const [inside, outside] = [known.tokens.slice(2), [...counts.keys()].filter((token) => !known.ids.has(token))];
      expectSame(
        known.counts.slice(2),
        inside.map((token) => counts.get(token)),
        'counts',
      );
      expectSame(
        known.counts.slice(2),
        known.counts.slice(2).toSorted((a, b) => b - a),
        'counts in order',
      );
      const rarest = inside.length < more ? minFrequency : (known.counts.at(-1) ?? 0);
      for (const token of outside)
        if (inside.length < more ? (counts.get(token) ?? 0) >= rarest : more > 0 && (counts.get(token) ?? 0) > rarest)
          throw new Error(`expected ${JSON.stringify(token)} in the vocabulary`);
    }),
  );

/** A vocabulary is in order, and known tokens survive it. */
export const vocabularyLaws = (): readonly Law[] => [knownTokens(), vocabularyOrder()];

/** Ids with pairs merged in the order of training, one merge after another through the whole word: what encoding means. */
const plainly = (bpe: Bpe, word: string): readonly number[] =>
  bpe.merges.reduce<readonly number[]>(
    (symbols, [left, right], i) => {
      const next: number[] = [];
      for (const symbol of symbols)
        if (symbol === right && next.at(-1) === left) next[next.length - 1] = 256 + i;
        else next.push(symbol);
      return next;
    },
    Array.from(new TextEncoder().encode(word)),
  );

/** Byte-pair encodings read every string and give it back. */
export const bpeLaws = (name: string, bpe: Bpe): readonly Law[] => [
  law(
    `${name}: decode after encode is the identity on every string`,
    fc.property(anyTexts, (text) => {
      expectSame([decodeBpe(bpe, encodeBpe(bpe, text))], [text], 'decoded');
      expectSame([decodeBpe(bpe, encodeBpe(bpe, text, { allowSpecial: true }))], [text], 'decoded with special tokens');
    }),
  ),
  law(
    `${name}: several texts at once are each by itself`,
    fc.property(fc.array(anyTexts, { maxLength: 4 }), (texts) =>
      expectSame(
        encodeBpeTexts(bpe, texts).map((ids) => [...ids]),
        texts.map((text) => [...encodeBpe(bpe, text)]),
        'ids',
      ),
    ),
  ),
  law(
    `${name}: a word is its bytes with the merges of training applied in turn`,
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'h', 'e', 't', 'n', 'é'), maxLength: 12 }), (word) =>
      expectSame([...encodeBpe(bpe, word)], plainly(bpe, word), 'ids'),
    ),
  ),
];

/** How often each pair of neighbours occurs in words, the commonest first, equals by their ids. */
const plainPairs = (words: readonly (readonly number[])[]): readonly (readonly [number, number, number])[] => {
  const counts = new Map<string, readonly [number, number, number]>();
  for (const word of words)
    for (let i = 0; i + 1 < word.length; i++) {
      const [a, b] = [word[i] ?? 0, word[i + 1] ?? 0];
      counts.set(`${a} ${b}`, [a, b, (counts.get(`${a} ${b}`)?.[2] ?? 0) + 1]);
    }
  return [...counts.values()].toSorted(([a, b, m], [c, d, n]) => n - m || a - c || b - d);
};

/** Training merges the commonest pair each time, counted anew. */
export const bpeTrainingLaws = (): readonly Law[] => [
  law(
    'trainBpe: each merge is the commonest pair of the words as they are by then',
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 8 }), { maxLength: 8 }),
      (words) => {
        const bpe = trainBpe(words, { vocabularySize: 262 });
        bpe.merges.forEach((merge, i) => {
          const before = { ...bpe, merges: bpe.merges.slice(0, i) };
          const [best = []] = plainPairs(words.map((word) => plainly(before, word)));
          expectSame(merge, best.slice(0, 2), `merge ${i}`);
        });
        const [left] = plainPairs(words.map((word) => plainly(bpe, word)));
        if (bpe.merges.length < 6 && left !== undefined && left[2] >= 2)
          throw new Error(`expected a merge of ${left.join()}`);
      },
    ),
  ),
];

/** What is saved is read back; a text that was damaged is a sentence. */
export const textCodecLaws = <A>(name: string, values: fc.Arbitrary<A>, codec: TextCodec<A>): readonly Law[] =>
  codecLaws<A>({
    name,
    values,
    encode: (value) => new TextEncoder().encode(codec.encode(value)),
    decode: (bytes) =>
      E.flatMap((text: string) => codec.decode(text))(
        E.tryCatch(
          () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
          () => 'file: expected UTF-8 text, got other bytes.',
        ),
      ),
  });
