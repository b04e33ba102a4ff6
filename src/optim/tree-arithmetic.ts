/** Trees of arrays as vectors: `optim.tree`. */
import { TreeError } from '../array/errors.ts';
import { isNDArray, splat, type NDArray } from '../array/ndarray.ts';
import { abs, add as addArrays, convert, max, mul, sub as subArrays } from '../primitives/arithmetic.ts';
import { sqrt } from '../primitives/exponential.ts';
import { nth } from '../primitives/record.ts';
import { resultType } from '../operations/types.ts';
import { vdot as vdotArrays } from '../operations/products.ts';
import { flattenArrays } from '../lift.ts';
import { keystr, type KeyPath } from '../tree/path.ts';
import { leavesWithPath, map } from '../tree/traverse.ts';
import { largest, squared, times, total, type Scalar } from './leaf.ts';

export { zerosLike } from './leaf.ts';

/** Leaf by leaf: `a + b`. */
export const add = <P>(a: P, b: P): P => map(addArrays, a, b);
/** Leaf by leaf: `a - b`. */
export const sub = <P>(a: P, b: P): P => map(subArrays, a, b);
/** Leaf by leaf: `factor x`. */
export const scale = <P>(factor: Scalar, tree: P): P => map((x: NDArray) => times(x, factor), tree);

/** One scalar of all leaves, folded in the widest of their types; 0 for a tree without leaves. */
const folded = (
  trees: readonly unknown[],
  each: (...leaves: readonly NDArray[]) => NDArray,
  join: (a: NDArray, b: NDArray) => NDArray,
): NDArray => {
  const lists = trees.map((tree) => flattenArrays(tree).leaves);
  const parts = (lists[0] ?? []).map((_, i) => each(...lists.map((list) => nth(list, i))));
  if (parts.length === 0) return splat({ dtype: 'float32', shape: [] }, 0);
  const dtype = resultType(...parts);
  return parts.map((x) => convert(x, dtype)).reduce(join);
};

/** The sum of all elements of all leaves. */
export const sum = (tree: unknown): NDArray => folded([tree], (x) => total(nth([x], 0)), addArrays);
/** The sum of products of elements that stand at one place: the inner product. */
export const vdot = <P>(a: P, b: P): NDArray =>
  folded([a, b], (...pair) => vdotArrays(nth(pair, 0), nth(pair, 1)), addArrays);

export interface TreeNormOptions {
  /** The root of the sum of squares, the sum of absolute values, or the largest of these. Default 2. */
  readonly ord?: 1 | 2 | 'inf';
  /** The square of the norm. Default false. */
  readonly isSquared?: boolean;
}
/** The norm of all elements of all leaves together. */
export const norm = (tree: unknown, { ord = 2, isSquared = false }: TreeNormOptions = {}): NDArray => {
  const size = (x: NDArray): NDArray => (ord === 1 ? total(abs(x)) : ord === 2 ? total(squared(x)) : largest(abs(x)));
  const all = folded([tree], (x) => size(nth([x], 0)), ord === 'inf' ? max : addArrays);
  if (ord === 2) return isSquared ? all : sqrt(all);
  return isSquared ? mul(all, all) : all;
};
/** The fields of this name nearest to the root, in a memory or any other tree, with their paths. */
const found = (tree: unknown, name: string): readonly (readonly [KeyPath, unknown])[] => {
  const walk = (node: unknown, path: KeyPath): readonly (readonly [KeyPath, unknown])[] => {
    if (typeof node !== 'object' || node === null || isNDArray(node) || ArrayBuffer.isView(node)) return [];
    if (Array.isArray(node)) return node.flatMap((child: unknown, i) => walk(child, [...path, i]));
    return Object.entries(node).flatMap(([key, child]: readonly [string, unknown]) =>
      key === name ? [[[...path, key], child] as const] : walk(child, [...path, key]),
    );
  };
  return walk(tree, []);
};

/**
 * The one field of this name in a memory, however deep: `optim.tree.get(memory, 'learningRate')`. A tree without it, or with several, is an error
 * that names their paths.
 */
export const get = (tree: unknown, name: string): unknown => {
  const all = found(tree, name);
  const [first] = all;
  if (first === undefined || all.length > 1)
    throw new TreeError(
      `optim.tree.get: expected one field ${name}, got ${all.length === 0 ? 'none' : all.map(([path]) => keystr(path)).join(', ')}. Write the path out instead.`,
      'tree.field',
    );
  return first[1];
};
/** The same tree with every field of this name set to `value`; a tree without one is an error. */
export const set = <T>(tree: T, name: string, value: unknown): T => {
  if (found(tree, name).length === 0)
    throw new TreeError(
      `optim.tree.set: expected a field ${name}, got none. The leaves are ${leavesWithPath(tree)
        .map(([path]) => keystr(path))
        .join(', ')}.`,
      'tree.field',
    );
  const walk = (node: unknown): unknown => {
    if (typeof node !== 'object' || node === null || isNDArray(node) || ArrayBuffer.isView(node)) return node;
    if (Array.isArray(node)) return node.map(walk);
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, key === name ? value : walk(child)]));
  };
  return walk(tree) as T; // sound: the same fields, by the caller's word of the value
};
