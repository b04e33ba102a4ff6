/** Singular values: QR, then one-sided Jacobi on the triangle, which is accurate also for values that are small since columns are. */
import { UnsupportedError } from '../array/errors.ts';
import { splat, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { diagonalOfLast } from '../operations/einsum.ts';
import type { ArrayType } from '../array/type.ts';
import { bind } from '../core/trace.ts';
import type { Primitive } from '../core/primitive.ts';
import { eye } from '../operations/grids.ts';
import { concatenate } from '../operations/stacking.ts';
import { matmul } from '../operations/products.ts';
import { abs, add, convert, div, mul, neg, sub } from '../primitives/arithmetic.ts';
import { reduceSum } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { square } from '../primitives/exponential.ts';
import { eq } from '../primitives/logic.ts';
import { nth } from '../primitives/record.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { diagonalTimes, timesDiagonal } from './diagonal.ts';
import { scaleOf } from './eigh.ts';
import { orthogonalizeRows } from './jacobi.ts';
import { extentsOf, matrixPrimitive } from './matrix-primitive.ts';
import { ascending, product, rowsFrom, signOf, spread, turned } from './panel.ts';
import { qrOf } from './qr.ts';
import { asMatrix } from './system.ts';
import { mT } from './triangular.ts';

interface Svd {
  /** Whether `u` and `vt` are square. */
  readonly full: boolean;
}
type Parts = readonly [u: NDArray, s: NDArray, vt: NDArray];

/**
 * For at least as many rows as columns. With `a = q r` and `j r = w`, the rows of `w` orthogonal, `a = (q j^T) w`. A second QR splits `w^T`
 * into values and vectors, and finds vectors for the values that are zero.
 */
const decomposeTall = (x: NDArray, full: boolean): Parts => {
  const [, n = 0] = x.shape;
  const factor = scaleOf(x);
  const [q, r] = qrOf(div(x, spread(factor, x)), full);
  const [w, j] = orthogonalizeRows(sliceAxis(r, 0, 0, n));
  const order = ascending(neg(reduceSum(square(w), [1])));
  const [v, triangle] = qrOf(turned(rowsFrom(w, order)), false);
  const values = diagonalOfLast(triangle);
  const left = product(sliceAxis(q, 1, 0, n), turned(rowsFrom(j, order)));
  const u = full ? concatenate([left, sliceAxis(q, 1, n, q.shape[1] ?? n)], 1) : left;
  return [u, mul(abs(values), spread(factor, values)), turned(timesDiagonal(v, signOf(values)))];
};

const decompose = (x: NDArray, full: boolean): Parts => {
  const [m = 0, n = 0] = x.shape;
  if (Math.min(m, n) === 0)
    return [
      eye(m, full ? m : 0, 0, x.dtype),
      splat({ dtype: x.dtype, shape: [0] }, 0),
      eye(full ? n : 0, n, 0, x.dtype),
    ];
  if (m >= n) return decomposeTall(x, full);
  const [u, s, vt] = decomposeTall(turned(x), full);
  return [turned(vt), s, turned(u)];
};

/** `1 / x`, zero where `x` is zero. */
const inverseOrZero = (x: NDArray): NDArray => {
  const isZero = convert(eq(x, like(x, 0)), x.dtype);
  return sub(div(like(x, 1), add(x, isZero)), isZero);
};

/** The part of a tangent that leaves the span of `u`: `(da v - u u^T da v) / s`. */
const leaving = (u: NDArray, s: NDArray, dav: NDArray): NDArray =>
  div(sub(dav, matmul(u, matmul(mT(u), dav))), timesDiagonal(like(dav, 1), s));

/** As in JAX: Giles, Collected matrix derivative results (2008), 3.4; infinite where the value is zero and the matrix not square. */
const move = (da: NDArray, [u, s, vt]: Parts): Parts => {
  const [m, n] = extentsOf(da.type);
  const v = mT(vt);
  const inner = matmul(mT(u), matmul(da, v));
  const one = like(inner, 1);
  const [columns, rows] = [timesDiagonal(one, s), diagonalTimes(s, one)];
  const gaps = inverseOrZero(mul(add(columns, rows), sub(columns, rows)));
  const [right, left] = [mul(inner, columns), mul(rows, inner)];
  const du = matmul(u, mul(gaps, add(right, mT(right))));
  const dv = matmul(v, mul(gaps, add(left, mT(left))));
  return [
    m > n ? add(du, leaving(u, s, matmul(da, v))) : du,
    diagonalOfLast(inner),
    mT(n > m ? add(dv, leaving(v, s, matmul(mT(da), u))) : dv),
  ];
};

const svdPrimitive: Primitive<Svd> = matrixPrimitive<Svd>({
  name: 'svd',
  ranks: [2],
  infer: (inputs, { full }): readonly ArrayType[] => {
    const { dtype, shape } = nth(inputs, 0);
    const [m = 0, n = 0] = shape;
    const k = Math.min(m, n);
    return [
      { dtype, shape: [m, full ? m : k] },
      { dtype, shape: [k] },
      { dtype, shape: [full ? n : k, n] },
    ];
  },
  compute: ([x], { full }) => (x === undefined ? [] : decompose(x, full)),
  jvp: ({ primals, tangents: [da = null], params, outputs }) => {
    const parts = outputs() as Parts; // sound: as infer says
    if (da === null) return { outputs: parts, tangents: [null, null, null] };
    const [m, n] = extentsOf(nth(primals, 0).type);
    if (params.full && m !== n)
      throw new UnsupportedError(
        `svd: expected fullMatrices: false for a derivative, got true for ${m} rows and ${n} columns. The further vectors are not a function of the matrix.`,
        'unsupported.svdFull',
      );
    return { outputs: parts, tangents: move(da, parts) };
  },
  flops: ([x]) => (x === undefined ? 0 : 60 * Math.max(...x.shape) * Math.min(...x.shape) ** 2),
});

const partsOf = (name: string, a: ArrayLike, full: boolean): Parts =>
  bind(svdPrimitive, { full }, [asMatrix(name, a)]) as unknown as Parts; // sound: as infer says

export interface SvdOptions {
  /** Whether `u` and `vt` are square. Default true, as in NumPy. */
  readonly fullMatrices?: boolean;
}

/**
 * `a = u diag(s) vt` with orthonormal columns of `u` and rows of `vt`, `s` descending. The signs of a pair of vectors are not specified.
 * Derivatives of vectors are zero between equal values, as in JAX; ask for `fullMatrices: false` where the matrix is not square.
 */
export const svd = (
  a: ArrayLike,
  { fullMatrices = true }: SvdOptions = {},
): { readonly u: NDArray; readonly s: NDArray; readonly vt: NDArray } => {
  const [u, s, vt] = partsOf('svd', a, fullMatrices);
  return { u, s, vt };
};
/** The singular values, descending: `[..., m, n]` to `[..., min(m, n)]`. */
export const svdvals = (a: ArrayLike): NDArray => partsOf('svdvals', a, false)[1];
