/** Triangular systems: the linear primitive to which the derivatives of the factorisations come down. */
import { splat, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { bind1 } from '../core/trace.ts';
import type { Batched, Primitive } from '../core/primitive.ts';
import { foriLoop } from '../loops.ts';
import { tril } from '../operations/grids.ts';
import { swapaxes } from '../operations/manipulation.ts';
import { matmul } from '../operations/products.ts';
import { neg, sub } from '../primitives/arithmetic.ts';
import { moveAxis, reshape, withBatch } from '../primitives/broadcast.ts';
import { sumTangents } from '../primitives/elementwise.ts';
import { nth, through } from '../primitives/record.ts';
import { reverse, slice } from '../primitives/slicing.ts';
import { dynamicSlice } from '../primitives/dynamic-slicing.ts';
import { matrixPrimitive } from './matrix-primitive.ts';
import { alignedSystem, systemType } from './system.ts';
import { padded, paddedRegular, panelsOf, product, rowsAt, substitute, times, withRows } from './panel.ts';

interface Lower {
  /** Whether the diagonal counts as ones. */
  readonly unit: boolean;
}

/** The matrices turned. */
export const mT = (x: NDArray): NDArray => swapaxes(x, -1, -2);

/** Panels of rows from the top: what is known already is taken off by a product, the rest is substitution. */
const solveLower = (lower: NDArray, right: NDArray, unit: boolean): NDArray => {
  const [n = 0, columns = 0] = right.shape;
  const { width, count, total } = panelsOf(n);
  const [a, b] = [paddedRegular(tril(lower), total), padded(right, total, columns)];
  const solved = foriLoop(
    0,
    count,
    (i, x: NDArray) => {
      const at = times(i, width);
      const rest = sub(rowsAt(b, at, width), product(rowsAt(a, at, width), x));
      return withRows(x, substitute(dynamicSlice(a, [at, at], [width, width]), rest, unit), at);
    },
    splat(b.type, 0),
  );
  return slice(solved, [0, 0], [n, columns]);
};

/** With one matrix for all examples they are columns of one system. */
export const batchAsColumns = <P>(
  { inputs, mapped, size, params }: Batched<P>,
  run: (params: P, inputs: readonly NDArray[]) => NDArray,
): { outputs: readonly NDArray[]; mapped: readonly boolean[] } => {
  const last = inputs.length - 1;
  const right = nth(inputs, last);
  if (mapped.slice(0, last).includes(true))
    return { outputs: [run(params, withBatch(inputs, mapped, size))], mapped: [true] };
  const moved = moveAxis(right, 0, right.ndim - 2);
  const [s = 1, k = 1] = moved.shape.slice(-2);
  const wide = reshape(moved, [...moved.shape.slice(0, -2), s * k]);
  const solved = run(params, [...inputs.slice(0, last), wide]);
  return { outputs: [moveAxis(reshape(solved, moved.shape), right.ndim - 2, 0)], mapped: [true] };
};

const triangle = (x: NDArray, unit: boolean): NDArray => tril(x, unit ? -1 : 0);

const lowerSolvePrimitive: Primitive<Lower> = matrixPrimitive<Lower>({
  name: 'lowerSolve',
  ranks: [2, 2],
  infer: (inputs) => [systemType('triangularSolve', nth(inputs, 0), nth(inputs, 1))],
  compute: ([a, b], { unit }) => (a === undefined || b === undefined ? [] : [solveLower(a, b, unit)]),
  jvp: ({ primals, tangents: [da = null, db = null], params, outputs }) => {
    const [a, x] = [nth(primals, 0), nth(outputs(), 0)];
    const fromMatrix = through(da, (d) => neg(matmul(triangle(d, params.unit), x)));
    return {
      outputs: [x],
      tangents: [through(sumTangents([fromMatrix, db]), (right) => lowerSolve(a, right, params.unit))],
    };
  },
  transpose: ({ cotangents: [ct = null], known: [a = null], params }) => [
    null,
    a === null ? null : through(ct, (y) => upperSolve(mT(a), y, params.unit)),
  ],
  batch: (batched) => batchAsColumns(batched, (params, inputs) => bind1(lowerSolvePrimitive, params, ...inputs)),
  flops: ([, b]) => (b === undefined ? 0 : (b.shape[0] ?? 0) ** 2 * (b.shape[1] ?? 0)),
});

/** `x` with `a x = b`, reading the lower triangle of `a`; operands of one type, batch axes in front. */
export const lowerSolve = (a: NDArray, b: NDArray, unit = false): NDArray => bind1(lowerSolvePrimitive, { unit }, a, b);
/** The same, reading the upper triangle: turned round it is a lower one. */
export const upperSolve = (a: NDArray, b: NDArray, unit = false): NDArray => {
  const [row, column] = [a.ndim - 2, a.ndim - 1];
  return reverse(lowerSolve(reverse(a, [row, column]), reverse(b, [b.ndim - 2]), unit), [b.ndim - 2]);
};

export interface TriangularOptions {
  /** Solve `a x = b`, or `x a = b` (the default, as in JAX). */
  readonly leftSide?: boolean;
  /** Which triangle is read. Default upper, as in JAX. */
  readonly lower?: boolean;
  /** Solve with the transposed matrix. */
  readonly transposeA?: boolean;
  /** Take the diagonal to be ones, whatever it holds. */
  readonly unitDiagonal?: boolean;
}

/**
 * The solution of a triangular system, for `[..., n, n]` and `[..., k, n]` (`[..., n, k]` with `leftSide: true`); only the named triangle is
 * read. A zero on the diagonal gives infinities and NaN.
 */
export const triangularSolve = (a: ArrayLike, b: ArrayLike, options: TriangularOptions = {}): NDArray => {
  const { leftSide = false, lower = false, transposeA = false, unitDiagonal = false } = options;
  const [matrix, right] = alignedSystem('triangularSolve', a, b);
  const isTurned = transposeA === leftSide;
  const isLower = lower !== isTurned;
  const left = isTurned ? mT(matrix) : matrix;
  const solve = isLower ? lowerSolve : upperSolve;
  return leftSide ? solve(left, right, unitDiagonal) : mT(solve(left, mT(right), unitDiagonal));
};
