/** Changing shapes and putting arrays together. */
import { ShapeError } from '../array/errors.ts';
import { type ArrayLike, withWeak, type NDArray } from '../array/ndarray.ts';
import { axesOf, showShape, showType, sizeOf, type Shape } from '../array/type.ts';
import * as b from '../primitives/broadcast.ts';
import * as s from '../primitives/slicing.ts';
import { astype } from './arithmetic.ts';
import { axesFrom, axisOf } from './axes.ts';
import { zeros } from './creation.ts';
import { along } from './selection.ts';
import { asOperand, broadcastShapes as commonShape, broadcastTo as broadcastOperand } from './promotion.ts';

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
/** All elements along one axis. */
export const ravel = (x: ArrayLike): NDArray => reshape(x, [-1]);
/** Axes in another order; reversed by default. */
export const transpose = (value: ArrayLike, axes?: readonly number[]): NDArray => {
  const x = asOperand(value);
  const order = axes === undefined ? [...axesOf(x.shape)].reverse() : axesFrom('transpose', x.type, axes);
  return withWeak(b.transpose(x, order), x.weak);
};
/** Two axes exchanged. */
export const swapaxes = (value: ArrayLike, a: number, c: number): NDArray => {
  const x = asOperand(value);
  const [i, j] = [axisOf('swapaxes', x.type, a), axisOf('swapaxes', x.type, c)];
  return transpose(
    x,
    axesOf(x.shape).map((axis) => (axis === i ? j : axis === j ? i : axis)),
  );
};
/** Axes at other places, one or several, the others keeping their order. */
export const moveaxis = (
  value: ArrayLike,
  from: number | readonly number[],
  to: number | readonly number[],
): NDArray => {
  const x = asOperand(value);
  const [sources, places] = [axesFrom('moveaxis', x.type, from), axesFrom('moveaxis', x.type, to)];
  if (sources.length !== places.length)
    throw new ShapeError(
      `moveaxis: expected a place for each axis, got ${sources.length} axes and ${places.length} places. Give as many.`,
      'shape.axis',
    );
  const rest = axesOf(x.shape).filter((axis) => !sources.includes(axis));
  let next = 0;
  return transpose(
    x,
    axesOf(x.shape).map((place) => (places.includes(place) ? sources[places.indexOf(place)] : rest[next++]) ?? place),
  );
};
/** Without axes of extent 1: all of them, or those named. */
export const squeeze = (value: ArrayLike, axis?: number | readonly number[]): NDArray => {
  const x = asOperand(value);
  const gone = axis === undefined ? axesOf(x.shape).filter((a) => x.shape[a] === 1) : axesFrom('squeeze', x.type, axis);
  if (gone.some((a) => x.shape[a] !== 1))
    throw new ShapeError(
      `squeeze: expected axes of extent 1, got axes [${gone.join(', ')}] of ${showType(x.type)}. Name other axes, or reduce these first.`,
      'shape.squeeze',
    );
  return withWeak(
    b.reshape(
      x,
      x.shape.filter((_, a) => !gone.includes(a)),
    ),
    x.weak,
  );
};
/** New axes of extent 1, at these places of the result. */
export const expandDims = (value: ArrayLike, axis: number | readonly number[]): NDArray => {
  const x = asOperand(value);
  const added = typeof axis === 'number' ? [axis] : axis;
  const type = { dtype: x.dtype, shape: [...x.shape, ...added.map(() => 1)] };
  const places = axesFrom('expandDims', type, added);
  let next = 0;
  return withWeak(
    b.reshape(
      x,
      type.shape.map((_, place) => (places.includes(place) ? 1 : (x.shape[next++] ?? 1))),
    ),
    x.weak,
  );
};
/** Repeated to a shape. */
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
/** The shape to which all of these broadcast. */
export const broadcastShapes = (...shapes: readonly Shape[]): Shape =>
  commonShape(
    'broadcastShapes',
    shapes.map((shape) => ({ dtype: 'float32', shape })),
  );
/** All arrays in their common shape. */
export const broadcastArrays = (...values: readonly ArrayLike[]): readonly NDArray[] => {
  const xs = values.map(asOperand);
  const shape = commonShape('broadcastArrays', xs);
  return xs.map((x) => broadcastOperand(x, shape));
};
/** At least one axis. */
export const atleast1d = (value: ArrayLike): NDArray => {
  const x = asOperand(value);
  return x.ndim === 0 ? reshape(x, 1) : x;
};
/** At least two axes, new ones in front. */
export const atleast2d = (value: ArrayLike): NDArray => {
  const x = atleast1d(value);
  return x.ndim === 1 ? expandDims(x, 0) : x;
};
/** At least three axes: `[n]` becomes `[1, n, 1]` and `[m, n]` becomes `[m, n, 1]`. */
export const atleast3d = (value: ArrayLike): NDArray => {
  const x = atleast2d(value);
  return x.ndim === 2 ? expandDims(x, 2) : x;
};
/** The order along axes turned round; all axes by default. */
export const flip = (value: ArrayLike, axis?: number | readonly number[]): NDArray => {
  const x = asOperand(value);
  return withWeak(s.reverse(x, axesFrom('flip', x.type, axis)), x.weak);
};
/** The order along axis 1 turned round. */
export const fliplr = (x: ArrayLike): NDArray => flip(x, 1);
/** The order along axis 0 turned round. */
export const flipud = (x: ArrayLike): NDArray => flip(x, 0);
/** A quarter turn of a plane from the first axis towards the second, `times` times. */
export const rot90 = (value: ArrayLike, times = 1, axes: readonly [number, number] = [0, 1]): NDArray => {
  const x = asOperand(value);
  const [from = 0, to = 1] = axesFrom('rot90', x.type, axes);
  const turns = ((times % 4) + 4) % 4;
  if (turns === 0) return x;
  if (turns === 2) return flip(x, [from, to]);
  return turns === 1 ? swapaxes(flip(x, to), from, to) : flip(swapaxes(x, from, to), to);
};
/**
 * Elements moved along axes, those that leave at the end coming in at the front; all elements in order without an axis. Several
 * axes have a number of places each, or share one.
 */
export const roll = (value: ArrayLike, by: number | readonly number[], axis?: number | readonly number[]): NDArray => {
  const x = asOperand(value);
  if (axis === undefined) return reshape(roll(ravel(x), by, 0), x.shape);
  const axes = typeof axis === 'number' ? [axis] : axis;
  const places = typeof by === 'number' ? axes.map(() => by) : by;
  if (places.length !== axes.length && axes.length !== 1)
    throw new ShapeError(
      `roll: expected a number of places for each axis, got ${places.length} for ${axes.length} axes. Give as many.`,
      'shape.roll',
    );
  const moved = places.reduce((y, n, i) => rollAxis(y, n, axisOf('roll', x.type, axes[i] ?? axes[0] ?? 0)), x);
  return withWeak(moved, x.weak);
};
const rollAxis = (x: NDArray, by: number, axis: number): NDArray => {
  if (!Number.isInteger(by))
    throw new ShapeError(`roll: expected a whole number of places, got ${by}. Round it.`, 'shape.roll');
  const extent = x.shape[axis] ?? 0;
  const cut = extent === 0 ? 0 : extent - (((by % extent) + extent) % extent);
  if (cut === extent) return x;
  return s.concatenate([s.sliceAxis(x, axis, cut, extent), s.sliceAxis(x, axis, 0, cut)], axis);
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
  const whole = shape.map((n, i) => n * (times[i] ?? 1));
  return withWeak(b.reshape(wide, whole), x.weak);
};
/** Each slice along an axis so many times, one number for all or one for each; all elements in order without an axis. */
export const repeat = (value: ArrayLike, repeats: number | readonly number[], axis?: number): NDArray => {
  const x = asOperand(value);
  if (axis === undefined) return repeat(ravel(x), repeats, 0);
  const at = axisOf('repeat', x.type, axis);
  const extent = x.shape[at] ?? 0;
  const counts = typeof repeats === 'number' ? [repeats] : repeats;
  if (counts.some((n) => !Number.isInteger(n) || n < 0) || (counts.length !== 1 && counts.length !== extent))
    throw new ShapeError(
      `repeat: expected one count or ${extent} of them, whole and not negative, for axis ${at} of ${showType(x.type)}, got [${counts.join(', ')}]. Give a count for each slice.`,
      'shape.repeat',
    );
  const positions = Array.from({ length: extent }, (_, i) =>
    new Array<number>(counts[i] ?? counts[0] ?? 0).fill(i),
  ).flat();
  return withWeak(typeof repeats === 'number' ? stretch(x, at, repeats) : along(x, at, positions), x.weak);
};
const stretch = (x: NDArray, axis: number, count: number): NDArray => {
  const shape = [...x.shape.slice(0, axis + 1), count, ...x.shape.slice(axis + 1)];
  const wide = b.broadcast(
    x,
    shape,
    axesOf(x.shape).map((a) => (a > axis ? a + 1 : a)),
  );
  return b.reshape(
    wide,
    x.shape.map((n, a) => (a === axis ? n * count : n)),
  );
};
/** The elements in order, repeated or cut to fill a shape. */
export const resize = (value: ArrayLike, shape: Shape | number): NDArray => {
  const x = ravel(value);
  const wanted = typeof shape === 'number' ? [shape] : shape;
  const size = sizeOf(wanted);
  const whole = x.size === 0 ? zeros(size, x.dtype) : tile(x, Math.ceil(size / x.size));
  return reshape(s.sliceAxis(whole, 0, 0, size), wanted);
};
