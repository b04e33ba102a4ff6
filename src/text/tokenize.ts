/** Texts into tokens. A tokenizer is a function; a `Split` names one as data, so that it can be saved. */
import { FluxionError, messageOf } from '../array/errors.ts';

/** A text as a list of tokens. */
export type Tokenizer = (text: string) => readonly string[];

/** The characters by code point; a surrogate without its partner is one too. Joined they are the text. */
export const characters: Tokenizer = (text) => Array.from(text);

/** Cut by the rules of Unicode, in one language for all machines, so that a model reads the same everywhere; `null` where the engine cannot. */
const segments = (text: string, granularity: 'grapheme' | 'sentence'): readonly string[] | null =>
  typeof Intl === 'object' && 'Segmenter' in Intl
    ? Array.from(new Intl.Segmenter('en', { granularity }).segment(text), ({ segment }) => segment)
    : null;

/** What readers see as characters (UAX 29): a letter with its marks, an emoji of several parts. By code point where `Intl.Segmenter` is missing. */
export const graphemes: Tokenizer = (text) => segments(text, 'grapheme') ?? characters(text);

/** Runs of letters, marks, digits and `_`, with apostrophes and hyphens inside them: `don't` and `well-known` are one word each. */
export const words: Tokenizer = (text) => text.match(/[\p{L}\p{M}\p{N}_]+(?:['’-][\p{L}\p{M}\p{N}_]+)*/gu) ?? [];

/** Words and, as tokens of their own, each punctuation mark or symbol. */
export const wordsAndPunctuation: Tokenizer = (text) =>
  text.match(/[\p{L}\p{M}\p{N}_]+(?:['’-][\p{L}\p{M}\p{N}_]+)*|[\p{P}\p{S}]/gu) ?? [];

/** What stands between white space. */
export const whitespace: Tokenizer = (text) => text.match(/\S+/gu) ?? [];

/** Sentences (UAX 29) without the blanks around them; cut after `.`, `!`, `?` and white space where `Intl.Segmenter` is missing. */
export const sentences: Tokenizer = (text) =>
  (segments(text, 'sentence') ?? text.split(/(?<=[.!?…]["'”’)\]]*)\s+/u)).map((s) => s.trim()).filter((s) => s !== '');

/** Every match of a regular expression that is not empty; the flags `g` and `u` are always on. */
export const matches = (pattern: RegExp | string, flags = ''): Tokenizer => {
  const [source, given] = typeof pattern === 'string' ? [pattern, flags] : [pattern.source, pattern.flags];
  const unicode = given.includes('v') ? '' : 'u';
  const wanted = [...new Set(`${given.replaceAll(/[uy]/g, '')}g${unicode}`)].join('');
  const expression = (() => {
    try {
      return new RegExp(source, wanted);
    } catch (cause) {
      throw new FluxionError(
        'text.pattern',
        `matches: expected a regular expression, got ${JSON.stringify(source)} with flags ${JSON.stringify(given)} (${messageOf(cause)}). It is read with the flag u.`,
      );
    }
  })();
  return (text) => (text.match(expression) ?? []).filter((token) => token !== '');
};

/** The tokenizers by name. */
export const namedTokenizers = { characters, graphemes, words, wordsAndPunctuation, whitespace, sentences } as const;

/** A tokenizer as data: its name, or the pattern that tokens match. */
export type Split = keyof typeof namedTokenizers | { readonly pattern: string; readonly flags?: string };

/** The tokenizer that a `Split` names. */
export const tokenizer = (split: Split): Tokenizer =>
  typeof split === 'string' ? namedTokenizers[split] : matches(split.pattern, split.flags);
