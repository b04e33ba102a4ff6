/** `chain` as an fp-ts monoid: for folding lists of transformations. */
import type { Monoid } from 'fp-ts/lib/Monoid.js';
import { chain, identity, type GradientTransformation } from './transformation.ts';

/** Transformations under `chain`; laws compare the updates, memory is equal up to nesting. */
export const transformationMonoid: Monoid<GradientTransformation> = {
  empty: identity(),
  concat: (first, second) => chain(first, second),
};
