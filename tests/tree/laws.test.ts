/** Trees, their structures and their fp-ts instances under the laws; a registered class is among the nodes. */
import * as fc from 'fast-check';
import * as N from 'fp-ts/lib/number.js';
import { np, tree } from 'fluxion';
import { eqLaws, foldableLaws, functorLaws, traversableLaws, treeLaws, trees, type Law } from 'fluxion/laws';
import { eqStructure, Foldable, Functor, getEq, Traversable } from 'fluxion/tree';
import { describe, expect, test } from 'vitest';

class Interval {
  readonly low: unknown;
  readonly high: unknown;
  readonly unit: { readonly name: string; readonly powers: readonly number[] };
  constructor(low: unknown, high: unknown, unit: Interval['unit']) {
    this.low = low;
    this.high = high;
    this.unit = unit;
  }
}
tree.register(Interval, {
  // The auxiliary data are made anew at each call: they are compared by their contents.
  flatten: ({ low, high, unit }) => [{ low, high }, { ...unit }],
  unflatten: ({ low, high }, unit) => new Interval(low, high, unit),
});

const unit = fc.record(
  { name: fc.constantFrom('m', 's'), powers: fc.constantFrom([1], [1, 2]) },
  { noNullPrototype: true },
);
const leaf = fc.oneof(fc.double(), fc.constantFrom(np.ones([2]), np.zeros([]), new Float32Array(2), new Uint8Array(1)));
const plain = trees(leaf);
const intervals = fc.tuple(trees(leaf, { maxDepth: 1 }), leaf, unit).map((parts) => new Interval(...parts));
const customs = trees(fc.oneof(leaf, intervals));

const numbers = trees(fc.integer({ min: -9, max: 9 })).map((t): tree.Flattened<number> => {
  const { structure, leaves } = tree.flatten(t);
  return { structure, leaves: leaves.map(Number) };
});
const { equals } = getEq(N.Eq);
const flattened = { name: 'flattened trees', values: numbers, equals };

const suites: readonly (readonly Law[])[] = [
  treeLaws({ name: 'trees', trees: plain }),
  treeLaws({ name: 'trees with a class', trees: customs }),
  functorLaws(Functor, flattened),
  foldableLaws(Foldable, flattened),
  traversableLaws(Traversable, flattened),
  eqLaws(eqStructure, { name: 'structures', values: customs.map((t) => tree.structure(t)) }),
  eqLaws({ equals }, flattened),
];

describe.each(suites.flat())('$name', ({ check }) => {
  test('holds', () => check({ runs: 100 }));
});

test('drawn trees have records without a prototype, __proto__ keys and shrink to a leaf', () => {
  const drawn = fc.sample(plain, { numRuns: 500, seed: 1 });
  const found = (holds: (node: object) => boolean): boolean => {
    const within = (node: unknown): boolean =>
      typeof node === 'object' &&
      node !== null &&
      !ArrayBuffer.isView(node) &&
      (holds(node) || Object.values(node).some(within));
    return drawn.some(within);
  };
  expect(found((node) => Object.getPrototypeOf(node) === null)).toBe(true);
  expect(found((node) => Object.hasOwn(node, '__proto__'))).toBe(true);
  const { counterexample } = fc.check(
    fc.property(trees(fc.nat()), (t) => tree.leaves(t).length === 0),
    { seed: 3 },
  );
  expect(counterexample).toEqual([0]);
});
