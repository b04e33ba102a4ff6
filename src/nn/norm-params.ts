/** What normalising layers share: moments that are stable, and the scale and shift behind them. */
import { FluxionError, ShapeError } from '../array/errors.ts';

import type { NDArray } from '../array/ndarray.ts';
import { showShape, type Shape } from '../array/type.ts';
import { add, multiply, square, subtract } from '../operations/arithmetic.ts';
import { reshape } from '../operations/manipulation.ts';
import { asFloat } from '../operations/promotion.ts';
import { mean } from '../operations/reduction.ts';
import { rsqrt } from '../primitives/exponential.ts';
import { ones, zeros } from './initializer.ts';
import type { Key } from '../random/key.ts';

/** What a normalised value is multiplied by and moved by, for each channel; null where the layer does not. */
export interface NormParams {
  readonly scale: NDArray | null;
  readonly bias: NDArray | null;
}

export interface NormOptions {
  /** Added to the variance under the root. */
  readonly epsilon?: number;
  /** Whether to learn a factor, also called gamma. Default true. */
  readonly scale?: boolean;
  /** Whether to learn a shift, also called beta. Default true. */
  readonly center?: boolean;
}

/** Factors 1 and shifts 0 of a shape. */
export const normParams = (key: Key, shape: Shape, { scale = true, center = true }: NormOptions): NormParams => ({
  scale: scale ? ones(key, shape) : null,
  bias: center ? zeros(key, shape) : null,
});

/** Throws unless `epsilon` is a number of at least 0. */
export const checkEpsilon = (name: string, epsilon: number): void => {
  if (!(epsilon >= 0 && epsilon < Infinity))
    throw new FluxionError(
      'nn.norm',
      `${name}: expected an epsilon of at least 0, got ${epsilon}. It is added to the variance under the root.`,
    );
};

/** Axes counted from the end, sorted, of an example with this shape. */
export const axesFromEnd = (name: string, axis: number | readonly number[], inputShape: Shape): readonly number[] => {
  const axes = typeof axis === 'number' ? [axis] : axis;
  const isWrong = (a: number): boolean => !Number.isInteger(a) || a >= 0 || a < -inputShape.length;
  if (axes.length === 0 || axes.some(isWrong) || new Set(axes).size < axes.length)
    throw new ShapeError(
      `${name}: expected axes from -1 to -${inputShape.length} of examples ${showShape(inputShape)}, got ${showShape(axes)}. Count from the end, since batch axes stand in front.`,
      'shape.layer',
    );
  return [...axes].sort((a, b) => a - b);
};

/** Mean and biased variance over some axes, which keep extent 1, and the deviations: two passes, so that a large mean costs no digits. */
export const moments = (
  x: NDArray,
  axis: readonly number[],
): { readonly mean: NDArray; readonly variance: NDArray; readonly deviation: NDArray } => {
  const centre = mean(x, { axis, keepdims: true });
  const deviation = subtract(x, centre);
  return { mean: centre, variance: mean(square(deviation), { axis, keepdims: true }), deviation };
};

/** `deviation / sqrt(variance + epsilon)`. */
export const standardised = (deviation: NDArray, variance: NDArray, epsilon: number): NDArray =>
  multiply(deviation, rsqrt(asFloat(add(variance, epsilon))));

/** An array for some axes counted from the end, with extent 1 at those between and behind. */
export const atAxes = (values: NDArray, axes: readonly number[]): NDArray => {
  const first = Math.min(...axes);
  const place = (a: number): number => {
    const i = axes.indexOf(a);
    return i < 0 ? 1 : (values.shape[i] ?? 1);
  };
  return reshape(
    values,
    Array.from({ length: -first }, (_, i) => place(first + i)),
  );
};

/** `x * scale + bias` on some axes counted from the end. */
export const affine = (x: NDArray, { scale, bias }: NormParams, axes: readonly number[]): NDArray => {
  const grown = scale === null ? x : multiply(x, atAxes(scale, axes));
  return bias === null ? grown : add(grown, atAxes(bias, axes));
};
