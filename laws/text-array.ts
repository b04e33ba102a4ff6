/** What must hold of texts as arrays: padding, windows, vectorizers. */
import * as fc from 'fast-check';
import { np } from 'fluxion';
import {
  fitVectorizer,
  multiHot,
  paddingMask,
  padSequences,
  sequenceLengths,
  tokenWindows,
  transform,
  type Vectorizer,
  type VectorizerPlan,
} from 'fluxion/text';
import { assertAllClose, exact, reordered } from './close.ts';
import { law, type Law } from './law.ts';
import { expectSame, plainTexts } from './text.ts';

const ids = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 7 });
const lists = fc.array(ids, { maxLength: 4 });
const sides = fc.constantFrom('pre', 'post') as fc.Arbitrary<'pre' | 'post'>; // sound: these two
const asRows = (x: { readonly toNested: () => unknown }): readonly (readonly number[])[] =>
  x.toNested() as readonly (readonly number[])[]; // sound: matrices of numbers
const paddingLaw = (): Law =>
  law(
    'padSequences: the elements under the mask are those of the sequence, cut at the side that is told',
    fc.property(
      lists,
      fc.option(fc.nat(9), { nil: undefined }),
      sides,
      sides,
      (sequences, length, padding, truncating) => {
        const options = { padding, truncating, ...(length === undefined ? {} : { length }) };
        const rows = asRows(padSequences(sequences, { ...options, value: -1 }));
        const masks = asRows(paddingMask(sequences, options));
        const counts = sequenceLengths(sequences, options).toNested();
        sequences.forEach((sequence, i) => {
          const [row = [], mask = []] = [rows[i], masks[i]];
          const most = Math.min(sequence.length, row.length);
          const wanted = truncating === 'pre' ? sequence.slice(sequence.length - most) : sequence.slice(0, most);
          const filled = Array<number>(row.length - most).fill(-1);
          expectSame(row, padding === 'pre' ? [...filled, ...wanted] : [...wanted, ...filled], 'row');
          expectSame(
            row.filter((_, j) => Boolean(mask[j])),
            wanted,
            'under the mask',
          );
          if (length === undefined && most !== sequence.length) throw new Error('expected every element');
        });
        expectSame(
          counts,
          masks.map((mask) => mask.filter(Boolean).length),
          'lengths',
        );
      },
    ),
  );

const multiHotLaw = (): Law =>
  law(
    'multiHot: counts add up to the length, shares to 1, and ones stand where counts do',
    fc.property(
      fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 7 }), {
        minLength: 1,
        maxLength: 4,
      }),
      (sequences) => {
        const counts = multiHot(sequences, 10, { mode: 'count' });
        expectSame(
          counts.sum(1).toNested(),
          sequences.map(({ length }) => length),
          'sums',
        );
        assertAllClose(multiHot(sequences, 10, { mode: 'frequency' }).sum(1), np.ones([sequences.length]), 'shares');
        assertAllClose(multiHot(sequences, 10), counts.greater(0).astype('float32'), 'ones', exact);
      },
    ),
  );

const windowLaw = (): Law =>
  law(
    'tokenWindows: every window is a slice of the text, its targets the slice one later, none is missing',
    fc.property(
      fc.array(fc.nat(9), { maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      (tokens, length, stride) => {
        const { inputs, targets } = tokenWindows(tokens, length, { stride });
        const starts = tokens.flatMap((_, i) => (i % stride === 0 && i + length < tokens.length ? [i] : []));
        expectSame(
          asRows(inputs),
          starts.map((i) => tokens.slice(i, i + length)),
          'inputs',
        );
        expectSame(
          asRows(targets),
          starts.map((i) => tokens.slice(i + 1, i + 1 + length)),
          'targets',
        );
      },
    ),
  );

/** Padding loses nothing where there is room, and the mask tells what is whose; ones and windows likewise. */
export const sequenceLaws = (): readonly Law[] => [paddingLaw(), multiHotLaw(), windowLaw()];

export interface VectorizerCase {
  readonly name: string;
  readonly plan: VectorizerPlan;
  /** How the plan reads a text, written once more. */
  readonly termsOf: (text: string) => readonly string[];
}

/** The rows by the formulas of scikit-learn's user guide (6.2.3.4), one number at a time. */
const plainRows = (
  { terms, weighting }: Vectorizer,
  termsOf: VectorizerCase['termsOf'],
  fitted: readonly string[],
  texts: readonly string[],
) =>
  texts.map((text) => {
    const found = termsOf(text);
    const weights = terms.map((term) => {
      const times = found.filter((other) => other === term).length;
      const holding = fitted.filter((other) => termsOf(other).includes(term)).length;
      const tf = times === 0 ? 0 : weighting.binary ? 1 : weighting.sublinear ? 1 + Math.log(times) : times;
      if (weighting.idf === 'none') return tf;
      return weighting.idf === 'smooth'
        ? tf * (Math.log((1 + fitted.length) / (1 + holding)) + 1)
        : tf * (Math.log(fitted.length / holding) + 1);
    });
    const norm =
      weighting.norm === 'l2'
        ? Math.hypot(...weights)
        : weighting.norm === 'l1'
          ? weights.reduce((a, b) => a + b, 0)
          : 1;
    return weights.map((w) => (norm === 0 ? 0 : w / norm));
  });

/** A fitted vectorizer does what the formulas say, to each text by itself. */
export const vectorizerLaws = ({ name, plan, termsOf }: VectorizerCase): readonly Law[] => {
  const texts = fc.array(plainTexts, { maxLength: 5 });
  return [
    law(
      `${name}: rows are as the formulas say`,
      fc.property(texts, texts, (fitted, others) => {
        const vectorizer = fitVectorizer(plan, fitted);
        const all = [...fitted, ...others];
        const expected = plainRows(vectorizer, termsOf, fitted, all).flat();
        assertAllClose(
          transform(vectorizer, all),
          np.array(Float32Array.from(expected)).reshape(all.length, vectorizer.terms.length),
          'rows',
          reordered.float32,
        );
      }),
    ),
    law(
      `${name}: batches do not matter, nor does the order of texts to the fit`,
      fc.property(texts, fc.nat(5), (fitted, at) => {
        const vectorizer = fitVectorizer(plan, fitted);
        const parts = [fitted.slice(0, at), fitted.slice(at)].map((part) => asRows(transform(vectorizer, part)));
        expectSame(parts.flat(), asRows(transform(vectorizer, fitted)), 'rows');
        expectSame(fitVectorizer(plan, fitted.toReversed()), vectorizer, 'vectorizer');
        expectSame(vectorizer.terms, [...new Set(vectorizer.terms)].toSorted(), 'terms');
      }),
    ),
  ];
};
