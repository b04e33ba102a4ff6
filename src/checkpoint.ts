/** `checkpoint`: which values the reverse derivative keeps, and which it computes again. */
import { isTracing } from './core/scope.ts';
import { markWeak, placeholderFor, settled } from './core/trace.ts';
import { keepNothing, rematerialized } from './control/rematerialize.ts';
import { flattenArrays, titleOf, toArrays, traceTree, type AnyFunction } from './lift.ts';
import { unflatten } from './tree/structure.ts';
import type { Inputs } from './types.ts';

/** Whether the results of an operation are kept, by the name that `makeGraph` prints; a program inside (a loop, a jitted function) is one operation. */
export type CheckpointPolicy = (operation: string) => boolean;

/** The policies of `jax.checkpoint_policies` that need no names. */
export const checkpointPolicies = {
  /** Keep everything that the derivative reads: as if there were no checkpoint. */
  everythingSaveable: () => true,
  /** Keep the arguments alone. The default. */
  nothingSaveable: keepNothing,
  /** Keep the results of matrix products, convolutions and other contractions; compute again what is cheap. */
  dotsSaveable: (operation) => operation === 'contract',
} as const satisfies { readonly [name: string]: CheckpointPolicy };

export interface CheckpointOptions {
  /** What to keep besides the arguments. Default `checkpointPolicies.nothingSaveable`. */
  readonly policy?: CheckpointPolicy;
}

/**
 * The same function, which keeps only its arguments and what `policy` says for the reverse derivative and computes the rest again.
 *
 * @example checkpoint(block, { policy: checkpointPolicies.dotsSaveable })
 */
export const checkpoint =
  <A extends readonly unknown[], R>(
    f: (...args: A) => R,
    { policy = checkpointPolicies.nothingSaveable }: CheckpointOptions = {},
  ): ((...args: Inputs<A>) => R) =>
  (...args) => {
    if (!isTracing()) return f(...(toArrays(args) as A)); // sound: what `Inputs` accepts for `A` becomes an `A`
    const { leaves, structure } = flattenArrays(args);
    const traced = traceTree(titleOf('checkpoint', f), f as AnyFunction, leaves.map(placeholderFor), structure);
    const outputs = rematerialized(settled(traced.graph), [...traced.captured, ...leaves], policy);
    return unflatten(traced.structure, markWeak(outputs, traced.weak)) as R; // sound: the structure of what `f` returned
  };
