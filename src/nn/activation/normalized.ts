/** Functions along axes: shares, their logarithms, and standard scores. */
import type { Axis } from '../../array/methods.ts';
import type { DType } from '../../array/dtype.ts';
import type { ArrayLike, NDArray } from '../../array/ndarray.ts';
import { add, divide, exp, log, sqrt, subtract, where as choose } from '../../operations/arithmetic.ts';
import { oneHot as oneHotLast } from '../../operations/indexing.ts';
import { astype, moveaxis } from '../../operations/manipulation.ts';
import { logsumexp as logSumExp } from '../../operations/log-sum.ts';
import { asFloat } from '../../operations/promotion.ts';
import { max, maskFor, mean as meanOf, sum, variance_ } from '../../operations/reduction.ts';
import { stopGradientOf } from '../../primitives/stop-gradient.ts';

export interface SoftmaxOptions {
  /** The axes that share. Default the last. */
  readonly axis?: Axis;
  /** Which elements take part; it broadcasts. Default all. */
  readonly where?: ArrayLike;
}

const softmaxOptions = (given: Axis | SoftmaxOptions): SoftmaxOptions =>
  typeof given === 'object' && given !== null && !Array.isArray(given)
    ? (given as SoftmaxOptions) // sound: no axis is such an object
    : { axis: given as Axis };

/** Elements less the largest of those that take part; -Infinity for those that do not. */
const shifted = (x: NDArray, axis: Axis, mask: NDArray | null): NDArray => {
  const kept = mask === null ? x : choose(mask, x, -Infinity);
  return subtract(kept, stopGradientOf(max(kept, { axis, keepdims: true })));
};

/** `exp(x) / sum(exp(x))` along an axis, stable for large values. Elements left out are 0. NaN if one is infinite or all are -Infinity. */
export const softmax = (value: NDArray, given: Axis | SoftmaxOptions = -1): NDArray => {
  const { axis = -1, where } = softmaxOptions(given);
  const x = asFloat(value);
  const mask = where === undefined ? null : maskFor(where, x);
  const powers = exp(shifted(x, axis, mask));
  const shares = divide(powers, sum(powers, { axis, keepdims: true }));
  return mask === null ? shares : choose(mask, shares, 0);
};

/** Logarithm of the softmax, stable for large values. Elements left out are -Infinity. NaN if one is infinite or all are -Infinity. */
export const logSoftmax = (value: NDArray, given: Axis | SoftmaxOptions = -1): NDArray => {
  const { axis = -1, where } = softmaxOptions(given);
  const x = asFloat(value);
  const mask = where === undefined ? null : maskFor(where, x);
  const low = shifted(x, axis, mask);
  const logs = subtract(low, log(sum(exp(low), { axis, keepdims: true })));
  return mask === null ? logs : choose(mask, logs, -Infinity);
};

export interface LogSumExpOptions {
  /** Default all axes. */
  readonly axis?: Axis;
  readonly keepdims?: boolean;
  /** Which elements take part; it broadcasts. Default all. */
  readonly where?: ArrayLike;
  /** Factors of the exponentials. */
  readonly b?: ArrayLike;
}

/** `log(sum(b exp(x)))`, stable for large values; -Infinity where nothing takes part or all is -Infinity. */
export const logsumexp = (value: NDArray, { where, ...rest }: LogSumExpOptions = {}): NDArray => {
  const x = asFloat(value);
  return logSumExp(where === undefined ? x : choose(maskFor(where, x), x, -Infinity), rest);
};

/** `log(mean(exp(x)))`, stable for large values; NaN where nothing takes part. */
export const logmeanexp = (value: NDArray, options: Omit<LogSumExpOptions, 'b'> = {}): NDArray => {
  const x = asFloat(value);
  const { where = true, ...rest } = options;
  const count = sum(astype(maskFor(where, x), x.dtype), rest);
  return subtract(logsumexp(x, options), log(count));
};

export interface StandardizeOptions {
  /** Default the last. */
  readonly axis?: Axis;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** Known ones, which broadcast. Default those along the axis. */
  readonly mean?: ArrayLike;
  readonly variance?: ArrayLike;
  /** Which elements the mean and the variance are of. Default all. */
  readonly where?: ArrayLike;
}

/** `(x - mean) / sqrt(variance + epsilon)` along an axis. */
export const standardize = (
  value: NDArray,
  { axis = -1, epsilon = 1e-5, mean, variance, where }: StandardizeOptions = {},
): NDArray => {
  const x = asFloat(value);
  const over = { axis, keepdims: true, ...(where === undefined ? {} : { where: maskFor(where, x) }) };
  const centre = mean ?? meanOf(x, over);
  const spread = variance ?? variance_(x, over);
  return divide(subtract(x, centre), sqrt(add(spread, epsilon)));
};

export interface OneHotOptions {
  /** Default float32. */
  readonly dtype?: DType;
  /** Where the classes stand among the axes of the result. Default the last. */
  readonly axis?: number;
}

/** 1 at the position of each label along a new axis of `classes`, 0 elsewhere; labels out of range give zeros. */
export const oneHot = (
  labels: ArrayLike,
  classes: number,
  { dtype = 'float32', axis = -1 }: OneHotOptions = {},
): NDArray => moveaxis(oneHotLast(labels, classes, dtype), -1, axis);
