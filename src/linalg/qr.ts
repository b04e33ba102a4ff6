/** QR factorisation by Householder's reflections, a panel of them at a time as `I - V T V^T` (Schreiber and Van Loan 1989). */
import { UnsupportedError } from '../array/errors.ts';
import { splat, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import type { ArrayType } from '../array/type.ts';
import { bind } from '../core/trace.ts';
import type { Primitive } from '../core/primitive.ts';
import { foriLoop } from '../loops.ts';
import { scan } from '../scan.ts';
import { eye, tril, triu } from '../operations/grids.ts';
import { concatenate } from '../operations/stacking.ts';
import { matmul } from '../operations/products.ts';
import { add, div, mul, neg, sub } from '../primitives/arithmetic.ts';
import { reduceSum } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { sqrt, square } from '../primitives/exponential.ts';
import { iota } from '../primitives/iota.ts';
import { eq, select } from '../primitives/logic.ts';
import { nth } from '../primitives/record.ts';
import { slice, sliceAxis } from '../primitives/slicing.ts';
import { extentsOf, matrixPrimitive } from './matrix-primitive.ts';
import { asMatrix } from './system.ts';
import { lowerSolve, mT } from './triangular.ts';
import {
  columnAt,
  columnIs,
  columnsAfter,
  columnsAt,
  elementAt,
  outerOf,
  padded,
  panelsOf,
  plus,
  product,
  rowIs,
  rowsBelow,
  signOf,
  spread,
  times,
  transposedProduct,
  where0,
  withColumns,
} from './panel.ts';

/** `I - tau v v^T` takes column `j` below row `row` to zero, as LAPACK's `larfg`: nothing if it is zero already. */
const reflector = (
  x: NDArray,
  j: NDArray,
  row: NDArray,
): { readonly v: NDArray; readonly tau: NDArray; readonly beta: NDArray } => {
  const column = columnAt(x, j);
  const tail = where0(rowsBelow(column, row), column);
  const alpha = elementAt(x, row, j);
  const rest = reduceSum(square(tail), [0, 1]);
  const isDone = eq(rest, like(rest, 0));
  const beta = select(isDone, alpha, neg(mul(signOf(alpha), sqrt(add(square(alpha), rest)))));
  const divisor = select(isDone, like(alpha, 1), sub(alpha, beta));
  const v = select(rowIs(column, row), like(column, 1), div(tail, spread(divisor, column)));
  return { v, tau: select(isDone, like(beta, 0), div(sub(beta, alpha), beta)), beta };
};

type Panel = readonly [panel: NDArray, vectors: NDArray, triangle: NDArray];

/** One more reflection: applied to the panel, and joined to those before it. */
const reflect = ([p, vectors, t]: Panel, j: NDArray, row: NDArray): Panel => {
  const { v, tau, beta } = reflector(p, j, row);
  const projected = transposedProduct(v, p);
  const weighted = mul(spread(tau, projected), projected);
  const applied = sub(p, outerOf(v, weighted, p));
  const exact = select(rowIs(p, row), spread(beta, p), where0(rowsAbove(p, row), applied));
  const next = select(columnIs(p, j), exact, applied);
  // T grows by the column -tau T V^T v, with tau on the diagonal.
  const joined = product(t, transposedProduct(vectors, v));
  const own = select(rowIs(joined, j), spread(tau, joined), neg(mul(spread(tau, joined), joined)));
  return [next, withColumns(vectors, v, j), withColumns(t, own, j)];
};
const rowsAbove = (x: NDArray, row: NDArray): NDArray =>
  eq(rowsBelow(x, plus(row, -1)), splat({ dtype: 'bool', shape: x.shape }, 0));

const factorPanel = (panel: NDArray, at: NDArray): Panel => {
  const [, width = 0] = panel.shape;
  const start: Panel = [panel, splat(panel.type, 0), splat({ dtype: panel.dtype, shape: [width, width] }, 0)];
  return foriLoop(0, width, (j, state: Panel) => reflect(state, j, plus(j, at)), start);
};

/** The triangle, and the reflections of each panel. */
const triangulate = (x: NDArray): readonly [r: NDArray, vectors: NDArray, triangles: NDArray] => {
  const [m = 0, n = 0] = x.shape;
  const { width, count, total } = panelsOf(Math.min(m, n));
  const wide = padded(x, Math.max(m, total), Math.max(n, total));
  const [r, [vectors, triangles]] = scan(
    (a: NDArray, i: NDArray) => {
      const at = times(i, width);
      const [panel, v, t] = factorPanel(columnsAt(a, at, width), at);
      const rest = sub(a, product(v, transposedProduct(t, transposedProduct(v, a))));
      const right = select(columnsAfter(a, plus(at, width - 1)), rest, a);
      return [withColumns(right, panel, at), [v, t] as const] as const;
    },
    wide,
    iota({ dtype: 'int32', shape: [count] }, 0),
  );
  return [r, vectors, triangles];
};

/** The reflections applied to the first columns of the identity, last panel first. */
const orthogonal = (vectors: NDArray, triangles: NDArray, rows: number, columns: number): NDArray => {
  const [q] = scan(
    (x: NDArray, [v, t]: readonly [NDArray, NDArray]) =>
      [sub(x, product(v, product(t, transposedProduct(v, x)))), null] as const,
    eye(rows, columns, 0, vectors.dtype),
    [vectors, triangles] as const,
    { reverse: true },
  );
  return q;
};

interface Qr {
  /** Whether `q` is square. */
  readonly complete: boolean;
}

const factor = (x: NDArray, complete: boolean): readonly [q: NDArray, r: NDArray] => {
  const [m = 0, n = 0] = x.shape;
  const k = complete ? m : Math.min(m, n);
  const [r, vectors, triangles] = triangulate(x);
  const q = orthogonal(vectors, triangles, r.shape[0] ?? 0, k);
  return [slice(q, [0, 0], [m, k]), triu(slice(r, [0, 0], [k, n]))];
};

/** For full rank with at least as many rows as columns: Walter and Lehmann, Algorithmic differentiation of linear algebra functions (2010). */
const moveTall = (q: NDArray, r: NDArray, da: NDArray): readonly [dq: NDArray, dr: NDArray] => {
  const scaled = mT(lowerSolve(mT(r), mT(da)));
  const inner = matmul(mT(q), scaled);
  const low = tril(inner, -1);
  const skew = sub(low, mT(low));
  return [add(matmul(q, sub(skew, inner)), scaled), matmul(sub(inner, skew), r)];
};

/** What stands right of the square part follows `q`. */
const move = (a: NDArray, q: NDArray, r: NDArray, da: NDArray): readonly [dq: NDArray, dr: NDArray] => {
  const [m, n] = extentsOf(a.type);
  if (m >= n) return moveTall(q, r, da);
  const last = a.ndim - 1;
  const [dq, square_] = moveTall(q, sliceAxis(r, last, 0, m), sliceAxis(da, last, 0, m));
  const right = add(matmul(mT(dq), sliceAxis(a, last, m, n)), matmul(mT(q), sliceAxis(da, last, m, n)));
  return [dq, concatenate([square_, right], last)];
};

const qrPrimitive: Primitive<Qr> = matrixPrimitive<Qr>({
  name: 'qr',
  ranks: [2],
  infer: (inputs, { complete }): readonly ArrayType[] => {
    const { dtype, shape } = nth(inputs, 0);
    const [m = 0, n = 0] = shape;
    const k = complete ? m : Math.min(m, n);
    return [
      { dtype, shape: [m, k] },
      { dtype, shape: [k, n] },
    ];
  },
  compute: ([x], { complete }) => (x === undefined ? [] : factor(x, complete)),
  jvp: ({ primals, tangents: [da = null], params, outputs }) => {
    const a = nth(primals, 0);
    const [m, n] = extentsOf(a.type);
    const [q, r] = outputs() as readonly [NDArray, NDArray]; // sound: as infer says
    if (da === null) return { outputs: [q, r], tangents: [null, null] };
    if (params.complete && m > n)
      throw new UnsupportedError(
        `qr: expected mode 'reduced' for a derivative, got 'complete' for ${m} rows and ${n} columns. The further columns of q are not a function of the matrix.`,
        'unsupported.qrComplete',
      );
    return { outputs: [q, r], tangents: move(a, q, r, da) };
  },
  flops: ([x]) => (x === undefined ? 0 : 4 * Math.max(...x.shape) * Math.min(...x.shape) ** 2),
});

/** Sound: as infer says. */
export const qrOf = (x: NDArray, complete: boolean): readonly [q: NDArray, r: NDArray] =>
  bind(qrPrimitive, { complete }, [x]) as readonly [NDArray, NDArray];

export interface QrOptions {
  /** `reduced` (default): `q` has as many columns as there are rows or columns in `a`, whichever are fewer. `complete`: `q` is square. */
  readonly mode?: 'reduced' | 'complete';
}

/**
 * `a = q r` with orthonormal columns in `q` and `r` upper triangular; the signs are LAPACK's. The derivative is that of matrices whose first
 * columns are of full rank.
 */
export const qr = (
  a: ArrayLike,
  { mode = 'reduced' }: QrOptions = {},
): { readonly q: NDArray; readonly r: NDArray } => {
  const [q, r] = qrOf(asMatrix('qr', a), mode === 'complete');
  return { q, r };
};
