/** Products of vectors, matrices and arrays. */
import { ShapeError } from '../array/errors.ts';
import type { DiagonalOptions } from '../array/methods.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { axesOf, showType, without } from '../array/type.ts';
import { convert } from '../primitives/arithmetic.ts';
import { broadcast, moveAxis, reshape, transpose } from '../primitives/broadcast.ts';
import { dotGeneral } from '../primitives/contraction.ts';
import { like } from '../primitives/elementwise.ts';
import { concatenate, sliceAxis } from '../primitives/slicing.ts';
import { multiply, subtract } from './arithmetic.ts';
import { axesFrom, axisOf } from './axes.ts';
import { diagonalOfLast, einsum } from './einsum.ts';
import { align, asOperand, broadcastShapes, promote } from './promotion.ts';
import { sum } from './reduction.ts';

/** Two operands of one number type. */
const numbers = (x: ArrayLike, y: ArrayLike): readonly [NDArray, NDArray] => {
  const [a, b] = promote(x, y) as readonly [NDArray, NDArray]; // sound: two in, two out
  return a.dtype === 'bool' ? [convert(a, 'int32'), convert(b, 'int32')] : [a, b];
};

const mismatch = (name: string, x: NDArray, y: NDArray): ShapeError =>
  new ShapeError(
    `${name}: expected the last axis of x to equal the ${y.ndim > 1 ? 'second to last' : 'first'} axis of y, got ${showType(x.type)} and ${showType(y.type)}. Transpose or reshape one of them.`,
    'shape.contract',
  );

/** The matrix product: over the last axis of `x` and the second to last of `y`, leading axes broadcast. Vectors are rows on the left, columns on the right. */
export const matmul = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [x, y] = numbers(a, b);
  if (x.ndim === 0 || y.ndim === 0)
    throw new ShapeError(
      `matmul: expected arrays of at least one axis, got ${showType(x.type)} and ${showType(y.type)}. Use multiply for scalars.`,
      'shape.rank',
    );
  const inner = y.ndim > 1 ? y.ndim - 2 : 0;
  if (x.shape[x.ndim - 1] !== y.shape[inner]) throw mismatch('matmul', x, y);
  if (y.ndim <= 2) return dotGeneral(x, y, { contract: [[x.ndim - 1], [inner]], batch: [[], []] });
  const lead = broadcastShapes('matmul', [
    { dtype: x.dtype, shape: x.shape.slice(0, -2) },
    { dtype: y.dtype, shape: y.shape.slice(0, -2) },
  ]);
  const spread = (z: NDArray): NDArray => {
    const own = z.shape.slice(-2);
    return broadcast(
      z,
      [...lead, ...own],
      axesOf(z.shape).map((axis) => axis + lead.length - z.ndim + own.length),
    );
  };
  const [left, right] = [x.ndim === 1 ? x : spread(x), spread(y)];
  // Counted anew: leading axes may have come in front.
  const second = right.ndim - 2;
  if (left.ndim === 1) return dotGeneral(left, right, { contract: [[0], [second]], batch: [[], []] });
  const batch = lead.map((_, axis) => axis);
  return dotGeneral(left, right, { contract: [[left.ndim - 1], [second]], batch: [batch, batch] });
};

/** NumPy's dot: inner product of vectors, matrix product of matrices, else over the last axis of `x` and the second to last of `y`. */
export const dot = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [x, y] = numbers(a, b);
  if (x.ndim === 0 || y.ndim === 0) return multiply(x, y);
  const inner = y.ndim > 1 ? y.ndim - 2 : 0;
  if (x.shape[x.ndim - 1] !== y.shape[inner]) throw mismatch('dot', x, y);
  return dotGeneral(x, y, { contract: [[x.ndim - 1], [inner]], batch: [[], []] });
};
/** The product of two vectors, a matrix and a vector, or two matrices, of one number type. */
export const plainDot = (x: NDArray, y: NDArray): NDArray => {
  if (![1, 2].includes(x.ndim) || ![1, 2].includes(y.ndim))
    throw new ShapeError(
      `dot: expected vectors or matrices, got ${showType(x.type)} and ${showType(y.type)}. Use dotGeneral or batchMatmul for more axes.`,
      'shape.rank',
    );
  return dot(x, y);
};
/** The product of the matrices of the last two axes, one for each place of the other axes, which both have alike. */
export const batchMatmul = (x: NDArray, y: NDArray): NDArray => {
  const lead = x.shape.slice(0, -2);
  if (x.ndim < 2 || x.ndim !== y.ndim || lead.some((n, i) => n !== y.shape[i]))
    throw new ShapeError(
      `batchMatmul: expected matrices with the same leading axes, got ${showType(x.type)} and ${showType(y.type)}. Use matmul to broadcast them.`,
      'shape.rank',
    );
  return matmul(x, y);
};
/** The sum of products of all elements. */
export const vdot = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [x, y] = numbers(a, b);
  if (x.size !== y.size)
    throw new ShapeError(
      `vdot: expected as many elements in both, got ${showType(x.type)} and ${showType(y.type)}. All elements are multiplied in order.`,
      'shape.contract',
    );
  return dot(reshape(x, [x.size]), reshape(y, [y.size]));
};
/** Products of all pairs of elements. */
export const outer = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [x, y] = numbers(a, b);
  return dotGeneral(reshape(x, [x.size]), reshape(y, [y.size]), { contract: [[], []], batch: [[], []] });
};
/** Over the given axes of both, or over the last `n` of `x` and the first `n` of `y`. */
export const tensordot = (
  a: ArrayLike,
  b: ArrayLike,
  axes: number | readonly [readonly number[], readonly number[]] = 2,
): NDArray => {
  const [x, y] = numbers(a, b);
  const pairs =
    typeof axes === 'number'
      ? ([axesOf(x.shape).slice(x.ndim - axes), axesOf(y.shape).slice(0, axes)] as const)
      : ([axesFrom('tensordot', x.type, axes[0]), axesFrom('tensordot', y.type, axes[1])] as const);
  const [ours, theirs] = [pairs[0].map((axis) => x.shape[axis]), pairs[1].map((axis) => y.shape[axis])];
  const isWide = typeof axes === 'number' && axes > Math.min(x.ndim, y.ndim);
  if (isWide || ours.length !== theirs.length || ours.some((n, i) => n !== theirs[i]))
    throw new ShapeError(
      `tensordot: expected paired axes of one extent, got ${showType(x.type)} over [${pairs[0].join(', ')}] and ${showType(y.type)} over [${pairs[1].join(', ')}]. Name the axes in pairs.`,
      'shape.contract',
    );
  return dotGeneral(x, y, { contract: pairs, batch: [[], []] });
};

const last = (x: NDArray): number => x.ndim - 1;

/** Over the last axes of both: the result has the other axes of `x`, then those of `y`. */
export const inner = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [x, y] = numbers(a, b);
  if (x.ndim === 0 || y.ndim === 0) return multiply(x, y);
  if (x.shape[last(x)] !== y.shape[last(y)])
    throw new ShapeError(
      `inner: expected last axes of one extent, got ${showType(x.type)} and ${showType(y.type)}. Transpose or reshape one of them.`,
      'shape.contract',
    );
  return dotGeneral(x, y, { contract: [[last(x)], [last(y)]], batch: [[], []] });
};

/** The inner products of vectors along one axis, all other axes broadcast. */
export const vecdot = (a: ArrayLike, b: ArrayLike, axis = -1): NDArray => {
  const [x, y] = numbers(a, b);
  const [left, right] = [x, y].map((z) => moveAxis(z, axisOf('vecdot', z.type, axis), last(z)));
  return einsum('...i,...i->...', left ?? x, right ?? y);
};
/** Matrices times vectors, leading axes broadcast. */
export const matvec = (a: ArrayLike, b: ArrayLike): NDArray => einsum('...ij,...j->...i', a, b);
/** Vectors times matrices, leading axes broadcast. */
export const vecmat = (a: ArrayLike, b: ArrayLike): NDArray => einsum('...i,...ij->...j', a, b);

const matrixOf = (name: string, value: ArrayLike): NDArray => {
  const x = asOperand(value);
  if (x.ndim < 2)
    throw new ShapeError(`${name}: expected a matrix, got ${showType(x.type)}. Add axes first.`, 'shape.rank');
  return x;
};
/** The last two axes exchanged. */
export const matrixTranspose = (value: ArrayLike): NDArray => {
  const x = matrixOf('matrixTranspose', value);
  return moveAxis(x, last(x), last(x) - 1);
};

export type { DiagonalOptions as TraceOptions };
/** The sum along a diagonal. */
export const trace = (value: ArrayLike, { offset = 0, axis1 = 0, axis2 = 1 }: DiagonalOptions = {}): NDArray => {
  const x = matrixOf('trace', value);
  const pair = axesFrom('trace', x.type, [axis1, axis2]);
  const [rows = 0, columns = 0] = pair.map((axis) => x.shape[axis] ?? 0);
  const [down, right] = [Math.max(0, -offset), Math.max(0, offset)];
  const count = Math.max(0, Math.min(rows - down, columns - right));
  const moved = transpose(x, [...without(axesOf(x.shape), pair), ...pair]);
  const corner = moved.ndim - 2;
  const [top, left] = count === 0 ? [0, 0] : [down, right];
  const square = sliceAxis(sliceAxis(moved, corner, top, top + count), corner + 1, left, left + count);
  return sum(diagonalOfLast(square), -1);
};

/** Kronecker's product: every element of `x` times the whole of `y`, block by block. */
export const kron = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [x, y] = numbers(a, b);
  const rank = Math.max(x.ndim, y.ndim);
  const padded = (z: NDArray): readonly number[] => [...new Array<number>(rank - z.ndim).fill(1), ...z.shape];
  const [m, n] = [padded(x), padded(y)];
  const blocks = multiply(
    reshape(
      x,
      m.flatMap((extent) => [extent, 1]),
    ),
    reshape(
      y,
      n.flatMap((extent) => [1, extent]),
    ),
  );
  return reshape(
    blocks,
    m.map((extent, axis) => extent * (n[axis] ?? 1)),
  );
};

export interface CrossOptions {
  /** The axis of the vectors in both operands and the result, in place of the following three. */
  readonly axis?: number;
  readonly axisa?: number;
  readonly axisb?: number;
  readonly axisc?: number;
}
/** The components of a vector along the last axis; one of two components lies in the plane. */
const components = (x: NDArray): readonly NDArray[] =>
  Array.from({ length: x.shape[last(x)] ?? 0 }, (_, i) =>
    reshape(sliceAxis(x, last(x), i, i + 1), x.shape.slice(0, -1)),
  );

/** The cross product of vectors of three components, or two, whose third is 0. Of two vectors in the plane: the third component alone. */
export const cross = (
  a: ArrayLike,
  b: ArrayLike,
  { axis, axisa = axis ?? -1, axisb = axis ?? -1, axisc = axis ?? -1 }: CrossOptions = {},
): NDArray => {
  const [x, y] = numbers(a, b);
  const [u, v] = [
    moveAxis(x, axisOf('cross', x.type, axisa), last(x)),
    moveAxis(y, axisOf('cross', y.type, axisb), last(y)),
  ];
  const isVector = (z: NDArray): boolean => z.shape[last(z)] === 2 || z.shape[last(z)] === 3;
  if (!isVector(u) || !isVector(v))
    throw new ShapeError(
      `cross: expected vectors of two or three components, got ${showType(x.type)} and ${showType(y.type)}. Choose the axis of the components.`,
    );
  const [[u0 = u, u1 = u, u2], [v0 = v, v1 = v, v2]] = [components(u), components(v)];
  const minor = (p: NDArray, q: NDArray, r: NDArray, s: NDArray): NDArray => subtract(multiply(p, q), multiply(r, s));
  const third = minor(u0, v1, u1, v0);
  if (u2 === undefined && v2 === undefined) return third;
  const [up, vp] = [u2 ?? like(u0, 0), v2 ?? like(v0, 0)];
  const parts = align('cross', minor(u1, vp, up, v1), minor(up, v0, u0, vp), third);
  const joined = concatenate(
    parts.map((part) => reshape(part, [...part.shape, 1])),
    third.ndim,
  );
  return moveAxis(joined, third.ndim, axisOf('cross', joined.type, axisc));
};
