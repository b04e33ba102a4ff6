/** How a text becomes terms, as data: normalize, split, leave out, join neighbours. */
import { ngrams, rangeOf, type NgramRange } from './ngrams.ts';
import { normalize, type NormalizeOptions } from './normalize.ts';
import { tokenizer, type Split } from './tokenize.ts';

export interface AnalysisOptions {
  /** What is done to the text first. Default `{ lowercase: true }`. */
  readonly normalize?: NormalizeOptions;
  /** What tokens are. */
  readonly split?: Split;
  /** Tokens that are left out, as they read after normalizing. Default none. */
  readonly stopWords?: readonly string[];
  /** The lengths of runs of tokens that count as terms, joined by a blank (characters by nothing). Default `[1, 1]`. */
  readonly ngrams?: NgramRange;
}

/** Options with every default said. */
export interface Analysis {
  readonly normalize: NormalizeOptions;
  readonly split: Split;
  readonly stopWords: readonly string[];
  readonly ngrams: readonly [shortest: number, longest: number];
}

/** Words of two characters and more, what scikit-learn takes as terms by default. */
export const longWords: Split = { pattern: '[\\p{L}\\p{M}\\p{N}_]{2,}' };

/** Options with defaults. */
export const analysisOf = (name: string, options: AnalysisOptions, split: Split): Analysis => ({
  normalize: options.normalize ?? { lowercase: true },
  split: options.split ?? split,
  stopWords: options.stopWords ?? [],
  ngrams: rangeOf(name, options.ngrams ?? 1),
});

/** The function from texts to terms. */
export const analyzer = (analysis: Analysis): ((text: string) => readonly string[]) => {
  const split = tokenizer(analysis.split);
  const stops = new Set(analysis.stopWords);
  const separator = analysis.split === 'characters' || analysis.split === 'graphemes' ? '' : ' ';
  const [shortest, longest] = analysis.ngrams;
  return (text) => {
    const tokens = split(normalize(text, analysis.normalize));
    const kept = stops.size === 0 ? tokens : tokens.filter((token) => !stops.has(token));
    return shortest === 1 && longest === 1 ? kept : ngrams(kept, analysis.ngrams, separator);
  };
};
