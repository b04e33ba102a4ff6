/** Positions in grids: of open meshes, of triangles, in row-major order. */
import { IndexError } from '../array/errors.ts';
import { type ArrayLike, fromStore, type NDArray } from '../array/ndarray.ts';
import { rowMajor, showShape, sizeOf, type Shape } from '../array/type.ts';
import { add, convert, max, min, mul } from '../primitives/arithmetic.ts';
import { reshape } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { align, asOperand } from './promotion.ts';
import { mod } from './arithmetic.ts';
import { fromFront } from './index-plan.ts';
import { nonzero, unravel } from './nonzero.ts';

const clampedTo = (at: NDArray, extent: number): NDArray =>
  min(max(at, like(at, 0)), like(at, Math.max(0, extent - 1)));

/** Vectors of positions, each along an axis of its own, so that as indices they mean all combinations. Masks mean where they hold. */
export const ix = (...vectors: readonly ArrayLike[]): readonly NDArray[] =>
  vectors.map((vector, axis) => {
    const x = asOperand(vector);
    const at = x.dtype === 'bool' ? (nonzero(x)[0] ?? x) : convert(x, 'int32');
    return reshape(
      at,
      vectors.map((_, other) => (other === axis ? at.size : 1)),
    );
  });

/** For each axis of a shape the coordinates of positions in row-major order; negative ones count from the end, and those out of range mean the nearest. */
export const unravelIndex = (indices: ArrayLike, shape: Shape): readonly NDArray[] => {
  const size = sizeOf(shape);
  return unravel(clampedTo(fromFront(convert(asOperand(indices), 'int32'), size), size), shape);
};

/** The positions in row-major order of coordinates in a shape; those out of range mean the nearest, or are counted on with `wrap`. */
export const ravelMultiIndex = (
  coordinates: readonly ArrayLike[],
  shape: Shape,
  { mode = 'clip' }: { readonly mode?: 'clip' | 'wrap' } = {},
): NDArray => {
  if (coordinates.length !== shape.length || shape.length === 0)
    throw new IndexError(
      `ravelMultiIndex: expected coordinates for each axis of ${showShape(shape)}, got ${coordinates.length}. Give one array for each.`,
      'index.rank',
    );
  const strides = rowMajor(shape);
  return align('ravelMultiIndex', ...coordinates.map((c) => convert(asOperand(c), 'int32')))
    .map((at, axis) => {
      const extent = shape[axis] ?? 1;
      return mul(mode === 'wrap' ? mod(at, Math.max(1, extent)) : clampedTo(at, extent), like(at, strides[axis] ?? 1));
    })
    .reduce(add);
};

/** The rows and columns of a grid for which a test holds. */
const pairsWhere = (
  rows: number,
  columns: number,
  holds: (row: number, column: number) => boolean,
): readonly [NDArray, NDArray] => {
  const pairs: (readonly [number, number])[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) if (holds(row, column)) pairs.push([row, column]);
  const vector = (part: 0 | 1): NDArray =>
    fromStore(
      { dtype: 'int32', shape: [pairs.length] },
      Int32Array.from(pairs, (pair) => pair[part]),
    );
  return [vector(0), vector(1)];
};

/** The rows and columns of the lower triangle of `n` rows and `m` columns, with `k` diagonals above the main one. */
export const trilIndices = (n: number, k = 0, m = n): readonly [NDArray, NDArray] =>
  pairsWhere(n, m, (row, column) => column - row <= k);

/** The rows and columns of the upper triangle of `n` rows and `m` columns, without the first `k` diagonals above the main one. */
export const triuIndices = (n: number, k = 0, m = n): readonly [NDArray, NDArray] =>
  pairsWhere(n, m, (row, column) => column - row >= k);

/** The coordinates of the main diagonal of `n` rows, for each of `ndim` axes. */
export const diagIndices = (n: number, ndim = 2): readonly NDArray[] => {
  const all = fromStore(
    { dtype: 'int32', shape: [n] },
    Int32Array.from({ length: n }, (_, i) => i),
  );
  return Array.from({ length: ndim }, () => all);
};
