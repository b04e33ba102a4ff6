/** Reading what users write as matrices. */
import { isFloat } from '../array/dtype.ts';
import { ShapeError } from '../array/errors.ts';
import { withWeak, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { showType, type ArrayType } from '../array/type.ts';
import { reshape } from '../primitives/broadcast.ts';
import { asFloat, asOperand, broadcastShapes, broadcastTo, promote } from '../operations/promotion.ts';
import { requireSquare } from './matrix-primitive.ts';

/** One float operand of at least two axes. */
export const asMatrix = (name: string, value: ArrayLike): NDArray => asMatrixOfAny(name, asFloat(value));

/** One operand of at least two axes, of any element type. */
export const asMatrixOfAny = (name: string, value: ArrayLike): NDArray => {
  const x = withWeak(asOperand(value), false);
  if (x.ndim < 2)
    throw new ShapeError(`${name}: expected a matrix, got ${showType(x.type)}. Add axes first.`, 'shape.rank');
  return x;
};

/** Two matrices of one float type, their batch axes broadcast. */
export const alignedSystem = (name: string, a: ArrayLike, b: ArrayLike): readonly [NDArray, NDArray] => {
  const both = promote(a, b).map((x) => (isFloat(x.dtype) ? x : asFloat(x)));
  const [x, y] = both.map((z) => asMatrix(name, z)) as unknown as readonly [NDArray, NDArray]; // sound: two in, two out
  const lead = broadcastShapes(
    name,
    [x, y].map((z) => ({ dtype: z.dtype, shape: z.shape.slice(0, -2) })),
  );
  return [broadcastTo(x, [...lead, ...x.shape.slice(-2)]), broadcastTo(y, [...lead, ...y.shape.slice(-2)])];
};

/** The type of the solution of a square system: that of the right side, whose rows must be those of the matrix. */
export const systemType = (name: string, matrix: ArrayType, right: ArrayType): ArrayType => {
  if (requireSquare(name, matrix) !== right.shape[0] || matrix.dtype !== right.dtype)
    throw new ShapeError(
      `${name}: expected as many rows on the right as in the matrix, got ${showType(matrix)} and ${showType(right)}. Transpose or reshape the right side.`,
      'shape.contract',
    );
  return right;
};

/**
 * Solve for right sides as JAX and NumPy 2 read them: a vector `[n]` is one right side for every matrix, anything else is `[..., n, k]`.
 */
export const solveSystem = (
  name: string,
  a: ArrayLike,
  b: ArrayLike,
  solve: (matrix: NDArray, right: NDArray) => NDArray,
): NDArray => {
  const right = asOperand(b);
  const isVector = right.ndim === 1;
  const [matrix, columns] = alignedSystem(name, a, isVector ? reshape(right, [right.size, 1]) : right);
  systemType(
    name,
    { dtype: matrix.dtype, shape: matrix.shape.slice(-2) },
    { dtype: matrix.dtype, shape: columns.shape.slice(-2) },
  );
  const x = solve(matrix, columns);
  return isVector ? reshape(x, x.shape.slice(0, -1)) : x;
};
