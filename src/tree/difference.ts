/** Where two structures differ, and the errors that say so. */
import { TreeError } from '../array/errors.ts';
import { sameStructure } from './compare.ts';
import { article } from './node.ts';
import { heading, keystr, type KeyPath } from './path.ts';
import { showStatic } from './show.ts';
import type { ListNode, RecordNode, Structure } from './structure.ts';

/** The first place, from left to right, where two structures differ, with what stands there. */
interface Difference {
  readonly path: KeyPath;
  readonly expected: string;
  readonly got: string;
}

/** Given at a leaf of a prefix: it stands for all that is below. */
type Match = 'whole' | 'prefix';

const describe = (structure: Structure | undefined): string => {
  if (structure === undefined) return 'nothing';
  switch (structure.kind) {
    case 'leaf':
      return 'a leaf';
    case 'static':
      return showStatic(structure.value);
    case 'list':
      return `a list of ${structure.items.length}`;
    case 'record':
      return structure.keys.length === 0 ? 'an empty record' : `a record of ${structure.keys.join(', ')}`;
    case 'custom':
      return article(structure.name);
  }
};

const at = (path: KeyPath, expected: Structure | undefined, got: Structure | undefined): Difference => {
  const [wanted, found] = [describe(expected), describe(got)];
  return { path, expected: wanted, got: wanted === found ? `another (${found})` : found };
};

const inRecords = (expected: RecordNode, got: RecordNode, path: KeyPath, match: Match): Difference | null => {
  const itemOf = (node: RecordNode, key: string): Structure | undefined => node.items[node.keys.indexOf(key)];
  for (const key of [...new Set([...expected.keys, ...got.keys])].sort()) {
    const [left, right] = [itemOf(expected, key), itemOf(got, key)];
    const found =
      left === undefined || right === undefined
        ? at([...path, key], left, right)
        : differ(left, right, [...path, key], match);
    if (found !== null) return found;
  }
  return null;
};

const inLists = (expected: ListNode, got: ListNode, path: KeyPath, match: Match): Difference | null => {
  if (expected.items.length !== got.items.length) return at(path, expected, got);
  for (const [i, left] of expected.items.entries()) {
    const right = got.items[i];
    const found = right === undefined ? null : differ(left, right, [...path, i], match);
    if (found !== null) return found;
  }
  return null;
};

const differ = (expected: Structure, got: Structure, path: KeyPath, match: Match): Difference | null => {
  if (match === 'prefix' && got.kind === 'leaf') return null;
  if (expected.kind === 'list' && got.kind === 'list') return inLists(expected, got, path, match);
  if (expected.kind === 'record' && got.kind === 'record') return inRecords(expected, got, path, match);
  if (expected.kind === 'custom' && got.kind === 'custom' && expected.type === got.type)
    return differ(expected.children, got.children, path, match) ?? sameCustom(expected, got, path, match);
  return sameStructure(expected, got) ? null : at(path, expected, got);
};

/** Of one type with equal children: what may differ is the auxiliary data, which a prefix need not have. */
const sameCustom = (expected: Structure, got: Structure, path: KeyPath, match: Match): Difference | null =>
  match === 'prefix' || sameStructure(expected, got) ? null : at(path, expected, got);

export interface Expectation {
  /** Who asks, for messages. */
  readonly operation: string;
  /** What the tree is, where the operation has several: `carry`, `inAxes`. It stands before the path. */
  readonly name?: string;
  /** The sentence that says what to do. */
  readonly remedy: string;
  readonly code: string;
}

const failure = ({ operation, name = '', remedy, code }: Expectation, { path, expected, got }: Difference): TreeError =>
  new TreeError(`${heading(operation, `${name}${keystr(path)}`)}expected ${expected}, got ${got}. ${remedy}`, code);

/** Throws a `TreeError` naming the first path where a structure is not as expected. */
export const requireStructure = (expected: Structure, got: Structure, expectation: Expectation): void => {
  if (sameStructure(expected, got)) return;
  const found = differ(expected, got, [], 'whole');
  if (found !== null) throw failure(expectation, found);
};

/**
 * The leaves of a prefix, each as often as there are leaves of the whole below it. Throws a `TreeError` naming the first path where it is no
 * prefix.
 */
export const spreadPrefix = <A>(
  prefix: Structure,
  values: readonly A[],
  whole: Structure,
  expectation: Expectation,
): readonly A[] => {
  const found = differ(whole, prefix, [], 'prefix');
  if (found !== null) throw failure(expectation, found);
  const spread = (part: Structure, all: Structure, from: number): readonly A[] => {
    if (part.kind === 'leaf') return new Array<A>(all.count).fill(values[from] as A); // sound: a value for each leaf of the prefix
    if (part.kind === 'custom') return all.kind === 'custom' ? spread(part.children, all.children, from) : [];
    if (part.kind === 'static' || all.kind !== part.kind) return [];
    let next = from;
    return part.items.flatMap((item, i) => {
      const start = next;
      next += item.count;
      return spread(item, all.items[i] ?? item, start);
    });
  };
  return spread(prefix, whole, 0);
};
