/** Vectorizers against the figures that scikit-learn publishes, and at the corners. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { np } from 'fluxion';
import { assertAllClose } from 'fluxion/laws';
import {
  countVectorizer,
  fitVectorizer,
  inverseDocumentFrequencies,
  loadBpe,
  loadTextVectorization,
  loadVectorizer,
  loadVocabulary,
  saveBpe,
  saveTextVectorization,
  saveVectorizer,
  saveVocabulary,
  textVectorization,
  tfidfVectorizer,
  trainBpe,
  transform,
  vectorizerCodec,
  vocabulary,
} from 'fluxion/text';

// The corpus of scikit-learn's user guide, 6.2.3.3.
const corpus = [
  'This is the first document.',
  'This is the second second document.',
  'And the third one.',
  'Is this the first document?',
];

describe('the count vectorizer', () => {
  const fitted = fitVectorizer(countVectorizer(), corpus);
  test('gives the terms and counts of the user guide', () => {
    expect(fitted.terms).toEqual(['and', 'document', 'first', 'is', 'one', 'second', 'the', 'third', 'this']);
    expect(transform(fitted, corpus).toNested()).toEqual([
      [0, 1, 1, 1, 0, 0, 1, 0, 1],
      [0, 1, 0, 1, 0, 2, 1, 0, 1],
      [1, 0, 0, 0, 1, 0, 1, 1, 0],
      [0, 1, 1, 1, 0, 0, 1, 0, 1],
    ]);
    expect(transform(fitted, ['Something completely new.']).sum().item()).toBe(0);
  });
  test('gives the bigrams of the user guide', () => {
    const analysis = { ngrams: [1, 2], split: 'words' } as const;
    expect(fitVectorizer(countVectorizer(analysis), ['Bi-grams are cool!'.replace('-', ' ')]).terms).toEqual([
      'are',
      'are cool',
      'bi',
      'bi grams',
      'cool',
      'grams',
      'grams are',
    ]);
  });
  test('leaves out what is rare, common or too much', () => {
    const termsOf = (options: Parameters<typeof countVectorizer>[0]) =>
      fitVectorizer(countVectorizer(options), corpus).terms;
    expect(termsOf({ minDocuments: 2 })).toEqual(['document', 'first', 'is', 'the', 'this']);
    expect(termsOf({ minDocuments: 0.9 })).toEqual(['the']);
    expect(termsOf({ maxDocuments: 0.5 })).toEqual(['and', 'first', 'one', 'second', 'third']);
    expect(termsOf({ maxDocuments: 3, minDocuments: 3 })).toEqual(['document', 'is', 'this']);
    expect(termsOf({ maxFeatures: 2 })).toEqual(['document', 'the']);
    expect(() => countVectorizer({ minDocuments: -1 })).toThrow('expected minDocuments as a count or a share, got -1');
  });
});

// The counts of scikit-learn's user guide, 6.2.3.4, as texts.
const counts = [
  [3, 0, 1],
  [2, 0, 0],
  [3, 0, 0],
  [4, 0, 0],
  [3, 2, 0],
  [3, 0, 2],
];
const counted = counts.map((row) => row.flatMap((n, column) => Array<string>(n).fill(`term${column}`)).join(' '));

describe('the tf-idf vectorizer', () => {
  const rowsOf = (options: Parameters<typeof tfidfVectorizer>[0]) =>
    transform(fitVectorizer(tfidfVectorizer(options), counted), counted);
  test('gives the figures of the user guide with smooth frequencies', () => {
    assertAllClose(
      rowsOf({}),
      np.array([
        [0.85151335, 0, 0.52433293],
        [1, 0, 0],
        [1, 0, 0],
        [1, 0, 0],
        [0.55422893, 0.83236428, 0],
        [0.63035731, 0, 0.77630514],
      ]),
    );
  });
  test('gives the figures of the user guide with plain frequencies', () => {
    assertAllClose(
      rowsOf({ idf: 'plain' }),
      np.array([
        [0.81940995, 0, 0.57320793],
        [1, 0, 0],
        [1, 0, 0],
        [1, 0, 0],
        [0.47330339, 0.88089948, 0],
        [0.58149261, 0, 0.81355169],
      ]),
    );
    // 3 (ln(6/6) + 1), 0, 1 (ln(6/2) + 1), as the guide works out.
    assertAllClose(rowsOf({ idf: 'plain', norm: 'none' }).get(0), np.array([3, 0, 2.0986]), 'raw', {
      relative: 0,
      absolute: 5e-5,
    });
    const fitted = fitVectorizer(tfidfVectorizer(), counted);
    assertAllClose(inverseDocumentFrequencies(fitted), np.array([1, 2.25276297, 1.84729786]));
  });
});

describe('a vectorizer at the corners', () => {
  test.for([
    ['no texts', []],
    ['empty texts', ['', ' ']],
    ['only stop words', ['the the', 'THE']],
  ] as const)('%s', ([, texts]) => {
    const fitted = fitVectorizer(tfidfVectorizer({ stopWords: ['the'] }), texts);
    expect(fitted.terms).toEqual([]);
    expect(transform(fitted, texts).shape).toEqual([texts.length, 0]);
    expect(
      transform(fitVectorizer(tfidfVectorizer(), ['one two']), texts)
        .sum()
        .item(),
    ).toBe(0);
  });
  test('terms that JavaScript has names for', () => {
    const fitted = fitVectorizer(countVectorizer(), ['constructor __proto__ toString', '__proto__']);
    expect(transform(fitted, ['__proto__ __proto__ valueOf']).toNested()).toEqual([[2, 0, 0]]);
  });
});

describe('files', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fluxion-text-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const fitted = fitVectorizer(tfidfVectorizer({ normalize: { lowercase: true, form: 'NFKC' } }), corpus);

  test('of everything that can be saved', async () => {
    const path = join(folder, 'deep', 'value.json');
    expect(await saveVectorizer(path, fitted)()).toEqual(E.right(undefined));
    expect(await loadVectorizer(path)()).toEqual(E.right(fitted));
    const known = vocabulary([['a', 'b'], ['a']]);
    await saveVocabulary(path, known)();
    expect(await loadVocabulary(path)()).toEqual(E.right(known));
    const pipeline = textVectorization(corpus, { length: 4 });
    await saveTextVectorization(path, pipeline)();
    expect(await loadTextVectorization(path)()).toEqual(E.right(pipeline));
    const bpe = trainBpe(corpus, { vocabularySize: 270, specialTokens: ['<|end|>'] });
    await saveBpe(path, bpe)();
    expect(await loadBpe(path)()).toEqual(E.right(bpe));
    expect(await loadVectorizer(path)()).toEqual(
      E.left(
        `${path}: expected fluxion vectorizer of version 1, got "fluxion byte-pair encoding" of version 1. Read it with the function of its kind.`,
      ),
    );
  });
  test('that are missing or damaged', async () => {
    const path = join(folder, 'damaged.json');
    const left = async () => {
      const read = await loadVectorizer(path)();
      return E.isLeft(read) ? read.left : 'a value';
    };
    expect(await left()).toContain('no such file');
    await saveVectorizer(path, fitted)();
    const whole = await readFile(path, 'utf8');
    await writeFile(path, whole.slice(0, -9));
    expect(await left()).toContain(`${path}: expected JSON, got other text`);
    await writeFile(path, whole.replace('"third"', '"tired"'));
    expect(await left()).toContain('expected contents of checksum');
    await writeFile(path, whole.replace('"version":1', '"version":2'));
    expect(await left()).toContain('expected fluxion vectorizer of version 1, got "fluxion vectorizer" of version 2');
  });
  test('whose checksum fits but whose contents do not', () => {
    const leftOf = (change: (parts: typeof fitted) => unknown): string => {
      // Sound: a value of another type is what is tried.
      const read = vectorizerCodec.decode(vectorizerCodec.encode(change(fitted) as typeof fitted), 'file');
      return E.isLeft(read) ? read.left : 'a value';
    };
    expect(leftOf((v) => v)).toBe('a value');
    expect(leftOf((v) => ({ ...v, documents: 0 }))).toContain('expected terms in no more documents than there are');
    expect(leftOf((v) => ({ ...v, terms: v.terms.map(() => 'x') }))).toBe(
      'file: vectorizer: expected each term once, with its document frequency, got others. Fit it again.',
    );
    expect(leftOf((v) => ({ ...v, terms: [1] }))).toContain('file.terms.0: expected string, got 1');
    expect(leftOf((v) => ({ ...v, analysis: { ...v.analysis, split: { pattern: '(' } } }))).toContain(
      'a regular expression',
    );
    expect(leftOf((v) => ({ ...v, analysis: { ...v.analysis, split: 'toString' } }))).toContain('file.analysis.split');
    expect(leftOf((v) => ({ ...v, analysis: { ...v.analysis, ngrams: [2, 1] } }))).toContain('the shortest first');
  });
});
