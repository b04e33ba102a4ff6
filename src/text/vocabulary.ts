/** Tokens and their numbers. */
import { FluxionError, IndexError } from '../array/errors.ts';
import { isNDArray, type NDArray } from '../array/ndarray.ts';
import { byText } from './ngrams.ts';

/** The tokens with a meaning of their own; `null` for those that there are not. They have the first ids, in this order. */
export interface Specials {
  /** Fills short sequences. */
  readonly pad: string | null;
  /** Stands for every token that is not in the vocabulary. */
  readonly unknown: string | null;
  readonly start: string | null;
  readonly end: string | null;
}

/** A vocabulary: immutable data. */
export interface Vocabulary {
  /** By id: the special tokens, then the others. */
  readonly tokens: readonly string[];
  /** How often each token occurred in what the vocabulary was made of. */
  readonly counts: readonly number[];
  readonly specials: Specials;
  /** The id of each token. */
  readonly ids: ReadonlyMap<string, number>;
}

export interface SpecialOptions {
  /** Default `{ pad: '<pad>', unknown: '<unk>', start: null, end: null }`; what is not said has its default. */
  readonly specials?: Partial<Specials>;
}
export interface VocabularyOptions extends SpecialOptions {
  /** How often a token must occur. Default 1. */
  readonly minFrequency?: number;
  /** How many tokens there may be, special ones included; the rarest are left out. Default: no bound. */
  readonly maxSize?: number;
}

const refuse = (code: string, message: string): never => {
  throw new FluxionError(code, message);
};

/** The special tokens that there are, in the order of their ids. */
export const specialTokens = ({ pad, unknown, start, end }: Specials): readonly string[] =>
  [pad, unknown, start, end].filter((token) => token !== null);

/** A vocabulary of tokens that stand in the order of their ids, the special ones first; for lists that come from elsewhere. */
export const vocabularyFrom = (
  tokens: readonly string[],
  specials: Specials,
  counts: readonly number[] = tokens.map(() => 0),
): Vocabulary => {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  if (ids.size !== tokens.length)
    return refuse(
      'text.vocabulary',
      `vocabulary: expected each token once, got ${JSON.stringify(tokens.find((token, id) => ids.get(token) !== id))} twice. Leave one out.`,
    );
  const first = specialTokens(specials).find((token, id) => ids.get(token) !== id);
  if (first !== undefined)
    return refuse(
      'text.vocabulary',
      `vocabulary: expected the special tokens first, got ${JSON.stringify(first)} elsewhere. Put them in front.`,
    );
  if (counts.length !== tokens.length)
    return refuse(
      'text.vocabulary',
      `vocabulary: expected ${tokens.length} counts, got ${counts.length}. Give one for each token.`,
    );
  return Object.freeze({ tokens: Object.freeze([...tokens]), counts: Object.freeze([...counts]), specials, ids });
};

/** The special tokens with their defaults. */
const specialsOf = (given: Partial<Specials> = {}): Specials => ({
  pad: given.pad === undefined ? '<pad>' : given.pad,
  unknown: given.unknown === undefined ? '<unk>' : given.unknown,
  start: given.start ?? null,
  end: given.end ?? null,
});

/**
 * The vocabulary of token sequences: special tokens, then by frequency, the commonest first, equals by text; the same on every machine. Where a
 * sequence holds a token that is spelt like a special one, it is that special token.
 */
export const vocabulary = (
  sequences: Iterable<readonly string[]>,
  { specials: given, minFrequency = 1, maxSize = Infinity }: VocabularyOptions = {},
): Vocabulary => {
  const counts = new Map<string, number>();
  for (const tokens of sequences) for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  const specials = specialsOf(given);
  const first = specialTokens(specials);
  if (!(maxSize >= first.length))
    return refuse(
      'text.vocabulary',
      `vocabulary: expected maxSize from ${first.length} upwards, got ${maxSize}. The special tokens need their place.`,
    );
  const isSpecial = new Set(first);
  const others = Array.from(counts)
    .filter(([token, count]) => count >= minFrequency && !isSpecial.has(token))
    .toSorted(([a, m], [b, n]) => n - m || byText(a, b))
    .slice(0, maxSize - first.length);
  return vocabularyFrom([...first, ...others.map(([token]) => token)], specials, [
    ...first.map((token) => counts.get(token) ?? 0),
    ...others.map(([, count]) => count),
  ]);
};

/**
 * The ids of tokens. Tokens that are not in the vocabulary get the id of `unknown`.
 * @throws FluxionError `text.unknown` where there is no such token
 */
export const encode = ({ ids, specials }: Vocabulary, tokens: readonly string[]): Int32Array => {
  const unknown = specials.unknown === null ? undefined : ids.get(specials.unknown);
  return Int32Array.from(
    tokens,
    (token) =>
      ids.get(token) ??
      unknown ??
      refuse(
        'text.unknown',
        `encode: expected a token of the vocabulary, got ${JSON.stringify(token)}. Make the vocabulary with a special token for the unknown.`,
      ),
  );
};

/** Ids from a list or from an array of any shape, in row-major order. */
export const idsOf = (ids: Ids): ArrayLike<number> => (isNDArray(ids) ? ids.dataSync() : ids);
/** Whole numbers in a list, a typed array or an array. */
export type Ids = NDArray | ArrayLike<number>;

export interface DecodeOptions {
  /** Whether special tokens are left out. Default false. */
  readonly skipSpecials?: boolean;
}

/**
 * The tokens of ids.
 * @throws IndexError for an id that no token has
 */
export const decode = (
  { tokens, specials }: Vocabulary,
  ids: Ids,
  { skipSpecials = false }: DecodeOptions = {},
): readonly string[] => {
  const special = specialTokens(specials).length;
  const kept = Array.from(idsOf(ids)).filter((id) => !skipSpecials || !(id >= 0 && id < special));
  return kept.map((id) => {
    const token = tokens[id];
    if (token === undefined)
      throw new IndexError(
        `decode: expected an id from 0 to ${tokens.length - 1}, got ${id}. Is this the vocabulary that encoded?`,
        'index.range',
      );
    return token;
  });
};

/** How many tokens a vocabulary has, special ones included. */
export const vocabularySize = ({ tokens }: Vocabulary): number => tokens.length;
