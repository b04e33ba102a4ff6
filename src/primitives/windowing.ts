/** Reductions over sliding windows. */
import { ShapeError } from '../array/errors.ts';
import { splat, type NDArray } from '../array/ndarray.ts';
import { showShape, showType, sizeOf, type ArrayType, type Shape } from '../array/type.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import { neutral, windowOutput, type WindowShape } from '../kernels/kernel.ts';
import { reshape } from './broadcast.ts';
import { like } from './elementwise.ts';
import { gather } from './indexing.ts';
import { lt, select } from './logic.ts';
import { define, linear, noTangent, notLinear, nth, only } from './record.ts';
import { pad } from './slicing.ts';

const inferShape = (name: string, x: ArrayType, w: WindowShape): readonly number[] => {
  const rank = x.shape.length - w.batch;
  if (
    rank < 0 ||
    [w.size, w.stride, w.dilation, w.low, w.high].some((list) => list.length !== rank) ||
    [...w.size, ...w.stride, ...w.dilation].some((n) => !(n >= 1))
  )
    throw new ShapeError(
      `${name}: expected sizes, strides and dilations of at least 1 for the last ${rank} axes of ${showType(x)}, got size ${showShape(w.size)}. One entry for each axis.`,
    );
  return windowOutput(x.shape, w);
};

const under = (w: WindowShape): WindowShape => ({ ...w, batch: w.batch + 1 });

/** The window that sends cotangents back: over the cotangents spread by the stride, with the overlap as padding. */
const adjointWindow = (w: WindowShape, input: ArrayType, output: readonly number[]): WindowShape => ({
  ...w,
  stride: w.size.map(() => 1),
  low: w.size.map((size, i) => (size - 1) * nth(w.dilation, i) - nth(w.low, i)),
  high: w.size.map(
    (_, i) =>
      nth(input.shape, w.batch + i) -
      (Math.max(0, nth(output, w.batch + i) - 1) * nth(w.stride, i) + 1) +
      nth(w.low, i),
  ),
});

export const windowSumPrimitive: Primitive<WindowShape> = linear<WindowShape>({
  name: 'windowSum',
  infer: (x, w) => ({ dtype: x.dtype, shape: inferShape('windowSum', x, w) }),
  kernel: (w) => ({ kind: 'window', monoid: 'sum', ...w }),
  adjoint: (ct, w, input) => {
    if (sizeOf(ct.shape) === 0) return splat({ dtype: ct.dtype, shape: input.shape }, 0);
    const none = ct.shape.map(() => 0);
    const spread = pad(ct, splat({ dtype: ct.dtype, shape: [] }, 0), {
      low: none,
      high: none,
      interior: ct.shape.map((_, axis) => (axis < w.batch ? 0 : nth(w.stride, axis - w.batch) - 1)),
    });
    return windowSum(spread, adjointWindow(w, input, ct.shape));
  },
  under,
});
/** The sum of each window. */
export const windowSum = (x: NDArray, window: WindowShape): NDArray => bind1(windowSumPrimitive, window, x);

const position = (name: string, extremum: 'max' | 'min'): Primitive<WindowShape> => {
  const primitive: Primitive<WindowShape> = define<WindowShape>({
    name,
    infer: (inputs, w) => [{ dtype: 'int32', shape: inferShape(name, only(inputs, name), w) }],
    kernel: (w) => ({ kind: 'windowArg', extremum, ...w }),
    jvp: noTangent,
    transpose: notLinear(name),
    batch: ({ inputs, params }) => ({ outputs: [bind1(primitive, under(params), only(inputs, name))], mapped: [true] }),
  });
  return primitive;
};
export const windowArgmaxPrimitive = position('windowArgmax', 'max');
export const windowArgminPrimitive = position('windowArgmin', 'min');
/** The int32 row-major position (behind the batch axes) of the first largest element of each window; -1 where the window is empty. */
export const windowArgmax = (x: NDArray, window: WindowShape): NDArray => bind1(windowArgmaxPrimitive, window, x);
export const windowArgmin = (x: NDArray, window: WindowShape): NDArray => bind1(windowArgminPrimitive, window, x);

/** Whether every window holds some element of the array. */
const isNeverEmpty = (shape: Shape, w: WindowShape): boolean => {
  const windows = windowOutput(shape, w).slice(w.batch);
  return windows.every((count, i) => {
    const [extent, size, dilation] = [nth(shape, w.batch + i), nth(w.size, i), nth(w.dilation, i)];
    return Array.from({ length: count }, (_, o) => o * nth(w.stride, i) - nth(w.low, i)).every((start) => {
      const first = Math.max(0, Math.ceil(-start / dilation));
      return first < size && start + first * dilation < extent;
    });
  });
};

const extremumOf =
  (extremum: 'max' | 'min') =>
  (x: NDArray, window: WindowShape): NDArray => {
    const at = extremum === 'max' ? windowArgmax(x, window) : windowArgmin(x, window);
    const lead = x.shape.slice(0, window.batch);
    const flat = reshape(x, [...lead, sizeOf(x.shape.slice(window.batch))]);
    // An empty window has position -1, where a gather of mode `zero` finds 0 and sends nothing back.
    const found = gather(flat, reshape(at, [...lead, sizeOf(at.shape.slice(window.batch)), 1]), {
      batch: window.batch,
      mode: 'zero',
    });
    const values = reshape(found, at.shape);
    return isNeverEmpty(x.shape, window)
      ? values
      : select(lt(at, like(at, 0)), like(values, neutral(extremum, x.dtype)), values);
  };
/** The largest element of each window; the cotangent goes to the first. */
export const windowMax = extremumOf('max');
/** The smallest element of each window; the cotangent goes to the first. */
export const windowMin = extremumOf('min');
