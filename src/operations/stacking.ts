/** Putting arrays together and taking them apart. */
import { ShapeError } from '../array/errors.ts';
import { type ArrayLike, withWeak, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import * as s from '../primitives/slicing.ts';
import { axisOf } from './axes.ts';
import { atleast1d, atleast2d, atleast3d, expandDims, ravel, squeeze, transpose } from './manipulation.ts';
import { asOperand, promote } from './promotion.ts';

/** Arrays one after another along an axis; all their elements in order if it is null. */
export const concatenate = (values: readonly ArrayLike[], axis: number | null = 0): NDArray => {
  if (values.length === 0)
    throw new ShapeError('concatenate: expected at least one array, got none. Give an array.', 'shape.empty');
  const xs = promote(...(axis === null ? values.map(ravel) : values));
  const [first] = xs as readonly [NDArray, ...NDArray[]]; // sound: as many as values
  return withWeak(s.concatenate(xs, axisOf('concatenate', first.type, axis ?? 0)), first.weak);
};
export const concat = concatenate;
/** An array and then another along an axis; all elements in order without one. */
export const append = (x: ArrayLike, values: ArrayLike, axis: number | null = null): NDArray =>
  concatenate([x, values], axis);
/** Arrays of one shape along a new axis. */
export const stack = (values: readonly ArrayLike[], axis = 0): NDArray => {
  const xs = values.map(asOperand);
  const [first] = xs;
  const odd = xs.find((x) => x.shape.join() !== first?.shape.join());
  if (first !== undefined && odd !== undefined)
    throw new ShapeError(
      `stack: expected arrays of one shape, got ${showType(first.type)} and ${showType(odd.type)}. Reshape them, or join them by concatenate.`,
      'shape.stack',
    );
  if (first !== undefined) axisOf('stack', { dtype: first.dtype, shape: [...first.shape, xs.length] }, axis);
  return concatenate(
    xs.map((x) => expandDims(x, axis)),
    axis,
  );
};
/** Above one another: along axis 0, vectors as rows. */
export const vstack = (values: readonly ArrayLike[]): NDArray => concatenate(values.map(atleast2d), 0);
/** Side by side: along axis 1, vectors along axis 0. */
export const hstack = (values: readonly ArrayLike[]): NDArray => {
  const xs = values.map(atleast1d);
  return concatenate(xs, xs[0]?.ndim === 1 ? 0 : 1);
};
/** Behind one another: along axis 2. */
export const dstack = (values: readonly ArrayLike[]): NDArray => concatenate(values.map(atleast3d), 2);
/** Side by side, vectors as columns. */
export const columnStack = (values: readonly ArrayLike[]): NDArray =>
  concatenate(
    values.map((value) => {
      const x = asOperand(value);
      return x.ndim < 2 ? transpose(atleast2d(x)) : x;
    }),
    1,
  );

/** The parts of an axis between bounds. */
const cut = (x: NDArray, axis: number, bounds: readonly number[]): readonly NDArray[] =>
  bounds.slice(1).map((end, i) => {
    const start = bounds[i] ?? 0;
    return withWeak(s.sliceAxis(x, axis, start, Math.max(end, start)), x.weak);
  });
/** Positions as for slices: negative ones count from the end. */
const boundsFrom = (positions: readonly number[], extent: number): readonly number[] => [
  0,
  ...positions.map((n) => Math.min(Math.max(n < 0 ? n + extent : n, 0), extent)),
  extent,
];
const checkCount = (name: string, parts: number): number => {
  if (!Number.isInteger(parts) || parts < 1)
    throw new ShapeError(`${name}: expected a positive number of parts, got ${parts}. Give a list for positions.`);
  return parts;
};
/** So many parts along an axis, the first ones longer by one if need be, or parts that begin at the given positions. */
export const arraySplit = (value: ArrayLike, parts: number | readonly number[], axis = 0): readonly NDArray[] => {
  const x = asOperand(value);
  const at = axisOf('arraySplit', x.type, axis);
  const extent = x.shape[at] ?? 0;
  if (typeof parts !== 'number') return cut(x, at, boundsFrom(parts, extent));
  const [small, longer] = [Math.floor(extent / checkCount('arraySplit', parts)), extent % parts];
  return cut(
    x,
    at,
    Array.from({ length: parts + 1 }, (_, i) => i * small + Math.min(i, longer)),
  );
};
/** Equal parts along an axis, or parts that begin at the given positions. */
export const split = (value: ArrayLike, parts: number | readonly number[], axis = 0): readonly NDArray[] => {
  const x = asOperand(value);
  const extent = x.shape[axisOf('split', x.type, axis)] ?? 0;
  if (typeof parts === 'number' && extent % checkCount('split', parts) !== 0)
    throw new ShapeError(
      `split: expected an axis that ${parts} divides, got extent ${extent} of ${showType(x.type)}. Give positions, or use arraySplit.`,
    );
  return arraySplit(x, parts, axis);
};
type Parts = number | readonly number[];
/** Along axis 1, vectors along axis 0. */
export const hsplit = (value: ArrayLike, parts: Parts): readonly NDArray[] =>
  split(value, parts, asOperand(value).ndim === 1 ? 0 : 1);
/** Along axis 0. */
export const vsplit = (x: ArrayLike, parts: Parts): readonly NDArray[] => split(x, parts, 0);
/** Along axis 2. */
export const dsplit = (x: ArrayLike, parts: Parts): readonly NDArray[] => split(x, parts, 2);
/** The slices along an axis, without it. */
export const unstack = (value: ArrayLike, axis = 0): readonly NDArray[] => {
  const x = asOperand(value);
  const extent = x.shape[axisOf('unstack', x.type, axis)] ?? 0;
  return extent === 0 ? [] : split(x, extent, axis).map((part) => squeeze(part, axis));
};
