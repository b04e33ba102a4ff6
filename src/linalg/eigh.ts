/** Eigenvalues and eigenvectors of symmetric matrices. */
import { splat, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { diagonalOfLast } from '../operations/einsum.ts';
import { bind } from '../core/trace.ts';
import type { Primitive } from '../core/primitive.ts';
import { eye, tril, triu } from '../operations/grids.ts';
import { matmul } from '../operations/products.ts';
import { abs, add, div, min, mul, scale, sub } from '../primitives/arithmetic.ts';
import { reduceSum } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { sqrt, square } from '../primitives/exponential.ts';
import { eq, select } from '../primitives/logic.ts';
import { reduceMax } from '../primitives/reduction.ts';
import { nth } from '../primitives/record.ts';
import { diagonalTimes, timesDiagonal } from './diagonal.ts';
import { orthogonalizeRows } from './jacobi.ts';
import { eyeLike } from './lu.ts';
import { matrixPrimitive, requireSquare } from './matrix-primitive.ts';
import { ascending, product, rowsFrom, spread, turned } from './panel.ts';
import { asMatrix } from './system.ts';
import { mT } from './triangular.ts';

/** The largest element in size, or 1 for a zero matrix: what to divide by so that squares stay in range. */
export const scaleOf = (x: NDArray): NDArray => {
  const largest = reduceMax(abs(x), [0, 1]);
  return select(eq(largest, like(largest, 0)), like(largest, 1), largest);
};

/**
 * Shifted by a bound of its norm the matrix is positive, so that its singular vectors are its eigenvectors: one-sided Jacobi finds them, and
 * the values are Rayleigh's quotients, whose errors are of second order.
 */
const decompose = (x: NDArray): readonly [w: NDArray, v: NDArray] => {
  const [n = 0] = x.shape;
  if (n === 0) return [splat({ dtype: x.dtype, shape: [0] }, 0), x];
  const factor = scaleOf(x);
  const a = div(x, spread(factor, x));
  const rows = reduceMax(reduceSum(abs(a), [1]), [0]);
  const bound = min(rows, sqrt(reduceSum(square(a), [0, 1])));
  const shifted = add(a, mul(spread(bound, a), eye(n, n, 0, a.dtype)));
  const [, vectors] = orthogonalizeRows(shifted);
  const values = reduceSum(mul(vectors, product(vectors, a)), [1]);
  const order = ascending(values);
  const w = rowsFrom(values, order);
  return [mul(w, spread(factor, w)), turned(rowsFrom(vectors, order))];
};

/** `1 / (w_j - w_i)`, zero on the diagonal. */
const inverseGaps = (w: NDArray, v: NDArray): NDArray => {
  const one = like(v, 1);
  const gaps = sub(timesDiagonal(one, w), diagonalTimes(w, one));
  const self = eyeLike(v, v.shape.at(-1) ?? 0);
  return sub(div(one, add(gaps, self)), self);
};

const eighPrimitive: Primitive<null> = matrixPrimitive<null>({
  name: 'eigh',
  ranks: [2],
  infer: (inputs) => {
    const { dtype, shape } = nth(inputs, 0);
    const n = requireSquare('eigh', { dtype, shape });
    return [
      { dtype, shape: [n] },
      { dtype, shape },
    ];
  },
  compute: ([x]) => (x === undefined ? [] : decompose(x)),
  jvp: ({ tangents: [da = null], outputs }) => {
    const [w, v] = outputs() as readonly [NDArray, NDArray]; // sound: as infer says
    if (da === null) return { outputs: [w, v], tangents: [null, null] };
    const inner = matmul(mT(v), matmul(da, v));
    return { outputs: [w, v], tangents: [diagonalOfLast(inner), matmul(v, mul(inverseGaps(w, v), inner))] };
  },
  flops: ([x]) => 60 * (x?.shape[0] ?? 0) ** 3,
});

export interface EighOptions {
  /** The triangle that is read, where `symmetrizeInput` is false. Default `L`. */
  readonly uplo?: 'L' | 'U';
  /** Take the mean of the matrix and its transpose first. Default true, as in JAX. */
  readonly symmetrizeInput?: boolean;
}

const symmetric = (a: ArrayLike, { uplo = 'L', symmetrizeInput = true }: EighOptions): NDArray => {
  const x = asMatrix('eigh', a);
  requireSquare('eigh', x.type);
  if (symmetrizeInput) return scale(add(x, mT(x)), 0.5);
  return uplo === 'L' ? add(tril(x), mT(tril(x, -1))) : add(triu(x), mT(triu(x, 1)));
};

/**
 * Eigenvalues in ascending order and orthonormal eigenvectors as columns, `a v = v diag(w)`. The sign of an eigenvector is not specified.
 * Derivatives of eigenvectors are infinite where eigenvalues are equal, as in JAX; those of eigenvalues alone are not.
 */
export const eigh = (
  a: ArrayLike,
  options: EighOptions = {},
): { readonly eigenvalues: NDArray; readonly eigenvectors: NDArray } => {
  const [eigenvalues, eigenvectors] = bind(eighPrimitive, null, [symmetric(a, options)]) as readonly [NDArray, NDArray]; // sound: as infer says
  return { eigenvalues, eigenvectors };
};
/** The eigenvalues of symmetric matrices, ascending. */
export const eigvalsh = (a: ArrayLike, options: EighOptions = {}): NDArray => eigh(a, options).eigenvalues;
