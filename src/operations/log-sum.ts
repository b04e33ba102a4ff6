/** Sums of exponentials, by their logarithms. */
import type { Axis, ReduceOptions } from '../array/methods.ts';
import { splat, withWeak, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { abs, add, isFinite, max, mul, sign, sub } from '../primitives/arithmetic.ts';
import { reduceSum } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { exp, log } from '../primitives/exponential.ts';
import { eq, select } from '../primitives/logic.ts';
import { reduceMax } from '../primitives/reduction.ts';
import { pad, sliceAxis } from '../primitives/slicing.ts';
import { stopGradientOf } from '../primitives/stop-gradient.ts';
import { axesFrom, axisOf, optionsFrom } from './axes.ts';
import { align, asFloat, asOperand } from './promotion.ts';
import { spread, withKept } from './reduction.ts';

export interface LogSumExpOptions extends ReduceOptions {
  /** Factors of the exponentials. */
  readonly b?: ArrayLike;
  /** Whether to return `[log |sum|, sign of the sum]`, so that the sum may be negative. */
  readonly returnSign?: boolean;
}

/** Something finite to take off all exponents; constant, since it cancels. */
const shiftOf = (top: NDArray): NDArray => {
  const constant = stopGradientOf(top);
  return select(isFinite(constant), constant, like(constant, 0));
};

interface Sum {
  readonly value: NDArray;
  /** Only where it is wanted. */
  readonly sign: NDArray | null;
}
const sumOf = (value: ArrayLike, { axis, keepdims, b }: LogSumExpOptions, isSigned: boolean): Sum => {
  const [given, factors] = b === undefined ? [asFloat(value)] : align('logsumexp', asFloat(value), b);
  const x0 = given ?? asFloat(value);
  // Where the factor is 0 the exponent does not matter.
  const x = factors === undefined ? x0 : select(eq(factors, like(factors, 0)), like(x0, -Infinity), x0);
  const axes = axesFrom('logsumexp', x.type, axis);
  const shift = x.size === 0 ? like(reduceSum(x, axes), 0) : shiftOf(reduceMax(x, axes));
  const powers = exp(sub(x, spread(shift, x, axes)));
  const total = reduceSum(factors === undefined ? powers : mul(factors, powers), axes);
  const result = add(log(isSigned ? abs(total) : total), shift);
  const kept = (y: NDArray): NDArray => withWeak(withKept(x, y, axes, keepdims), x0.weak);
  return { value: kept(result), sign: isSigned ? kept(sign(total)) : null };
};

interface LogSumExp {
  (x: ArrayLike, options: LogSumExpOptions & { readonly returnSign: true }): readonly [NDArray, NDArray];
  (x: ArrayLike, options?: Axis | (LogSumExpOptions & { readonly returnSign?: false })): NDArray;
}
const logSumExp = (x: ArrayLike, given?: Axis | LogSumExpOptions): NDArray | readonly [NDArray, NDArray] => {
  const options = optionsFrom<LogSumExpOptions>(given);
  const { value, sign: signs } = sumOf(x, options, options.returnSign === true);
  return signs === null ? value : [value, signs];
};
/** `log(sum(b * exp(x)))`, stable for large values; NaN for a negative sum. */
export const logsumexp = logSumExp as LogSumExp; // sound: a pair exactly when the sign is wanted

const logAdd = (x: NDArray, y: NDArray): NDArray => {
  const shift = shiftOf(max(x, y));
  const total = add(exp(sub(x, shift)), exp(sub(y, shift)));
  // log(0) of two that are -Infinity would have no derivative.
  const isNone = eq(total, like(total, 0));
  return select(isNone, like(x, -Infinity), add(log(select(isNone, like(total, 1), total)), shift));
};

/** Every element moved `by` places along the axis (back if `reverse`), -Infinity coming in. */
const shifted = (x: NDArray, axis: number, by: number, reverse: boolean): NDArray => {
  const extent = x.shape[axis] ?? 0;
  const kept = reverse ? sliceAxis(x, axis, by, extent) : sliceAxis(x, axis, 0, extent - by);
  const none = x.shape.map(() => 0);
  const moved = x.shape.map((_, a) => (a === axis ? by : 0));
  return pad(kept, splat({ dtype: x.dtype, shape: [] }, -Infinity), {
    low: reverse ? none : moved,
    high: reverse ? moved : none,
    interior: none,
  });
};

/** Running `logsumexp` along an axis, from the end if `reverse`, by doubling steps. */
export const cumlogsumexp = (value: ArrayLike, axis = 0, reverse = false): NDArray => {
  const x = asFloat(asOperand(value));
  const at = axisOf('cumlogsumexp', x.type, axis);
  let y = x;
  for (let by = 1; by < (x.shape[at] ?? 0); by *= 2) y = logAdd(y, shifted(y, at, by, reverse));
  return y;
};
