/** Functions of JavaScript inside programs: `pureCallback`, `ioCallback`. */
import { isNDArray, splat, type NDArray } from './array/ndarray.ts';
import type { ArrayType } from './array/type.ts';
import { host, type Callback } from './control/callback.ts';
import { asLeaf, flattenArrays } from './lift.ts';
import { nth } from './primitives/record.ts';
import { sameStructure } from './tree/compare.ts';
import { requireStructure } from './tree/difference.ts';
import { flatten, unflatten, type Structure } from './tree/structure.ts';

/** What comes back where types are announced: an array for each type. */
export type Announced<T> = T extends ArrayType
  ? NDArray
  : T extends object
    ? { -readonly [K in keyof T]: Announced<T[K]> }
    : T;

/** What a callback may return for announced types: an array for each, or a number for a scalar. */
type Given<T> = T extends ArrayType ? NDArray | number : T extends object ? { [K in keyof T]: Given<T[K]> } : T;

const isType = (node: unknown): node is ArrayType =>
  typeof node === 'object' && node !== null && 'dtype' in node && 'shape' in node;

interface Adapted {
  readonly args: Structure;
  readonly results: Structure;
  readonly types: readonly ArrayType[];
  readonly run: Callback;
}

// The callback last made of a function: programs with the same callback are equal programs.
const adapted = new WeakMap<object, Adapted>();

/** The function on trees as a function on lists, the same one each time it is asked for with trees of the same structure. */
const adapt = (
  f: (...args: never[]) => unknown,
  args: Structure,
  results: Structure,
  types: readonly ArrayType[],
): Callback => {
  const known = adapted.get(f);
  if (
    known !== undefined &&
    sameStructure(known.args, args) &&
    sameStructure(known.results, results) &&
    known.types.every((type, i) => type.dtype === types[i]?.dtype)
  )
    return known.run;
  const run: Callback = (inputs) => {
    // Sound: the structure of the arguments.
    const { leaves, structure } = flatten(f(...(unflatten(args, inputs) as never[])));
    requireStructure(results, structure, {
      operation: 'callback',
      name: 'result',
      remedy: 'Return what was announced.',
      code: 'tree.callback',
    });
    return leaves.map((y, i) => (typeof y === 'number' ? splat({ ...nth(types, i), shape: [] }, y) : asLeaf(y)));
  };
  adapted.set(f, { args, results, types, run });
  return run;
};

const called = <A extends readonly unknown[], const T>(
  ordered: boolean,
  f: (...args: A) => unknown,
  result: T,
  args: A,
): Announced<T> => {
  const own = flattenArrays(args);
  const announced = flatten(result, { isLeaf: (node) => isType(node) && !isNDArray(node) });
  // Sound: the leaves are types, or arrays that have a type.
  const types = (announced.leaves as readonly ArrayType[]).map(({ dtype, shape }) => ({ dtype, shape }));
  const run = adapt(f, own.structure, announced.structure, types);
  return unflatten(announced.structure, host(run, own.leaves, types, ordered)) as Announced<T>; // sound: the structure announced
};

/**
 * A function of JavaScript inside a program, called with concrete arrays when the program runs. `result` is a tree of the types of what it gives
 * (`{ dtype, shape }`, or `shapeDtype`s), which is checked. It may be called any number of times, or not at all. Under `vmap` it is called for each
 * example in turn. It has no derivative: wrap it in a custom rule.
 *
 * @example pureCallback((x: NDArray) => lookUp(x), { dtype: 'float32', shape: [] }, x)
 */
export const pureCallback = <A extends readonly unknown[], const T>(
  f: (...args: A) => Given<T>,
  result: T,
  ...args: A
): Announced<T> => called(false, f, result, args);

/** As `pureCallback`, for functions with effects: called once each time the program runs, in order with all other effects. It counts as constant for derivatives. */
export const ioCallback = <A extends readonly unknown[], const T>(
  f: (...args: A) => Given<T>,
  result: T,
  ...args: A
): Announced<T> => called(true, f, result, args);
