/** Programs to look at: `makeGraph` shows what a function records, `evalShape` only what types it gives. */
import type { ArrayType } from './array/type.ts';
import { outputTypes, type Graph } from './core/graph.ts';
import { printGraph } from './core/print.ts';
import { placeholderFor } from './core/trace.ts';
import { flattenArrays, titleOf, traceTree, type AnyFunction } from './lift.ts';
import { splat, type NDArray } from './array/ndarray.ts';
import { unflatten } from './tree/structure.ts';
import type { Mapped } from './tree/type.ts';
import type { Inputs } from './types.ts';

/** A program with its text. */
export interface ShownGraph extends Graph {
  toString(): string;
}

/**
 * The program that `f` records for arguments of these types, as data that prints itself.
 *
 * @example console.log(String(makeGraph((x: NDArray) => x.mul(2).sum())(np.ones([3]))))
 */
export const makeGraph =
  <A extends readonly unknown[], R>(f: (...args: A) => R): ((...args: Inputs<A>) => ShownGraph) =>
  (...args) => {
    const { leaves, structure } = flattenArrays(args);
    const { graph } = traceTree(titleOf('makeGraph', f), f as AnyFunction, leaves.map(placeholderFor), structure);
    return { ...graph, toString: () => printGraph(graph) };
  };

/** JAX's name for `makeGraph`. */
export const makeJaxpr = makeGraph;

/** A shape and element type standing for an array. */
export const shapeDtype = (shape: readonly number[], dtype: ArrayType['dtype'] = 'float32'): NDArray =>
  splat({ shape, dtype }, 0);

/** The result's tree with the type of each array, without computing anything. Arguments may be `shapeDtype`s. */
export const evalShape = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...args: Inputs<A>
): Mapped<R, ArrayType> => {
  const { leaves, structure } = flattenArrays(args);
  const traced = traceTree(titleOf('evalShape', f), f as AnyFunction, leaves.map(placeholderFor), structure);
  return unflatten(traced.structure, outputTypes(traced.graph)) as Mapped<R, ArrayType>; // sound: the structure of what `f` returned
};
