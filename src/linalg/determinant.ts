/** Determinants by LU. */
import { splat, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { diagonalOfLast } from '../operations/einsum.ts';
import { bind1 } from '../core/trace.ts';
import type { Primitive } from '../core/primitive.ts';
import { abs, convert, div, isFinite, mul, scale, sign } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum, reshape } from '../primitives/broadcast.ts';
import { cumprod } from '../primitives/cumulation.ts';
import { like } from '../primitives/elementwise.ts';
import { log } from '../primitives/exponential.ts';
import { iota } from '../primitives/iota.ts';
import { and, eq, ge, ne, not, select } from '../primitives/logic.ts';
import { reduceOr, reduceProd } from '../primitives/reduction.ts';
import { nth, through } from '../primitives/record.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { rem, sub } from '../primitives/arithmetic.ts';
import { trace } from './diagonal.ts';
import { lu, permuted } from './lu.ts';
import { matrixPrimitive, requireSquare } from './matrix-primitive.ts';
import { factored, solveWith, type Factored } from './solve.ts';
import { asMatrix } from './system.ts';
import { lowerSolve, upperSolve } from './triangular.ts';

/** 1 or -1: whether the exchanges of rows are even in number. */
const parityOf = (pivots: NDArray, like_: NDArray): NDArray => {
  const moved = convert(ne(pivots, iota(pivots.type, pivots.ndim - 1)), 'int32');
  const count = reduceSum(moved, [pivots.ndim - 1]);
  const odd = convert(rem(count, like(count, 2)), like_.dtype);
  return sub(like(odd, 1), scale(odd, 2));
};

/** A value for each matrix over its elements. */
const overMatrix = (x: NDArray, matrix: NDArray): NDArray =>
  broadcast(
    x,
    matrix.shape,
    x.shape.map((_, axis) => axis),
  );
const lastAlong = (x: NDArray, axis: number, back: number): NDArray => {
  const at = (x.shape[axis] ?? 0) - back;
  return reshape(
    sliceAxis(x, axis, at, at + 1),
    x.shape.filter((_, a) => a !== axis),
  );
};

/**
 * The adjugate of `a` times `b`, right also where `a` has rank n - 1: the last pivot is divided out of the determinant before anything is
 * divided by it. Zero for lower ranks. JAX's `_cofactor_solve`.
 */
const adjugateTimes = (a: NDArray, b: NDArray): NDArray => {
  const n = a.shape.at(-1) ?? 0;
  if (n === 1) return b;
  const [both, pivots, permutation] = lu(a);
  const parity = parityOf(pivots, a);
  const products = cumprod(diagonalOfLast(both), a.ndim - 2);
  const [whole, allButLast] = [1, 2].map((back) => mul(lastAlong(products, a.ndim - 2, back), parity));
  const [rows, columns] = [a.ndim - 2, a.ndim - 1].map((axis) => iota({ dtype: 'int32', shape: a.shape }, axis));
  if (whole === undefined || allButLast === undefined || rows === undefined || columns === undefined) return b;
  const isCorner = and(eq(rows, like(rows, n - 1)), eq(columns, like(columns, n - 1)));
  const regular = select(isCorner, overMatrix(div(like(allButLast, 1), allButLast), a), both);
  const tried = upperSolve(regular, splat({ dtype: a.dtype, shape: [...a.shape.slice(0, -1), 1] }, 1));
  const isLost = overMatrix(reduceOr(not(isFinite(tried)), [a.ndim - 2, a.ndim - 1]), b);
  const right = lowerSolve(regular, permuted(select(isLost, like(b, 0), b), permutation), true);
  const rowNumbers = iota({ dtype: 'int32', shape: b.shape }, b.ndim - 2);
  const scaled = select(ge(rowNumbers, like(rowNumbers, n - 1)), right, mul(overMatrix(whole, b), right));
  return select(isLost, like(b, 0), upperSolve(regular, scaled));
};

const determinant = (a: NDArray): NDArray => {
  const [both, pivots] = lu(a);
  const product = reduceProd(diagonalOfLast(both), [a.ndim - 2]);
  return mul(product, parityOf(pivots, a));
};

const detPrimitive: Primitive<null> = matrixPrimitive<null>({
  name: 'det',
  ranks: [2],
  infer: (inputs) => {
    requireSquare('det', nth(inputs, 0));
    return [{ dtype: nth(inputs, 0).dtype, shape: [] }];
  },
  compute: ([a]) => (a === undefined ? [] : [determinant(a)]),
  jvp: ({ primals, tangents: [da = null], outputs }) => ({
    outputs: outputs(),
    tangents: [da === null || da.size === 0 ? null : trace(adjugateTimes(nth(primals, 0), da))],
  }),
  flops: ([x]) => (2 * (x?.shape[0] ?? 0) ** 3) / 3,
});

/** The determinant of square matrices `[..., n, n]`; 1 for empty ones. Its gradient is the transposed adjugate, also for singular matrices. */
export const det = (a: ArrayLike): NDArray => bind1(detPrimitive, null, asMatrix('det', a));

/** `[a, lu, permutation]` to the logarithm of the absolute determinant. */
const logDetPrimitive: Primitive<null> = matrixPrimitive<null>({
  name: 'logDet',
  ranks: [2, 2, 1],
  infer: (inputs) => [{ dtype: nth(inputs, 0).dtype, shape: [] }],
  compute: ([, both]) => (both === undefined ? [] : [reduceSum(log(abs(diagonalOfLast(both))), [0])]),
  jvp: ({ primals, tangents: [da = null], outputs }) => {
    const [matrix, both, permutation] = primals as readonly [NDArray, NDArray, NDArray]; // sound: three operands
    return {
      outputs: outputs(),
      tangents: [through(da, (d) => trace(solveWith({ matrix, lu: both, permutation }, d)))],
    };
  },
  flops: ([x]) => x?.shape[0] ?? 0,
});

const signOf = ({ lu: both, pivots }: Factored & { readonly pivots: NDArray }): NDArray =>
  mul(reduceProd(sign(diagonalOfLast(both)), [both.ndim - 2]), parityOf(pivots, both));

/** The sign of the determinant and the logarithm of its absolute value; 0 and -infinity for singular matrices. */
export const slogdet = (a: ArrayLike): { readonly sign: NDArray; readonly logabsdet: NDArray } => {
  const x = asMatrix('slogdet', a);
  requireSquare('slogdet', x.type);
  const parts = factored(x);
  return { sign: signOf(parts), logabsdet: bind1(logDetPrimitive, null, x, parts.lu, parts.permutation) };
};
