/** Tokens, vocabularies and sequences at the corners. */
import { describe, expect, test } from 'vitest';
import { FluxionError, jit, np, type NDArray } from 'fluxion';
import {
  characterNgrams,
  characters,
  charWindows,
  countTokens,
  decode,
  decodeTexts,
  editDistance,
  encode,
  encodeTexts,
  graphemes,
  matches,
  multiHot,
  ngrams,
  normalize,
  oneHotTokens,
  paddingMask,
  padSequences,
  sentences,
  sequenceLengths,
  textVectorization,
  tokenizer,
  tokenWindows,
  vocabulary,
  vocabularyFrom,
  vocabularySize,
  whitespace,
  withoutStopWords,
  words,
  wordsAndPunctuation,
} from 'fluxion/text';

const codeOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    if (error instanceof FluxionError) return `${error.code}: ${error.message.replace(/ \([^()]*:\d+:\d+\)$/, '')}`;
  }
  return 'nothing was thrown';
};

describe('normalize', () => {
  test('by default texts that look the same are the same', () => {
    expect(normalize('e\u0301')).toBe('\u00e9');
    expect(normalize('e\u0301', { form: null })).toBe('e\u0301');
    expect(normalize('ﬁ', { form: 'NFKC' })).toBe('fi');
  });
  test('case, accents, punctuation, blanks', () => {
    expect(normalize('ÀÉÎ Ñandú, ok!', { lowercase: true, stripAccents: true, form: 'NFC' })).toBe('aei nandu, ok!');
    expect(normalize(' «Crème»  –  $5!\n', { stripPunctuation: true, collapseWhitespace: true })).toBe('Crème 5');
    expect(normalize('', { lowercase: true, stripAccents: true, stripPunctuation: true })).toBe('');
  });
});

describe('tokenizers', () => {
  test('characters are code points, graphemes what is read as one', () => {
    expect(characters('a👩‍👧e\u0301')).toEqual(['a', '👩', '\u200d', '👧', 'e', '\u0301']);
    expect(graphemes('a👩‍👧e\u0301')).toEqual(['a', '👩‍👧', 'e\u0301']);
  });
  test('words of many languages', () => {
    expect(words("Don't panic: naïve well-known Ελλάδα 42 हिन्दी!")).toEqual([
      "Don't",
      'panic',
      'naïve',
      'well-known',
      'Ελλάδα',
      '42',
      'हिन्दी',
    ]);
    expect(wordsAndPunctuation('Wait... what?')).toEqual(['Wait', '.', '.', '.', 'what', '?']);
    expect(whitespace(' a\tb\u00a0c\n')).toEqual(['a', 'b', 'c']);
    expect(sentences('One. Two is 3.5! Is it? ')).toEqual(['One.', 'Two is 3.5!', 'Is it?']);
  });
  test('patterns, and splits as data', () => {
    expect(matches(/\d+/)('1a22')).toEqual(['1', '22']);
    expect(tokenizer({ pattern: '[a-z]+', flags: 'i' })('Ab1c')).toEqual(['Ab', 'c']);
    expect(tokenizer('characters')('ab')).toEqual(['a', 'b']);
    expect(codeOf(() => matches('('))).toContain('text.pattern: matches: expected a regular expression, got "("');
  });
  test.for([characters, graphemes, words, wordsAndPunctuation, whitespace, sentences])(
    'nothing in the empty text',
    (split) => expect(split('')).toEqual([]),
  );
});

describe('n-grams', () => {
  test('by words and by characters', () => {
    expect(ngrams(['a', 'b', 'c'], [1, 2])).toEqual(['a', 'b', 'c', 'a b', 'b c']);
    expect(ngrams(['a'], [2, 3])).toEqual([]);
    expect(characterNgrams('a👧c', 2)).toEqual(['a👧', '👧c']);
    expect([...countTokens(['b', 'a', 'b'])]).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
    expect(withoutStopWords(['the', 'end'], ['the'])).toEqual(['end']);
  });
  test('a range that is none', () =>
    expect(codeOf(() => ngrams(['a'], [2, 1]))).toContain('text.ngrams: ngrams: expected lengths from 1 upwards'));
});

describe('a vocabulary', () => {
  const known = vocabulary([
    ['b', 'a', 'b'],
    ['c', 'a', 'constructor', '__proto__'],
  ]);
  test('has its special tokens first, then by frequency and text', () => {
    expect(known.tokens).toEqual(['<pad>', '<unk>', 'a', 'b', '__proto__', 'c', 'constructor']);
    expect(known.counts).toEqual([0, 0, 2, 2, 1, 1, 1]);
    expect(vocabularySize(known)).toBe(7);
    const all = { pad: '0', unknown: '1', start: '2', end: '3' };
    expect(vocabulary([['x']], { specials: all }).tokens).toEqual(['0', '1', '2', '3', 'x']);
  });
  test('tokens that are not in it', () => {
    expect([...encode(known, ['b', 'zebra', 'toString'])]).toEqual([3, 1, 1]);
    const closed = vocabulary([['a']], { specials: { pad: null, unknown: null } });
    expect(closed.tokens).toEqual(['a']);
    expect(codeOf(() => encode(closed, ['b']))).toBe(
      'text.unknown: encode: expected a token of the vocabulary, got "b". Make the vocabulary with a special token for the unknown.',
    );
    expect(codeOf(() => decode(closed, [1]))).toContain('index.range: decode: expected an id from 0 to 0, got 1');
  });
  test('tokens that are spelt like special ones', () => {
    const v = vocabulary([['<unk>', '<pad>', 'a', '<pad>']]);
    expect([v.tokens, v.counts]).toEqual([
      ['<pad>', '<unk>', 'a'],
      [2, 1, 1],
    ]);
    expect(decode(v, encode(v, ['<pad>', 'a', 'b']), { skipSpecials: true })).toEqual(['a']);
  });
  test('is refused where tokens do not go together', () => {
    const specials = { pad: null, unknown: '?', start: null, end: null };
    expect(codeOf(() => vocabularyFrom(['?', 'a', 'a'], specials))).toContain(
      'expected each token once, got "a" twice',
    );
    expect(codeOf(() => vocabularyFrom(['a', '?'], specials))).toContain('expected the special tokens first, got "?"');
    expect(codeOf(() => vocabulary([], { specials: { pad: 'x', unknown: 'x' } }))).toContain('got "x" twice');
    expect(codeOf(() => vocabulary([], { maxSize: 1 }))).toContain('expected maxSize from 2 upwards, got 1');
  });
  test('of nothing', () => expect(vocabulary([]).tokens).toEqual(['<pad>', '<unk>']));
});

describe('sequences', () => {
  test('are padded and cut as Keras does', () => {
    // The examples of keras.utils.pad_sequences.
    const sequence = [[1], [2, 3], [4, 5, 6]];
    expect(padSequences(sequence).toNested()).toEqual([
      [0, 0, 1],
      [0, 2, 3],
      [4, 5, 6],
    ]);
    expect(padSequences(sequence, { value: -1 }).toNested()).toEqual([
      [-1, -1, 1],
      [-1, 2, 3],
      [4, 5, 6],
    ]);
    expect(padSequences(sequence, { padding: 'post' }).toNested()).toEqual([
      [1, 0, 0],
      [2, 3, 0],
      [4, 5, 6],
    ]);
    expect(padSequences(sequence, { length: 2 }).toNested()).toEqual([
      [0, 1],
      [2, 3],
      [5, 6],
    ]);
  });
  test('without sequences or elements', () => {
    expect(padSequences([]).shape).toEqual([0, 0]);
    expect(padSequences([[], []], { length: 2 }).toNested()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(paddingMask([[], [7]]).toNested()).toEqual([[false], [true]]);
    expect(sequenceLengths([[], [7]]).toNested()).toEqual([0, 1]);
    expect(codeOf(() => padSequences([], { length: -1 }))).toContain('text.length: padSequences: expected a length');
  });
  test('as ones', () => {
    expect(oneHotTokens(Int32Array.of(2, 0, -1), 3).toNested()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
      [0, 0, 0],
    ]);
    const compiled = jit((ids: NDArray) => oneHotTokens(ids, 2));
    expect(compiled(np.array(Int32Array.of(1))).toNested()).toEqual([[0, 1]]);
    expect(multiHot([[1, 1], []], 3, { mode: 'count' }).toNested()).toEqual([
      [0, 2, 0],
      [0, 0, 0],
    ]);
    expect(multiHot([[1, 1, 0, 2]], 3, { mode: 'frequency' }).toNested()).toEqual([[0.25, 0.5, 0.25]]);
    expect(codeOf(() => multiHot([[3]], 3))).toContain('index.range: multiHot: expected ids from 0 to 2, got 3');
  });
  test('as windows for a language model', () => {
    const { inputs, targets } = charWindows(
      'hello',
      vocabulary([characters('hello')], { specials: { pad: null, unknown: null } }),
      2,
      { stride: 2 },
    );
    // l is the commonest, then e, h, o.
    expect(inputs.toNested()).toEqual([
      [2, 1],
      [0, 0],
    ]);
    expect(targets.toNested()).toEqual([
      [1, 0],
      [0, 3],
    ]);
    expect(tokenWindows([1, 2], 2).inputs.shape).toEqual([0, 2]);
    expect(codeOf(() => tokenWindows([1], 0))).toContain('expected a length from 1 upwards, got 0');
  });
});

describe('a text vectorization', () => {
  const texts = ['The cat sat.', 'The dog'];
  test('numbers words, fills and cuts', () => {
    const v = textVectorization(texts, { length: 3, specials: { end: '[end]' }, split: 'whitespace' });
    expect(v.vocabulary.tokens).toEqual(['<pad>', '<unk>', '[end]', 'the', 'cat', 'dog', 'sat.']);
    expect(encodeTexts(v, ['the DOG barks loud', '', 'cat'])).toMatchObject({ shape: [3, 3], dtype: 'int32' });
    expect(encodeTexts(v, ['the DOG barks loud', '', 'cat']).toNested()).toEqual([
      [3, 5, 1],
      [2, 0, 0],
      [4, 2, 0],
    ]);
    expect(codeOf(() => decodeTexts(v, np.zeros([2], 'int32')))).toContain(
      'decodeTexts: expected ids [texts, length], got [2]',
    );
    expect(decodeTexts(v, encodeTexts(v, ['cat zebra', 'dog']))).toEqual([['cat', '<unk>'], ['dog']]);
  });
  test('text from outside cannot pad or end', () => {
    const v = textVectorization(['a <end>'], { split: 'whitespace', specials: { end: '<end>' } });
    expect(encodeTexts(v, ['a <end> <pad> a']).toNested()).toEqual([[3, 1, 1, 3, 2]]);
  });
  test('needs its pad and unknown', () =>
    expect(codeOf(() => textVectorization([], { specials: { pad: null } }))).toContain(
      'expected special tokens pad and unknown',
    ));
});

describe('the edit distance', () => {
  test.for([
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['👧a', '👩a', 1],
    ['same', 'same', 0],
    ['intention', 'execution', 5],
  ] as const)('%s, %s: %d', ([a, b, distance]) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(characters(b), characters(a))).toBe(distance);
  });
});
