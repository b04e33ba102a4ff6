/** Trees as one vector and back. */
import { checkDType, resultType, type DType } from './array/dtype.ts';
import { ShapeError } from './array/errors.ts';
import { splat, withWeak, type NDArray } from './array/ndarray.ts';
import { showType } from './array/type.ts';
import { asLeaf, flattenArrays } from './lift.ts';
import { convert } from './primitives/arithmetic.ts';
import { reshape } from './primitives/broadcast.ts';
import { concatenate, sliceAxis } from './primitives/slicing.ts';
import { unflatten } from './tree/structure.ts';
import type { Input, Output } from './types.ts';

/**
 * All leaves of a tree as one vector in their common element type, and the function that takes such a vector apart again, each leaf in its
 * own type. A tree without leaves is an empty float32 vector. As `jax.flatten_util.ravel_pytree`; both ways are differentiable.
 *
 * @example const [flat, unravel] = ravelPytree(params); unravel(flat.mul(0.5))
 */
export const ravelPytree = <T>(
  tree: Input<T>,
): readonly [flat: NDArray, unravel: (flat: Input<NDArray>) => Output<T>] => {
  const { leaves, structure } = flattenArrays(tree);
  const dtype: DType = leaves.length === 0 ? 'float32' : checkDType(resultType(leaves).dtype);
  const rows = leaves.map((x) => convert(withWeak(reshape(x, [x.size]), false), dtype));
  const flat = rows.length === 0 ? splat({ dtype, shape: [0] }, 0) : concatenate(rows, 0);
  const types = leaves.map((x) => x.type);
  const unravel = (given: Input<NDArray>): Output<T> => {
    const vector = asLeaf(given);
    if (vector.ndim !== 1 || vector.size !== flat.size)
      throw new ShapeError(
        `unravel: expected a vector of ${flat.size} elements, got ${showType(vector.type)}. It takes what ravelPytree gave.`,
        'shape.ravel',
      );
    let next = 0;
    const parts = types.map(({ dtype: own, shape }) => {
      const size = shape.reduce((product, n) => product * n, 1);
      const part = sliceAxis(vector, 0, next, next + size);
      next += size;
      return convert(withWeak(reshape(part, shape), false), own);
    });
    return unflatten(structure, parts) as Output<T>; // sound: the structure of the tree
  };
  return [flat, unravel];
};
