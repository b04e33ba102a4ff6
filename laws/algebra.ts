/** The laws of the type classes of fp-ts, as suites over any instance. */
import * as fc from 'fast-check';
import type { Kind, URIS } from 'fp-ts/HKT';
import type { Applicative1 } from 'fp-ts/lib/Applicative.js';
import * as Const from 'fp-ts/lib/Const.js';
import * as E from 'fp-ts/lib/Either.js';
import type { Eq } from 'fp-ts/lib/Eq.js';
import type { Foldable1 } from 'fp-ts/lib/Foldable.js';
import type { Functor1 } from 'fp-ts/lib/Functor.js';
import * as Identity from 'fp-ts/lib/Identity.js';
import type { Monoid } from 'fp-ts/lib/Monoid.js';
import * as O from 'fp-ts/lib/Option.js';
import * as S from 'fp-ts/lib/string.js';
import type { Traversable1 } from 'fp-ts/lib/Traversable.js';
import { law, type Law } from './law.ts';

/** What a suite draws from and compares with. */
export interface InstanceCase<A> {
  /** Stands before the names of the laws. */
  readonly name: string;
  readonly values: fc.Arbitrary<A>;
  /** Throws or gives false where two values differ. */
  readonly equals: (a: A, b: A) => boolean;
}

/** Functions of numbers; the same argument always has the same result, and a failure prints the table. */
const functionsTo = <B>(results: fc.Arbitrary<B>): fc.Arbitrary<(a: number) => B> => fc.func(results);
const functions = functionsTo(fc.integer());

/** Mapping the identity changes nothing, and mapping twice is mapping the composition. */
export const functorLaws = <F extends URIS>(
  F: Functor1<F>,
  { name, values, equals }: InstanceCase<Kind<F, number>>,
): readonly Law[] => [
  law(
    `${name}: functor: identity`,
    fc.property(values, (fa) =>
      equals(
        F.map(fa, (a) => a),
        fa,
      ),
    ),
  ),
  law(
    `${name}: functor: composition`,
    fc.property(values, functions, functions, (fa, f, g) =>
      equals(
        F.map(F.map(fa, f), g),
        F.map(fa, (a) => g(f(a))),
      ),
    ),
  ),
];

/** The three folds agree. The monoid is that of texts, in which order matters. */
export const foldableLaws = <F extends URIS>(
  F: Foldable1<F>,
  { name, values }: InstanceCase<Kind<F, number>>,
): readonly Law[] => {
  const text = (a: number): string => `${a};`;
  const fold = F.foldMap(S.Monoid);
  return [
    law(
      `${name}: foldable: foldMap is reduce`,
      fc.property(values, (fa) => fold(fa, text) === F.reduce(fa, '', (all, a) => all + text(a))),
    ),
    law(
      `${name}: foldable: foldMap is reduceRight`,
      fc.property(values, (fa) => fold(fa, text) === F.reduceRight(fa, '', (a, all) => text(a) + all)),
    ),
  ];
};

const optionOfOption = 'fluxion/laws/OptionOfOption';
type OptionOfOption = typeof optionOfOption;
declare module 'fp-ts/HKT' {
  interface URItoKind<A> {
    readonly [optionOfOption]: O.Option<O.Option<A>>;
  }
}
/** The composition of an applicative with itself. */
const composed: Applicative1<OptionOfOption> = {
  URI: optionOfOption,
  of: (a) => O.some(O.some(a)),
  map: (ffa, f) => O.Functor.map(ffa, O.map(f)),
  ap: <A, B>(fab: O.Option<O.Option<(a: A) => B>>, fa: O.Option<O.Option<A>>) =>
    O.Applicative.ap(
      O.Functor.map(fab, (inner) => (a: O.Option<A>) => O.Applicative.ap(inner, a)),
      fa,
    ),
};

const optional = functionsTo(fc.option(fc.integer()).map(O.fromNullable));
const either = functionsTo(fc.integer().map((n) => (n % 4 === 0 ? E.left(`${n}`) : E.right(n))));

/** What a traversal makes of the applicative: it respects natural transformations and composition. */
const applicativeLaws = <T extends URIS>(
  T: Traversable1<T>,
  { name, values, equals }: InstanceCase<Kind<T, number>>,
): readonly Law[] => {
  const equalOptions = O.getEq<Kind<T, number>>({ equals });
  return [
    law(
      `${name}: traversable: naturality`,
      fc.property(values, either, (ta, f) =>
        equalOptions.equals(
          O.fromEither(T.traverse(E.Applicative)(ta, f)),
          T.traverse(O.Applicative)(ta, (a) => O.fromEither(f(a))),
        ),
      ),
    ),
    law(
      `${name}: traversable: composition`,
      fc.property(values, optional, optional, (ta, f, g) =>
        O.getEq(equalOptions).equals(
          O.Functor.map(T.traverse(O.Applicative)(ta, f), (tb) => T.traverse(O.Applicative)(tb, g)),
          T.traverse(composed)(ta, (a) => O.Functor.map(f(a), g)),
        ),
      ),
    ),
    law(
      `${name}: traversable: sequence`,
      fc.property(values, optional, (ta, f) =>
        equalOptions.equals(T.sequence(O.Applicative)(T.map(ta, f)), T.traverse(O.Applicative)(ta, f)),
      ),
    ),
  ];
};

/** Traversing with the identity is mapping, with constants folding; it respects composition and natural transformations. */
export const traversableLaws = <T extends URIS>(
  T: Traversable1<T>,
  instance: InstanceCase<Kind<T, number>>,
): readonly Law[] => {
  const { name, values, equals } = instance;
  const constants = Const.getApplicative(S.Monoid);
  const text = (a: number): string => `${a};`;
  return [
    law(
      `${name}: traversable: identity`,
      fc.property(values, functions, (ta, f) => equals(T.traverse(Identity.Applicative)(ta, f), T.map(ta, f))),
    ),
    law(
      `${name}: traversable: constants fold`,
      fc.property(
        values,
        (ta) => T.traverse(constants)(ta, (a) => Const.make<string, number>(text(a))) === T.foldMap(S.Monoid)(ta, text),
      ),
    ),
    ...applicativeLaws(T, instance),
  ];
};

/** `empty` is neutral on both sides, and `concat` associative. */
export const monoidLaws = <A>(M: Monoid<A>, { name, values, equals }: InstanceCase<A>): readonly Law[] => [
  law(
    `${name}: monoid: left identity`,
    fc.property(values, (a) => equals(M.concat(M.empty, a), a)),
  ),
  law(
    `${name}: monoid: right identity`,
    fc.property(values, (a) => equals(M.concat(a, M.empty), a)),
  ),
  law(
    `${name}: monoid: associativity`,
    fc.property(values, values, values, (a, b, c) => equals(M.concat(M.concat(a, b), c), M.concat(a, M.concat(b, c)))),
  ),
];

/** Values drawn twice alike are equal; equality is symmetric and transitive. */
export const eqLaws = <A>({ equals }: Eq<A>, { name, values }: Omit<InstanceCase<A>, 'equals'>): readonly Law[] => {
  // Three picks from copies of a few values, so that equal ones meet.
  const three = fc
    .clone(fc.array(values, { minLength: 1, maxLength: 3 }), 3)
    .chain(([a, b, c]) => fc.tuple(fc.constantFrom(...a), fc.constantFrom(...b), fc.constantFrom(...c)));
  return [
    law(
      `${name}: eq: reflexivity`,
      fc.property(fc.clone(values, 2), ([a, b]) => equals(a, a) && equals(a, b)),
    ),
    law(
      `${name}: eq: symmetry`,
      fc.property(values, values, (a, b) => equals(a, b) === equals(b, a)),
    ),
    law(
      `${name}: eq: transitivity`,
      fc.property(three, ([a, b, c]) => !(equals(a, b) && equals(b, c)) || equals(a, c)),
    ),
  ];
};
