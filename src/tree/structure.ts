/** Pytrees: nested records, lists and empty nodes with arrays and numbers as leaves. */
import type { TypedArray } from '../array/dtype.ts';
import { TreeError } from '../array/errors.ts';
import { isNDArray, type NDArray } from '../array/ndarray.ts';

export type Leaf = NDArray | number | TypedArray;
export type Structure =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'static'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly Structure[] }
  | { readonly kind: 'record'; readonly keys: readonly string[]; readonly items: readonly Structure[] };
const leaf: Structure = { kind: 'leaf' };
const isLeaf = (v: unknown): v is Leaf =>
  typeof v === 'number' || isNDArray(v) || (ArrayBuffer.isView(v) && !(v instanceof DataView));
export const flatten = (tree: unknown): { readonly leaves: readonly Leaf[]; readonly structure: Structure } => {
  const leaves: Leaf[] = [];
  const walk = (t: unknown, path: string): Structure => {
    if (isLeaf(t)) {
      leaves.push(t);
      return leaf;
    }
    if (t === null || typeof t !== 'object') return { kind: 'static', value: t };
    if (Array.isArray(t)) return { kind: 'list', items: t.map((x, i) => walk(x, `${path}[${i}]`)) };
    const proto: unknown = Object.getPrototypeOf(t);
    if (proto !== null && proto !== Object.prototype)
      throw new TreeError(`${path}: expected a tree, got a class instance.`);
    const keys = Object.keys(t).sort();
    return { kind: 'record', keys, items: keys.map((k) => walk((t as Record<string, unknown>)[k], `${path}.${k}`)) };
  };
  const structure = walk(tree, '');
  return { leaves, structure };
};
export const unflatten = (structure: Structure, leaves: readonly unknown[]): unknown => {
  let next = 0;
  const walk = (s: Structure): unknown => {
    if (s.kind === 'leaf') return leaves[next++];
    if (s.kind === 'static') return s.value;
    const items = s.items.map(walk);
    return s.kind === 'list' ? items : Object.fromEntries(s.keys.map((k, i) => [k, items[i]]));
  };
  return walk(structure);
};
export const showStructure = (s: Structure): string =>
  s.kind === 'leaf'
    ? '*'
    : s.kind === 'static'
      ? String(s.value)
      : s.kind === 'list'
        ? `[${s.items.map(showStructure).join(', ')}]`
        : `{${s.keys.map((k, i) => `${k}: ${showStructure(s.items[i] ?? leaf)}`).join(', ')}}`;
export const structureKey = showStructure;
export const sameStructure = (a: Structure, b: Structure): boolean => showStructure(a) === showStructure(b);
export const pathsOf = (s: Structure, path = ''): readonly string[] =>
  s.kind === 'leaf'
    ? [path]
    : s.kind === 'static'
      ? []
      : s.items.flatMap((x, i) => pathsOf(x, s.kind === 'list' ? `${path}[${i}]` : `${path}.${s.keys[i] ?? ''}`));
export const leafCount = (s: Structure): number =>
  s.kind === 'leaf' ? 1 : s.kind === 'static' ? 0 : s.items.reduce((n, x) => n + leafCount(x), 0);
