/** The suites of algebra hold of lawful instances of fp-ts, and find unlawful ones. */
import * as fc from 'fast-check';
import * as O from 'fp-ts/lib/Option.js';
import * as RA from 'fp-ts/lib/ReadonlyArray.js';
import * as N from 'fp-ts/lib/number.js';
import * as S from 'fp-ts/lib/string.js';
import { eqLaws, foldableLaws, functorLaws, monoidLaws, traversableLaws, type Law } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';

const numbers = fc.integer({ min: -9, max: 9 });
const lists = { name: 'lists', values: fc.array(numbers, { maxLength: 4 }), equals: RA.getEq(N.Eq).equals };
const options = { name: 'options', values: fc.option(numbers).map(O.fromNullable), equals: O.getEq(N.Eq).equals };
const texts = { name: 'texts', values: fc.string({ maxLength: 4 }), equals: S.Eq.equals };

describe.each([
  ...functorLaws(RA.Functor, lists),
  ...foldableLaws(RA.Foldable, lists),
  ...traversableLaws(RA.Traversable, lists),
  ...traversableLaws(O.Traversable, options),
  ...monoidLaws(S.Monoid, texts),
  ...eqLaws(S.Eq, texts),
])('$name', ({ check }) => {
  test('holds', () => check());
});

const broken = (laws: readonly Law[]): readonly string[] =>
  laws
    .filter(({ check }) => {
      try {
        check({ seed: 7, runs: 200 });
        return false;
      } catch {
        return true;
      }
    })
    .map(({ name }) => name.replace(/^[^:]*: [^:]*: /, ''));

describe('unlawful instances are found', () => {
  test('a functor that drops a value', () => {
    const map = <A, B>(fa: readonly A[], f: (a: A) => B): readonly B[] => fa.slice(1).map(f);
    expect(broken(functorLaws({ URI: RA.URI, map }, lists))).toEqual(['identity', 'composition']);
  });
  test('a fold in the opposite order', () => {
    const reduce = <A, B>(fa: readonly A[], b: B, f: (b: B, a: A) => B): B => [...fa].reverse().reduce(f, b);
    expect(broken(foldableLaws({ ...RA.Foldable, reduce }, lists))).toEqual(['foldMap is reduce']);
  });
  test('a traversal in the opposite order', () => {
    const reversed: typeof RA.Traversable = {
      ...RA.Traversable,
      map: (fa, f) => [...fa].reverse().map(f),
    };
    expect(broken(traversableLaws(reversed, lists))).toEqual(['identity', 'sequence']);
  });
  test('subtraction as a monoid', () => {
    const minus = { empty: 0, concat: (a: number, b: number) => a - b };
    expect(broken(monoidLaws(minus, { name: 'minus', values: numbers, equals: N.Eq.equals }))).toEqual([
      'left identity',
      'associativity',
    ]);
  });
  test('nearness as equality', () => {
    const near = { equals: (a: number, b: number) => Math.abs(a - b) < 3 };
    const close = { name: 'near', values: fc.integer({ min: 0, max: 6 }) };
    expect(broken(eqLaws({ equals: (a: number, b: number) => a < b }, close))).toEqual(['reflexivity', 'symmetry']);
    expect(broken(eqLaws(near, close))).toEqual(['transitivity']);
  });
});
