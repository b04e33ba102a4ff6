/** The part of an array that slices and single positions mean: cutting it out, which moves nothing, and putting another in. */
import { splat, type NDArray } from '../array/ndarray.ts';
import { sameShape, type Shape } from '../array/type.ts';
import { reshape } from '../primitives/broadcast.ts';
import { dynamicSlice, dynamicUpdateSlice } from '../primitives/dynamic-slicing.ts';
import { select } from '../primitives/logic.ts';
import { pad, reverse, slice, type Padding } from '../primitives/slicing.ts';

/** What is taken of one axis: `count` positions from `start` by `step`, or one computed position. The axis stays or goes. */
export interface Extract {
  readonly start: number | NDArray;
  readonly count: number;
  readonly step: number;
  readonly keep: boolean;
}
export type Part = readonly Extract[];

const isComputed = (part: Part): boolean => part.some(({ start }) => typeof start !== 'number');
const backwards = (part: Part): readonly number[] => part.flatMap(({ step }, axis) => (step < 0 ? [axis] : []));
/** The lowest position taken, 0 of an axis of which a computed one is cut out first. */
const lowest = ({ start, count, step }: Extract): number =>
  typeof start !== 'number' || count === 0 ? 0 : step < 0 ? start + (count - 1) * step : start;
/** One behind the highest position taken. */
const limit = (extract: Extract): number =>
  extract.count === 0 ? 0 : lowest(extract) + (extract.count - 1) * Math.abs(extract.step) + 1;

const scalar = (value: number): NDArray => splat({ dtype: 'int32', shape: [] }, value);
const counts = (part: Part): Shape => part.map(({ count }) => count);

/** The single positions that are computed, all other axes whole. */
const atComputed = (x: NDArray, part: Part): NDArray =>
  isComputed(part)
    ? dynamicSlice(
        x,
        part.map(({ start }) => (typeof start === 'number' ? scalar(0) : start)),
        x.shape.map((extent, axis) => (typeof part[axis]?.start === 'number' ? extent : 1)),
      )
    : x;

/** The part of `x`. */
export const cutOut = (x: NDArray, part: Part): NDArray => {
  const cut = slice(
    atComputed(x, part),
    part.map(lowest),
    part.map(limit),
    part.map(({ step }) => Math.abs(step)),
  );
  return reshape(
    reverse(cut, backwards(part)),
    part.flatMap(({ count, keep }) => (keep ? [count] : [])),
  );
};

/** `x` with values of the shape that `cutOut` gives put in. */
export const putIn = (x: NDArray, part: Part, values: NDArray): NDArray => {
  if (values.size === 0) return x;
  const whole = reverse(reshape(values, counts(part)), backwards(part));
  const isDense = part.every(({ count, step }) => count <= 1 || Math.abs(step) === 1);
  if (isDense && !isComputed(part) && sameShape(whole.shape, x.shape)) return whole;
  const origin = part.map(({ start }) => (typeof start === 'number' ? scalar(0) : start));
  if (isDense)
    return dynamicUpdateSlice(
      x,
      whole,
      part.map((extract, axis) =>
        typeof extract.start === 'number' ? scalar(lowest(extract)) : (origin[axis] ?? scalar(0)),
      ),
    );
  const spread = spreadOut(atComputed(x, part), part, whole);
  return isComputed(part) ? dynamicUpdateSlice(x, spread, origin) : spread;
};

/** `x` with values at equal distances. */
const spreadOut = (x: NDArray, part: Part, values: NDArray): NDArray => {
  const padding: Padding = {
    low: part.map(lowest),
    interior: part.map(({ count, step }) => (count > 1 ? Math.abs(step) - 1 : 0)),
    high: part.map((extract, axis) => (x.shape[axis] ?? 0) - limit(extract)),
  };
  const zero = splat({ dtype: x.dtype, shape: [] }, 0);
  const isHere = pad(splat({ dtype: 'bool', shape: values.shape }, 1), splat({ dtype: 'bool', shape: [] }, 0), padding);
  return select(isHere, pad(values, zero, padding), x);
};
