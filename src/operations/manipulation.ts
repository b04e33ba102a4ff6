/** Changing shapes and putting arrays together. */
import { ShapeError } from '../array/errors.ts';
import { type ArrayLike, splat, withWeak, type NDArray } from '../array/ndarray.ts';
import { axesOf, showShape, showType, sizeOf, type Shape } from '../array/type.ts';
import * as b from '../primitives/broadcast.ts';
import * as s from '../primitives/slicing.ts';
import { astype } from './arithmetic.ts';
import { axesFrom, axisOf } from './axes.ts';
import { asOperand, broadcastTo as broadcastOperand, promote } from './promotion.ts';

export { astype };

/** The same elements in row-major order under another shape; one extent may be -1 and is worked out. */
export const reshape = (value: ArrayLike, ...shape: readonly (number | Shape)[]): NDArray => {
  const x = asOperand(value);
  const wanted = shape.flat();
  const open = wanted.indexOf(-1);
  const rest = sizeOf(wanted.filter((_, i) => i !== open));
  const final = open < 0 ? wanted : wanted.map((n, i) => (i === open ? x.size / rest : n));
  if (final.some((n) => !Number.isInteger(n) || n < 0) || sizeOf(final) !== x.size)
    throw new ShapeError(
      `reshape: expected a shape of ${x.size} elements for ${showType(x.type)}, got ${showShape(wanted)}. Use -1 for one extent to be worked out.`,
      'shape.reshape',
    );
  return withWeak(b.reshape(x, final), x.weak);
};
export const ravel = (x: ArrayLike): NDArray => reshape(x, [-1]);
/** Axes in another order; reversed by default. */
export const transpose = (value: ArrayLike, axes?: readonly number[]): NDArray => {
  const x = asOperand(value);
  return b.transpose(x, axes === undefined ? [...axesOf(x.shape)].reverse() : axesFrom('transpose', x.type, axes));
};
export const swapaxes = (value: ArrayLike, a: number, c: number): NDArray => {
  const x = asOperand(value);
  const [i, j] = [axisOf('swapaxes', x.type, a), axisOf('swapaxes', x.type, c)];
  return b.transpose(
    x,
    axesOf(x.shape).map((axis) => (axis === i ? j : axis === j ? i : axis)),
  );
};
export const moveaxis = (value: ArrayLike, from: number, to: number): NDArray => {
  const x = asOperand(value);
  return b.moveAxis(x, axisOf('moveaxis', x.type, from), axisOf('moveaxis', x.type, to));
};
/** Without axes of extent 1: all of them, or those named. */
export const squeeze = (value: ArrayLike, axis?: number | readonly number[]): NDArray => {
  const x = asOperand(value);
  const gone = axis === undefined ? axesOf(x.shape).filter((a) => x.shape[a] === 1) : axesFrom('squeeze', x.type, axis);
  if (gone.some((a) => x.shape[a] !== 1))
    throw new ShapeError(`squeeze: expected axes of extent 1, got axes [${gone.join(', ')}] of ${showType(x.type)}.`);
  return withWeak(
    b.reshape(
      x,
      x.shape.filter((_, a) => !gone.includes(a)),
    ),
    x.weak,
  );
};
/** A new axis of extent 1. */
export const expandDims = (value: ArrayLike, axis: number): NDArray => {
  const x = asOperand(value);
  const at = axisOf('expandDims', { dtype: x.dtype, shape: [...x.shape, 1] }, axis);
  return withWeak(b.reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]), x.weak);
};
export const broadcastTo = (value: ArrayLike, shape: Shape): NDArray => {
  const x = asOperand(value);
  const fits = x.ndim <= shape.length && x.shape.every((n, i) => n === 1 || n === shape[i + shape.length - x.ndim]);
  if (!fits)
    throw new ShapeError(
      `broadcastTo: expected a shape to which ${showType(x.type)} broadcasts, got ${showShape(shape)}. Extents must agree or be 1, counted from the last axis.`,
      'shape.broadcast',
    );
  return broadcastOperand(x, shape);
};
/** Arrays one after another along an axis. */
export const concatenate = (values: readonly ArrayLike[], axis = 0): NDArray => {
  if (values.length === 0)
    throw new ShapeError('concatenate: expected at least one array, got none. Give an array.', 'shape.empty');
  const xs = promote(...values);
  const [first] = xs as readonly [NDArray, ...NDArray[]]; // sound: as many as values
  return s.concatenate(xs, axisOf('concatenate', first.type, axis));
};
/** Arrays of one shape along a new axis. */
export const stack = (values: readonly ArrayLike[], axis = 0): NDArray =>
  concatenate(
    values.map((x) => expandDims(x, axis)),
    axis,
  );
/** Equal parts along an axis, or parts that begin at the given positions. */
export const split = (value: ArrayLike, parts: number | readonly number[], axis = 0): readonly NDArray[] => {
  const x = asOperand(value);
  const at = axisOf('split', x.type, axis);
  const extent = x.shape[at] ?? 0;
  if (typeof parts === 'number' && extent % parts !== 0)
    throw new ShapeError(
      `split: expected an axis that ${parts} divides, got extent ${extent} of ${showType(x.type)}. Give positions instead.`,
    );
  const bounds =
    typeof parts === 'number'
      ? Array.from({ length: parts + 1 }, (_, i) => (i * extent) / parts)
      : [0, ...parts.map((n) => Math.min(Math.max(n, 0), extent)), extent];
  return bounds.slice(1).map((end, i) => s.sliceAxis(x, at, bounds[i] ?? 0, Math.max(end, bounds[i] ?? 0)));
};
/** The order along axes turned round; all axes by default. */
export const flip = (value: ArrayLike, axis?: number | readonly number[]): NDArray => {
  const x = asOperand(value);
  return s.reverse(x, axesFrom('flip', x.type, axis));
};
/** Elements moved along an axis, those that leave at the end coming in at the front; all elements in order without an axis. */
export const roll = (value: ArrayLike, by: number, axis?: number): NDArray => {
  const x = asOperand(value);
  if (axis === undefined) return reshape(roll(ravel(x), by, 0), x.shape);
  if (!Number.isInteger(by))
    throw new ShapeError(`roll: expected a whole number of places, got ${by}. Round it.`, 'shape.roll');
  const at = axisOf('roll', x.type, axis);
  const extent = x.shape[at] ?? 0;
  const cut = extent === 0 ? 0 : extent - (((by % extent) + extent) % extent);
  return s.concatenate([s.sliceAxis(x, at, cut, extent), s.sliceAxis(x, at, 0, cut)], at);
};
/** Constant padding: `[[before, after], ...]` for each axis, or one pair for all. */
export const pad = (
  value: ArrayLike,
  width: number | readonly (readonly [number, number])[],
  constant: number = 0,
): NDArray => {
  const x = asOperand(value);
  const pairs = typeof width === 'number' ? x.shape.map((): readonly [number, number] => [width, width]) : width;
  if (pairs.length !== x.ndim)
    throw new ShapeError(
      `pad: expected ${x.ndim} pairs for ${showType(x.type)}, got ${pairs.length}. One pair for each axis.`,
    );
  return s.pad(x, splat({ dtype: x.dtype, shape: [] }, constant), {
    low: pairs.map(([low]) => low),
    high: pairs.map(([, high]) => high),
    interior: pairs.map(() => 0),
  });
};
/** The whole repeated `counts` times along each axis. */
export const tile = (value: ArrayLike, counts: number | readonly number[]): NDArray => {
  const x = asOperand(value);
  const list = typeof counts === 'number' ? [counts] : counts;
  const rank = Math.max(list.length, x.ndim);
  const shape = [...new Array<number>(rank - x.ndim).fill(1), ...x.shape];
  const times = [...new Array<number>(rank - list.length).fill(1), ...list];
  const wide = b.broadcast(
    x,
    shape.flatMap((n, i) => [times[i] ?? 1, n]),
    x.shape.map((_, axis) => 2 * (axis + rank - x.ndim) + 1),
  );
  return b.reshape(
    wide,
    shape.map((n, i) => n * (times[i] ?? 1)),
  );
};
