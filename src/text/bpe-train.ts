/** Training of byte-pair encodings: the commonest pair becomes one, again and again. */
import { FluxionError } from '../array/errors.ts';
import { bpeFrom, bpeWords, pairOf, type Bpe } from './bpe.ts';
import { pop, push } from './heap.ts';
import { bytesOf } from './wtf8.ts';

export interface BpeOptions {
  /** How many ids there may be: 256 bytes, the merges, the special tokens. There are fewer where no pair is left. */
  readonly vocabularySize: number;
  /** Tokens with a meaning of their own; they have the last ids. Default none. */
  readonly specialTokens?: readonly string[];
  /** How often a pair must occur to become one. Default 2. */
  readonly minFrequency?: number;
}

/** A distinct word of the texts: what it is now, and how often it occurs. */
interface Word {
  symbols: readonly number[];
  readonly count: number;
}
/** A pair with the count that it had when it was put into the heap. */
interface Candidate {
  readonly left: number;
  readonly right: number;
  readonly count: number;
}
/** The commonest pair first, equals by their ids, so that training is the same everywhere. */
const commoner = (a: Candidate, b: Candidate): boolean =>
  a.count !== b.count ? a.count > b.count : a.left !== b.left ? a.left < b.left : a.right < b.right;

const wordsOf = (texts: Iterable<string>): readonly Word[] => {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of bpeWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Array.from(counts, ([word, count]) => ({ symbols: Array.from(bytesOf(word)), count }));
};

const replaced = (symbols: readonly number[], left: number, right: number, id: number): readonly number[] => {
  const result: number[] = [];
  for (let i = 0; i < symbols.length; i++) {
    const isPair = symbols[i] === left && symbols[i + 1] === right;
    result.push(isPair ? id : (symbols[i] ?? 0));
    if (isPair) i++;
  }
  return result;
};

/** How often each pair occurs, and in which words it may; both follow the merges, so that a merge costs only the words that it changes. */
const pairTable = (words: readonly Word[]) => {
  const counts = new Map<number, number>();
  const places = new Map<number, Set<Word>>();
  const count = (word: Word, sign: 1 | -1, seen?: (left: number, right: number) => void): void => {
    for (let i = 0; i + 1 < word.symbols.length; i++) {
      const [left, right] = [word.symbols[i] ?? 0, word.symbols[i + 1] ?? 0];
      const pair = pairOf(left, right);
      counts.set(pair, (counts.get(pair) ?? 0) + sign * word.count);
      seen?.(left, right);
    }
  };
  const place = (word: Word, left: number, right: number): void => {
    const pair = pairOf(left, right);
    const known = places.get(pair);
    if (known === undefined) places.set(pair, new Set([word]));
    else known.add(word);
  };
  const heap: Candidate[] = [];
  const offer = (left: number, right: number): void =>
    push(heap, { left, right, count: counts.get(pairOf(left, right)) ?? 0 }, commoner);
  const fresh = new Map<number, readonly [number, number]>();
  const note = (word: Word) => (left: number, right: number) => {
    place(word, left, right);
    fresh.set(pairOf(left, right), [left, right]);
  };
  const offerFresh = (): void => {
    for (const [left, right] of fresh.values()) offer(left, right);
    fresh.clear();
  };
  for (const word of words) count(word, 1, note(word));
  offerFresh();
  return { counts, places, heap, count, note, offer, offerFresh };
};

/** The commonest pair now. Counts of old pairs only fall, so that a pair whose count is out of date goes back to its place. */
const commonest = ({ heap, counts, offer }: ReturnType<typeof pairTable>): Candidate | undefined => {
  for (let top = pop(heap, commoner); top !== undefined; top = pop(heap, commoner)) {
    const now = counts.get(pairOf(top.left, top.right)) ?? 0;
    if (now === top.count) return top;
    if (now > 0) offer(top.left, top.right);
  }
  return undefined;
};

/**
 * Train an encoding on texts: beginning with bytes, the pair that occurs most often within words becomes a new id, until there are `vocabularySize`. Of equal
 * pairs that with the smaller ids is first.
 * @throws FluxionError `text.bpe` for a size without room for the bytes and the special tokens
 */
export const trainBpe = (
  texts: Iterable<string>,
  { vocabularySize, specialTokens = [], minFrequency = 2 }: BpeOptions,
): Bpe => {
  const room = vocabularySize - 256 - specialTokens.length;
  if (!Number.isInteger(room) || room < 0 || vocabularySize > 0x4000000)
    throw new FluxionError(
      'text.bpe',
      `trainBpe: expected a vocabularySize from ${256 + specialTokens.length} upwards, got ${vocabularySize}. Bytes and special tokens need their place.`,
    );
  const table = pairTable(wordsOf(texts));
  const merges: (readonly [number, number])[] = [];
  while (merges.length < room) {
    const best = commonest(table);
    if (best === undefined || best.count < minFrequency) break;
    const { left, right } = best;
    const id = 256 + merges.length;
    merges.push([left, right]);
    for (const word of table.places.get(pairOf(left, right)) ?? []) {
      table.count(word, -1);
      word.symbols = replaced(word.symbols, left, right, id);
      const note = table.note(word);
      table.count(word, 1, (a, b) => {
        if (a === id || b === id) note(a, b);
      });
    }
    table.places.delete(pairOf(left, right));
    table.offerFresh();
  }
  return bpeFrom(merges, specialTokens);
};
