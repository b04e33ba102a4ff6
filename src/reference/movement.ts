/** Kernels that move elements and compute nothing: view, reshape, pad, concatenate, dynamic slice and update. */
import ndarray from 'ndarray';
import { InternalError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { ArrayType } from '../array/type.ts';
import { zipExact } from '../core/graph.ts';
import type { ConcatenateKernel, PadKernel, ViewKernel } from '../kernels/kernel.ts';
import {
  arrayOf,
  clamp,
  copyInto,
  copyOf,
  eachIndex,
  flatOf,
  freshView,
  isInside,
  nth,
  viewOf,
  type View,
} from './view.ts';

/** The same data under other strides. */
export const runView = ({ axes, starts }: ViewKernel, x: NDArray, { dtype, shape }: ArrayType): NDArray => {
  const { data, stride, offset } = viewOf(x);
  const reached = starts.map((start, axis) =>
    zipExact(axes, shape).reduce(
      (at, [walk, extent]) => (walk?.axis === axis ? at + (extent - 1) * walk.step : at),
      start,
    ),
  );
  const isEmpty = shape.includes(0);
  if (!isEmpty && !(isInside(starts, x.shape) && isInside(reached, x.shape)))
    throw new InternalError(
      `view: expected to stay within [${x.shape.join(', ')}], got a walk from [${starts.join(', ')}] to [${reached.join(', ')}].`,
    );
  const strides = axes.map((walk) => (walk === null ? 0 : nth(stride, walk.axis) * walk.step));
  const start = starts.reduce((at, position, axis) => at + position * nth(stride, axis), offset);
  return arrayOf(dtype, ndarray(data, [...shape], strides, isEmpty ? 0 : start));
};

/** Row-major order is kept, so that the shape alone changes. */
export const runReshape = (x: NDArray, { dtype, shape }: ArrayType): NDArray =>
  arrayOf(dtype, ndarray(flatOf(x).data, [...shape]));

/** Element `i` of `x` goes to `low + i * (interior + 1)` on each axis, if that is inside. */
export const runPad = ({ low, interior }: PadKernel, x: NDArray, value: NDArray, type: ArrayType): NDArray => {
  const from = viewOf(x);
  const to = freshView(type);
  to.data.fill(viewOf(value).get());
  eachIndex(x.shape, (index) => {
    const place = index.map((at, axis) => nth(low, axis) + at * (nth(interior, axis) + 1));
    if (isInside(place, type.shape)) to.set(...place, from.get(...index));
  });
  return arrayOf(type.dtype, to);
};

/** The part of `view` of a given shape from `starts` on. */
const part = (view: View, starts: readonly number[], shape: readonly number[]): View => view.lo(...starts).hi(...shape);

/** One operand after the other along the axis. */
export const runConcatenate = ({ axis }: ConcatenateKernel, xs: readonly NDArray[], type: ArrayType): NDArray => {
  const to = freshView(type);
  let start = 0;
  for (const x of xs) {
    copyInto(
      part(
        to,
        x.shape.map((_, a) => (a === axis ? start : 0)),
        x.shape,
      ),
      viewOf(x),
    );
    start += nth(x.shape, axis);
  }
  return arrayOf(type.dtype, to);
};

/** Starts moved so that a part of the given shape fits. */
const fitting = (starts: readonly NDArray[], whole: readonly number[], shape: readonly number[]): readonly number[] =>
  starts.map((start, axis) => clamp(viewOf(start).get(), 0, nth(whole, axis) - nth(shape, axis)));

/** The part of the output's shape that begins at the clamped starts. */
export const runDynamicSlice = (x: NDArray, starts: readonly NDArray[], { dtype, shape }: ArrayType): NDArray =>
  arrayOf(dtype, part(viewOf(x), fitting(starts, x.shape, shape), shape));

/** A copy of `x` with the update written over the part that begins at the clamped starts. */
export const runDynamicUpdate = (x: NDArray, update: NDArray, starts: readonly NDArray[]): NDArray => {
  const to = copyOf(x);
  copyInto(part(to, fitting(starts, x.shape, update.shape), update.shape), viewOf(update));
  return arrayOf(x.dtype, to);
};
