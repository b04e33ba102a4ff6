/** Word vectors: files whole and broken, neighbours, analogies, matrices. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { np, random } from 'fluxion';
import {
  analogy,
  decodeVectors,
  embeddingMatrix,
  nearestNeighbours,
  readVectors,
  vocabulary,
  type Embeddings,
  type VectorOptions,
} from 'fluxion/text';

const glove = 'man 1 0 0.1\nwoman 1 1 0.1\nking 1 0 1\nqueen 1 1 1\ncar -1 0.2 -3e-1\n';
const word2vec = `5 3\n${glove.replaceAll('\n', ' \n')}`;
const read = (text: string, options?: VectorOptions): Embeddings => {
  const result = decodeVectors(text, 'vectors', options);
  if (E.isLeft(result)) throw new Error(result.left);
  return result.right;
};
const leftOf = (text: string, options?: VectorOptions): string => {
  const result = decodeVectors(text, 'v.txt', options);
  return E.isLeft(result) ? result.left : 'a value';
};

describe('word vectors as text', () => {
  test.for([glove, word2vec, glove.replaceAll('\n', '\r\n'), glove.trimEnd(), glove.replaceAll(' ', '\t')])(
    '%j',
    (text) => {
      const { vocabulary: known, vectors } = read(text);
      expect(known.tokens).toEqual(['man', 'woman', 'king', 'queen', 'car']);
      expect(vectors.shape).toEqual([5, 3]);
      expect(vectors.get(3).toNested()).toEqual([1, 1, 1]);
      expect(vectors.get(4, 0).item()).toBe(-1);
    },
  );
  test('in part', () => {
    expect(read(glove, { limit: 2 }).vocabulary.tokens).toEqual(['man', 'woman']);
    expect(read(word2vec, { words: ['king', 'ghost'] }).vectors.toNested()).toEqual([[1, 0, 1]]);
    expect(read('a 1\na 2\n').vectors.toNested()).toEqual([[1]]);
    expect(read('a 1 2\n. . 3 4\n\u00a0b 5 6', { wordsWithBlanks: true }).vocabulary.tokens).toEqual([
      'a',
      '. .',
      '\u00a0b',
    ]);
    expect(read('').vectors.shape).toEqual([0, 0]);
    expect(read('0 3\n').vectors.shape).toEqual([0, 3]);
    expect(read('7 8\n', { format: 'glove' }).vocabulary.tokens).toEqual(['7']);
  });
  test('bad rows are sentences with their line', () => {
    expect(leftOf('a 1 2\nb 1\n')).toBe(
      'v.txt: line 2: expected a word and 2 numbers, got 1 after the word. Correct the line, or look for damage.',
    );
    expect(leftOf('a 1 2\nb 1 2 3\n')).toContain('line 2: expected a word and 2 numbers, got 3');
    expect(leftOf('a 1 2\nb 1 x\n')).toContain('line 2: expected finite numbers after the word, got "x"');
    expect(leftOf('a 1 1e999\n')).toContain('line 1: expected finite numbers after the word, got "1e999"');
    expect(leftOf('a 1 0x10\n')).toContain('got "0x10"');
    expect(leftOf('a 1\n\nb 2\n')).toContain('line 3: expected the end after an empty line');
    expect(leftOf('a\n')).toContain('line 1: expected a word and its numbers');
    expect(leftOf(' 1 2\n')).toContain('line 1: expected a word and its numbers, got a blank first');
    expect(leftOf('3 1\na 1\nb 2\n')).toContain('expected 3 words as the first line says, got 2');
    expect(leftOf('a 1 2\n', { format: 'word2vec' })).toContain(
      'line 1: expected the numbers of words and of dimensions',
    );
  });
});

describe('files of word vectors', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fluxion-vectors-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  test('are read line by line, packed or not', async () => {
    // Larger than a chunk of the stream, so that lines and characters are cut.
    const lines = Array.from({ length: 9000 }, (_, i) => `wörd${i} ${i} ${-i}`).join('\n');
    await writeFile(join(folder, 'v.txt'), lines);
    await writeFile(join(folder, 'v.txt.gz'), gzipSync(lines));
    for (const name of ['v.txt', 'v.txt.gz']) {
      const result = await readVectors(join(folder, name))();
      const { vocabulary: known, vectors } = E.getOrElse<string, Embeddings>((fault) => {
        throw new Error(fault);
      })(result);
      expect([known.tokens.length, known.tokens[8999]]).toEqual([9000, 'wörd8999']);
      expect(vectors.get(8999).toNested()).toEqual([8999, -8999]);
    }
    expect(await readVectors(join(folder, 'v.txt.gz'), { limit: 1 })()).toMatchObject(E.right({}));
  });
  test('that cannot be read are sentences with their path', async () => {
    const left = async (name: string): Promise<string> => {
      const result = await readVectors(join(folder, name))();
      return E.isLeft(result) ? result.left : 'a value';
    };
    expect(await left('none')).toContain('none: expected a file of word vectors in UTF-8 that can be read');
    expect(await left('none.gz')).toContain('none.gz: expected a file of word vectors');
    await writeFile(join(folder, 'bad'), 'a 1\nb 2 2\n');
    expect(await left('bad')).toContain('bad: line 2: expected a word and 1 numbers');
    await writeFile(join(folder, 'latin'), Uint8Array.of(0xe9, 0x20, 0x31, 0x0a));
    expect(await left('latin')).toContain('expected a file of word vectors in UTF-8');
    await writeFile(join(folder, 'cut.gz'), gzipSync('a 1\nb 2\n').subarray(0, 15));
    expect(await left('cut.gz')).toContain('cut.gz: expected a file of word vectors');
  });
});

describe('neighbours', () => {
  const e = read(glove);
  test('by cosine, without the word itself', () => {
    const [first, second] = nearestNeighbours(e, 'king', 2);
    // cos(king, queen) = 2 / sqrt(2 * 3); cos(king, man) = 1.1 / sqrt(2 * 1.01)
    expect([first?.word, second?.word]).toEqual(['queen', 'man']);
    expect(first?.similarity).toBeCloseTo(2 / Math.sqrt(6), 6);
    expect(second?.similarity).toBeCloseTo(1.1 / Math.sqrt(2.02), 6);
    expect(nearestNeighbours(e, 'king', 99)).toHaveLength(4);
    expect(nearestNeighbours(e, np.array([0, 0, 1]), 1)[0]?.word).toBe('king');
    expect(nearestNeighbours(e, 'king', 0)).toEqual([]);
  });
  test('analogies', () => {
    expect(analogy(e, 'man', 'king', 'woman', 1)[0]?.word).toBe('queen');
    expect(analogy(e, 'king', 'queen', 'man').map(({ word }) => word)).toEqual(['woman', 'car']);
  });
  test('words without a vector, vectors of zeros', () => {
    expect(() => nearestNeighbours(e, 'ghost')).toThrow('expected a word that has a vector, got "ghost"');
    expect(() => analogy(e, 'man', 'king', 'ghost')).toThrow('analogy: expected a word that has a vector');
    expect(() => nearestNeighbours(e, 'man', -1)).toThrow('expected a count from 0 upwards');
    const zeros = read('a 0 0\nb 1 0\n');
    expect(nearestNeighbours(zeros, 'a')).toEqual([{ word: 'b', similarity: 0 }]);
    expect(nearestNeighbours(zeros, 'b')).toEqual([{ word: 'a', similarity: 0 }]);
  });
});

describe('the matrix of an embedding layer', () => {
  const e = read(glove);
  const known = vocabulary([['queen', 'ghost']]);
  test('has zeros for what has no vector', () => {
    expect(known.tokens).toEqual(['<pad>', '<unk>', 'ghost', 'queen']);
    expect(embeddingMatrix(known, e).toNested()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
      [1, 1, 1],
    ]);
  });
  test('or draws of the same spread, but for pad', () => {
    const matrix = embeddingMatrix(known, e, { key: random.key(1) });
    expect(matrix.get(0).toNested()).toEqual([0, 0, 0]);
    expect(matrix.get(3).toNested()).toEqual([1, 1, 1]);
    expect(np.all(matrix.get('1:3').notEqual(0)).item()).toBe(true);
  });
});
