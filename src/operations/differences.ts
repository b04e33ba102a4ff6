/** Differences of neighbours, slopes, areas. */
import type { Axis } from '../array/methods.ts';
import { ShapeError } from '../array/errors.ts';
import { type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { add, convert, div, mul, scale, sub } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum, reshape } from '../primitives/broadcast.ts';
import { ne } from '../primitives/logic.ts';
import { concatenate, sliceAxis } from '../primitives/slicing.ts';
import { axesFrom, axisOf } from './axes.ts';
import { align, asFloat, asOperand, broadcastTo, promote } from './promotion.ts';

const extentOf = (x: NDArray, axis: number): number => x.shape[axis] ?? 0;
/** Without the first and without the last element along an axis. */
const neighbours = (x: NDArray, axis: number): readonly [NDArray, NDArray] => {
  const n = extentOf(x, axis);
  return [sliceAxis(x, axis, Math.min(1, n), n), sliceAxis(x, axis, 0, Math.max(0, n - 1))];
};
/** Each element less the one before; of booleans whether they differ. */
const stepsOf = (x: NDArray, axis: number): NDArray => {
  const [next, previous] = neighbours(x, axis);
  return x.dtype === 'bool' ? ne(next, previous) : sub(next, previous);
};

export interface DiffOptions {
  /** How often. Default 1. */
  readonly n?: number;
  /** Default -1. */
  readonly axis?: number;
  /** Put in front of the axis first: an array, or a scalar. */
  readonly prepend?: ArrayLike;
  readonly append?: ArrayLike;
}
/** Each element less the one before it, `n` times. */
export const diff = (value: ArrayLike, { n = 1, axis = -1, prepend, append }: DiffOptions = {}): NDArray => {
  const given = asOperand(value);
  const at = axisOf('diff', given.type, axis);
  const parts = promote(...(prepend === undefined ? [] : [prepend]), given, ...(append === undefined ? [] : [append]));
  const edge = given.shape.map((extent, a) => (a === at ? 1 : extent));
  const whole = concatenate(
    parts.map((part) => (part.ndim === 0 ? broadcastTo(part, edge) : part)),
    at,
  );
  let steps = whole;
  for (let i = 0; i < n; i++) steps = stepsOf(steps, at);
  return steps;
};
export interface EdgeOptions {
  readonly toBegin?: ArrayLike;
  readonly toEnd?: ArrayLike;
}
/** The differences of all elements in order, with more put before and behind. */
export const ediff1d = (value: ArrayLike, { toBegin = [], toEnd = [] }: EdgeOptions = {}): NDArray => {
  const x = asOperand(value);
  const steps = stepsOf(reshape(x, [x.size]), 0);
  const flat = (extra: ArrayLike): readonly NDArray[] => {
    const y = asOperand(extra);
    return y.size === 0 ? [] : [convert(reshape(y, [y.size]), steps.dtype)];
  };
  return concatenate([...flat(toBegin), steps, ...flat(toEnd)], 0);
};

/** A step between neighbours, along one axis of an array of this rank. */
const along = (steps: NDArray, x: NDArray, axis: number): NDArray =>
  broadcast(
    steps,
    x.shape.map((n, a) => (a === axis ? extentOf(steps, 0) : n)),
    [axis],
  );

/** The slope at one end: of a line through two points, or a parabola through three. */
const slopeAtEnd = (slopes: NDArray, steps: NDArray, axis: number, isLast: boolean, edgeOrder: 1 | 2): NDArray => {
  const at = (x: NDArray, i: number): NDArray => {
    const place = isLast ? extentOf(x, axis) - 1 - i : i;
    return sliceAxis(x, axis, place, place + 1);
  };
  if (edgeOrder === 1) return at(slopes, 0);
  const [first, second] = [at(steps, 0), at(steps, 1)];
  const change = sub(at(slopes, 0), at(slopes, 1));
  return add(at(slopes, 0), mul(change, div(first, add(first, second))));
};

/** Within, the slope of the parabola through three points. */
const slopesAlong = (x: NDArray, gaps: NDArray, axis: number, edgeOrder: 1 | 2): NDArray => {
  const steps = along(gaps, x, axis);
  const slopes = div(stepsOf(x, axis), steps);
  const [right, left] = neighbours(slopes, axis);
  const [widthRight, widthLeft] = neighbours(steps, axis);
  const inner = div(add(mul(left, widthRight), mul(right, widthLeft)), add(widthLeft, widthRight));
  const end = (isLast: boolean): NDArray => slopeAtEnd(slopes, steps, axis, isLast, edgeOrder);
  return concatenate([end(false), inner, end(true)], axis);
};

export interface GradientOptions {
  readonly axis?: Axis;
  /** Whether the ends lie on a line through two points or a parabola through three. Default 1. */
  readonly edgeOrder?: 1 | 2;
}

/** The gaps between places along one axis: a distance, or the places. */
const gapsOf = (spacing: ArrayLike, x: NDArray, axis: number): NDArray => {
  const given = convert(asOperand(spacing), x.dtype);
  const n = extentOf(x, axis);
  if (given.ndim === 0) return broadcast(given, [n - 1], []);
  if (given.ndim !== 1 || given.shape[0] !== n)
    throw new ShapeError(
      `gradient: expected a distance or ${n} places along axis ${axis} of ${showType(x.type)}, got ${showType(given.type)}. Give one place for each element.`,
      'shape.spacing',
    );
  return stepsOf(given, 0);
};

/**
 * Slopes by second-order differences, an array for each axis, in a list. `spacing` is a distance or the places along the axis, one for
 * all axes or a list with one for each. Where NumPy returns one array for one axis, this does too.
 */
export const gradient = (
  value: ArrayLike,
  spacing: ArrayLike | readonly ArrayLike[] = 1,
  { axis = null, edgeOrder = 1 }: GradientOptions = {},
): NDArray | readonly NDArray[] => {
  const x = asFloat(value);
  const axes = axesFrom('gradient', x.type, axis);
  const short = axes.find((a) => extentOf(x, a) <= edgeOrder);
  if (short !== undefined)
    throw new ShapeError(
      `gradient: expected at least ${edgeOrder + 1} elements along axis ${short}, got ${showType(x.type)}.`,
      'shape.gradient',
    );
  // A list with an entry for each axis, unless the list itself holds the places along the only one.
  const isEach = Array.isArray(spacing) && (axes.length > 1 || spacing.length === 1);
  const slopes = axes.map((a, i) =>
    slopesAlong(
      x,
      gapsOf(isEach ? ((spacing as readonly ArrayLike[])[i] ?? 1) : (spacing as ArrayLike), x, a),
      a,
      edgeOrder,
    ),
  );
  const [first] = slopes;
  return first !== undefined && slopes.length === 1 ? first : slopes;
};

export interface TrapezoidOptions {
  /** The places, along the axis or in the shape of `y`; instead of `dx`. */
  readonly x?: ArrayLike;
  /** The distance of neighbours. Default 1. */
  readonly dx?: ArrayLike;
  readonly axis?: number;
}
/** The area under a polygon, along an axis. */
export const trapezoid = (value: ArrayLike, { x, dx = 1, axis = -1 }: TrapezoidOptions = {}): NDArray => {
  const y = asFloat(value);
  const at = axisOf('trapezoid', y.type, axis);
  const [next, previous] = neighbours(y, at);
  const middle = scale(add(next, previous), 0.5);
  const places = x === undefined ? null : convert(asOperand(x), y.dtype);
  const widths =
    places === null
      ? convert(asOperand(dx), y.dtype)
      : places.ndim === 1
        ? along(stepsOf(places, 0), y, at)
        : stepsOf(places, at);
  const [heights, gaps] = align('trapezoid', middle, widths) as readonly [NDArray, NDArray]; // sound: two in, two out
  return reduceSum(mul(heights, gaps), [at]);
};
