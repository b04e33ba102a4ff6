/** The structure of a tree as JSON, so that a checkpoint can be read without a model at hand. */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { keystr, type KeyPath } from '../tree/path.ts';
import { showStatic } from '../tree/show.ts';
import type { Structure } from '../tree/structure.ts';

/**
 * A node in JSON. `opaque` is what JSON cannot hold (functions, symbols, custom nodes), by its text: it can be compared with a model,
 * but not be made from a file.
 */
export type StoredNode =
  | 'leaf'
  | 'undefined'
  | null
  | boolean
  | { readonly text: string }
  | { readonly opaque: string }
  | readonly StoredNode[]
  | { readonly record: readonly (readonly [string, StoredNode])[] }
  | { readonly custom: string; readonly children: StoredNode };

const StoredNode: t.Type<StoredNode> = t.recursion('StoredNode', () =>
  t.union([
    t.literal('leaf'),
    t.literal('undefined'),
    t.null,
    t.boolean,
    t.strict({ text: t.string }),
    t.strict({ opaque: t.string }),
    t.readonlyArray(StoredNode),
    t.strict({ record: t.readonlyArray(t.readonly(t.tuple([t.string, StoredNode]))) }),
    t.strict({ custom: t.string, children: StoredNode }),
  ]),
);

const storedStatic = (value: unknown): StoredNode => {
  if (value === undefined) return 'undefined';
  if (value === null || typeof value === 'boolean') return value;
  return typeof value === 'string' ? { text: value } : { opaque: showStatic(value) };
};

/** A structure as data for JSON. */
export const storedOf = (structure: Structure): StoredNode => {
  switch (structure.kind) {
    case 'leaf':
      return 'leaf';
    case 'static':
      return storedStatic(structure.value);
    case 'list':
      return structure.items.map(storedOf);
    case 'record':
      return { record: structure.keys.map((key, i) => [key, storedOf(structure.items[i] ?? structure)] as const) };
    case 'custom':
      return { custom: structure.name, children: storedOf(structure.children) };
  }
};

/** The structure in the metadata of a file; `Left` if the text is no such thing. */
export const parseStored = (text: string | undefined): E.Either<string, StoredNode> => {
  if (text === undefined)
    return E.left('header.__metadata__.structure: expected the structure of a tree, got nothing. Read it by decode.');
  const fault = 'header.__metadata__.structure: expected the structure of a tree, got other text. The file is damaged.';
  return E.flatten(
    // Text that is no JSON, or too deep to read.
    E.tryCatch(
      () => E.mapLeft(() => fault)(StoredNode.decode(JSON.parse(text))),
      () => fault,
    ),
  );
};

/** The paths of the leaves, in order. */
export const leafPaths = (node: StoredNode, path: KeyPath = []): readonly KeyPath[] => {
  if (node === 'leaf') return [path];
  if (typeof node !== 'object' || node === null) return [];
  if ('record' in node) return node.record.flatMap(([key, item]) => leafPaths(item, [...path, key]));
  if ('custom' in node) return leafPaths(node.children, path);
  return 'text' in node || 'opaque' in node ? [] : node.flatMap((item, i) => leafPaths(item, [...path, i]));
};

/** The tree of a stored structure, its leaves taken by path; throws a sentence at what a file cannot hold. */
export const treeOf = (node: StoredNode, leafAt: (path: KeyPath) => unknown, path: KeyPath = []): unknown => {
  if (node === 'leaf') return leafAt(path);
  if (node === 'undefined') return undefined;
  if (typeof node !== 'object' || node === null) return node;
  if ('text' in node) return node.text;
  if ('record' in node)
    return Object.fromEntries(node.record.map(([key, item]) => [key, treeOf(item, leafAt, [...path, key])]));
  if ('opaque' in node || 'custom' in node)
    throw new Error(
      `${keystr(path) || 'tree'}: expected data, got ${'opaque' in node ? node.opaque : node.custom}. Read the file with decodeLike and a tree like it.`,
    );
  return node.map((item, i) => treeOf(item, leafAt, [...path, i]));
};

const show = (node: StoredNode): string => {
  if (node === 'leaf') return 'an array';
  if (typeof node !== 'object' || node === null) return String(node);
  if ('text' in node) return JSON.stringify(node.text);
  if ('opaque' in node) return node.opaque;
  if ('custom' in node) return node.custom;
  return 'record' in node ? `a record of [${node.record.map(([key]) => key).join(', ')}]` : `a list of ${node.length}`;
};

const childrenOf = (node: StoredNode): readonly (readonly [string | number, StoredNode])[] | null => {
  if (typeof node !== 'object' || node === null || 'text' in node || 'opaque' in node) return null;
  if ('record' in node) return node.record;
  return 'custom' in node ? childrenOf(node.children) : node.map((item, i) => [i, item] as const);
};

/** A sentence that names the first path at which two structures differ, or `null`. */
export const storedDifference = (expected: StoredNode, got: StoredNode, path: KeyPath = []): string | null => {
  const [left, right] = [childrenOf(expected), childrenOf(got)];
  const isAlike =
    left !== null && right !== null
      ? left.length === right.length && left.every(([key], i) => key === right[i]?.[0])
      : show(expected) === show(got) && left === right;
  if (!isAlike)
    return `${keystr(path) || 'tree'}: expected ${show(expected)}, got ${show(got)}. The checkpoint is of another model.`;
  for (const [i, [key, item]] of (left ?? []).entries()) {
    const other = right?.[i]?.[1];
    const fault = other === undefined ? null : storedDifference(item, other, [...path, key]);
    if (fault !== null) return fault;
  }
  return null;
};
