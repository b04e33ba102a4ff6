/** Functions on trees as functions on lists of arrays: what every transformation does at its border. */
import { dtypeOfStore, type TypedArray } from './array/dtype.ts';
import { TraceError, TreeError } from './array/errors.ts';
import { fromStore, isNDArray, splat, type NDArray } from './array/ndarray.ts';
import { trace, type Parameter, type Traced } from './core/trace.ts';
import { flatten, unflatten, type Structure } from './tree/structure.ts';

/** A leaf of an argument as an array: numbers are weak float32 values, typed arrays are copied. */
export const asLeaf = (leaf: unknown): NDArray => {
  if (isNDArray(leaf)) return leaf;
  if (typeof leaf === 'number') return splat({ dtype: 'float32', shape: [] }, leaf, true);
  const dtype = dtypeOfStore(leaf);
  if (dtype === undefined)
    throw new TreeError(
      `tree: expected an array or number as a leaf, got ${typeof leaf}. Register the class with tree.register.`,
    );
  // Sound: `dtypeOfStore` knows the typed arrays only.
  const store = leaf as TypedArray;
  return fromStore({ dtype, shape: [store.length] }, store.slice());
};

export interface Flattened {
  readonly leaves: readonly NDArray[];
  readonly structure: Structure;
}

export const flattenArrays = (tree: unknown): Flattened => {
  const { leaves, structure } = flatten(tree);
  return { leaves: leaves.map(asLeaf), structure };
};

export interface Lifted extends Traced {
  /** The structure of the result. */
  readonly structure: Structure;
}

// The shape of every function that users give us; arguments and result are checked by what the transformation does with them.
export type AnyFunction = (...args: never[]) => unknown;

export const titleOf = (transformation: string, f: { readonly name: string }): string =>
  `${transformation} of ${f.name === '' ? 'function' : f.name}`;

/** A result that must be a pair, such as `[carry, y]`. */
export const pairFrom = (result: unknown, expectation: string): readonly [unknown, unknown] => {
  if (!Array.isArray(result) || result.length !== 2)
    throw new TreeError(`${expectation}, got another result. Return a pair.`, 'tree.pair');
  const items: readonly unknown[] = result;
  return [items[0], items[1]];
};

const isPromise = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** Record `f` on placeholders that stand for the leaves of its argument list. */
export const traceTree = (
  title: string,
  f: AnyFunction,
  parameters: readonly Parameter[],
  structure: Structure,
  check?: (result: unknown) => void,
): Lifted => {
  const seen: { out: Structure | null } = { out: null };
  const traced = trace(title, parameters, (inputs) => {
    // Sound: `structure` is that of an argument list of `f`.
    const result = f(...(unflatten(structure, inputs) as never[]));
    if (isPromise(result))
      throw new TraceError(
        `${title}: expected a result, got a promise. Functions under a transformation are synchronous.`,
        'trace.promise',
      );
    check?.(result);
    const flat = flattenArrays(result);
    seen.out = flat.structure;
    return flat.leaves;
  });
  if (seen.out === null) throw new TraceError(`${title}: expected a result, got none. Return a value.`);
  return { ...traced, structure: seen.out };
};
