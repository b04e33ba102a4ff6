/** Running combinations by an associative operation, in logarithmic depth: `associativeScan`. */
import { DTypeError, ShapeError } from './array/errors.ts';
import { splat, type NDArray } from './array/ndarray.ts';
import { sameType, showType } from './array/type.ts';
import { flattenArrays, type Flattened } from './lift.ts';
import { axisOf } from './operations/axes.ts';
import { reshape } from './primitives/broadcast.ts';
import { nth } from './primitives/record.ts';
import { concatenate, pad, reverse as flip, slice } from './primitives/slicing.ts';
import { requireStructure } from './tree/difference.ts';
import { pathsOf } from './tree/show.ts';
import { unflatten, type Structure } from './tree/structure.ts';
import type { Input } from './types.ts';

export interface AssociativeScanOptions {
  /** Whether to combine from the last element to the first. */
  readonly reverse?: boolean;
  /** The axis along which to combine, the same for all leaves. Default 0. */
  readonly axis?: number;
}

type Flat = readonly NDArray[];
export type Combine = (a: Flat, b: Flat) => Flat;

/** Every `step`-th slice along an axis, from `start` below `limit`. */
const every = (x: NDArray, axis: number, start: number, limit: number, step: number): NDArray => {
  const at = (here: number, elsewhere: readonly number[]): readonly number[] =>
    elsewhere.map((n, i) => (i === axis ? here : n));
  return slice(
    x,
    at(
      start,
      x.shape.map(() => 0),
    ),
    at(limit, x.shape),
    at(
      step,
      x.shape.map(() => 1),
    ),
  );
};

/** `even[0], odd[0], even[1], odd[1], ...`; there is as many of both, or one more of the even. */
const interleave = (even: NDArray, odd: NDArray, axis: number): NDArray => {
  const [n, m] = [nth(even.shape, axis), nth(odd.shape, axis)];
  const none = even.shape.map(() => 0);
  const longer = pad(odd, splat({ dtype: odd.dtype, shape: [] }, 0), {
    low: none,
    high: none.map((_, i) => (i === axis ? n - m : 0)),
    interior: none,
  });
  const apart = [...even.shape.slice(0, axis + 1), 1, ...even.shape.slice(axis + 1)];
  const pairs = concatenate([reshape(even, apart), reshape(longer, apart)], axis + 1);
  const mixed = reshape(
    pairs,
    even.shape.map((extent, i) => (i === axis ? 2 * extent : extent)),
  );
  return every(mixed, axis, 0, n + m, 1);
};

/**
 * Combine neighbours, scan these pairs, and fill in what lies between: twice the work of a loop, in twice log2(n) steps (Blelloch, "Prefix sums
 * and their applications", 1990; the form is that of JAX).
 */
const running = (combine: Combine, xs: Flat, axes: readonly number[]): Flat => {
  const n = nth(nth(xs, 0).shape, nth(axes, 0));
  if (n < 2) return xs;
  const part = (ys: Flat, start: number, limit: number, step: number): Flat =>
    ys.map((y, i) => every(y, nth(axes, i), start, limit, step));
  const even = 2 * Math.floor(n / 2);
  const odds = running(combine, combine(part(xs, 0, even, 2), part(xs, 1, n, 2)), axes);
  const first = part(xs, 0, 1, 1);
  const between = Math.ceil(n / 2) - 1;
  const rest = between === 0 ? null : combine(part(odds, 0, between, 1), part(xs, 2, n, 2));
  return first.map((x, i) => {
    const axis = nth(axes, i);
    return interleave(rest === null ? x : concatenate([x, nth(rest, i)], axis), nth(odds, i), axis);
  });
};

const checkLengths = ({ leaves, structure }: Flattened, axis: number | undefined): readonly number[] => {
  const axes = leaves.map((x) => axisOf('associativeScan', x.type, axis ?? 0));
  const lengths = leaves.map((x, i) => nth(x.shape, nth(axes, i)));
  const odd = lengths.findIndex((n) => n !== lengths[0]);
  if (odd >= 0)
    throw new ShapeError(
      `associativeScan: elements${pathsOf(structure)[odd] ?? ''}: expected ${lengths[0] ?? 0} elements along the axis, got ${showType(nth(leaves, odd).type)}. All leaves share the extent of the axis.`,
      'shape.scan',
    );
  return axes;
};

/** A function that joins two elements to one, trees of a structure, as a function on leaves that is checked each time. */
export const combining =
  (operation: string, structure: Structure, f: (a: unknown, b: unknown) => unknown): Combine =>
  (a, b) => {
    const result = flattenArrays(f(unflatten(structure, a), unflatten(structure, b)), { operation, like: structure });
    requireStructure(structure, result.structure, {
      operation,
      name: 'result',
      remedy: 'The combination of two elements is an element.',
      code: 'tree.carry',
    });
    result.leaves.forEach((y, i) => {
      const { type } = nth(a, i);
      if (!sameType(y.type, type))
        throw new DTypeError(
          `${operation}: elements${pathsOf(structure)[i] ?? ''}: expected combinations of ${showType(type)} to be such, got ${showType(y.type)}. The combination of two elements is an element, for all along the axis at once.`,
          'loop.carry',
        );
    });
    return result.leaves;
  };

/**
 * The combinations `x0`, `f(x0, x1)`, `f(f(x0, x1), x2)`, ... along an axis, for an associative `f`. It is given many elements at once, side by side
 * along that axis, and combines each with its partner. With `reverse` the elements come from the last to the first, so that `f(later, earlier)`.
 *
 * @example associativeScan((a: NDArray, b: NDArray) => a.mul(b), np.array([1, 2, 3])) // [1, 2, 6]
 */
export const associativeScan = <T>(
  f: (a: T, b: T) => T,
  elements: Input<T>,
  { reverse = false, axis }: AssociativeScanOptions = {},
): T => {
  const flat = flattenArrays(elements, { operation: 'associativeScan' });
  const axes = checkLengths(flat, axis);
  const combine = combining('associativeScan', flat.structure, f as (a: unknown, b: unknown) => unknown); // sound: given trees of the structure of the elements
  const turned = (xs: Flat): Flat => (reverse ? xs.map((x, i) => flip(x, [nth(axes, i)])) : xs);
  const results = flat.leaves.length === 0 ? [] : turned(running(combine, turned(flat.leaves), axes));
  return unflatten(flat.structure, results) as T; // sound: of the structure of the elements
};
