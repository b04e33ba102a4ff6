/** Diagonals of batches of matrices. */
import { type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { trace as sumOfDiagonal } from '../operations/products.ts';
import { mul } from '../primitives/arithmetic.ts';
import { broadcast } from '../primitives/broadcast.ts';

/** Column `j` times element `j` of a list: `x diag(d)`. */
export const timesDiagonal = (x: NDArray, d: NDArray): NDArray =>
  mul(x, broadcast(d, x.shape, [...d.shape.slice(0, -1).map((_, axis) => axis), x.ndim - 1]));
/** Row `i` times element `i` of a list: `diag(d) x`. */
export const diagonalTimes = (d: NDArray, x: NDArray): NDArray =>
  mul(
    broadcast(
      d,
      x.shape,
      d.shape.map((_, axis) => axis),
    ),
    x,
  );

/** The sum of the diagonal, or of one `offset` places right of it, over the last two axes. */
export const trace = (value: ArrayLike, { offset = 0 }: { readonly offset?: number } = {}): NDArray =>
  sumOfDiagonal(value, { offset, axis1: -2, axis2: -1 });
