/** Trees of arrays as one vector, and their length. */
import { splat, type NDArray } from '../array/ndarray.ts';
import { flattenArrays } from '../lift.ts';
import { resultType } from '../operations/types.ts';
import { convert } from '../primitives/arithmetic.ts';
import { reshape } from '../primitives/broadcast.ts';
import { concatenate, sliceAxis } from '../primitives/slicing.ts';
import { unflatten } from '../tree/structure.ts';
import { norm } from './tree-arithmetic.ts';

/** The Euclidean norm of all elements of all leaves together. */
export const globalNorm = (tree: unknown): NDArray => norm(tree);

/** All leaves in one vector of the widest of their types, and the way back into each leaf's own shape and type. */
export const ravel = <P>(tree: P): readonly [vector: NDArray, unravel: (vector: NDArray) => P] => {
  const { leaves, structure } = flattenArrays(tree);
  if (leaves.length === 0) return [splat({ dtype: 'float32', shape: [0] }, 0), () => tree];
  const dtype = resultType(...leaves);
  const vector = concatenate(
    leaves.map((x) => reshape(convert(x, dtype), [x.size])),
    0,
  );
  const unravel = (flat: NDArray): P => {
    let at = 0;
    const parts = leaves.map((x) => {
      const part = sliceAxis(flat, 0, at, at + x.size);
      at += x.size;
      return convert(reshape(part, x.shape), x.dtype);
    });
    return unflatten(structure, parts) as P; // sound: the structure, shapes and types of the tree
  };
  return [vector, unravel];
};
