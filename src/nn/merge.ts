/** Several arrays into one: what stands after branches. */
import { FluxionError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { add, divide, maximum, minimum, multiply, subtract } from '../operations/arithmetic.ts';
import { concatenate as join } from '../operations/stacking.ts';
import { lambda, type Layer } from './layer.ts';

/** A list or record of arrays. */
export type Branches = readonly NDArray[] | { readonly [name: string]: NDArray };

const folded =
  (f: (a: NDArray, b: NDArray) => NDArray) =>
  (xs: readonly NDArray[]): NDArray =>
    xs.reduce(f);

const merges = {
  add: folded(add),
  multiply: folded(multiply),
  maximum: folded(maximum),
  minimum: folded(minimum),
  /** The first less all the others. */
  subtract: folded(subtract),
  average: (xs: readonly NDArray[]): NDArray => divide(xs.reduce(add), xs.length),
  /** Along the last axis. */
  concatenate: (xs: readonly NDArray[]): NDArray => join(xs, -1),
} as const;

/** The merges known by name. */
export type Merge = keyof typeof merges;

/**
 * The inverse of branching: a list or record of arrays becomes one, by a merge known by name or by a function of the list, in the
 * order of the tree.
 *
 * @example serial(fanOut(conv(8, 1), conv(8, 3)), fanIn('concatenate'))
 */
export const fanIn = (merge: Merge | ((xs: readonly NDArray[]) => NDArray)): Layer<null, null, Branches> => {
  const f = typeof merge === 'function' ? merge : merges[merge];
  const made = lambda((branches: Branches): NDArray => {
    const xs: readonly NDArray[] = Object.values(branches);
    if (xs.length === 0)
      throw new FluxionError('nn.fanIn', 'fanIn: expected at least one array, got none. Put layers before it.');
    return f(xs);
  });
  return { ...made, anatomy: { kind: typeof merge === 'function' ? 'fanIn' : merge } };
};
