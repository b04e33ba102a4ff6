/** Runs of neighbouring tokens, and how often tokens occur. */
import { FluxionError } from '../array/errors.ts';
import { characters } from './tokenize.ts';

/** The shortest and the longest run that is wanted; a number alone is both. */
export type NgramRange = number | readonly [shortest: number, longest: number];

/** The range as a pair. */
export const rangeOf = (name: string, range: NgramRange): readonly [number, number] => {
  const [shortest, longest] = typeof range === 'number' ? [range, range] : range;
  if (!Number.isInteger(shortest) || !Number.isInteger(longest) || shortest < 1 || longest < shortest)
    throw new FluxionError(
      'text.ngrams',
      `${name}: expected lengths from 1 upwards, the shortest first, got ${shortest} to ${longest}. [1, 2] gives single tokens and pairs.`,
    );
  return [shortest, longest];
};

/**
 * All runs of `range` tokens, joined by `separator` (default a blank): the shortest first, each length in the order of the text. Of `n` tokens there are
 * `n - length + 1` runs of a length, none if it is longer.
 */
export const ngrams = (tokens: readonly string[], range: NgramRange, separator = ' '): readonly string[] => {
  const [shortest, longest] = rangeOf('ngrams', range);
  const found: string[] = [];
  for (let length = shortest; length <= Math.min(longest, tokens.length); length++)
    for (let start = 0; start + length <= tokens.length; start++)
      found.push(length === 1 ? (tokens[start] ?? '') : tokens.slice(start, start + length).join(separator));
  return found;
};

/** All runs of `range` characters of a text, by code point. */
export const characterNgrams = (text: string, range: NgramRange): readonly string[] =>
  ngrams(characters(text), range, '');

/** How often each token occurs, in the order of first occurrence. */
export const countTokens = (tokens: Iterable<string>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
};

/** The tokens that are not among `stopWords`. */
export const withoutStopWords = (tokens: readonly string[], stopWords: Iterable<string>): readonly string[] => {
  const stops = stopWords instanceof Set ? stopWords : new Set(stopWords);
  return stops.size === 0 ? tokens : tokens.filter((token) => !stops.has(token));
};

/** Texts in the order of their UTF-16 code units, the same on every machine. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
