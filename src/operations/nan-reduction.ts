/** Reductions that leave NaN out. */
import type { Axis, ExtremumOptions, FoldOptions, MeanOptions } from '../array/methods.ts';
import { isFloat } from '../array/dtype.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { isNaN } from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import { and, eq, not, select } from '../primitives/logic.ts';
import { optionsFrom } from './axes.ts';
import { asOperand } from './promotion.ts';
import * as r from './reduction.ts';
import * as running from './running.ts';

type Reducer<O> = (x: ArrayLike, options?: Axis | O) => NDArray;

/** A reduction of what is a number. */
const present =
  <O extends { readonly where?: ArrayLike; readonly axis?: Axis }>(f: Reducer<O>): Reducer<O> =>
  (value, given) => {
    const x = asOperand(value);
    if (!isFloat(x.dtype)) return f(x, given);
    const options = optionsFrom<O>(given);
    const isPresent = not(isNaN(x));
    const where = options.where === undefined ? isPresent : and(isPresent, r.maskFor(options.where, x));
    // Sound: the options as given, but for one that every reduction here has.
    return f(x, { ...options, where } as unknown as O);
  };
/** The sum of what is no NaN; 0 if nothing is. */
export const nansum = present<FoldOptions<NDArray>>(r.sum);
/** The product of what is no NaN; 1 if nothing is. */
export const nanprod = present<FoldOptions<NDArray>>(r.prod);
/** The mean of what is no NaN; NaN if nothing is. */
export const nanmean = present<MeanOptions<NDArray>>(r.mean);
/** The variance of what is no NaN; NaN where `ddof` leaves no count. */
export const nanvar = present<r.VarianceOptions>(r.variance_);
/** The standard deviation of what is no NaN. */
export const nanstd = present<r.VarianceOptions>(r.std);

const extremum =
  (f: Reducer<ExtremumOptions<NDArray>>, none: number): Reducer<ExtremumOptions<NDArray>> =>
  (value, given) => {
    const x = asOperand(value);
    if (!isFloat(x.dtype)) return f(x, given);
    const { axis = null, keepdims = false } = optionsFrom<ExtremumOptions<NDArray>>(given);
    const found = f(select(isNaN(x), like(x, none), x), given);
    return select(r.all(isNaN(x), { axis, keepdims }), like(found, NaN), found);
  };
/** The largest that is no NaN; NaN if nothing is. */
export const nanmax = extremum(r.max, -Infinity);
/** The smallest that is no NaN; NaN if nothing is. */
export const nanmin = extremum(r.min, Infinity);

type Positions = typeof r.argmax;
const position =
  (f: Positions, none: number): Positions =>
  (value, given) => {
    const x = asOperand(value);
    if (!isFloat(x.dtype)) return f(x, given);
    const { axis = null, keepdims = false } = typeof given === 'number' ? { axis: given } : (given ?? {});
    const at = f(select(isNaN(x), like(x, none), x), given);
    return select(r.all(isNaN(x), { axis, keepdims }), like(at, -1), at);
  };
/** The position of the first largest that is no NaN; -1 if nothing is, as in JAX. */
export const nanargmax = position(r.argmax, -Infinity);
/** The position of the first smallest that is no NaN; -1 if nothing is, as in JAX. */
export const nanargmin = position(r.argmin, Infinity);

const runningOver =
  (f: running.Running, neutral: number): running.Running =>
  (value, options) => {
    const x = asOperand(value);
    return f(select(eq(x, x), x, like(x, neutral)), options);
  };
/** Running sums, NaN counting as 0. */
export const nancumsum = runningOver(running.cumsum, 0);
/** Running products, NaN counting as 1. */
export const nancumprod = runningOver(running.cumprod, 1);
