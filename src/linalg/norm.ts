/** Norms of vectors and matrices. */
import type { Axis } from '../array/methods.ts';
import { ShapeError } from '../array/errors.ts';
import { type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { axesOf, showType } from '../array/type.ts';
import { abs, notEqual, power, sqrt, square } from '../operations/arithmetic.ts';
import { axesFrom } from '../operations/axes.ts';
import { transpose } from '../operations/manipulation.ts';
import { max, min, sum } from '../operations/reduction.ts';
import { asFloat } from '../operations/promotion.ts';
import { convert } from '../primitives/arithmetic.ts';
import { reshape } from '../primitives/broadcast.ts';
import { asMatrix } from './system.ts';
import { svdvals } from './svd.ts';

/** A number for vectors; for matrices `fro`, `nuc`, 1, -1, 2, -2, Infinity, -Infinity. */
export type Order = number | 'fro' | 'nuc';

const badOrder = (name: string, what: string, order: Order): ShapeError =>
  new ShapeError(`${name}: expected an order of ${what} norms, got ${String(order)}.`, 'shape.norm');

/** Over the given axes. */
const vector = (x: NDArray, order: number, axes: readonly number[]): NDArray => {
  switch (order) {
    case 2:
      return sqrt(sum(square(x), axes));
    case 1:
      return sum(abs(x), axes);
    case 0:
      return sum(convert(notEqual(x, 0), x.dtype), axes);
    case Infinity:
      return max(abs(x), axes);
    case -Infinity:
      return min(abs(x), axes);
    default:
      return power(sum(power(abs(x), order), axes), 1 / order);
  }
};

/** Over the last two axes. */
const ofMatrices = (name: string, x: NDArray, order: Order): NDArray => {
  const [row, column] = [x.ndim - 2, x.ndim - 1];
  const extreme = order === 1 || order === Infinity ? max : min;
  switch (order) {
    case 'fro':
      return sqrt(sum(square(x), [row, column]));
    case 'nuc':
      return sum(svdvals(x), -1);
    case 1:
    case -1:
      return extreme(sum(abs(x), row), -1);
    case Infinity:
    case -Infinity:
      return extreme(sum(abs(x), column), -1);
    case 2:
      return max(svdvals(x), -1);
    case -2:
      return min(svdvals(x), -1);
    default:
      throw badOrder(name, 'matrix', order);
  }
};

/** Put the reduced axes back with extent 1. */
const kept = (x: NDArray, reduced: NDArray, axes: readonly number[], keepdims: boolean): NDArray =>
  keepdims
    ? reshape(
        reduced,
        x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n)),
      )
    : reduced;

export interface NormOptions {
  /** Default: 2 for vectors, `fro` for matrices. */
  readonly ord?: Order;
  /** One axis: vectors; two: matrices. Default: all, of arrays with one or two axes where an order is given. */
  readonly axis?: Axis;
  readonly keepdims?: boolean;
}

/**
 * The norm of vectors (one axis) or matrices (two), or of all elements. Derivatives at zero are JAX's: NaN where a root is taken (guard it
 * with `where`), for norms 1 and Infinity that of `abs`, which is 1; ties share it.
 */
export const norm = (value: ArrayLike, { ord, axis = null, keepdims = false }: NormOptions = {}): NDArray => {
  const x = asFloat(value);
  const axes = axesFrom('norm', x.type, axis);
  if (ord === undefined) return kept(x, vector(x, 2, axes), axes, keepdims);
  if (axes.length === 1) {
    if (typeof ord !== 'number') throw badOrder('norm', 'vector', ord);
    return kept(x, vector(x, ord, axes), axes, keepdims);
  }
  if (axes.length !== 2)
    throw new ShapeError(
      `norm: expected one or two axes for order ${ord}, got ${axes.length} of ${showType(x.type)}. Name them with { axis }.`,
      'shape.axis',
    );
  const front = axesOf(x.shape).filter((a) => !axes.includes(a));
  return kept(x, ofMatrices('norm', transpose(x, [...front, ...axes]), ord), axes, keepdims);
};

/** The norm of order `ord` (default 2) over the given axes, or of all elements as one vector. */
export const vectorNorm = (
  value: ArrayLike,
  {
    ord = 2,
    axis = null,
    keepdims = false,
  }: { readonly ord?: number; readonly axis?: Axis; readonly keepdims?: boolean } = {},
): NDArray => {
  const x = asFloat(value);
  const axes = axesFrom('vectorNorm', x.type, axis);
  return kept(x, vector(x, ord, axes), axes, keepdims);
};
/** The norm of matrices in the last two axes, Frobenius's by default. */
export const matrixNorm = (
  value: ArrayLike,
  { ord = 'fro', keepdims = false }: { readonly ord?: Order; readonly keepdims?: boolean } = {},
): NDArray => {
  const x = asMatrix('matrixNorm', value);
  return kept(x, ofMatrices('matrixNorm', x, ord), [x.ndim - 2, x.ndim - 1], keepdims);
};
