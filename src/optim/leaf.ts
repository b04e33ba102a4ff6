/** Arithmetic on one leaf with hyperparameters, and what memories begin with. */
import { isNDArray, splat, type NDArray } from '../array/ndarray.ts';
import { axesOf } from '../array/type.ts';
import { add, convert, div, max, min, mul, neg, rem, sub } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum } from '../primitives/broadcast.ts';
import { exp, expm1, log, sqrt } from '../primitives/exponential.ts';
import { eq, gt, select } from '../primitives/logic.ts';
import { reduceMax } from '../primitives/reduction.ts';
import { map } from '../tree/traverse.ts';

/** A hyperparameter: a number, or an array without axes (as `injectHyperparams` gives). */
export type Scalar = number | NDArray;

/** A scalar spread over the shape and type of a leaf. */
export const spreadScalar = (scalar: NDArray, leaf: NDArray): NDArray =>
  broadcast(convert(scalar, leaf.dtype), leaf.shape, []);
/** A hyperparameter in the shape and type of a leaf. */
export const fill = (s: Scalar, leaf: NDArray): NDArray => (isNDArray(s) ? spreadScalar(s, leaf) : splat(leaf.type, s));

export const times = (x: NDArray, s: Scalar): NDArray => mul(x, fill(s, x));
export const over = (x: NDArray, s: Scalar): NDArray => div(x, fill(s, x));
export const plus = (x: NDArray, s: Scalar): NDArray => add(x, fill(s, x));
/** `x + s y`. */
export const plusTimes = (x: NDArray, y: NDArray, s: Scalar): NDArray => add(x, times(y, s));
export const squared = (x: NDArray): NDArray => mul(x, x);

/** A hyperparameter as an array of type float64 without axes: arithmetic between hyperparameters is done in doubles. */
export const double = (s: Scalar): NDArray =>
  isNDArray(s) ? convert(s, 'float64') : splat({ dtype: 'float64', shape: [] }, s);
/** `1 - s`. */
export const complement = (s: Scalar): Scalar => (isNDArray(s) ? sub(double(1), double(s)) : 1 - s);
export const negated = (s: Scalar): Scalar => (isNDArray(s) ? neg(s) : -s);
export const product = (a: Scalar, b: Scalar): Scalar =>
  isNDArray(a) || isNDArray(b) ? mul(double(a), double(b)) : a * b;

/** `rate * m + (1 - rate) * g`: one step of a running mean. */
export const blend =
  (rate: Scalar) =>
  (m: NDArray, g: NDArray): NDArray =>
    add(times(m, rate), times(g, complement(rate)));

/** The logarithm of `rate^count`. */
const exponent = (rate: Scalar, count: NDArray): NDArray =>
  mul(double(count), isNDArray(rate) ? log(double(rate)) : double(Math.log(rate)));
/** `rate^count`, as a double. */
export const powered = (rate: Scalar, count: NDArray): NDArray => exp(exponent(rate, count));
/** `1 - rate^count` without cancellation, as a double: what a running mean from zero has to be divided by. */
export const correction = (rate: Scalar, count: NDArray): NDArray => neg(expm1(exponent(rate, count)));

/** No steps yet. */
export const noSteps = (): NDArray => splat({ dtype: 'int32', shape: [] }, 0);
export const oneMore = (count: NDArray): NDArray => add(count, splat(count.type, 1));
/** Whether `period` divides a count. */
export const isMultiple = (count: NDArray, period: number): NDArray =>
  eq(rem(count, splat(count.type, period)), splat(count.type, 0));

/** A tree of the same value everywhere, like the parameters. */
export const filled = <P>(params: P, value: number): P => map((p: NDArray) => splat(p.type, value), params);
export const zerosLike = <P>(tree: P): P => filled(tree, 0);

/** One of two arrays of one type, by a bool without axes. */
export const choose = (condition: NDArray, x: NDArray, y: NDArray): NDArray =>
  select(broadcast(condition, x.shape, []), x, y);
/** Where the bool array holds `x`, else 0. */
export const where0 = (condition: NDArray, x: NDArray): NDArray => select(condition, x, fill(0, x));

/** `x / y` for doubles without axes, 0 unless `y` is above 0. */
export const share = (x: NDArray, y: NDArray): NDArray => {
  const isSome = gt(y, double(0));
  return choose(isSome, div(x, choose(isSome, y, double(1))), double(0));
};
/** Each element cut to `[-bound, bound]`. */
export const cut = (x: NDArray, bound: Scalar): NDArray => max(min(x, fill(bound, x)), fill(negated(bound), x));

/** The sum of all elements, without axes. */
export const total = (x: NDArray): NDArray => reduceSum(x, axesOf(x.shape));
/** The Euclidean norm of all elements. */
export const length = (x: NDArray): NDArray => sqrt(total(squared(x)));
/** The largest of elements that are at least 0; 0 of none. */
export const largest = (x: NDArray): NDArray =>
  x.size === 0 ? splat({ dtype: x.dtype, shape: [] }, 0) : reduceMax(x, axesOf(x.shape));
