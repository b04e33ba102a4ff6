/** Systems of linear equations by LU, differentiated implicitly: the factors are an aid, the matrix is what moves. */
import { splat, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { bind1 } from '../core/trace.ts';
import type { Primitive } from '../core/primitive.ts';
import { matmul } from '../operations/products.ts';
import { neg } from '../primitives/arithmetic.ts';
import { reshape } from '../primitives/broadcast.ts';
import { sumTangents } from '../primitives/elementwise.ts';
import { scatter } from '../primitives/indexing.ts';
import { nth, through } from '../primitives/record.ts';
import { stopGradientOf } from '../primitives/stop-gradient.ts';
import { eyeLike, lu, permuted } from './lu.ts';
import { matrixPrimitive, requireSquare } from './matrix-primitive.ts';
import { asMatrix, solveSystem, systemType } from './system.ts';
import { batchAsColumns, lowerSolve, mT, upperSolve } from './triangular.ts';

/** A matrix with what its factorisation gave; nothing of that moves. */
export interface Factored {
  readonly matrix: NDArray;
  readonly lu: NDArray;
  readonly permutation: NDArray;
}

export const factored = (matrix: NDArray): Factored & { readonly pivots: NDArray } => {
  const [both, pivots, permutation] = lu(stopGradientOf(matrix));
  return { matrix, lu: both, pivots, permutation };
};

interface Solve {
  /** Solve with the transposed matrix. */
  readonly transposed: boolean;
}

/** `[a, lu, permutation, b]`: `p a = l u`. */
const substituted = (both: NDArray, permutation: NDArray, b: NDArray, transposed: boolean): NDArray => {
  if (!transposed) return upperSolve(both, lowerSolve(both, permuted(b, permutation), true));
  const turned = mT(both);
  const inner = upperSolve(turned, lowerSolve(turned, b), true);
  const places = reshape(permutation, [...permutation.shape, 1]);
  return scatter(splat(inner.type, 0), places, inner, { batch: 0, combine: 'set', unique: true });
};

const solvePrimitive: Primitive<Solve> = matrixPrimitive<Solve>({
  name: 'solve',
  ranks: [2, 2, 1, 2],
  infer: (inputs) => [systemType('solve', nth(inputs, 0), nth(inputs, 3))],
  compute: ([, both, permutation, b], { transposed }) =>
    both === undefined || permutation === undefined || b === undefined
      ? []
      : [substituted(both, permutation, b, transposed)],
  jvp: ({ primals, tangents, params, outputs }) => {
    const x = nth(outputs(), 0);
    const fromMatrix = through(nth(tangents, 0), (d) => neg(matmul(params.transposed ? mT(d) : d, x)));
    const right = sumTangents([fromMatrix, nth(tangents, 3)]);
    return {
      outputs: [x],
      tangents: [through(right, (r) => bind1(solvePrimitive, params, ...primals.slice(0, 3), r))],
    };
  },
  transpose: ({ cotangents: [ct = null], known, params }) => [
    null,
    null,
    null,
    through(ct, (y) =>
      bind1(solvePrimitive, { transposed: !params.transposed }, ...known.slice(0, 3).flatMap((x) => x ?? []), y),
    ),
  ],
  batch: (batched) => batchAsColumns(batched, (params, inputs) => bind1(solvePrimitive, params, ...inputs)),
  flops: ([, , , b]) => (b === undefined ? 0 : 2 * (b.shape[0] ?? 0) ** 2 * (b.shape[1] ?? 0)),
});

/** The solution of `a x = b` for a factored matrix. */
export const solveWith = ({ matrix, lu: both, permutation }: Factored, b: NDArray): NDArray =>
  bind1(solvePrimitive, { transposed: false }, matrix, both, permutation, b);

/**
 * The solution `x` of `a x = b` for `[..., n, n]` and `[n]` or `[..., n, k]`, batch axes broadcast. Singular matrices give infinities and NaN,
 * as in JAX.
 */
export const solve = (a: ArrayLike, b: ArrayLike): NDArray =>
  solveSystem('solve', a, b, (matrix, right) => solveWith(factored(matrix), right));

/** The inverse of square matrices; infinities and NaN where there is none, as in JAX. */
export const inv = (a: ArrayLike): NDArray => {
  const x = asMatrix('inv', a);
  return solveWith(factored(x), eyeLike(x, requireSquare('inv', x.type)));
};
