/** Custom nodes: how values of a class, or values that pass a test, are taken apart and put together again. */
import { TreeError } from '../array/errors.ts';
import { isNDArray } from '../array/ndarray.ts';

/**
 * A kind of node. `flatten` gives the children, a list or a record of trees, and auxiliary data that belong to the structure (compared as
 * plain data). `unflatten` gets both back, the leaves among the children perhaps replaced by values of any other type.
 */
export interface NodeType<N = unknown, C = unknown, X = unknown> {
  // Methods, not functions: they are compared bivariantly, so that the registry can hold the node types of all classes.
  flatten(node: N): readonly [children: C, auxiliary: X];
  unflatten(children: C, auxiliary: X): N;
}

/** Values of one class: `abstract`, so that any constructor will do. */
export type Class<N> = abstract new (...args: never) => N;
/** A test of one's own, for values without a class. */
export type Guard<N> = (value: unknown) => value is N;

// The node registry: one of the pieces of mutable state that `src/README.md` lists.
const classes = new Map<unknown, NodeType>();
const guards: { readonly test: (value: unknown) => boolean; readonly type: NodeType }[] = [];

// The prototype of a class cannot be replaced; arrow functions have none, and that of other functions can.
const isClass = <N>(of: Class<N> | Guard<N>): of is Class<N> =>
  Object.getOwnPropertyDescriptor(of, 'prototype')?.writable === false;

const builtIn: readonly unknown[] = [Object.prototype, Array.prototype, Function.prototype];

/**
 * Let trees hold values of a class (not of its subclasses), or values that pass a test, as inner nodes. A class is registered once.
 *
 * @example tree.register(Interval, { flatten: ({ low, high }) => [{ low, high }, null], unflatten: ({ low, high }) => new Interval(low, high) })
 */
export const register = <N, const C extends object, X>(of: Class<N> | Guard<N>, type: NodeType<N, C, X>): void => {
  if (!isClass(of)) {
    guards.push({ test: of, type });
    return;
  }
  const prototype: unknown = of.prototype;
  if (classes.has(prototype) || builtIn.includes(prototype) || isNDArray(prototype))
    throw new TreeError(
      `tree.register: expected a class that is not yet known, got ${of.name}. Register each class once.`,
      'tree.register',
    );
  classes.set(prototype, type);
};

/** The node type of a value, `null` if it is of no registered class and passes no test. */
export const nodeTypeOf = (node: object): NodeType | null => {
  if (classes.size > 0) {
    const found = classes.get(Object.getPrototypeOf(node));
    if (found !== undefined) return found;
  }
  for (const { test, type } of guards) if (test(node)) return type;
  return null;
};
