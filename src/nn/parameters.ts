/** Trees of parameters by the places of their leaves: counted, masked, labelled. */
import { isNDArray, type NDArray } from '../array/ndarray.ts';
import type { KeyPath } from '../tree/path.ts';
import { leaves, mapWithPath } from '../tree/traverse.ts';
import type { LeafOf, Mapped } from '../tree/type.ts';

/** Says of the leaf at a key path, such as `['hidden', 'kernel']`, whether it is meant. */
export type Where = (path: KeyPath, leaf: NDArray) => boolean;

/** Whether a leaf is a kernel: its name is, or ends in, `kernel`. Biases, scales and tables of vectors are not. */
export const isKernel = (path: KeyPath): boolean => /kernel$/i.test(String(path.at(-1) ?? ''));

/** The number of elements in all arrays of a tree. */
export const countParams = (params: unknown): number =>
  leaves(params, {}).reduce<number>((sum, leaf) => sum + (isNDArray(leaf) ? leaf.size : 1), 0);

/**
 * A tree of labels like `params`, for optimizers that treat leaves in different ways.
 *
 * @example labelsOf(params, ([name]) => (name === 'head' ? 'fast' : 'slow'))
 */
export const labelsOf = <P, L extends string>(params: P, label: (path: KeyPath, leaf: LeafOf<P>) => L): Mapped<P, L> =>
  mapWithPath(label, params);

/**
 * A tree of booleans like `params`, true where something is to be done: weight decay, training. By default true for kernels.
 *
 * @example maskOf(params, (path) => path[0] === 'head')
 */
export const maskOf = <P>(
  params: P,
  where: (path: KeyPath, leaf: LeafOf<P>) => boolean = isKernel,
): Mapped<P, boolean> => mapWithPath((path, leaf: LeafOf<P>) => where(path, leaf), params);
