/** Kernels that fold elements together: reduce, argReduce, cumulate, window, windowArg. */
import ndarray from 'ndarray';
import type { DType } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { sizeOf, without, axesOf, type ArrayType, type Shape } from '../array/type.ts';
import {
  neutral,
  type ArgReduceKernel,
  type CumulateKernel,
  type Monoid,
  type ReduceKernel,
  type WindowArgKernel,
  type WindowKernel,
  type WindowShape,
} from '../kernels/kernel.ts';
import { combine } from './arithmetic.ts';
import { arrayOf, copyInto, eachIndex, freshView, isInside, nth, viewOf, type View } from './view.ts';

/**
 * Where a monoid gathers its results: doubles, which hold every element type exactly. They are rounded once, at the end,
 * so that a float32 sum is closer to the true sum than any order of float32 additions makes it.
 */
const accumulator = (shape: Shape, monoid: Monoid, dtype: DType): View =>
  ndarray(new Float64Array(sizeOf(shape)).fill(neutral(monoid, dtype)), [...shape]);

const rounded = (dtype: DType, from: View): NDArray => {
  const to = freshView({ dtype, shape: from.shape });
  copyInto(to, from);
  return arrayOf(dtype, to);
};

/** Elements are met in row-major order. */
export const runReduce = ({ monoid, axes }: ReduceKernel, x: NDArray, { dtype, shape }: ArrayType): NDArray => {
  const [from, to, join] = [viewOf(x), accumulator(shape, monoid, dtype), combine(monoid, dtype)];
  const kept = without(axesOf(x.shape), axes);
  eachIndex(x.shape, (index) => {
    const place = kept.map((axis) => nth(index, axis));
    to.set(...place, join(to.get(...place), from.get(...index)));
  });
  return rounded(dtype, to);
};

/** Each element is the running result in double, rounded once: the last one equals the reduction. */
export const runCumulate = (
  { monoid, axis, reverse }: CumulateKernel,
  x: NDArray,
  { dtype, shape }: ArrayType,
): NDArray => {
  const extent = nth(shape, axis);
  const [from, to, join] = [viewOf(x), accumulator(shape, monoid, dtype), combine(monoid, dtype)];
  eachIndex(shape, (index) => {
    const turned = (i: readonly number[]): number[] =>
      reverse ? i.map((at, a) => (a === axis ? extent - 1 - at : at)) : [...i];
    const place = turned(index);
    const before = turned(index.map((at, a) => (a === axis ? at - 1 : at)));
    const carried = nth(index, axis) === 0 ? neutral(monoid, dtype) : to.get(...before);
    to.set(...place, join(carried, from.get(...place)));
  });
  return rounded(dtype, to);
};

/** Whether `x` takes the place of the best so far; the first of equals stays, and so does the first NaN. */
const beats = (extremum: 'max' | 'min', x: number, best: number): boolean =>
  Number.isNaN(x) ? !Number.isNaN(best) : extremum === 'max' ? x > best : x < best;

/** The position in a list of the first extreme element; -1 if the list is empty. */
const firstExtreme = (extremum: 'max' | 'min', xs: readonly number[]): number =>
  xs.reduce((best, x, i) => (best === -1 || beats(extremum, x, nth(xs, best)) ? i : best), -1);

/** -0 and 0 are equal here, so that the first of them wins. */
export const runArgReduce = ({ extremum, axis }: ArgReduceKernel, x: NDArray, { dtype, shape }: ArrayType): NDArray => {
  const [from, to] = [viewOf(x), freshView({ dtype, shape })];
  eachIndex(shape, (index) => {
    const line = Array.from({ length: nth(x.shape, axis) }, (_, at) =>
      from.get(...index.slice(0, axis), at, ...index.slice(axis)),
    );
    to.set(...index, firstExtreme(extremum, line));
  });
  return arrayOf(dtype, to);
};

/** The indices of the operand, in row-major order, that the window of an output index covers. */
const covered = (w: WindowShape, shape: Shape, output: readonly number[]): readonly (readonly number[])[] => {
  const inside: (readonly number[])[] = [];
  eachIndex(w.size, (k) => {
    const place = output.map((o, axis) => {
      const i = axis - w.batch;
      return i < 0 ? o : o * nth(w.stride, i) + nth(k, i) * nth(w.dilation, i) - nth(w.low, i);
    });
    if (isInside(place, shape)) inside.push(place);
  });
  return inside;
};

/** A window with nothing inside gives the neutral element. */
export const runWindow = (kernel: WindowKernel, x: NDArray, { dtype, shape }: ArrayType): NDArray => {
  const [from, to, join] = [viewOf(x), accumulator(shape, kernel.monoid, dtype), combine(kernel.monoid, dtype)];
  eachIndex(shape, (index) => {
    for (const place of covered(kernel, x.shape, index)) to.set(...index, join(to.get(...index), from.get(...place)));
  });
  return rounded(dtype, to);
};

/** The winner's place, counted row-major among the axes after the batch. */
export const runWindowArg = (kernel: WindowArgKernel, x: NDArray, { dtype, shape }: ArrayType): NDArray => {
  const [from, to] = [viewOf(x), freshView({ dtype, shape })];
  eachIndex(shape, (index) => {
    const places = covered(kernel, x.shape, index);
    const winner = firstExtreme(
      kernel.extremum,
      places.map((place) => from.get(...place)),
    );
    const count = (place: readonly number[]): number =>
      place.slice(kernel.batch).reduce((at, p, i) => at * nth(x.shape, kernel.batch + i) + p, 0);
    to.set(...index, winner === -1 ? -1 : count(nth(places, winner)));
  });
  return arrayOf(dtype, to);
};
