/** What the blocked factorisations share: slices of a matrix at computed positions, and counters of rows and columns. */
import { splat, type NDArray } from '../array/ndarray.ts';
import { add, div, mul, sub } from '../primitives/arithmetic.ts';
import { broadcast, reshape, transpose } from '../primitives/broadcast.ts';
import { dynamicSlice, dynamicUpdateSlice } from '../primitives/dynamic-slicing.ts';
import { like } from '../primitives/elementwise.ts';
import { gather } from '../primitives/indexing.ts';
import { iota } from '../primitives/iota.ts';
import { and, eq, gt, select } from '../primitives/logic.ts';
import { nth } from '../primitives/record.ts';
import { pad } from '../primitives/slicing.ts';
import { sort } from '../primitives/sorting.ts';
import { dotGeneral } from '../primitives/contraction.ts';
import { foriLoop } from '../loops.ts';

/** Columns that are factored together: few enough for registers, enough for the products between panels. */
const widest = 32;

export interface Panels {
  readonly width: number;
  readonly count: number;
  /** `width * count`: at least as many as there are columns. */
  readonly total: number;
}

/** How columns are cut into panels: at least one of one column, also for none. */
export const panelsOf = (columns: number): Panels => {
  const width = Math.max(1, Math.min(columns, widest));
  const count = Math.max(1, Math.ceil(columns / width));
  return { width, count, total: width * count };
};

/** An int32 scalar. */
export const index = (i: number): NDArray => splat({ dtype: 'int32', shape: [] }, i);
export const plus = (x: NDArray, y: NDArray | number): NDArray => add(x, typeof y === 'number' ? like(x, y) : y);
export const times = (x: NDArray, factor: number): NDArray => mul(x, like(x, factor));

const extent = (x: NDArray, axis: number): number => x.shape[axis] ?? 1;
/** A scalar, a row or a column over the shape of a matrix. */
export const over = (x: NDArray, matrix: NDArray): NDArray =>
  broadcast(
    reshape(
      x,
      x.shape.filter((n, axis) => n !== 1 || extent(matrix, axis) === 1),
    ),
    matrix.shape,
    x.shape.flatMap((n, axis) => (n !== 1 || extent(matrix, axis) === 1 ? [axis] : [])),
  );
/** A scalar of rank 0 over the shape of another array. */
export const spread = (x: NDArray, matrix: NDArray): NDArray => broadcast(x, matrix.shape, []);
/** The number of the row, or of the column, of every element. */
export const rowsOf = (x: NDArray): NDArray => iota({ dtype: 'int32', shape: x.shape }, 0);
export const columnsOf = (x: NDArray): NDArray => iota({ dtype: 'int32', shape: x.shape }, 1);
export const rowIs = (x: NDArray, i: NDArray): NDArray => eq(rowsOf(x), spread(i, x));
export const columnIs = (x: NDArray, i: NDArray): NDArray => eq(columnsOf(x), spread(i, x));
export const rowsBelow = (x: NDArray, i: NDArray): NDArray => gt(rowsOf(x), spread(i, x));
export const columnsAfter = (x: NDArray, i: NDArray): NDArray => gt(columnsOf(x), spread(i, x));
/** `x` where the condition holds, zero elsewhere. */
export const where0 = (condition: NDArray, x: NDArray): NDArray => select(condition, x, like(x, 0));

export const columnAt = (x: NDArray, j: NDArray): NDArray => dynamicSlice(x, [index(0), j], [extent(x, 0), 1]);
export const rowAt = (x: NDArray, i: NDArray): NDArray => dynamicSlice(x, [i, index(0)], [1, extent(x, 1)]);
export const columnsAt = (x: NDArray, j: NDArray, width: number): NDArray =>
  dynamicSlice(x, [index(0), j], [extent(x, 0), width]);
export const rowsAt = (x: NDArray, i: NDArray, height: number): NDArray =>
  dynamicSlice(x, [i, index(0)], [height, extent(x, 1)]);
/** One element as a scalar. */
export const elementAt = (x: NDArray, i: NDArray, j: NDArray): NDArray => reshape(dynamicSlice(x, [i, j], [1, 1]), []);
export const withColumns = (x: NDArray, part: NDArray, j: NDArray): NDArray =>
  dynamicUpdateSlice(x, part, [index(0), j]);
export const withRows = (x: NDArray, part: NDArray, i: NDArray): NDArray => dynamicUpdateSlice(x, part, [i, index(0)]);

/** The matrix product, and those with one operand turned. */
export const product = (x: NDArray, y: NDArray): NDArray => dotGeneral(x, y, { contract: [[1], [0]], batch: [[], []] });
export const productT = (x: NDArray, y: NDArray): NDArray =>
  dotGeneral(x, y, { contract: [[1], [1]], batch: [[], []] });
export const transposedProduct = (x: NDArray, y: NDArray): NDArray =>
  dotGeneral(x, y, { contract: [[0], [0]], batch: [[], []] });
export const turned = (x: NDArray): NDArray => transpose(x, [1, 0]);
/** A column times a row. */
export const outerOf = (column: NDArray, row: NDArray, matrix: NDArray): NDArray =>
  mul(over(column, matrix), over(row, matrix));

/** Zero rows and columns behind. */
export const padded = (x: NDArray, rows: number, columns: number): NDArray =>
  rows === extent(x, 0) && columns === extent(x, 1)
    ? x
    : pad(x, like({ dtype: x.dtype, shape: [] }, 0), {
        low: [0, 0],
        high: [rows - extent(x, 0), columns - extent(x, 1)],
        interior: [0, 0],
      });
/** Ones behind on the diagonal, so that what is added is regular and keeps to itself. */
export const paddedRegular = (x: NDArray, size: number): NDArray => {
  const n = extent(x, 0);
  const wide = padded(x, size, size);
  if (wide === x) return x;
  const isNew = and(eq(rowsOf(wide), columnsOf(wide)), gt(rowsOf(wide), like(rowsOf(wide), n - 1)));
  return select(isNew, like(wide, 1), wide);
};

/** Forward substitution with the lower triangle of one block, row by row. */
export const substitute = (lower: NDArray, right: NDArray, unit: boolean): NDArray =>
  foriLoop(
    0,
    extent(lower, 0),
    (j, x: NDArray) => {
      const whole = rowAt(x, j);
      const row = unit ? whole : div(whole, spread(elementAt(lower, j, j), whole));
      const rest = where0(rowsBelow(x, j), outerOf(columnAt(lower, j), row, x));
      return select(rowIs(x, j), over(row, x), sub(x, rest));
    },
    right,
  );

/** The sign, 1 at zero. */
export const signOf = (x: NDArray): NDArray => select(gt(like(x, 0), x), like(x, -1), like(x, 1));

/** The rows at the given places, or the elements of a list. */
export const rowsFrom = (x: NDArray, places: NDArray): NDArray =>
  gather(x, reshape(places, [...places.shape, 1]), { batch: 0, mode: 'clip' });
/** The places of a list in ascending order. */
export const ascending = (keys: NDArray): NDArray =>
  nth(sort([keys, iota({ dtype: 'int32', shape: keys.shape }, 0)], 0), 1);
