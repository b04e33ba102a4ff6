/** Reductions and running reductions with NumPy's axis arguments. */
import type { Axis, ReduceOptions } from '../array/methods.ts';
import { ShapeError } from '../array/errors.ts';
import { type ArrayLike, withWeak, type NDArray } from '../array/ndarray.ts';
import { add, convert, div, isFinite, sub } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum, reshape } from '../primitives/broadcast.ts';
import * as c from '../primitives/cumulation.ts';
import { like } from '../primitives/elementwise.ts';
import { exp, log, sqrt, square } from '../primitives/exponential.ts';
import { ne, select } from '../primitives/logic.ts';
import * as r from '../primitives/reduction.ts';
import { stopGradientOf } from '../primitives/stop-gradient.ts';
import { showType } from '../array/type.ts';
import { axesFrom, axisOf, optionsFrom } from './axes.ts';
import { asFloat, asOperand } from './promotion.ts';

type Reducer = (x: ArrayLike, options?: Axis | ReduceOptions) => NDArray;

/** Put the reduced axes back with extent 1. */
const kept = (x: NDArray, reduced: NDArray, axes: readonly number[], keepdims: boolean | undefined): NDArray =>
  keepdims === true
    ? reshape(
        reduced,
        x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n)),
      )
    : reduced;

const reducer =
  (
    name: string,
    f: (x: NDArray, axes: readonly number[]) => NDArray,
    prepare: (x: ArrayLike) => NDArray = asOperand,
  ): Reducer =>
  (value, given) => {
    const x = prepare(value);
    const { axis, keepdims } = optionsFrom(given);
    const axes = axesFrom(name, x.type, axis);
    return withWeak(kept(x, f(x, axes), axes, keepdims), x.weak);
  };

/** Narrow types in one that holds their sums, as in JAX. */
const counted = (x: ArrayLike): NDArray => {
  const y = asOperand(x);
  return y.dtype === 'bool' ? convert(y, 'int32') : y.dtype === 'uint8' ? convert(y, 'uint32') : y;
};
const asBool = (x: ArrayLike): NDArray => {
  const y = asOperand(x);
  return y.dtype === 'bool' ? y : ne(y, like(y, 0));
};
const countOf = (x: NDArray, axes: readonly number[]): number => axes.reduce((n, axis) => n * (x.shape[axis] ?? 1), 1);

/** The sum; of booleans and bytes as int32. */
export const sum = reducer('sum', reduceSum, counted);
export const prod = reducer('prod', r.reduceProd, counted);
/** Nothing is the largest of no elements. */
const extremum =
  (name: string, f: (x: NDArray, axes: readonly number[]) => NDArray) =>
  (x: NDArray, axes: readonly number[]): NDArray => {
    const empty = axes.find((axis) => x.shape[axis] === 0);
    if (empty !== undefined)
      throw new ShapeError(
        `${name}: expected axes with elements, got ${showType(x.type)} along axis ${empty}. Put a lowest element in first.`,
        'shape.empty',
      );
    return f(x, axes);
  };
/** The largest; ties share the derivative, NaN wins. */
export const max = reducer('max', extremum('max', r.reduceMax));
/** The smallest; ties share the derivative, NaN wins. */
export const min = reducer('min', extremum('min', r.reduceMin));
export const any = reducer('any', r.reduceOr, asBool);
export const all = reducer('all', r.reduceAnd, asBool);
const over = (x: NDArray, count: number): NDArray => div(x, like(x, count));
/** NaN without elements. */
const meanOver = (x: NDArray, axes: readonly number[]): NDArray => over(reduceSum(x, axes), countOf(x, axes));
export const mean = reducer('mean', meanOver, asFloat);

/** The mean of squared distances from the mean; `ddof` is taken off the count. */
const variance =
  (ddof: number) =>
  (x: NDArray, axes: readonly number[]): NDArray => {
    const rest = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const centred = sub(x, broadcast(meanOver(x, axes), x.shape, rest));
    return over(reduceSum(square(centred), axes), countOf(x, axes) - ddof);
  };
export interface VarianceOptions extends ReduceOptions {
  readonly ddof?: number;
}
const ddofOf = (given: Axis | VarianceOptions | undefined): number =>
  typeof given === 'object' && given !== null && 'ddof' in given ? (given.ddof ?? 0) : 0;
/** `var` in NumPy. */
export const variance_ = (x: ArrayLike, options?: Axis | VarianceOptions): NDArray =>
  reducer('var', variance(ddofOf(options)), asFloat)(x, options);
export const std = (x: ArrayLike, options?: Axis | VarianceOptions): NDArray =>
  reducer('std', (y, axes) => sqrt(variance(ddofOf(options))(y, axes)), asFloat)(x, options);

/** `log(sum(exp(x)))`, stable for large values. */
export const logsumexp = reducer(
  'logsumexp',
  (x, axes) => {
    const rest = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const top = stopGradientOf(r.reduceMax(x, axes));
    const shift = select(isFinite(top), top, like(top, 0));
    return add(log(reduceSum(exp(sub(x, broadcast(shift, x.shape, rest))), axes)), shift);
  },
  asFloat,
);

type Positions = (
  x: ArrayLike,
  options?: number | { readonly axis?: number | null; readonly keepdims?: boolean },
) => NDArray;
const positions =
  (name: string, f: (x: NDArray, axis: number) => NDArray): Positions =>
  (value, given) => {
    const x = asOperand(value);
    const { axis = null, keepdims = false } = typeof given === 'number' ? { axis: given } : (given ?? {});
    if (axis === null) return f(reshape(x, [x.size]), 0);
    const at = axisOf(name, x.type, axis);
    return kept(x, f(x, at), [at], keepdims);
  };
/** The int32 position of the first largest; over all elements without an axis. */
export const argmax = positions('argmax', r.argmax);
export const argmin = positions('argmin', r.argmin);

type Running = (x: ArrayLike, axis?: number) => NDArray;
const running =
  (name: string, f: (x: NDArray, axis: number) => NDArray, prepare: (x: ArrayLike) => NDArray = asOperand): Running =>
  (value, axis) => {
    const x = prepare(value);
    return axis === undefined ? f(reshape(x, [x.size]), 0) : f(x, axisOf(name, x.type, axis));
  };
/** Running sums; of all elements in order without an axis. */
export const cumsum = running('cumsum', (x, axis) => c.cumsum(x, axis), counted);
export const cumprod = running('cumprod', (x, axis) => c.cumprod(x, axis), counted);
export const cummax = running('cummax', (x, axis) => c.cummax(x, axis));
export const cummin = running('cummin', (x, axis) => c.cummin(x, axis));
