/** Functions over the leaves of trees, with the names of `jax.tree`. */
import { TreeError } from '../array/errors.ts';
import { concrete, copyElements, isNDArray, type NDArray } from '../array/ndarray.ts';
import { requireStructure } from './difference.ts';
import type { KeyPath } from './path.ts';
import { keyPaths } from './show.ts';
import { flatten, unflatten, type LeafOptions, type Structure } from './structure.ts';
import type { LeafOf, Mapped } from './type.ts';

type Loose = (...leaves: readonly unknown[]) => unknown;

/** The leaves of several trees of one structure, transposed: for each place the leaves that stand there. */
const together = (
  operation: string,
  trees: readonly unknown[],
  options: LeafOptions,
): { readonly structure: Structure; readonly rows: readonly (readonly unknown[])[] } => {
  const [tree, ...rest] = trees;
  const first = flatten(tree, { ...options, operation });
  const others = rest.map((other) => {
    const { leaves, structure } = flatten(other, { ...options, operation, like: first.structure });
    requireStructure(first.structure, structure, {
      operation,
      remedy: 'All trees have the structure of the first.',
      code: 'tree.structure',
    });
    return leaves;
  });
  return { structure: first.structure, rows: first.leaves.map((leaf, i) => [leaf, ...others.map((o) => o[i])]) };
};

const mapTrees = (operation: string, f: Loose, trees: readonly unknown[], options: LeafOptions): unknown => {
  const { structure, rows } = together(operation, trees, options);
  return unflatten(
    structure,
    rows.map((row) => f(...row)),
  );
};

/**
 * `f` of each leaf, or of the leaves that stand at one place in several trees of one structure, in a tree of that structure.
 * Where the type of the tree is a type parameter, `f` works on arrays and the result is of that type.
 *
 * @example tree.map((p, g) => p.sub(g.mul(0.1)), params, gradients)
 */
export function map<T, const R extends readonly unknown[], B>(
  f: (leaf: LeafOf<T>, ...rest: { [K in keyof R]: LeafOf<R[K]> }) => B,
  tree: T,
  ...rest: R
): Mapped<T, B>;
export function map<T>(f: (...leaves: NDArray[]) => NDArray, tree: T, ...rest: readonly T[]): T;
export function map(f: (...leaves: never[]) => unknown, ...trees: readonly unknown[]): unknown {
  return mapTrees('tree.map', f as Loose, trees, {}); // sound: the leaves are those that the overloads state
}

/** As `map`, where nodes for which `isLeaf` holds count as leaves. */
export const mapUntil = (
  isLeaf: (node: unknown) => boolean,
  f: (...leaves: readonly unknown[]) => unknown,
  ...trees: readonly unknown[]
): unknown => mapTrees('tree.mapUntil', f, trees, { isLeaf });

/** As `map`; `f` also gets the key path of the leaf. */
export const mapWithPath = <T, const R extends readonly unknown[], B>(
  f: (path: KeyPath, leaf: LeafOf<T>, ...rest: { [K in keyof R]: LeafOf<R[K]> }) => B,
  tree: T,
  ...rest: R
): Mapped<T, B> => {
  const { structure, rows } = together('tree.mapWithPath', [tree, ...rest], {});
  const paths = keyPaths(structure);
  const each = f as (path: KeyPath, ...row: readonly unknown[]) => B; // sound: as in `map`
  // Sound: the structure is that of `tree`, with a `B` at each leaf.
  return unflatten(
    structure,
    rows.map((row, i) => each(paths[i] ?? [], ...row)),
  ) as Mapped<T, B>;
};

/** The leaves from left to right; records by sorted keys. */
export function leaves<T>(tree: T): readonly LeafOf<T>[];
export function leaves(tree: unknown, options: LeafOptions): readonly unknown[];
export function leaves(tree: unknown, options: LeafOptions = {}): readonly unknown[] {
  return flatten(tree, { ...options, operation: 'tree.leaves' }).leaves;
}

/** The structure of a tree: all but its leaves. */
export const structure = (tree: unknown, options: LeafOptions = {}): Structure =>
  flatten(tree, { ...options, operation: 'tree.structure' }).structure;

/** Pairs of key path and leaf, and the structure. */
export const flattenWithPath = <T>(
  tree: T,
  options: LeafOptions = {},
): { readonly leaves: readonly (readonly [KeyPath, LeafOf<T>])[]; readonly structure: Structure } => {
  const flat = flatten(tree, { ...options, operation: 'tree.flattenWithPath' });
  // Sound: the leaves are those of `tree`; `isLeaf` can only add to them, which its user knows.
  const found = flat.leaves as readonly LeafOf<T>[];
  return {
    leaves: keyPaths(flat.structure).map((path, i) => [path, found[i] as LeafOf<T>] as const), // sound: a path for each leaf
    structure: flat.structure,
  };
};

/** Pairs of key path and leaf. */
export const leavesWithPath = <T>(tree: T, options: LeafOptions = {}): readonly (readonly [KeyPath, LeafOf<T>])[] =>
  flattenWithPath(tree, options).leaves;

/** The leaves folded from the left, beginning with `initial`. */
export const reduce = <T, B>(f: (total: B, leaf: LeafOf<T>) => B, tree: T, initial: B): B =>
  leaves(tree).reduce<B>(f, initial);

const holds = (leaf: unknown): boolean => {
  if (typeof leaf === 'boolean') return leaf;
  if (isNDArray(leaf)) return copyElements(concrete(leaf, 'tree.all')).every((v) => v !== 0);
  return ArrayBuffer.isView(leaf) ? Array.from(leaf as Uint8Array).every((v) => v !== 0) : leaf !== 0; // sound: typed arrays iterate alike
};

/** Whether all leaves are true: booleans, numbers that are not zero, arrays of such elements. An empty tree is all true. */
export const all = (tree: unknown): boolean =>
  flatten(tree, { operation: 'tree.all', isLeaf: (node: unknown) => typeof node === 'boolean' }).leaves.every(holds);

/** `outer` with `inner` at each leaf. */
const compose = (outer: Structure, inner: Structure): Structure =>
  flatten(
    unflatten(outer, new Array<unknown>(outer.count).fill(unflatten(inner, new Array<number>(inner.count).fill(0)))),
  ).structure;

/**
 * A tree of structure `outer` whose leaves are trees of structure `inner`, turned inside out: a tree of structure `inner` whose leaves are trees of
 * structure `outer`. A list of records becomes a record of lists.
 */
export const transpose = (outer: Structure, inner: Structure, tree: unknown): unknown => {
  if (outer.count === 0 || inner.count === 0)
    throw new TreeError(
      `tree.transpose: expected structures with leaves, got ${outer.count} and ${inner.count}. Without leaves there is nothing to turn.`,
      'tree.count',
    );
  const { leaves: flat, structure: found } = flatten(tree, { operation: 'tree.transpose' });
  requireStructure(compose(outer, inner), found, {
    operation: 'tree.transpose',
    remedy: 'The tree has the outer structure, with the inner one at each leaf.',
    code: 'tree.structure',
  });
  const column = (j: number): unknown =>
    unflatten(
      outer,
      Array.from({ length: outer.count }, (_, i) => flat[i * inner.count + j]),
    );
  return unflatten(
    inner,
    Array.from({ length: inner.count }, (_, j) => column(j)),
  );
};
