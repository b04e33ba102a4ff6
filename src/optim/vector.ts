/** Trees of parameters as one vector, and their length. */
import type { NDArray } from '../array/ndarray.ts';
import { ravelPytree } from '../ravel.ts';
import { norm } from './tree-arithmetic.ts';

/** The Euclidean norm of all elements of all leaves together. */
export const globalNorm = (tree: unknown): NDArray => norm(tree);

/** `ravelPytree` of parameters: all leaves are arrays, so what comes back is of the type that went in. */
export const ravel = ravelPytree as <P>(tree: P) => readonly [vector: NDArray, unravel: (vector: NDArray) => P]; // sound: see above
