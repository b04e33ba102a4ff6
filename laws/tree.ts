/** What must hold of taking trees apart and putting them together, and trees drawn at random. */
import * as fc from 'fast-check';
import { isNDArray, tree } from 'fluxion';
import { fact, law, type Law } from './law.ts';

const names = fc.oneof(
  fc.constantFrom('a', 'b', 'w', 'kernel', 'odd key', '0', '__proto__', 'constructor', 'toString', ''),
  fc.string({ maxLength: 3 }),
);
const marker = Symbol('marker');
const act = (): null => null;
const statics = fc.oneof(
  fc.constantFrom(null, undefined, true, false, 1n, marker, act, '*', 'null'),
  fc.string({ maxLength: 3 }),
);

export interface TreeBounds {
  /** Default 3. */
  readonly maxDepth?: number;
  /** Whether strings, functions, null and other values without leaves are among the nodes. Default true. */
  readonly statics?: boolean;
}

/**
 * Trees with leaves drawn from `leaf`: lists, records (with and without a prototype, with keys such as `__proto__`), empty nodes and static
 * values. They shrink towards single leaves.
 *
 * @example fc.property(trees(arrays()), (params) => ...)
 */
export const trees = (leaf: fc.Arbitrary<unknown>, bounds: TreeBounds = {}): fc.Arbitrary<unknown> => {
  const { maxDepth = 3 } = bounds;
  const { node } = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth, withCrossShrink: true },
      { arbitrary: leaf, weight: 3 },
      { arbitrary: bounds.statics === false ? leaf : statics, weight: 1 },
      { arbitrary: fc.array(tie('node'), { maxLength: 3 }), weight: 2 },
      { arbitrary: fc.dictionary(names, tie('node'), { maxKeys: 3 }), weight: 2 },
    ),
  }));
  return node;
};

type Fields = Readonly<Record<string, unknown>>;
const isInner = (node: unknown): node is Fields =>
  typeof node === 'object' && node !== null && !isNDArray(node) && !ArrayBuffer.isView(node);
/** Records are alike with and without a prototype. */
const classOf = (node: object): unknown => {
  const prototype: unknown = Object.getPrototypeOf(node);
  return prototype === null ? Object.prototype : prototype;
};

/** Equality by looking at every field, without taking the trees apart: leaves and static values are compared by identity. */
export const sameTree = (a: unknown, b: unknown): boolean => {
  if (!isInner(a) || !isInner(b)) return Object.is(a, b);
  const keys = Object.keys(a);
  return (
    classOf(a) === classOf(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameTree(a[key], b[key]))
  );
};

/** The same tree with every record written in the opposite order. */
const rewritten = (node: unknown): unknown => {
  if (!isInner(node) || (classOf(node) !== Object.prototype && !Array.isArray(node))) return node;
  if (Array.isArray(node)) return node.map(rewritten);
  return Object.fromEntries(
    Object.keys(node)
      .toReversed()
      .map((key) => [key, rewritten(node[key])]),
  );
};

const follow = (node: unknown, path: tree.KeyPath): unknown =>
  path.reduce<unknown>((at, key) => (isInner(at) ? at[key] : undefined), node);

const sameLeaves = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((leaf, i) => Object.is(leaf, b[i]));
const sameFlat = (a: tree.Flattened<unknown>, b: tree.Flattened<unknown>): boolean =>
  tree.sameStructure(a.structure, b.structure) && sameLeaves(a.leaves, b.leaves);

export interface TreeCase {
  /** Stands before the names of the laws. */
  readonly name: string;
  readonly trees: fc.Arbitrary<unknown>;
}

/** Taking apart and putting together are inverse, whatever hints are given and in whatever order records were written. */
const isomorphismLaws = ({ name, trees: drawn }: TreeCase): readonly Law[] => [
  law(
    `${name}: unflatten after flatten is the identity`,
    fc.property(drawn, (t) => {
      const { structure, leaves } = tree.flatten(t);
      return sameTree(tree.unflatten(structure, leaves), t);
    }),
  ),
  law(
    `${name}: flatten after unflatten is the identity`,
    fc.property(drawn, (t) => {
      const { structure } = tree.flatten(t);
      const leaves = Array.from({ length: structure.count }, (_, i) => i);
      return sameFlat(tree.flatten(tree.unflatten(structure, leaves)), { structure, leaves });
    }),
  ),
  law(
    `${name}: the order of keys does not matter`,
    fc.property(drawn, (t) => sameFlat(tree.flatten(t), tree.flatten(rewritten(t)))),
  ),
  law(
    `${name}: a structure to follow changes nothing`,
    fc.property(fc.clone(drawn, 2), drawn, ([t, copy], other) => {
      const own = tree.structure(copy);
      const followed = tree.flatten(t, { like: own });
      return (
        followed.structure === own &&
        sameLeaves(followed.leaves, tree.leaves(t)) &&
        sameFlat(tree.flatten(t), tree.flatten(t, { like: tree.structure(other) }))
      );
    }),
  ),
];

/** Mapping keeps the structure, and is a functor's. */
const mappingLaws = ({ name, trees: drawn }: TreeCase): readonly Law[] => {
  const map = (f: (leaf: unknown) => unknown, t: unknown): unknown => tree.map(f, t);
  const number = (leaf: unknown): number => (typeof leaf === 'number' ? leaf + 1 : 1);
  return [
    law(
      `${name}: mapping the identity changes nothing`,
      fc.property(drawn, (t) =>
        sameTree(
          map((leaf) => leaf, t),
          t,
        ),
      ),
    ),
    law(
      `${name}: mapping keeps the structure`,
      fc.property(drawn, (t) => tree.sameStructure(tree.structure(map(number, t)), tree.structure(t))),
    ),
    law(
      `${name}: mapping twice is mapping the composition`,
      fc.property(drawn, (t) =>
        sameTree(
          map(String, map(number, t)),
          map((leaf) => String(number(leaf)), t),
        ),
      ),
    ),
    law(
      `${name}: mapping two trees pairs the leaves of one place`,
      fc.property(drawn, (t) => {
        const pairs: unknown[] = [];
        tree.map((a: unknown, b: unknown) => pairs.push([a, b]), t, map(number, t));
        const expected = tree.leaves(t).map((leaf) => [leaf, number(leaf)]);
        return sameTree(pairs, expected);
      }),
    ),
  ];
};

/** Every leaf stands where its path says, and paths are told apart by their texts. */
const pathLaws = ({ name, trees: drawn }: TreeCase): readonly Law[] => [
  law(
    `${name}: each leaf stands at its path`,
    fc.property(drawn, (t) => tree.leavesWithPath(t).every(([path, leaf]) => Object.is(follow(t, path), leaf))),
  ),
  law(
    `${name}: different paths have different texts`,
    fc.property(drawn, (t) => {
      const texts = tree.leavesWithPath(t).map(([path]) => tree.keystr(path));
      return new Set(texts).size === texts.length;
    }),
  ),
];

const numbered = (structure: tree.Structure, from: number): unknown =>
  tree.unflatten(
    structure,
    Array.from({ length: structure.count }, (_, i) => from + i),
  );

/** Turning a tree of trees inside out twice gives it back. */
const transposeLaw = ({ name, trees: drawn }: TreeCase): Law => {
  const structures = drawn.map((t) => tree.structure(t)).filter(({ count }) => count > 0);
  return law(
    `${name}: transposing twice is the identity`,
    fc.property(structures, structures, (outer, inner) => {
      const items = Array.from({ length: outer.count }, (_, i) => numbered(inner, i * inner.count));
      const t = tree.unflatten(outer, items);
      return sameTree(tree.transpose(inner, outer, tree.transpose(outer, inner, t)), t);
    }),
  );
};

/** Static values have no leaves and come back as they are. */
const staticLaws = (name: string): readonly Law[] => [
  law(
    `${name}: static values have no leaves and come back as they are`,
    fc.property(statics, (value) => {
      const { structure, leaves } = tree.flatten(value);
      return leaves.length === 0 && Object.is(tree.unflatten(structure, []), value);
    }),
  ),
  fact(`${name}: null, undefined and absent fields are three structures`, () => {
    const found = [{ a: null }, { a: undefined }, {}].map((t) => tree.structure(t));
    found.forEach((a, i) =>
      found.forEach((b, j) => {
        if (tree.sameStructure(a, b) !== (i === j)) throw new Error(`${i} and ${j}: expected other structures`);
      }),
    );
  }),
];

/**
 * The laws of trees over any arbitrary of trees: put registered classes of your own among them. The children of a class must be its own fields
 * of the same names.
 */
export const treeLaws = (drawn: TreeCase): readonly Law[] => [
  ...isomorphismLaws(drawn),
  ...mappingLaws(drawn),
  ...pathLaws(drawn),
  transposeLaw(drawn),
  ...staticLaws(drawn.name),
];
