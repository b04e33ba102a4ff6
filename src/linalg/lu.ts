/** LU factorisation with partial pivoting: panels, with a triangular solve and a product for the rest of the matrix. */
import { splat, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import type { ArrayType } from '../array/type.ts';
import { bind } from '../core/trace.ts';
import type { Primitive, Tangent } from '../core/primitive.ts';
import { scan } from '../scan.ts';
import { eye, tril, triu } from '../operations/grids.ts';
import { matmul } from '../operations/products.ts';
import { broadcastTo } from '../operations/promotion.ts';
import { abs, add, div, sub } from '../primitives/arithmetic.ts';
import { reshape } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { gather } from '../primitives/indexing.ts';
import { iota } from '../primitives/iota.ts';
import { and, eq, select } from '../primitives/logic.ts';
import { nth, through } from '../primitives/record.ts';
import { argmax } from '../primitives/reduction.ts';
import { pad, slice } from '../primitives/slicing.ts';
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
  over,
  padded,
  panelsOf,
  plus,
  product,
  rowAt,
  rowIs,
  rowsAt,
  rowsBelow,
  rowsFrom,
  spread,
  substitute,
  times,
  where0,
  withColumns,
  withRows,
} from './panel.ts';

/** Rows `i` and `j` exchanged. */
const swapped = (x: NDArray, i: NDArray, j: NDArray): NDArray =>
  select(rowIs(x, i), over(rowAt(x, j), x), select(rowIs(x, j), over(rowAt(x, i), x), x));

/** One column of a panel: the largest element comes to the diagonal (row `row`), multiples of its row are taken off below. */
const eliminate = (before: NDArray, j: NDArray, row: NDArray): readonly [panel: NDArray, pivot: NDArray] => {
  const sizes = columnAt(before, j);
  const candidates = select(rowsBelow(sizes, plus(row, -1)), abs(sizes), like(sizes, -1));
  const pivot = argmax(reshape(candidates, [candidates.size]), 0);
  const p = swapped(before, row, pivot);
  const column = columnAt(p, j);
  const divisor = spread(elementAt(p, row, j), column);
  const factors = where0(rowsBelow(column, row), select(eq(divisor, like(divisor, 0)), column, div(column, divisor)));
  const rest = select(columnsAfter(p, j), sub(p, outerOf(factors, rowAt(p, row), p)), p);
  return [select(and(columnIs(p, j), rowsBelow(p, row)), over(factors, p), rest), pivot];
};

/** A panel, where its rows came from, and the pivots. */
const factorPanel = (panel: NDArray, at: NDArray): readonly [panel: NDArray, order: NDArray, pivots: NDArray] => {
  const [rows = 0, width = 0] = panel.shape;
  const order = iota({ dtype: 'int32', shape: [rows, 1] }, 0);
  const [[p, from], pivots] = scan(
    ([x, places]: readonly [NDArray, NDArray], j: NDArray) => {
      const row = plus(j, at);
      const [next, pivot] = eliminate(x, j, row);
      return [[next, swapped(places, row, pivot)] as const, pivot] as const;
    },
    [panel, order] as const,
    iota({ dtype: 'int32', shape: [width] }, 0),
  );
  return [p, reshape(from, [rows]), pivots];
};

type State = readonly [matrix: NDArray, order: NDArray];

/** Factor the panel at column `at`, carry its exchanges to all rows, and take its product off what stands right of it. */
const stepPanel = ([a, order]: State, at: NDArray, width: number): readonly [State, NDArray] => {
  const [panel, from, pivots] = factorPanel(columnsAt(a, at, width), at);
  const moved = withColumns(rowsFrom(a, from), panel, at);
  const last = plus(at, width - 1);
  const rows = rowsAt(moved, at, width);
  const solved = substitute(rowsAt(panel, at, width), rows, true);
  const upper = where0(columnsAfter(solved, last), solved);
  const below = where0(rowsBelow(panel, last), panel);
  const rest = sub(moved, product(below, upper));
  const next = withRows(rest, select(columnsAfter(rows, last), solved, rows), at);
  return [[next, rowsFrom(order, from)], pivots];
};

const factor = (x: NDArray): readonly [lu: NDArray, pivots: NDArray, permutation: NDArray] => {
  const [m = 0, n = 0] = x.shape;
  const least = Math.min(m, n);
  const { width, count, total } = panelsOf(least);
  // Zero columns have zero pivots, which change nothing; zero rows are never chosen before others.
  const a = padded(x, Math.max(m, total), Math.max(n, total));
  const start: State = [a, iota({ dtype: 'int32', shape: [a.shape[0] ?? 0] }, 0)];
  const [[lu, order], pivots] = scan(
    (state: State, i: NDArray) => stepPanel(state, times(i, width), width),
    start,
    iota({ dtype: 'int32', shape: [count] }, 0),
  );
  return [slice(lu, [0, 0], [m, n]), slice(reshape(pivots, [total]), [0], [least]), slice(order, [0], [m])];
};

/** The rows of `[..., m, n]` in the order of `[..., m]`; without mapped axes in between. */
export const permuted = (x: NDArray, order: NDArray): NDArray =>
  gather(x, reshape(order, [...order.shape, 1]), { batch: x.ndim - 2, mode: 'clip' });

/** The identity over the batch axes of another matrix. */
export const eyeLike = (x: NDArray | ArrayType, size: number): NDArray =>
  broadcastTo(eye(size, size, 0, x.dtype), [...x.shape.slice(0, -2), size, size]);

const grown = (x: NDArray, rows: number, columns: number): NDArray => {
  const [m, n] = extentsOf(x.type);
  const none = x.shape.slice(0, -2).map(() => 0);
  return pad(x, splat({ dtype: x.dtype, shape: [] }, 0), {
    low: x.shape.map(() => 0),
    high: [...none, rows - m, columns - n],
    interior: x.shape.map(() => 0),
  });
};
const cutTo = (x: NDArray, rows: number, columns: number): NDArray => {
  const lead = x.shape.slice(0, -2);
  return slice(
    x,
    x.shape.map(() => 0),
    [...lead, rows, columns],
  );
};

/** `l' = l tril(l^-1 da u^-1, -1)`, `u' = triu(...) u`, the factors made square by ones. */
const moveFactors = (lu: NDArray, permutation: NDArray, da: NDArray): NDArray => {
  const [m, n] = extentsOf(lu.type);
  const k = Math.min(m, n);
  const lower = add(grown(tril(cutTo(lu, m, k), -1), m, m), eyeLike(lu, m));
  const tail = sub(eyeLike(lu, n), grown(eyeLike(lu, k), n, n));
  const upper = add(grown(triu(cutTo(lu, k, n)), n, n), tail);
  const left = lowerSolve(lower, permuted(da, permutation), true);
  const inner = mT(lowerSolve(mT(upper), mT(left)));
  const [dl, du] = [tril(cutTo(inner, m, k), -1), triu(cutTo(inner, k, n))];
  return add(matmul(lower, grown(dl, m, n)), matmul(grown(du, m, n), upper));
};

const luPrimitive: Primitive<null> = matrixPrimitive<null>({
  name: 'lu',
  ranks: [2],
  infer: (inputs) => {
    const x = nth(inputs, 0);
    const [m, n] = extentsOf(x);
    return [x, { dtype: 'int32', shape: [Math.min(m, n)] }, { dtype: 'int32', shape: [m] }];
  },
  compute: ([x]) => (x === undefined ? [] : factor(x)),
  jvp: ({ tangents: [da = null], outputs }) => {
    const [lu, pivots, permutation] = outputs() as readonly [NDArray, NDArray, NDArray]; // sound: as infer says
    const move: Tangent = through(da, (d) => moveFactors(lu, permutation, d));
    return { outputs: [lu, pivots, permutation], tangents: [move, null, null] };
  },
  flops: ([x]) => (x === undefined ? 0 : (2 * Math.max(...x.shape) * Math.min(...x.shape) ** 2) / 3),
});

/**
 * Both factors of `a` with its rows exchanged, in one matrix (JAX's `lax.linalg.lu`): `[lu, pivots, permutation]` with `a[permutation] = l u`,
 * the ones on the diagonal of `l` not stored; row `i` was exchanged with row `pivots[i]`. A singular matrix has zeros on the diagonal of `u`.
 */
export const lu = (a: ArrayLike): readonly [lu: NDArray, pivots: NDArray, permutation: NDArray] =>
  // Sound: as infer says.
  bind(luPrimitive, null, [asMatrix('lu', a)]) as readonly [NDArray, NDArray, NDArray];
