/** The lax functions that are no primitives by themselves: operands of one type and shape, nothing is converted or broadcast. */
import { isInteger, type DType } from '../array/dtype.ts';
import { ShapeError } from '../array/errors.ts';
import { type ArrayLike, isNDArray, splat, type NDArray } from '../array/ndarray.ts';
import { axesOf, showType, type Shape } from '../array/type.ts';
import { add, convert, div, max, min } from '../primitives/arithmetic.ts';
import { broadcast as broadcastInDim } from '../primitives/broadcast.ts';
import * as d from '../primitives/dynamic-slicing.ts';
import { like } from '../primitives/elementwise.ts';
import { iota } from '../primitives/iota.ts';
import { eq, lt, select } from '../primitives/logic.ts';
import { slice, sliceAxis } from '../primitives/slicing.ts';
import { axisOf } from './axes.ts';
import { reshape } from './manipulation.ts';
import { asOperand } from './promotion.ts';

/** A bound as an array of the operand's shape: scalars are spread. */
const spread = (bound: NDArray | number, x: NDArray): NDArray =>
  isNDArray(bound) ? (bound.ndim === 0 ? broadcastInDim(bound, x.shape, []) : bound) : like(x, bound);
/** `x` brought between two bounds, numbers, scalars or arrays of its shape: `clamp(low, x, high)`. */
export const clamp = (low: NDArray | number, x: NDArray, high: NDArray | number): NDArray =>
  min(max(x, spread(low, x)), spread(high, x));

export const reciprocal = (x: NDArray): NDArray => div(like(x, 1), x);

/** The choice with the number that stands at each place, or with false and true as 0 and 1; the number is brought into range. */
export const selectN = (which: NDArray, ...choices: readonly [NDArray, ...NDArray[]]): NDArray => {
  const [first, ...rest] = choices;
  if (which.dtype === 'bool') return rest[0] === undefined ? first : select(which, rest[0], first);
  const at = clamp(0, which, rest.length);
  return rest.reduce((chosen, choice, i) => select(eq(at, like(at, i + 1)), choice, chosen), first);
};

/** `value` everywhere. */
export const full = (shape: Shape, value: number, dtype: DType = 'float32'): NDArray =>
  splat({ dtype, shape: [...shape] }, value);
/** New leading axes of these extents. */
export const broadcast = (x: NDArray, sizes: Shape): NDArray =>
  broadcastInDim(
    x,
    [...sizes, ...x.shape],
    axesOf(x.shape).map((axis) => axis + sizes.length),
  );
/** Counts along one axis of a shape. */
export const broadcastedIota = (dtype: DType, shape: Shape, axis: number): NDArray =>
  iota({ dtype, shape: [...shape] }, axisOf('broadcastedIota', { dtype, shape }, axis));

const atAxis = (x: NDArray, axis: number, value: number, otherwise: Shape): readonly number[] =>
  otherwise.map((n, i) => (i === axisOf('axis', x.type, axis) ? value : n));
const zerosFor = (x: NDArray): Shape => x.shape.map(() => 0);
/** The part of one axis from `start` below `limit` by `stride`; negative bounds count from the end. */
export const sliceInDim = (
  x: NDArray,
  start: number | null,
  limit: number | null,
  { stride = 1, axis = 0 }: { readonly stride?: number; readonly axis?: number } = {},
): NDArray => {
  const extent = x.shape[axisOf('sliceInDim', x.type, axis)] ?? 0;
  const counted = (at: number): number => (at < 0 ? at + extent : at);
  return slice(
    x,
    atAxis(x, axis, counted(start ?? 0), zerosFor(x)),
    atAxis(x, axis, counted(limit ?? extent), x.shape),
    atAxis(
      x,
      axis,
      stride,
      x.shape.map(() => 1),
    ),
  );
};
interface InDim {
  /** Default 0. */
  readonly axis?: number;
  /** Whether the axis stays, with extent 1. Default true. */
  readonly keepdims?: boolean;
}
const without = (x: NDArray, axis: number): NDArray =>
  reshape(
    x,
    x.shape.filter((_, i) => i !== axisOf('axis', x.type, axis)),
  );
/** One slice of an axis. */
export const indexInDim = (x: NDArray, index: number, { axis = 0, keepdims = true }: InDim = {}): NDArray => {
  const extent = x.shape[axisOf('indexInDim', x.type, axis)] ?? 0;
  const at = index < 0 ? index + extent : index;
  const part = sliceInDim(x, at, at + 1, { axis });
  return keepdims ? part : without(part, axis);
};
/** A start as an int32 scalar, negative ones counted from the end, as in JAX; what is no whole number stays, for the primitive to refuse. */
const startOf = (start: ArrayLike, extent: number): NDArray => {
  if (typeof start === 'number') return asOperand(start < 0 ? start + extent : start);
  const at = asOperand(start);
  if (!isInteger(at.dtype)) return at;
  if (at.dtype === 'uint8' || at.dtype === 'uint32')
    return convert(min(at, like(at, at.dtype === 'uint8' ? 255 : 2 ** 31 - 1)), 'int32');
  const place = convert(at, 'int32');
  return select(lt(place, like(place, 0)), add(place, like(place, extent)), place);
};
/** The starts in a list, or in one vector. */
const startsOf = (operation: string, { shape }: NDArray, starts: ArrayLike): readonly NDArray[] => {
  const startAt = (start: ArrayLike, axis: number): NDArray => startOf(start, shape[axis] ?? 0);
  if (Array.isArray(starts)) return (starts as readonly ArrayLike[]).map(startAt); // sound: a list of operands
  const all = asOperand(starts);
  if (all.ndim !== 1)
    throw new ShapeError(
      `${operation}: expected starts in a list or a vector, got ${showType(all.type)}. Give one for each axis.`,
      'shape.rank',
    );
  return Array.from({ length: all.size }, (_, i) => startAt(reshape(sliceAxis(all, 0, i, i + 1), []), i));
};
/** The part of `sizes` from `starts`, whole numbers or computed integers for each axis; negative ones count from the end, and all are brought into range. */
export const dynamicSlice = (x: NDArray, starts: ArrayLike, sizes: Shape): NDArray =>
  d.dynamicSlice(x, startsOf('dynamicSlice', x, starts), sizes);
/** `x` with `update` put in from `starts`, whole numbers or computed integers for each axis; negative ones count from the end, and all are brought into range. */
export const dynamicUpdateSlice = (x: NDArray, update: NDArray, starts: ArrayLike): NDArray =>
  d.dynamicUpdateSlice(x, update, startsOf('dynamicUpdateSlice', x, starts));

/** Starts along all axes: 0 but for one. */
const startsAt = (x: NDArray, axis: number, start: ArrayLike): readonly ArrayLike[] =>
  axesOf(x.shape).map((i) => (i === axis ? start : 0));
/** `size` places of one axis from a start that may be computed, brought into range. */
export const dynamicSliceInDim = (x: NDArray, start: ArrayLike, size: number, axis = 0): NDArray => {
  const at = axisOf('dynamicSliceInDim', x.type, axis);
  return dynamicSlice(x, startsAt(x, at, start), atAxis(x, at, size, x.shape));
};
/** One slice of an axis at a place that may be computed. */
export const dynamicIndexInDim = (x: NDArray, index: ArrayLike, { axis = 0, keepdims = true }: InDim = {}): NDArray => {
  const part = dynamicSliceInDim(x, index, 1, axis);
  return keepdims ? part : without(part, axis);
};
/** `x` with `update` put in along one axis from a start that may be computed, brought into range. */
export const dynamicUpdateSliceInDim = (x: NDArray, update: NDArray, start: ArrayLike, axis = 0): NDArray =>
  dynamicUpdateSlice(x, update, startsAt(x, axisOf('dynamicUpdateSliceInDim', x.type, axis), start));
/** `x` with one slice of an axis replaced, at a place that may be computed; the slice may lack the axis. */
export const dynamicUpdateIndexInDim = (x: NDArray, update: NDArray, index: ArrayLike, axis = 0): NDArray =>
  dynamicUpdateSliceInDim(x, reshape(update, atAxis(x, axis, 1, x.shape)), index, axis);
