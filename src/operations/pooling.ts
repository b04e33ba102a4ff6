/** Reductions over sliding windows under JAX's names. */
import { ShapeError } from '../array/errors.ts';
import { splat, type NDArray } from '../array/ndarray.ts';
import { sameShape, showShape, showType, sizeOf } from '../array/type.ts';
import { neutral, windowOutput, type Monoid, type WindowShape } from '../kernels/kernel.ts';
import { mul } from '../primitives/arithmetic.ts';
import { reshape } from '../primitives/broadcast.ts';
import { scatter } from '../primitives/indexing.ts';
import { nth } from '../primitives/record.ts';
import { pad, slice } from '../primitives/slicing.ts';
import { windowArgmax, windowArgmin, windowMax, windowMin, windowSum } from '../primitives/windowing.ts';
import { paddingPairs, perAxis, spanOf, type Padding } from './window-padding.ts';

export interface WindowOptions {
  /** The window's extent along every axis of the array. */
  readonly windowDimensions: readonly number[];
  /** Its steps. Default 1. */
  readonly windowStrides?: number | readonly number[];
  /** What is added never wins and adds nothing. Default `VALID`. */
  readonly padding?: Padding;
  /** Its elements this far apart. Default 1. */
  readonly windowDilation?: number | readonly number[];
}
export interface ReduceWindowOptions extends WindowOptions {
  /** The array's elements this far apart, with nothing between. Default 1. */
  readonly baseDilation?: number | readonly number[];
}

/** Axes in front along which the window does nothing are batch axes. */
const windowOf = (name: string, x: NDArray, options: WindowOptions): WindowShape => {
  const rank = x.ndim;
  const size = perAxis(name, 'windowDimensions', options.windowDimensions, rank);
  const stride = perAxis(name, 'windowStrides', options.windowStrides, rank);
  const dilation = perAxis(name, 'windowDilation', options.windowDilation, rank);
  const spans = size.map((n, axis) => spanOf(n, nth(dilation, axis)));
  const pairs = paddingPairs(name, options.padding ?? 'VALID', x.shape, spans, stride);
  const isIdle = (axis: number): boolean =>
    size[axis] === 1 && stride[axis] === 1 && nth(pairs, axis).every((n) => n === 0);
  const busy = size.findIndex((_, axis) => !isIdle(axis));
  const batch = busy < 0 ? rank : busy;
  return {
    batch,
    size: size.slice(batch),
    stride: stride.slice(batch),
    dilation: dilation.slice(batch),
    low: pairs.slice(batch).map(([low]) => low),
    high: pairs.slice(batch).map(([, high]) => high),
  };
};

/** The product of each window, element by element of the window, so that zeros have right derivatives. */
const windowProduct = (x: NDArray, w: WindowShape): NDArray => {
  const lead = x.shape.slice(0, w.batch);
  const one = splat({ dtype: x.dtype, shape: [] }, 1);
  const around = (list: readonly number[], front: number): readonly number[] => [...lead.map(() => front), ...list];
  const shape = windowOutput(x.shape, w);
  let total = splat({ dtype: x.dtype, shape }, 1);
  if (sizeOf(shape) === 0) return total;
  const wide = pad(x, one, {
    low: around(w.low, 0),
    high: around(w.high, 0),
    interior: x.shape.map(() => 0),
  });
  const stride = around(w.stride, 1);
  for (let at = 0; at < sizeOf(w.size); at++) {
    let rest = at;
    const offset = [...w.size].reverse().map((n) => {
      const digit = rest % n;
      rest = (rest - digit) / n;
      return digit;
    });
    const start = around(
      offset.reverse().map((k, i) => k * nth(w.dilation, i)),
      0,
    );
    const limit = start.map((s, axis) => s + (nth(shape, axis) - 1) * nth(stride, axis) + 1);
    total = mul(total, slice(wide, start, limit, stride));
  }
  return total;
};

/**
 * JAX's `reduce_window` for the four fixed monoids: each output element reduces one window, starting from the neutral element. The cotangent of `max` and `min` goes to the
 * first extreme element of the window. For bool, `max` is "or" and `min` is "and".
 *
 * @example reduceWindow(x, 'max', { windowDimensions: [1, 2, 2, 1], windowStrides: [1, 2, 2, 1] })
 */
export const reduceWindow = (x: NDArray, monoid: Monoid, options: ReduceWindowOptions): NDArray => {
  const dilation = perAxis('reduceWindow', 'baseDilation', options.baseDilation, x.ndim);
  const none = dilation.map(() => 0);
  const wide = pad(x, splat({ dtype: x.dtype, shape: [] }, neutral(monoid, x.dtype)), {
    low: none,
    high: none,
    interior: dilation.map((n) => n - 1),
  });
  const window = windowOf('reduceWindow', wide, options);
  switch (monoid) {
    case 'sum':
      return windowSum(wide, window);
    case 'max':
      return windowMax(wide, window);
    case 'min':
      return windowMin(wide, window);
    case 'prod':
      return windowProduct(wide, window);
  }
};

/**
 * Send each element of `source` to where the window of the same position has its first largest (`max`) or smallest (`min`) element of `operand`, and add up what
 * arrives: the adjoint of max pooling. `source` has the shape of the pooled array; what no window chose is 0.
 */
export const selectAndScatterAdd = (
  source: NDArray,
  operand: NDArray,
  select: 'max' | 'min',
  options: WindowOptions,
): NDArray => {
  const window = windowOf('selectAndScatterAdd', operand, options);
  const shape = windowOutput(operand.shape, window);
  if (!sameShape(source.shape, shape))
    throw new ShapeError(
      `selectAndScatterAdd: expected a source of shape ${showShape(shape)}, got ${showType(source.type)} for ${showType(operand.type)}. One element for each window.`,
      'shape.window',
    );
  const at = select === 'max' ? windowArgmax(operand, window) : windowArgmin(operand, window);
  const lead = shape.slice(0, window.batch);
  const count = sizeOf(shape.slice(window.batch));
  const flat = [...lead, sizeOf(operand.shape.slice(window.batch))];
  const sums = scatter(
    splat({ dtype: source.dtype, shape: flat }, 0),
    reshape(at, [...lead, count, 1]),
    reshape(source, [...lead, count]),
    { batch: window.batch, combine: 'add', unique: false },
  );
  return reshape(sums, operand.shape);
};
