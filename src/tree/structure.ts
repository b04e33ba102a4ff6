/** Pytrees: taking trees apart into leaves and a structure, and putting them together again. */
import { TreeError } from '../array/errors.ts';
import { sameData } from './data.ts';
import { isChildren, isLeafValue, isRecord, nameOf, refusal, type Children, type Leaf } from './node.ts';
import { heading, keystr } from './path.ts';
import { nodeTypeOf, type NodeType } from './registry.ts';

/** A list of subtrees. */
export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Structure[];
  readonly count: number;
}
/** Subtrees by name; the names are sorted, so that the order in which a record was written does not matter. */
export interface RecordNode {
  readonly kind: 'record';
  readonly keys: readonly string[];
  readonly items: readonly Structure[];
  readonly count: number;
}
/**
 * A tree without its leaves; `count` is the number of leaves. `static` is what has none: `null` and `undefined`, and values that are part of the
 * structure, such as strings, booleans and functions.
 */
export type Structure =
  | { readonly kind: 'leaf'; readonly count: 1 }
  | { readonly kind: 'static'; readonly value: unknown; readonly count: 0 }
  | ListNode
  | RecordNode
  | {
      readonly kind: 'custom';
      readonly type: NodeType;
      /** For messages. */
      readonly name: string;
      readonly auxiliary: unknown;
      readonly children: ListNode | RecordNode;
      readonly count: number;
    };

/** A tree taken apart. The lawful functor and traversable is on this type (`fluxion/tree`). */
export interface Flattened<A = Leaf> {
  readonly structure: Structure;
  readonly leaves: readonly A[];
}

/** Where to stop: nodes for which `isLeaf` holds are leaves, whatever they are. */
export interface LeafOptions {
  readonly isLeaf?: (node: unknown) => boolean;
}

/** How to take apart a tree of arrays. */
export interface TreeOptions {
  /** Who asks, for messages. */
  readonly operation?: string;
  /** A structure that the tree probably has: it is compared with the tree on the way, and given back itself if it fits. */
  readonly like?: Structure | undefined;
}

const leaf: Structure = { kind: 'leaf', count: 1 };
const nothing: Structure = { kind: 'static', value: null, count: 0 };

interface Walk {
  readonly operation: string;
  readonly isLeaf: ((node: unknown) => boolean) | undefined;
  readonly leaves: unknown[];
  readonly path: (string | number)[];
  readonly above: object[];
}

const walkList = (nodes: readonly unknown[], walk: Walk): ListNode => {
  const items = new Array<Structure>(nodes.length);
  let count = 0;
  // An index loop: holes count as undefined.
  for (let i = 0; i < nodes.length; i++) {
    walk.path.push(i);
    const item = walkNode(nodes[i], walk);
    walk.path.pop();
    items[i] = item;
    count += item.count;
  }
  return { kind: 'list', items, count };
};

const walkRecord = (node: Readonly<Record<string, unknown>>, walk: Walk): RecordNode => {
  const keys = Object.keys(node);
  if (!keys.every((key, i) => i === 0 || (keys[i - 1] ?? '') < key)) keys.sort();
  let count = 0;
  const items = keys.map((key) => {
    walk.path.push(key);
    const item = walkNode(node[key], walk);
    walk.path.pop();
    count += item.count;
    return item;
  });
  return { kind: 'record', keys, items, count };
};

const walkChildren = (children: Children, walk: Walk): ListNode | RecordNode =>
  // Sound: what is no list is a record; `Array.isArray` does not tell readonly lists.
  Array.isArray(children) ? walkList(children, walk) : walkRecord(children as Readonly<Record<string, unknown>>, walk);

const walkCustom = (node: object, type: NodeType, walk: Walk): Structure => {
  const [parts, auxiliary] = type.flatten(node);
  const name = nameOf(node);
  if (!isChildren(parts))
    throw new TreeError(
      `${heading(walk.operation, keystr(walk.path))}expected a list or record of children from the registered ${name}, got ${typeof parts}. Return [children, auxiliary] from flatten.`,
      'tree.register',
    );
  const children = walkChildren(parts, walk);
  return { kind: 'custom', type, name, auxiliary, children, count: children.count };
};

const walkInner = (node: object, walk: Walk): Structure => {
  if (walk.above.includes(node))
    throw new TreeError(
      `${heading(walk.operation, keystr(walk.path))}expected a tree, got a circular reference. Trees end in leaves.`,
      'tree.circular',
    );
  walk.above.push(node);
  const type = nodeTypeOf(node);
  const found = type !== null ? walkCustom(node, type, walk) : isChildren(node) ? walkChildren(node, walk) : null;
  if (found === null) throw refusal(walk.operation, keystr(walk.path), node);
  walk.above.pop();
  return found;
};

const walkNode = (node: unknown, walk: Walk): Structure => {
  if (isLeafValue(node) || walk.isLeaf?.(node) === true) {
    walk.leaves.push(node);
    return leaf;
  }
  if (node === null) return nothing;
  return typeof node === 'object' ? walkInner(node, walk) : { kind: 'static', value: node, count: 0 };
};

/** Whether a tree has a structure; its leaves are pushed on the way, which is all that a repeated call needs. */
const follows = (structure: Structure, node: unknown, leaves: unknown[]): boolean => {
  switch (structure.kind) {
    case 'leaf':
      return isLeafValue(node) && leaves.push(node) > 0;
    case 'static':
      return Object.is(structure.value, node);
    case 'custom': {
      if (typeof node !== 'object' || node === null || nodeTypeOf(node) !== structure.type) return false;
      const [children, auxiliary] = structure.type.flatten(node);
      return sameData(structure.auxiliary, auxiliary) && followsItems(structure.children, children, leaves);
    }
    default:
      return (
        typeof node === 'object' && node !== null && nodeTypeOf(node) === null && followsItems(structure, node, leaves)
      );
  }
};

const followsItems = (structure: ListNode | RecordNode, node: unknown, leaves: unknown[]): boolean =>
  structure.kind === 'list'
    ? Array.isArray(node) && followsList(structure, node, leaves)
    : typeof node === 'object' &&
      node !== null &&
      !Array.isArray(node) &&
      isRecord(node) &&
      followsRecord(structure, node, leaves);

const followsList = ({ items }: ListNode, node: readonly unknown[], leaves: unknown[]): boolean => {
  if (node.length !== items.length) return false;
  for (let i = 0; i < items.length; i++) if (!follows(items[i] ?? nothing, node[i], leaves)) return false;
  return true;
};

const followsRecord = (
  { keys, items }: RecordNode,
  node: Readonly<Record<string, unknown>>,
  leaves: unknown[],
): boolean => {
  if (Object.keys(node).length !== keys.length) return false;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? '';
    const item = items[i] ?? nothing;
    // Records inherit no leaves; anything else must be their own, and is enumerable since the numbers of keys are equal.
    if (item.kind !== 'leaf' && !Object.hasOwn(node, key)) return false;
    if (!follows(item, node[key], leaves)) return false;
  }
  return true;
};

/**
 * The leaves of a tree from left to right (records by sorted keys) and its structure. Arrays, numbers and typed arrays are leaves; lists, tuples,
 * records and registered nodes have children; everything else is static. Dates, maps, other class instances and circular references throw
 * a `TreeError` that begins with the path.
 */
export function flatten(tree: unknown, options?: TreeOptions): Flattened;
export function flatten(tree: unknown, options: TreeOptions & LeafOptions): Flattened<unknown>;
export function flatten(
  tree: unknown,
  { operation = 'tree.flatten', isLeaf, like }: TreeOptions & LeafOptions = {},
): Flattened<unknown> {
  if (like !== undefined && isLeaf === undefined) {
    const leaves: unknown[] = [];
    if (follows(like, tree, leaves)) return { leaves, structure: like };
  }
  const leaves: unknown[] = [];
  const structure = walkNode(tree, { operation, isLeaf, leaves, path: [], above: [] });
  return { leaves, structure };
}

const buildList = ({ items }: ListNode, leaves: readonly unknown[], from: number): unknown => {
  const nodes = new Array<unknown>(items.length);
  let at = from;
  for (let i = 0; i < items.length; i++) {
    const item = items[i] ?? nothing;
    nodes[i] = build(item, leaves, at);
    at += item.count;
  }
  return nodes;
};

const buildRecord = ({ keys, items }: RecordNode, leaves: readonly unknown[], from: number): unknown => {
  const record: Record<string, unknown> = {};
  let at = from;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? '';
    const item = items[i] ?? nothing;
    const value = build(item, leaves, at);
    // An assignment to this one key would set the prototype.
    if (key === '__proto__') Object.defineProperty(record, key, { ...own, value });
    else record[key] = value;
    at += item.count;
  }
  return record;
};
const own = { enumerable: true, configurable: true, writable: true } as const;

const build = (structure: Structure, leaves: readonly unknown[], from: number): unknown => {
  switch (structure.kind) {
    case 'leaf':
      return leaves[from];
    case 'static':
      return structure.value;
    case 'list':
      return buildList(structure, leaves, from);
    case 'record':
      return buildRecord(structure, leaves, from);
    case 'custom':
      return structure.type.unflatten(build(structure.children, leaves, from), structure.auxiliary);
  }
};

/** The tree of a structure with these values at its leaves; they may be of any type. */
export const unflatten = (structure: Structure, leaves: readonly unknown[]): unknown => {
  if (leaves.length !== structure.count)
    throw new TreeError(
      `tree.unflatten: expected ${structure.count} leaves, got ${leaves.length}. Give one for each leaf of the structure.`,
      'tree.count',
    );
  return build(structure, leaves, 0);
};
