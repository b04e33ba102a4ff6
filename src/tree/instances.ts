/**
 * The fp-ts instances of trees, public as `fluxion/tree`. They stand on `Flattened`, a tree taken apart: `flatten` and `unflatten` are the
 * isomorphism to the trees that users write. Nothing else imports this file, so that programs which do not use fp-ts do not carry it.
 *
 * @example pipe(tree.flatten(params), ({ ...flat }) => Traversable.traverse(O.Applicative)(flat, parse), O.map(({ structure, leaves }) => tree.unflatten(structure, leaves)))
 */
import type { HKT } from 'fp-ts/HKT';
import type { Applicative as ApplicativeOf } from 'fp-ts/lib/Applicative.js';
import type { Eq } from 'fp-ts/lib/Eq.js';
import type { Foldable1 } from 'fp-ts/lib/Foldable.js';
import type { Functor1 } from 'fp-ts/lib/Functor.js';
import * as RA from 'fp-ts/lib/ReadonlyArray.js';
import type { Traversable1 } from 'fp-ts/lib/Traversable.js';
import { sameStructure } from './compare.ts';
import type { Flattened, Structure } from './structure.ts';

/** The name of `Flattened` among the type constructors of fp-ts. */
export const URI = 'fluxion/Flattened';
export type URI = typeof URI;

declare module 'fp-ts/HKT' {
  interface URItoKind<A> {
    readonly [URI]: Flattened<A>;
  }
}

/** The leaves changed one by one; the structure stays. */
export const Functor: Functor1<URI> = {
  URI,
  map: ({ structure, leaves }, f) => ({ structure, leaves: leaves.map((leaf) => f(leaf)) }),
};

/** The leaves combined from left to right. */
export const Foldable: Foldable1<URI> = {
  URI,
  reduce: ({ leaves }, b, f) => RA.Foldable.reduce(leaves, b, f),
  foldMap: (M) => {
    const fold = RA.Foldable.foldMap(M);
    return ({ leaves }, f) => fold(leaves, f);
  },
  reduceRight: ({ leaves }, b, f) => RA.Foldable.reduceRight(leaves, b, f),
};

const traverse: Traversable1<URI>['traverse'] =
  <F>(F: ApplicativeOf<F>) =>
  <A, B>({ structure, leaves }: Flattened<A>, f: (leaf: A) => HKT<F, B>): HKT<F, Flattened<B>> =>
    F.map(RA.Traversable.traverse(F)(leaves, f), (done) => ({ structure, leaves: done }));

/** The leaves changed one by one by functions with an effect, whose effects are collected from left to right. */
export const Traversable: Traversable1<URI> = {
  ...Functor,
  ...Foldable,
  traverse,
  sequence:
    <F>(F: ApplicativeOf<F>) =>
    <A>(flat: Flattened<HKT<F, A>>): HKT<F, Flattened<A>> =>
      traverse(F)(flat, (leaf) => leaf),
};

/** Equality of structures. */
export const eqStructure: Eq<Structure> = { equals: sameStructure };

/** Equality of trees taken apart: equal structures, and leaves that are equal in pairs. */
export const getEq = <A>(leaf: Eq<A>): Eq<Flattened<A>> => {
  const leaves = RA.getEq(leaf);
  return { equals: (a, b) => sameStructure(a.structure, b.structure) && leaves.equals(a.leaves, b.leaves) };
};
