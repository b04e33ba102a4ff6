/** What is added to a loss to keep parameters small, and a constraint that keeps them so. */
import { FluxionError } from '../array/errors.ts';
import { isNDArray, splat, type NDArray } from '../array/ndarray.ts';
import { abs, add, divide, maximum, multiply, sqrt, square } from '../operations/arithmetic.ts';
import { sum } from '../operations/reduction.ts';
import { leavesWithPath, mapWithPath } from '../tree/traverse.ts';
import { isKernel, type Where } from './parameters.ts';

export interface RegularizerOptions {
  /** Which arrays count. Default kernels: biases and the scales of normalisations are left alone. */
  readonly where?: Where;
}

/** The sum over the arrays that count; 0 if there are none. */
const total = (params: unknown, where: Where, f: (x: NDArray) => NDArray): NDArray =>
  leavesWithPath(params)
    .flatMap(([path, leaf]) => (isNDArray(leaf) && where(path, leaf) ? [sum(f(leaf))] : []))
    .reduce<NDArray | null>((so, part) => (so === null ? part : add(so, part)), null) ??
  splat({ dtype: 'float32', shape: [] }, 0);

/** The sum of sizes, `sum |w|`. Multiply by a strength and add to the loss. */
export const l1 = (params: unknown, { where = isKernel }: RegularizerOptions = {}): NDArray =>
  total(params, where, abs);

/** The sum of squares, `sum w^2`, as Keras counts it: without the half of "weight decay". */
export const l2 = (params: unknown, { where = isKernel }: RegularizerOptions = {}): NDArray =>
  total(params, where, square);

export interface ElasticOptions extends RegularizerOptions {
  /** Strength of the sum of sizes. Default 0.01. */
  readonly l1?: number;
  /** Strength of the sum of squares. Default 0.01. */
  readonly l2?: number;
}

/** `l1 * sum |w| + l2 * sum w^2` (Zou and Hastie 2005). */
export const l1l2 = (
  params: unknown,
  { where, l1: sizes = 0.01, l2: squares = 0.01 }: ElasticOptions = {},
): NDArray => {
  const options = where === undefined ? {} : { where };
  return add(multiply(l1(params, options), sizes), multiply(l2(params, options), squares));
};

/**
 * Parameters whose kernels have no column longer than `limit`: the weights into each output, all axes but the last, are shortened to it (Srivastava et al. 2014,
 * section 5.1). For after each step.
 */
export const maxNorm = <P>(params: P, limit = 2, { where = isKernel }: RegularizerOptions = {}): P => {
  if (!(limit > 0))
    throw new FluxionError('nn.norm', `maxNorm: expected a limit above 0, got ${limit}. It is the greatest length.`);
  const shorten = (kernel: NDArray): NDArray => {
    const axis = Array.from({ length: kernel.ndim - 1 }, (_, i) => i);
    const length = sqrt(sum(square(kernel), { axis, keepdims: true }));
    return divide(kernel, maximum(divide(length, limit), 1));
  };
  return mapWithPath(
    (path, leaf: unknown) => (isNDArray(leaf) && leaf.ndim > 0 && where(path, leaf) ? shorten(leaf) : leaf),
    params,
  ) as P; // sound: arrays for arrays
};
