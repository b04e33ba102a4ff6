/** Matrices by their diagonals, and coordinates. */
import { checkDType, type DType } from '../array/dtype.ts';
import { ShapeError } from '../array/errors.ts';
import type { DiagonalOptions } from '../array/methods.ts';
import { type ArrayLike, isNDArray, splat, withWeak, type NDArray } from '../array/ndarray.ts';
import { showType, type Shape } from '../array/type.ts';
import { add, convert } from '../primitives/arithmetic.ts';
import { broadcast, moveAxis, reshape } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { iota } from '../primitives/iota.ts';
import { eq, ge, le, select } from '../primitives/logic.ts';
import { concatenate, pad, slice } from '../primitives/slicing.ts';
import { axesFrom } from './axes.ts';
import { checkShape, full } from './creation.ts';
import { asOperand } from './promotion.ts';

/** Ones on the diagonal `k` places to the right. */
export const eye = (rows: number, columns = rows, k = 0, dtype: DType = 'float32'): NDArray => {
  const type = { dtype: 'int32', shape: checkShape([rows, columns]) } as const;
  return convert(eq(add(iota(type, 0), like(type, k)), iota(type, 1)), checkDType(dtype));
};
/** The identity matrix. */
export const identity = (n: number, dtype: DType = 'float32'): NDArray => eye(n, n, 0, dtype);

const triangle =
  (name: string, keep: (i: NDArray, j: NDArray) => NDArray) =>
  (value: ArrayLike, k = 0): NDArray => {
    const x = asOperand(value);
    if (x.ndim < 2)
      throw new ShapeError(`${name}: expected a matrix, got ${showType(x.type)}. Add axes first.`, 'shape.rank');
    const type = { dtype: 'int32', shape: x.shape } as const;
    return select(keep(add(iota(type, x.ndim - 2), like(type, k)), iota(type, x.ndim - 1)), x, like(x, 0));
  };
/** Ones on and below diagonal `k`, zeros above. */
export const tri = (rows: number, columns = rows, k = 0, dtype: DType = 'float32'): NDArray => {
  const type = { dtype: 'int32', shape: checkShape([rows, columns]) } as const;
  return convert(ge(add(iota(type, 0), like(type, k)), iota(type, 1)), checkDType(dtype));
};
/** The elements on and below diagonal `k`, zeros above. */
export const tril = triangle('tril', ge);
/** The elements on and above diagonal `k`, zeros below. */
export const triu = triangle('triu', le);

export type { DiagonalOptions };
/** The diagonals of the matrices along two axes, as a last axis. */
export const diagonal = (value: ArrayLike, { offset = 0, axis1 = 0, axis2 = 1 }: DiagonalOptions = {}): NDArray => {
  const x = asOperand(value);
  if (x.ndim < 2)
    throw new ShapeError(`diagonal: expected a matrix, got ${showType(x.type)}. Use diag to make one.`, 'shape.rank');
  const [rows = 0, columns = 1] = axesFrom('diagonal', x.type, [axis1, axis2]);
  // The rows last, then the columns behind them.
  const matrices = moveAxis(moveAxis(x, rows, x.ndim - 1), columns > rows ? columns - 1 : columns, x.ndim - 1);
  const outer = matrices.shape.slice(0, -2);
  const [height = 0, width = 0] = matrices.shape.slice(-2);
  const [top, left] = [Math.max(0, -offset), Math.max(0, offset)];
  const length = Math.max(0, Math.min(height - top, width - left));
  const zeros = outer.map(() => 0);
  if (length === 0) return full([...outer, 0], 0, x.dtype);
  const square = slice(matrices, [...zeros, top, left], [...outer, top + length, left + length]);
  const flat = reshape(square, [...outer, length * length]);
  const steps = [...outer.map(() => 1), length + 1];
  return withWeak(slice(flat, [...zeros, 0], flat.shape, steps), x.weak);
};

/** The matrix with a vector on diagonal `k`, or the diagonal `k` of a matrix. */
export const diag = (value: ArrayLike, k = 0): NDArray => {
  const x = asOperand(value);
  if (x.ndim === 2) return diagonal(x, { offset: k });
  if (x.ndim !== 1)
    throw new ShapeError(
      `diag: expected a vector or a matrix, got ${showType(x.type)}. Use diagonal for more axes.`,
      'shape.rank',
    );
  const n = x.size + Math.abs(k);
  const [before, after] = [Math.max(0, k), Math.max(0, -k)];
  const zero = splat({ dtype: x.dtype, shape: [] }, 0);
  // The elements stand in their columns.
  const row = pad(x, zero, { low: [before], high: [after], interior: [0] });
  return withWeak(
    select(eye(n, n, k, 'bool'), broadcast(row, [n, n], [1]), like({ dtype: x.dtype, shape: [n, n] }, 0)),
    x.weak,
  );
};
/** The matrix with all elements in order on diagonal `k`. */
export const diagflat = (value: ArrayLike, k = 0): NDArray => {
  const x = asOperand(value);
  return diag(reshape(x, [x.size]), k);
};

export interface MeshgridOptions {
  /** `xy`: the first coordinate runs along axis 1; `ij`: along axis 0. Default xy. */
  readonly indexing?: 'xy' | 'ij';
  /** Whether to leave the other axes of extent 1. Default false. */
  readonly sparse?: boolean;
}
const isOptions = (value: ArrayLike | MeshgridOptions | undefined): value is MeshgridOptions =>
  typeof value === 'object' && !isNDArray(value) && !Array.isArray(value) && !ArrayBuffer.isView(value);
/** Each coordinate at every point of the grid over some vectors; options may come last. */
export const meshgrid = (...given: readonly (ArrayLike | MeshgridOptions)[]): readonly NDArray[] => {
  const last = given.at(-1);
  const { indexing = 'xy', sparse = false } = isOptions(last) ? last : {};
  const axes = given.filter((value): value is ArrayLike => !isOptions(value)).map(asOperand);
  const odd = axes.find((x) => x.ndim > 1);
  if (odd !== undefined)
    throw new ShapeError(`meshgrid: expected vectors, got ${showType(odd.type)}. Ravel it first.`, 'shape.rank');
  const place = (i: number): number => (indexing === 'xy' && i < 2 && axes.length > 1 ? 1 - i : i);
  const whole: Shape = axes.map((_, i) => axes[place(i)]?.size ?? 1);
  return axes.map((x, i) => {
    const shape = sparse ? whole.map((n, axis) => (axis === place(i) ? n : 1)) : whole;
    return withWeak(broadcast(reshape(x, [x.size]), shape, [place(i)]), x.weak);
  });
};

/** The coordinates of every place in a shape: int32 of shape `[rank, ...shape]`. */
export const indices = (shape: Shape, dtype: DType = 'int32'): NDArray => {
  const type = { dtype: 'int32', shape: checkShape(shape) } as const;
  const each = type.shape.map((_, axis) => reshape(iota(type, axis), [1, ...type.shape]));
  return each.length === 0 ? full([0], 0, dtype) : convert(concatenate(each, 0), checkDType(dtype));
};
/** `f(i, j, ...)` of the coordinates of every place, float32 unless `dtype` is given. It is called once, with arrays. */
export const fromfunction = <R>(
  f: (...coordinates: readonly NDArray[]) => R,
  shape: Shape,
  dtype: DType = 'float32',
): R => {
  const type = { dtype: 'int32', shape: checkShape(shape) } as const;
  return f(...type.shape.map((_, axis) => convert(iota(type, axis), checkDType(dtype))));
};
