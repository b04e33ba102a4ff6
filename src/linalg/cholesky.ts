/** Cholesky's factorisation: panels from the left, each of which takes off what stands before it and is then factored column by column. */
import { splat, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { bind1 } from '../core/trace.ts';
import type { Primitive } from '../core/primitive.ts';
import { foriLoop } from '../loops.ts';
import { tril } from '../operations/grids.ts';
import { matmul } from '../operations/products.ts';
import { add, div, scale, sub } from '../primitives/arithmetic.ts';
import { sqrt } from '../primitives/exponential.ts';
import { and, eq, gt, not, select } from '../primitives/logic.ts';
import { reduceOr } from '../primitives/reduction.ts';
import { nth, through } from '../primitives/record.ts';
import { slice } from '../primitives/slicing.ts';
import { matrixPrimitive, requireSquare } from './matrix-primitive.ts';
import { asMatrix, solveSystem } from './system.ts';
import { lowerSolve, mT, upperSolve } from './triangular.ts';
import {
  columnAt,
  columnIs,
  columnsAfter,
  columnsAt,
  columnsOf,
  elementAt,
  outerOf,
  over,
  paddedRegular,
  panelsOf,
  plus,
  productT,
  rowsAt,
  rowsBelow,
  rowsOf,
  spread,
  times,
  turned,
  where0,
  withColumns,
} from './panel.ts';

/** The columns of one panel, whose diagonal begins at row `at`. */
const factorPanel = (panel: NDArray, at: NDArray): NDArray => {
  const [, width = 0] = panel.shape;
  return foriLoop(
    0,
    width,
    (j, p: NDArray) => {
      const row = plus(j, at);
      const column = columnAt(p, j);
      const root = sqrt(elementAt(p, row, j));
      const own = where0(rowsBelow(column, plus(row, -1)), div(column, spread(root, column)));
      const rest = sub(p, outerOf(own, turned(rowsAt(own, at, width)), p));
      return select(columnsAfter(p, j), rest, select(columnIs(p, j), over(own, p), p));
    },
    panel,
  );
};

const factor = (x: NDArray): NDArray => {
  const [n = 0] = x.shape;
  const { width, count, total } = panelsOf(n);
  const a = paddedRegular(x, total);
  const lower = foriLoop(
    0,
    count,
    (i, l: NDArray) => {
      const at = times(i, width);
      const rest = sub(columnsAt(a, at, width), productT(l, rowsAt(l, at, width)));
      return withColumns(l, factorPanel(rest, at), at);
    },
    splat(a.type, 0),
  );
  const own = tril(slice(lower, [0, 0], [n, n]));
  // A pivot that is not positive (a root that is zero or NaN) spoils the whole, as in JAX.
  const bad = and(eq(rowsOf(own), columnsOf(own)), not(gt(own, splat(own.type, 0))));
  const spoiled = spread(reduceOr(bad, [0, 1]), own);
  return select(spoiled, tril(splat(own.type, NaN)), own);
};

/** The lower triangle with half of the diagonal. */
const halved = (x: NDArray): NDArray => scale(add(tril(x), tril(x, -1)), 0.5);

const choleskyPrimitive: Primitive<null> = matrixPrimitive<null>({
  name: 'cholesky',
  ranks: [2],
  infer: (inputs) => {
    requireSquare('cholesky', nth(inputs, 0));
    return inputs;
  },
  compute: ([x]) => (x === undefined ? [] : [factor(x)]),
  // I. Murray, Differentiation of the Cholesky decomposition (2016), equation 8; only the lower triangle of the tangent counts.
  jvp: ({ tangents: [da = null], outputs }) => {
    const l = nth(outputs(), 0);
    const move = (d: NDArray): NDArray => {
      const symmetric = add(tril(d), mT(tril(d, -1)));
      const inner = lowerSolve(l, mT(lowerSolve(l, symmetric)));
      return matmul(l, halved(inner));
    };
    return { outputs: [l], tangents: [through(da, move)] };
  },
  flops: ([x]) => (x?.shape[0] ?? 0) ** 3 / 3,
});

export interface CholeskyOptions {
  /** Give the upper factor, `a = u^T u`. */
  readonly upper?: boolean;
  /** Take the mean of the matrix and its transpose first (default), so that the gradient is symmetric; else only the lower triangle is read. */
  readonly symmetrizeInput?: boolean;
}

/** The lower triangular `l` with `l l^T = a`, of positive definite matrices `[..., n, n]`; NaN for matrices that are not, as in JAX. */
export const cholesky = (a: ArrayLike, { upper = false, symmetrizeInput = true }: CholeskyOptions = {}): NDArray => {
  const x = asMatrix('cholesky', a);
  requireSquare('cholesky', x.type);
  const lower = bind1(choleskyPrimitive, null, symmetrizeInput ? scale(add(x, mT(x)), 0.5) : x);
  return upper ? mT(lower) : lower;
};

/** The solution of `a x = b` from Cholesky's factor of `a`: `[lower triangular by default, isLower]`, as `choFactor` gives it. */
export const choSolve = ([factorOf, isLower]: readonly [factor: ArrayLike, lower: boolean], b: ArrayLike): NDArray => {
  const c = asMatrix('choSolve', factorOf);
  return solveSystem('choSolve', c, b, (matrix, right) => {
    const l = isLower ? matrix : mT(matrix);
    return upperSolve(mT(l), lowerSolve(l, right));
  });
};
/** Cholesky's factor with the word whether it is the lower one, for `choSolve`. */
export const choFactor = (
  a: ArrayLike,
  { lower = false }: { readonly lower?: boolean } = {},
): readonly [NDArray, boolean] => [cholesky(a, { upper: !lower }), lower];
