/** Reductions with NumPy's arguments: axes, masks, initial values, element types. */
import type {
  Axis,
  ExtremumOptions,
  FoldOptions,
  MaskedOptions,
  MeanOptions,
  ReduceOptions,
  SpreadOptions,
} from '../array/methods.ts';
import type { DType } from '../array/dtype.ts';
import { ShapeError } from '../array/errors.ts';
import { type ArrayLike, withWeak, type NDArray } from '../array/ndarray.ts';
import { axesOf, showType, without, type Shape } from '../array/type.ts';
import { neutral, type Monoid } from '../kernels/kernel.ts';
import { add, convert, div, max as larger, min as smaller, mul, sub } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum, reshape } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { sqrt, square } from '../primitives/exponential.ts';
import { and, ne, or, select } from '../primitives/logic.ts';
import * as r from '../primitives/reduction.ts';
import { axesFrom, axisOf, optionsFrom } from './axes.ts';
import { broadcastTo } from './manipulation.ts';
import { asFloat, asOperand } from './promotion.ts';

/** Put the reduced axes back with extent 1. */
export const withKept = (
  x: NDArray,
  reduced: NDArray,
  axes: readonly number[],
  keepdims: boolean | undefined,
): NDArray =>
  keepdims === true
    ? reshape(
        reduced,
        x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n)),
      )
    : reduced;

/** What was reduced, repeated along the reduced axes of `x`. */
export const spread = (reduced: NDArray, x: NDArray, axes: readonly number[]): NDArray =>
  broadcast(reduced, x.shape, without(axesOf(x.shape), axes));

/** The extents that a reduction leaves. */
const restOf = (x: NDArray, axes: readonly number[]): Shape => x.shape.filter((_, axis) => !axes.includes(axis));

/** The condition in the shape of `x`. */
export const maskFor = (where: ArrayLike, x: NDArray): NDArray => broadcastTo(asBool(where), x.shape);
const asBool = (x: ArrayLike): NDArray => {
  const y = asOperand(x);
  return y.dtype === 'bool' ? y : ne(y, like(y, 0));
};
/** Narrow types in one that holds their sums, as in JAX. */
export const asCount = (x: ArrayLike, dtype?: DType): NDArray => {
  const y = asOperand(x);
  if (dtype !== undefined) return withWeak(convert(y, dtype), false);
  return y.dtype === 'bool' ? convert(y, 'int32') : y.dtype === 'uint8' ? convert(y, 'uint32') : y;
};

interface Fold {
  readonly name: string;
  readonly monoid: Monoid;
  readonly reduce: (x: NDArray, axes: readonly number[]) => NDArray;
  readonly combine: (x: NDArray, y: NDArray) => NDArray;
  readonly prepare: (x: ArrayLike, dtype?: DType) => NDArray;
  /** Whether nothing has a result. */
  readonly hasNeutral: boolean;
}
type Reducer<O> = (x: ArrayLike, options?: Axis | O) => NDArray;

/** Without elements, and without an initial one, there is no largest. */
const checkElements = (name: string, x: NDArray, axes: readonly number[], isMasked: boolean): void => {
  const empty = axes.find((axis) => x.shape[axis] === 0);
  if (empty === undefined && !isMasked) return;
  const got = empty === undefined ? `a condition` : `axis ${empty}`;
  throw new ShapeError(
    `${name}: expected axes with elements, got ${showType(x.type)} along ${got}${empty === undefined ? ' that may leave none' : ''}. Give an initial value.`,
    'shape.empty',
  );
};

const folder =
  ({ name, monoid, reduce, combine, prepare, hasNeutral }: Fold): Reducer<FoldOptions<NDArray>> =>
  (value, given) => {
    const { axis, keepdims, dtype, where, initial } = optionsFrom<FoldOptions<NDArray>>(given);
    const x = prepare(value, dtype);
    const axes = axesFrom(name, x.type, axis);
    if (!hasNeutral && initial === undefined) checkElements(name, x, axes, where !== undefined);
    const none = like(x, neutral(monoid, x.dtype));
    const reduced = reduce(where === undefined ? x : select(maskFor(where, x), x, none), axes);
    const total =
      initial === undefined
        ? reduced
        : combine(reduced, broadcastTo(convert(asOperand(initial), x.dtype), reduced.shape));
    return withWeak(withKept(x, total, axes, keepdims), x.weak);
  };

const both = { hasNeutral: true } as const;
/** The sum; of booleans and bytes as int32 and uint32. */
export const sum: Reducer<FoldOptions<NDArray>> = folder({
  name: 'sum',
  monoid: 'sum',
  reduce: reduceSum,
  combine: add,
  prepare: asCount,
  ...both,
});
/** The product; 1 without elements. */
export const prod: Reducer<FoldOptions<NDArray>> = folder({
  name: 'prod',
  monoid: 'prod',
  reduce: r.reduceProd,
  combine: mul,
  prepare: asCount,
  ...both,
});
/** With an initial value, of no elements too: ties share the derivative, NaN wins. */
const extremum = (
  name: string,
  monoid: 'max' | 'min',
  combine: Fold['combine'],
  reduceSome: Fold['reduce'],
): Reducer<ExtremumOptions<NDArray>> =>
  folder({
    name,
    monoid,
    combine,
    // No element at all has no tangent, where that of ties would be 0 / 0.
    reduce: (x, axes) =>
      axes.some((axis) => x.shape[axis] === 0)
        ? like({ dtype: x.dtype, shape: restOf(x, axes) }, neutral(monoid, x.dtype))
        : reduceSome(x, axes),
    prepare: asOperand,
    hasNeutral: false,
  });
/** The largest; ties share the derivative, NaN wins. With `where`, an initial value is needed, as in JAX. */
export const max = extremum('max', 'max', larger, r.reduceMax);
/** The smallest; ties share the derivative, NaN wins. With `where`, an initial value is needed, as in JAX. */
export const min = extremum('min', 'min', smaller, r.reduceMin);
export { max as amax, min as amin };
/** Whether one element is not 0. */
export const any: Reducer<MaskedOptions<NDArray>> = folder({
  name: 'any',
  monoid: 'max',
  reduce: r.reduceOr,
  combine: or,
  prepare: asBool,
  ...both,
});
/** Whether no element is 0. */
export const all: Reducer<MaskedOptions<NDArray>> = folder({
  name: 'all',
  monoid: 'min',
  reduce: r.reduceAnd,
  combine: and,
  prepare: asBool,
  ...both,
});
/** How many elements are not 0, as int32. */
export const countNonzero: Reducer<ReduceOptions> = (x, options) => sum(asBool(x), options);
/** The distance from the smallest to the largest. */
export const ptp: Reducer<ReduceOptions> = (x, options) => sub(max(x, options), min(x, options));

/** How many elements count, for each result. */
const countOf = (x: NDArray, axes: readonly number[], mask: NDArray | null): NDArray => {
  if (mask !== null) return reduceSum(convert(mask, x.dtype), axes);
  return like(
    { dtype: x.dtype, shape: restOf(x, axes) },
    axes.reduce((n, axis) => n * (x.shape[axis] ?? 1), 1),
  );
};
const floatOf = (x: ArrayLike, dtype: DType | undefined): NDArray =>
  asFloat(dtype === undefined ? x : asCount(x, dtype));
const masked = (x: NDArray, mask: NDArray | null): NDArray => (mask === null ? x : select(mask, x, like(x, 0)));
const meanOver = (x: NDArray, axes: readonly number[], mask: NDArray | null): NDArray =>
  div(reduceSum(masked(x, mask), axes), countOf(x, axes, mask));

const averager =
  <O extends MeanOptions<NDArray>>(
    name: string,
    f: (x: NDArray, axes: readonly number[], mask: NDArray | null, options: Partial<O>) => NDArray,
  ): Reducer<O> =>
  (value, given) => {
    const options = optionsFrom<O>(given);
    const x = floatOf(value, options.dtype);
    const axes = axesFrom(name, x.type, options.axis);
    const mask = options.where === undefined ? null : maskFor(options.where, x);
    return withWeak(withKept(x, f(x, axes, mask, options), axes, options.keepdims), x.weak);
  };
/** The sum over the count; NaN without elements. */
export const mean = averager<MeanOptions<NDArray>>('mean', meanOver);

export type VarianceOptions = SpreadOptions<NDArray>;
/** The mean of squared distances from the mean; NaN where `ddof` leaves no count. */
const varianceOver = (
  x: NDArray,
  axes: readonly number[],
  mask: NDArray | null,
  { ddof = 0 }: Partial<VarianceOptions>,
): NDArray => {
  // What does not count is no NaN that a derivative could meet.
  const clean = masked(x, mask);
  const centred = masked(sub(clean, spread(meanOver(clean, axes, mask), x, axes)), mask);
  const count = countOf(x, axes, mask);
  const left = sub(count, like(count, ddof));
  const isSome = ne(larger(left, like(left, 0)), like(left, 0));
  return div(reduceSum(square(centred), axes), select(isSome, left, like(left, NaN)));
};
/** `var` in NumPy. */
export const variance_ = averager<VarianceOptions>('var', varianceOver);
/** The square root of the variance. */
export const std = averager<VarianceOptions>('std', (...args) => sqrt(varianceOver(...args)));

type Positions = (
  x: ArrayLike,
  options?: number | { readonly axis?: number | null; readonly keepdims?: boolean },
) => NDArray;
const positions =
  (name: string, f: (x: NDArray, axis: number) => NDArray): Positions =>
  (value, given) => {
    const x = asOperand(value);
    const { axis = null, keepdims = false } = typeof given === 'number' ? { axis: given } : (given ?? {});
    if (axis === null) {
      const at = f(reshape(x, [x.size]), 0);
      return withKept(x, at, axesOf(x.shape), keepdims);
    }
    const at = axisOf(name, x.type, axis);
    return withKept(x, f(x, at), [at], keepdims);
  };
/** The int32 position of the first largest; over all elements without an axis. */
export const argmax = positions('argmax', r.argmax);
/** The int32 position of the first smallest; over all elements without an axis. */
export const argmin = positions('argmin', r.argmin);
