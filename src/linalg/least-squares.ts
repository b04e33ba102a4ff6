/** What singular values tell: rank, condition, pseudo-inverse, least squares. */
import { type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { ShapeError } from '../array/errors.ts';
import { showType } from '../array/type.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import { divide, greater, greaterEqual, multiply, square, where } from '../operations/arithmetic.ts';
import { expandDims } from '../operations/manipulation.ts';
import { matmul } from '../operations/products.ts';
import { max, sum } from '../operations/reduction.ts';
import { promote } from '../operations/promotion.ts';
import { add, convert, neg, sub } from '../primitives/arithmetic.ts';
import { reshape } from '../primitives/broadcast.ts';
import { nth, through } from '../primitives/record.ts';
import { diagonalTimes, timesDiagonal } from './diagonal.ts';
import { extentsOf, matrixPrimitive } from './matrix-primitive.ts';
import { norm, type Order } from './norm.ts';
import { inv } from './solve.ts';
import { svd, svdvals } from './svd.ts';
import { asMatrix } from './system.ts';
import { mT } from './triangular.ts';

const epsilon = (x: NDArray): number => (x.dtype === 'float64' ? 2 ** -52 : 2 ** -23);
/** What counts as zero beside the largest singular value, as in NumPy. */
const relative = (x: NDArray): number => epsilon(x) * Math.max(...extentsOf(x.type));
const largest = (s: NDArray): NDArray => max(s, { axis: -1, keepdims: true });

/** The number of singular values above `rtol` times the largest (default: the larger extent times epsilon); int32. */
export const matrixRank = (a: ArrayLike, { rtol }: { readonly rtol?: number } = {}): NDArray => {
  const x = asMatrix('matrixRank', a);
  const s = svdvals(x);
  return sum(
    s.size === 0 ? convert(s, 'int32') : convert(greater(s, multiply(largest(s), rtol ?? relative(x))), 'int32'),
    -1,
  );
};

/** The condition number: the norm of `a` times that of its inverse, by singular values for order 2 (default) and -2. */
export const cond = (a: ArrayLike, { p = 2 }: { readonly p?: Order } = {}): NDArray => {
  const x = asMatrix('cond', a);
  if (p === 2 || p === -2) return divide(norm(x, { ord: p, axis: [-2, -1] }), norm(x, { ord: -p, axis: [-2, -1] }));
  return multiply(norm(x, { ord: p, axis: [-2, -1] }), norm(inv(x), { ord: p, axis: [-2, -1] }));
};

const plainInverse = (x: NDArray, rtol: number): NDArray => {
  const { u, s, vt } = svd(x, { fullMatrices: false });
  if (s.size === 0) return matmul(mT(vt), mT(u));
  const isLarge = greater(s, multiply(largest(s), rtol));
  const inverse = where(isLarge, divide(1, where(isLarge, s, 1)), 0);
  return matmul(timesDiagonal(mT(vt), inverse), mT(u));
};

interface Pinv {
  readonly rtol: number;
}

/** How the pseudo-inverse `p` of `a` moves while the rank stays (Golub and Pereyra 1973, equation 4.12). */
const moveInverse = (a: NDArray, p: NDArray, da: NDArray): NDArray => {
  const [pt, dt] = [mT(p), mT(da)];
  const within = neg(matmul(p, matmul(da, p)));
  const columns = matmul(matmul(p, pt), sub(dt, matmul(matmul(dt, a), p)));
  const rows = matmul(sub(dt, matmul(p, matmul(a, dt))), matmul(pt, p));
  return add(within, add(columns, rows));
};

const pinvPrimitive: Primitive<Pinv> = matrixPrimitive<Pinv>({
  name: 'pinv',
  ranks: [2],
  infer: (inputs) => {
    const { dtype, shape } = nth(inputs, 0);
    return [{ dtype, shape: [...shape].reverse() }];
  },
  compute: ([x], { rtol }) => (x === undefined ? [] : [plainInverse(x, rtol)]),
  jvp: ({ primals, tangents: [da = null], outputs }) => {
    const p = nth(outputs(), 0);
    return { outputs: [p], tangents: [through(da, (d) => moveInverse(nth(primals, 0), p, d))] };
  },
  flops: ([x]) => (x === undefined ? 0 : 60 * Math.max(...x.shape) * Math.min(...x.shape) ** 2),
});

/**
 * The pseudo-inverse of Moore and Penrose; singular values up to `rtol` times the largest count as zero (default: 10 times the larger extent
 * times epsilon, as in JAX). Differentiable where the rank does not change.
 */
export const pinv = (a: ArrayLike, { rtol }: { readonly rtol?: number } = {}): NDArray => {
  const x = asMatrix('pinv', a);
  return bind1(pinvPrimitive, { rtol: rtol ?? 10 * relative(x) }, x);
};

export interface LeastSquares {
  readonly solution: NDArray;
  /** The sum of squares left over for each right side; JAX gives it for every rank, and so do we. */
  readonly residuals: NDArray;
  /** int32. */
  readonly rank: NDArray;
  readonly singularValues: NDArray;
}

/**
 * The shortest `x` that makes `a x - b` shortest, for `[m, n]` and `[m]` or `[m, k]`. Singular values below `rcond` times the largest count as
 * zero (default: the larger extent times epsilon).
 */
export const lstsq = (a: ArrayLike, b: ArrayLike, { rcond }: { readonly rcond?: number } = {}): LeastSquares => {
  const [first, right] = promote(asMatrix('lstsq', a), b) as readonly [NDArray, NDArray]; // sound: two in, two out
  const x = asMatrix('lstsq', first);
  if (x.ndim !== 2 || right.ndim > 2 || right.shape[0] !== x.shape[0])
    throw new ShapeError(
      `lstsq: expected a matrix and a right side with as many rows, got ${showType(x.type)} and ${showType(right.type)}. Use vmap for batches.`,
      'shape.contract',
    );
  const columns = right.ndim === 1 ? expandDims(right, 1) : right;
  const { u, s, vt } = svd(x, { fullMatrices: false });
  const isLarge = s.size === 0 ? convert(s, 'bool') : greaterEqual(s, multiply(largest(s), rcond ?? relative(x)));
  const inverse = where(isLarge, divide(1, where(isLarge, s, 1)), 0);
  const solution = matmul(mT(vt), diagonalTimes(inverse, matmul(mT(u), columns)));
  const residuals = sum(square(sub(columns, matmul(x, solution))), 0);
  return {
    solution: right.ndim === 1 ? reshape(solution, [solution.size]) : solution,
    residuals,
    rank: sum(convert(isLarge, 'int32')),
    singularValues: s,
  };
};
