/**
 * Byte-pair encoding over bytes (Sennrich, Haddow and Birch 2016; over bytes as in GPT-2, Radford et al. 2019): ids 0 to 255 are the bytes, then one id
 * for each merge, then the special tokens. It reads any string, and nothing is unknown.
 */
import { FluxionError, IndexError } from '../array/errors.ts';
import { idsOf, type Ids } from './vocabulary.ts';
import { bytesOf, stringOf } from './wtf8.ts';

/** A trained encoding: immutable data. */
export interface Bpe {
  /** The pairs of ids that become one, in the order of training: the first is id 256. */
  readonly merges: readonly (readonly [left: number, right: number])[];
  /** They have the last ids. */
  readonly specialTokens: readonly string[];
  /** The id that a pair becomes, by `pairOf`. */
  readonly ids: ReadonlyMap<number, number>;
  /** The bytes of each id. */
  readonly pieces: readonly Uint8Array[];
}

/** A pair of ids as one number. */
export const pairOf = (left: number, right: number): number => left * 0x4000000 + right;

const refuse = (message: string): never => {
  throw new FluxionError('text.bpe', message);
};

/** An encoding of its merges. */
export const bpeFrom = (merges: Bpe['merges'], specialTokens: readonly string[] = []): Bpe => {
  const pieces: Uint8Array[] = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const ids = new Map<number, number>();
  for (const [left, right] of merges) {
    const [a, b] = [pieces[left], pieces[right]];
    if (a === undefined || b === undefined || ids.has(pairOf(left, right)))
      return refuse(
        `bpe: expected each merge once, of ids that exist before it, got [${left}, ${right}]. Train it again.`,
      );
    ids.set(pairOf(left, right), pieces.length);
    const piece = new Uint8Array(a.length + b.length);
    piece.set(a);
    piece.set(b, a.length);
    pieces.push(piece);
  }
  if (new Set(specialTokens).size !== specialTokens.length || specialTokens.includes(''))
    return refuse('bpe: expected distinct special tokens that are not empty, got others. Name each once.');
  return Object.freeze({
    merges: Object.freeze(merges.map(([left, right]) => [left, right] as const)),
    specialTokens: Object.freeze([...specialTokens]),
    ids,
    pieces: [...pieces, ...specialTokens.map(bytesOf)],
  });
};

// GPT-2's pattern (its encoder.py), in which a run ends after 64 characters, so that time stays in proportion to the text.
const pattern = /'(?:s|t|re|ve|m|ll|d)| ?\p{L}{1,64}| ?\p{N}{1,64}| ?[^\s\p{L}\p{N}]{1,64}|\s{1,64}(?!\S)|\s{1,64}/gu;

/** The parts of a text within which bytes are merged: words with the blank before them, numbers, signs, blanks. Joined they are the text. */
export const bpeWords = (text: string): readonly string[] => text.match(pattern) ?? [];

/** Ids with every pair merged that can be, those first that training merged first. */
const merged = (bytes: Uint8Array, ids: ReadonlyMap<number, number>): readonly number[] => {
  const symbols = Array.from(bytes);
  for (;;) {
    let [best, at] = [Infinity, -1];
    for (let i = 0; i + 1 < symbols.length; i++) {
      const id = ids.get(pairOf(symbols[i] ?? 0, symbols[i + 1] ?? 0)) ?? Infinity;
      if (id < best) [best, at] = [id, i];
    }
    if (at < 0) return symbols;
    symbols.splice(at, 2, best);
  }
};

export interface BpeEncodeOptions {
  /**
   * Whether special tokens that stand in the text are read as such. Default false: they are letters like others, so that text from outside cannot end a
   * document.
   */
  readonly allowSpecial?: boolean;
}

const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

/** The text between special tokens, and these, in turn: every second part is special. The longest counts where several begin. */
const partsOf = (text: string, specials: readonly string[]): readonly string[] =>
  specials.length === 0
    ? [text]
    : text.split(
        new RegExp(
          `(${specials
            .toSorted((a, b) => b.length - a.length)
            .map(literal)
            .join('|')})`,
        ),
      );

/** The ids of several texts. What a word becomes is worked out once for all of them. */
export const encodeBpeTexts = (
  bpe: Bpe,
  texts: Iterable<string>,
  { allowSpecial = false }: BpeEncodeOptions = {},
): readonly Int32Array[] => {
  const first = 256 + bpe.merges.length;
  const specialIds = new Map(bpe.specialTokens.map((token, i) => [token, first + i]));
  const known = new Map<string, readonly number[]>();
  const idsOfWord = (word: string): readonly number[] => {
    const found = known.get(word) ?? merged(bytesOf(word), bpe.ids);
    known.set(word, found);
    return found;
  };
  return Array.from(texts, (text) => {
    const ids: number[] = [];
    partsOf(text, allowSpecial ? bpe.specialTokens : []).forEach((part, i) => {
      if (i % 2 === 1) ids.push(specialIds.get(part) ?? 0);
      else for (const word of bpeWords(part)) for (const id of idsOfWord(word)) ids.push(id);
    });
    return Int32Array.from(ids);
  });
};

/** The ids of a text. `decodeBpe` gives back every string, also one with half a surrogate pair, which UTF-8 cannot write. */
export const encodeBpe = (bpe: Bpe, text: string, options?: BpeEncodeOptions): Int32Array =>
  encodeBpeTexts(bpe, [text], options)[0] ?? new Int32Array();

/**
 * The text of ids. Ids that stand for no text, such as half of a character, give U+FFFD; special tokens give their names.
 * @throws IndexError for an id that there is not
 */
export const decodeBpe = (bpe: Bpe, ids: Ids): string => {
  const list = idsOf(ids);
  const parts: Uint8Array[] = [];
  for (let i = 0; i < list.length; i++) {
    const piece = bpe.pieces[list[i] ?? -1];
    if (piece === undefined)
      throw new IndexError(
        `decodeBpe: expected ids from 0 to ${bpe.pieces.length - 1}, got ${list[i]}. Is this the encoding that made them?`,
        'index.range',
      );
    parts.push(piece);
  }
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return stringOf(bytes);
};
