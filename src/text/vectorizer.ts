/** Vectorizers as values: fitted to texts once, immutable, they make rows of numbers of any texts. */
import { FluxionError } from '../array/errors.ts';
import { fromStore, type NDArray } from '../array/ndarray.ts';
import { analysisOf, analyzer, longWords, type Analysis, type AnalysisOptions } from './analysis.ts';
import { byText } from './ngrams.ts';

/** How rows are scaled. */
export type RowNorm = 'l1' | 'l2' | 'none';

/** How counts become weights. */
export interface Weighting {
  /** Whether a count is only 0 or 1. */
  readonly binary: boolean;
  /** Whether a count `n` above 0 becomes `1 + ln n`. */
  readonly sublinear: boolean;
  /** Whether counts are multiplied by inverse document frequencies: plain `ln(n / d) + 1`, or smooth `ln((1 + n) / (1 + d)) + 1` for `d` of `n` documents. */
  readonly idf: 'smooth' | 'plain' | 'none';
  readonly norm: RowNorm;
}

/** Which terms become columns. */
export interface Selection {
  /** In how many documents a term must occur: a count from 1 upwards, or a share below 1. Default 1. */
  readonly minDocuments: number;
  /** In how many documents a term may occur: a share up to 1, or a count above 1. Default 1, all of them. */
  readonly maxDocuments: number;
  /** How many terms there may be: those that occur most often over all documents, equals by text. Default `Infinity`. */
  readonly maxFeatures: number;
}

/** A vectorizer that has seen no texts yet. */
export interface VectorizerPlan {
  readonly analysis: Analysis;
  readonly weighting: Weighting;
  readonly selection: Selection;
}

/** A fitted vectorizer. */
export interface Vectorizer {
  readonly analysis: Analysis;
  readonly weighting: Weighting;
  /** The terms, one a column, in the order of their text. */
  readonly terms: readonly string[];
  /** How many documents it was fitted to. */
  readonly documents: number;
  /** In how many of them each term occurs. */
  readonly documentFrequencies: readonly number[];
  /** The column of each term. */
  readonly columns: ReadonlyMap<string, number>;
}

/** What is not said of the analysis has scikit-learn's defaults: lower case, words of two characters and more (letters, marks, digits, `_`). */
export interface CountVectorizerOptions extends AnalysisOptions, Partial<Selection> {
  /** Whether only occurrence counts, not how often. Default false. */
  readonly binary?: boolean;
}
export interface TfidfVectorizerOptions extends CountVectorizerOptions {
  /** Whether a count `n` becomes `1 + ln n`. Default false. */
  readonly sublinear?: boolean;
  /** Default `smooth`, which counts one more document that holds every term. */
  readonly idf?: Weighting['idf'];
  /** Default `l2`. */
  readonly norm?: RowNorm;
}

const refuse = (code: string, message: string): never => {
  throw new FluxionError(code, message);
};

const planOf = (name: string, options: CountVectorizerOptions, weighting: Weighting): VectorizerPlan => {
  const { minDocuments = 1, maxDocuments = 1, maxFeatures = Infinity } = options;
  for (const [what, n] of Object.entries({ minDocuments, maxDocuments, maxFeatures }))
    if (!(n >= 0) || (n > 1 && n !== Infinity && !Number.isInteger(n)))
      refuse(
        'text.vectorizer',
        `${name}: expected ${what} as a count or a share, got ${n}. Give a number from 0 upwards.`,
      );
  return {
    analysis: analysisOf(name, options, longWords),
    weighting,
    selection: { minDocuments, maxDocuments, maxFeatures },
  };
};

/** How often each term occurs in a text, as scikit-learn's `CountVectorizer`. Give it to `fitVectorizer`. */
export const countVectorizer = (options: CountVectorizerOptions = {}): VectorizerPlan =>
  planOf('countVectorizer', options, { binary: options.binary ?? false, sublinear: false, idf: 'none', norm: 'none' });

/**
 * Counts weighted by how rare a term is, as scikit-learn's `TfidfVectorizer`: count times `ln((1 + n) / (1 + d)) + 1`, then rows of length 1. Give it to
 * `fitVectorizer`.
 */
export const tfidfVectorizer = (options: TfidfVectorizerOptions = {}): VectorizerPlan =>
  planOf('tfidfVectorizer', options, {
    binary: options.binary ?? false,
    sublinear: options.sublinear ?? false,
    idf: options.idf ?? 'smooth',
    norm: options.norm ?? 'l2',
  });

interface Tally {
  total: number;
  documents: number;
  last: number;
}
const tallyOf = (texts: Iterable<string>, analysis: Analysis): readonly [number, ReadonlyMap<string, Tally>] => {
  const analyze = analyzer(analysis);
  const tallies = new Map<string, Tally>();
  let documents = 0;
  for (const text of texts) {
    for (const term of analyze(text)) {
      const tally = tallies.get(term) ?? { total: 0, documents: 0, last: -1 };
      if (tally.total === 0) tallies.set(term, tally);
      tally.total++;
      if (tally.last !== documents) tally.documents++;
      tally.last = documents;
    }
    documents++;
  }
  return [documents, tallies];
};

/** A vectorizer of its parts, checked. */
export const vectorizerFrom = (parts: Omit<Vectorizer, 'columns'>): Vectorizer => {
  const columns = new Map(parts.terms.map((term, column) => [term, column]));
  if (columns.size !== parts.terms.length || parts.terms.length !== parts.documentFrequencies.length)
    return refuse(
      'text.vectorizer',
      'vectorizer: expected each term once, with its document frequency, got others. Fit it again.',
    );
  return Object.freeze({ ...parts, columns });
};

/**
 * A vectorizer fitted to texts: which terms are columns, and how rare they are. Without texts, or where no term is left, it has no columns.
 */
export const fitVectorizer = (plan: VectorizerPlan, texts: Iterable<string>): Vectorizer => {
  const [documents, tallies] = tallyOf(texts, plan.analysis);
  const { minDocuments, maxDocuments, maxFeatures } = plan.selection;
  const least = minDocuments < 1 ? minDocuments * documents : minDocuments;
  const most = maxDocuments <= 1 ? maxDocuments * documents : maxDocuments;
  const kept = Array.from(tallies)
    .filter(([, tally]) => tally.documents >= least && tally.documents <= most)
    .toSorted(([a, m], [b, n]) => n.total - m.total || byText(a, b))
    .slice(0, maxFeatures)
    .toSorted(([a], [b]) => byText(a, b));
  return vectorizerFrom({
    analysis: plan.analysis,
    weighting: plan.weighting,
    terms: Object.freeze(kept.map(([term]) => term)),
    documents,
    documentFrequencies: Object.freeze(kept.map(([, tally]) => tally.documents)),
  });
};

/** The factor of each column, in float64. */
const factorsOf = ({ documents, documentFrequencies, weighting: { idf } }: Vectorizer): Float64Array => {
  const more = idf === 'smooth' ? 1 : 0;
  return Float64Array.from(documentFrequencies, (d) =>
    idf === 'none' ? 1 : Math.log((documents + more) / (d + more)) + 1,
  );
};

/** The inverse document frequency of each term: float32 `[terms]`; ones where the vectorizer has none. */
export const inverseDocumentFrequencies = (vectorizer: Vectorizer): NDArray =>
  fromStore({ dtype: 'float32', shape: [vectorizer.terms.length] }, Float32Array.from(factorsOf(vectorizer)));

/** The counts of one text by column. */
const countsOf = (terms: readonly string[], columns: ReadonlyMap<string, number>): ReadonlyMap<number, number> => {
  const counts = new Map<number, number>();
  for (const term of terms) {
    const column = columns.get(term);
    if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  return counts;
};

/** Weights divided by their norm; zeros stay. */
const scaled = (weights: Float64Array, norm: RowNorm): Float64Array => {
  const size =
    norm === 'none'
      ? 1
      : norm === 'l1'
        ? weights.reduce((sum, w) => sum + Math.abs(w), 0)
        : Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0));
  return size === 0 || size === 1 ? weights : weights.map((w) => w / size);
};

/**
 * Texts as rows of numbers: float32 `[texts, terms]`; terms that the vectorizer does not know are left out. The array is dense and takes `4 * texts * terms`
 * bytes (1,000 texts of 20,000 terms: 80 MB): transform large collections in batches, each row depends on its text alone.
 */
export const transform = (vectorizer: Vectorizer, texts: readonly string[]): NDArray => {
  const { terms, columns, weighting } = vectorizer;
  const analyze = analyzer(vectorizer.analysis);
  const factors = factorsOf(vectorizer);
  const store = new Float32Array(texts.length * terms.length);
  texts.forEach((text, row) => {
    const counts = countsOf(analyze(text), columns);
    // In the order of columns, so that a norm is the same sum for every order of words.
    const found = Int32Array.from(counts.keys()).sort();
    const weights = Float64Array.from(found, (column) => {
      const count = counts.get(column) ?? 0;
      const once = weighting.binary ? 1 : weighting.sublinear ? 1 + Math.log(count) : count;
      return once * (factors[column] ?? 1);
    });
    scaled(weights, weighting.norm).forEach((w, i) => (store[row * terms.length + (found[i] ?? 0)] = w));
  });
  return fromStore({ dtype: 'float32', shape: [texts.length, terms.length] }, store);
};
