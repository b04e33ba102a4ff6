/** Word vectors as text, row by row: a word, then its numbers. */
import * as E from 'fp-ts/lib/Either.js';
import { fromStore } from '../array/ndarray.ts';
import type { Embeddings } from './embeddings.ts';
import { vocabularyFrom } from './vocabulary.ts';

export interface VectorOptions {
  /** `glove` has no header, `word2vec` has a line with the number of words and of dimensions. Default `auto`: a header is two whole numbers. */
  readonly format?: 'auto' | 'glove' | 'word2vec';
  /** How many rows are read at most; files begin with the commonest words. Default all. */
  readonly limit?: number;
  /** Which words are kept. Default all. */
  readonly words?: Iterable<string>;
  /** Whether words may contain blanks, as a few of `glove.840B` do. Default false: then a row with more numbers than the others is a fault. */
  readonly wordsWithBlanks?: boolean;
}

/** Takes lines one after another. */
export interface VectorReader {
  /** Reads a line: `Left` is a sentence about it; otherwise whether more lines are wanted. */
  readonly line: (text: string) => E.Either<string, boolean>;
  /** What was read. */
  readonly end: () => E.Either<string, Embeddings>;
}

const isCount = (text: string | undefined): boolean => text !== undefined && /^\d+$/.test(text);
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const clip = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);

/** The numbers of a row, or the first field that is none. */
const numbersOf = (fields: readonly string[]): Float32Array | string => {
  const wrong = fields.find((field) => !decimal.test(field) || !Number.isFinite(Math.fround(Number(field))));
  return wrong ?? Float32Array.from(fields, Number);
};

interface Progress {
  lines: number;
  rows: number;
  width: number | null;
  announced: number | null;
  blank: boolean;
}
interface Kept {
  readonly words: Set<string>;
  readonly numbers: Float32Array[];
}

/** Reads the row of a word into what is kept; gives what was expected and what came, or `null`. */
const readRow = (text: string, now: Progress, kept: Kept, wanted: ReadonlySet<string> | null, blanks: boolean) => {
  const fields = text.replace(/[ \t\r]+$/, '').split(/[ \t]/);
  const width = now.width ?? fields.length - 1;
  const split = blanks ? Math.max(1, fields.length - width) : 1;
  if (width < 1 || fields.length - split !== width)
    return `expected a word and ${width < 1 ? 'its' : width} numbers, got ${Math.max(0, fields.length - 1)} after the word`;
  const word = fields.slice(0, split).join(' ');
  if (word === '') return 'expected a word and its numbers, got a blank first';
  const numbers = numbersOf(fields.slice(split));
  if (typeof numbers === 'string') return `expected finite numbers after the word, got ${clip(numbers)}`;
  now.width = width;
  now.rows++;
  if (kept.words.has(word) || (wanted !== null && !wanted.has(word))) return null;
  kept.words.add(word);
  kept.numbers.push(numbers);
  return null;
};

const readHeader = (text: string, format: VectorOptions['format'], now: Progress): string | boolean => {
  const fields = text.trimEnd().split(/[ \t]/);
  const [count, width] = fields;
  const isHeader = fields.length === 2 && isCount(count) && isCount(width);
  if (format === 'glove' || (format !== 'word2vec' && !isHeader)) return false;
  if (!isHeader || Number(width) < 1) return `expected the numbers of words and of dimensions, got ${clip(text)}`;
  now.announced = Number(count);
  now.width = Number(width);
  return true;
};

/** A reader that begins with nothing; `name` stands in the sentences. Of rows with one word the first counts. */
export const vectorReader = (name: string, options: VectorOptions = {}): VectorReader => {
  const { format = 'auto', limit = Infinity, words, wordsWithBlanks = false } = options;
  const wanted = words === undefined ? null : new Set(words);
  const now: Progress = { lines: 0, rows: 0, width: null, announced: null, blank: false };
  const kept: Kept = { words: new Set(), numbers: [] };
  const fault = (what: string): E.Either<string, never> =>
    E.left(`${name}: line ${now.lines}: ${what}. Correct the line, or look for damage.`);
  return {
    line: (text) => {
      now.lines++;
      if (now.blank) return fault('expected the end after an empty line, got more');
      now.blank = text.trim() === '';
      if (now.blank) return E.right(true);
      const header = now.lines === 1 ? readHeader(text, format, now) : false;
      if (typeof header === 'string') return fault(header);
      if (header) return E.right(limit > 0);
      if (now.rows >= limit) return E.right(false);
      const wrong = readRow(text, now, kept, wanted, wordsWithBlanks);
      return wrong === null ? E.right(now.rows < limit) : fault(wrong);
    },
    end: () => {
      const due = Math.min(limit, now.announced ?? now.rows);
      if (now.rows !== due)
        return E.left(
          `${name}: expected ${due} words as the first line says, got ${now.rows}. The file is cut or joined.`,
        );
      const width = now.width ?? 0;
      const store = new Float32Array(kept.numbers.length * width);
      kept.numbers.forEach((numbers, i) => store.set(numbers, i * width));
      return E.right({
        vocabulary: vocabularyFrom([...kept.words], { pad: null, unknown: null, start: null, end: null }),
        vectors: fromStore({ dtype: 'float32', shape: [kept.numbers.length, width] }, store),
      });
    },
  };
};

/** Word vectors of a text in GloVe's or word2vec's text format; a bad row is `Left` with its line. `name` stands in the sentences. */
export const decodeVectors = (
  text: string,
  name: string,
  options: VectorOptions = {},
): E.Either<string, Embeddings> => {
  const reader = vectorReader(name, options);
  for (const line of text.split('\n')) {
    const more = reader.line(line);
    if (E.isLeft(more)) return more;
    if (!more.right) break;
  }
  return reader.end();
};
