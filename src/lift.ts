/** Functions on trees as functions on lists of arrays: what every transformation does at its border. */
import { dtypeOfStore } from './array/dtype.ts';
import { InternalError, ShapeError, TraceError, TreeError } from './array/errors.ts';
import { fromStore, isNDArray, splat, type NDArray } from './array/ndarray.ts';
import { trace, type Parameter, type Traced } from './core/trace.ts';
import type { Leaf } from './tree/node.ts';
import { keystr } from './tree/path.ts';
import { keyPaths } from './tree/show.ts';
import {
  flatten,
  unflatten,
  type Flattened as FlattenedTree,
  type Structure,
  type TreeOptions,
} from './tree/structure.ts';

/** A leaf of an argument as an array: numbers are weak float32 values, typed arrays are copied. */
export const asLeaf = (leaf: Leaf): NDArray => {
  if (isNDArray(leaf)) return leaf;
  if (typeof leaf === 'number') return splat({ dtype: 'float32', shape: [] }, leaf, true);
  const dtype = dtypeOfStore(leaf);
  if (dtype === undefined) throw new InternalError(`lift: expected a leaf, got ${typeof leaf}.`);
  return fromStore({ dtype, shape: [leaf.length] }, leaf.slice());
};

/** A tree of arrays taken apart. */
export type Flattened = FlattenedTree<NDArray>;

/** The leaves of a tree as arrays, and its structure. */
export const flattenArrays = (tree: unknown, options?: TreeOptions): Flattened => {
  const flat = flatten(tree, options);
  return { leaves: flat.leaves.map(asLeaf), structure: flat.structure };
};

/** The same tree with arrays for numbers and typed arrays: what a function sees that is called without being traced. */
export const toArrays = (tree: unknown): unknown => {
  const { leaves, structure } = flattenArrays(tree);
  return unflatten(structure, leaves);
};

/** The position of an argument, which may count from the end. */
export const positionOf = (operation: string, argnum: number, count: number): number => {
  const position = argnum < 0 ? argnum + count : argnum;
  if (!(position >= 0 && position < count))
    throw new ShapeError(
      `${operation}: expected argnums below ${count}, got ${argnum}. Count the arguments of the call from 0.`,
      `${operation}.argnums`,
    );
  return position;
};

export interface Lifted extends Traced {
  /** The structure of the result. */
  readonly structure: Structure;
}

// The shape of every function that users give us; arguments and result are checked by what the transformation does with them.
export type AnyFunction = (...args: never[]) => unknown;

export const titleOf = (transformation: string, f: { readonly name: string }): string =>
  `${transformation} of ${f.name === '' ? 'function' : f.name}`;

/** A transformed function under the name that it has in messages: `grad of f`. */
export const named = <F extends AnyFunction>(transformation: string, f: { readonly name: string }, lifted: F): F =>
  Object.defineProperty(lifted, 'name', { value: titleOf(transformation, f) });

/** A result that must be a pair, such as `[carry, y]`. */
export const pairFrom = (result: unknown, expectation: string): readonly [unknown, unknown] => {
  if (!Array.isArray(result) || result.length !== 2)
    throw new TreeError(`${expectation}, got another result. Return a pair.`, 'tree.pair');
  const items: readonly unknown[] = result;
  return [items[0], items[1]];
};

const isPromise = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** A leaf of an argument list as messages name it; `positions` are those of the arguments, where some are left out. */
const argumentName = (structure: Structure, leaf: number, positions?: readonly number[]): string => {
  const [argument, ...path] = keyPaths(structure)[leaf] ?? [];
  const position = typeof argument === 'number' ? (positions?.[argument] ?? argument) : 0;
  return `argument ${keystr([position, ...path])}`;
};

/** Record `f` on placeholders that stand for the leaves of its argument list. */
export const traceTree = (
  title: string,
  f: AnyFunction,
  parameters: readonly Parameter[],
  structure: Structure,
  check?: (result: unknown) => void,
  positions?: readonly number[],
): Lifted => {
  const seen: { out: Structure | null } = { out: null };
  const body = (inputs: readonly NDArray[]): readonly NDArray[] => {
    // Sound: `structure` is that of an argument list of `f`.
    const result = f(...(unflatten(structure, inputs) as never[]));
    if (isPromise(result))
      throw new TraceError(
        `${title}: expected a result, got a promise. Functions under a transformation are synchronous.`,
        'trace.promise',
      );
    check?.(result);
    const flat = flattenArrays(result, { operation: title });
    seen.out = flat.structure;
    return flat.leaves;
  };
  const traced = trace(title, parameters, body, (input) => argumentName(structure, input, positions));
  if (seen.out === null) throw new TraceError(`${title}: expected a result, got none. Return a value.`);
  return { ...traced, structure: seen.out };
};
