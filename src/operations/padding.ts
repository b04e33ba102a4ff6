/** Room around arrays, filled in NumPy's ways. */
import { isFloat } from '../array/dtype.ts';
import { ShapeError } from '../array/errors.ts';
import { type ArrayLike, splat, withWeak, type NDArray } from '../array/ndarray.ts';
import { axesOf, showType } from '../array/type.ts';
import { add, convert, mul, round, sub } from '../primitives/arithmetic.ts';
import { broadcast } from '../primitives/broadcast.ts';
import { iota } from '../primitives/iota.ts';
import * as s from '../primitives/slicing.ts';
import { asFloat, asOperand } from './promotion.ts';
import { max, mean, min } from './reduction.ts';
import { along } from './selection.ts';

/** Before and after. */
export type Sides = readonly [before: number, after: number];
/** The same all around, the same for each axis, or a pair for each axis. */
export type PerSide = number | Sides | readonly Sides[];

/**
 * `edge` repeats the outermost element; `reflect` mirrors at it, `symmetric` behind it; `wrap` goes round; `linearRamp` leads to
 * `endValues`; `maximum`, `mean` and `minimum` are of the `statLength` elements next to the edge.
 */
export type PadMode =
  | 'constant'
  | 'edge'
  | 'reflect'
  | 'symmetric'
  | 'wrap'
  | 'linearRamp'
  | 'maximum'
  | 'mean'
  | 'minimum'
  | 'empty';
export interface PadOptions {
  /** Default constant. */
  readonly mode?: PadMode;
  /** For `constant`. Default 0. */
  readonly constantValues?: PerSide;
  /** For `linearRamp`. Default 0. */
  readonly endValues?: PerSide;
  /** For `maximum`, `mean` and `minimum`. Default the whole axis. */
  readonly statLength?: PerSide;
}

const isSides = (given: Sides | readonly Sides[]): given is Sides => typeof given[0] === 'number';
/** A pair for each axis. */
const sidesOf = (x: NDArray, given: PerSide): readonly Sides[] => {
  if (typeof given === 'number') return x.shape.map((): Sides => [given, given]);
  if (isSides(given)) return x.shape.map(() => given);
  const [only] = given;
  if (given.length === 1 && only !== undefined) return x.shape.map(() => only);
  if (given.length !== x.ndim)
    throw new ShapeError(
      `pad: expected ${x.ndim} pairs for ${showType(x.type)}, got ${given.length}. One pair for each axis.`,
    );
  return given;
};
const checkWidths = (pairs: readonly Sides[]): readonly Sides[] => {
  const bad = pairs.flat().find((n) => !Number.isInteger(n) || n < 0);
  if (bad !== undefined)
    throw new ShapeError(`pad: expected whole widths that are not negative, got ${bad}. Cut with lax.pad or slices.`);
  return pairs;
};

/** Fill the two sides of an axis, given its widths and the numbers for them. */
type Fill = (x: NDArray, axis: number, widths: Sides, values: Sides) => NDArray;

const constant: Fill = (x, axis, [low, high], [before, after]) => {
  const one = (y: NDArray, value: number, sides: Sides): NDArray => {
    const at = (n: number): readonly number[] => axesOf(y.shape).map((a) => (a === axis ? n : 0));
    const zero = splat({ dtype: y.dtype, shape: [] }, value);
    return s.pad(y, zero, { low: at(sides[0]), high: at(sides[1]), interior: at(0) });
  };
  return before === after ? one(x, before, [low, high]) : one(one(x, before, [low, 0]), after, [0, high]);
};

/** Sides taken from the array itself: the position that stands at place `i`, which may lie before 0 or beyond the end. */
const mirrored =
  (name: string, place: (i: number, extent: number) => number): Fill =>
  (x, axis, [low, high]) => {
    const extent = x.shape[axis] ?? 0;
    if (extent === 0 && low + high > 0)
      throw new ShapeError(
        `pad: expected elements along axis ${axis} for ${name}, got ${showType(x.type)}. Use constant for empty arrays.`,
        'shape.empty',
      );
    const places = Array.from({ length: low + extent + high }, (_, i) => place(i - low, extent));
    return along(x, axis, places);
  };
const modulo = (i: number, n: number): number => ((i % n) + n) % n;
const edge = mirrored('edge', (i, n) => Math.min(Math.max(i, 0), n - 1));
const wrap = mirrored('wrap', modulo);
const symmetric = mirrored('symmetric', (i, n) => {
  const at = modulo(i, 2 * n);
  return at < n ? at : 2 * n - 1 - at;
});
const reflect = mirrored('reflect', (i, n) => {
  if (n === 1) return 0;
  const at = modulo(i, 2 * n - 2);
  return at < n ? at : 2 * n - 2 - at;
});

const repeated = (side: NDArray, axis: number, count: number): NDArray =>
  broadcast(
    side,
    side.shape.map((n, a) => (a === axis ? count : n)),
    axesOf(side.shape),
  );
const around = (axis: number, parts: readonly NDArray[]): NDArray =>
  s.concatenate(
    parts.filter((part) => part.shape[axis] !== 0),
    axis,
  );

/** In floats; integers are cut off towards 0. */
const linearRamp: Fill = (x, axis, [low, high], [before, after]) => {
  const extent = x.shape[axis] ?? 0;
  const side = (at: number, count: number, end: number, isFront: boolean): NDArray => {
    const inner = repeated(asFloat(s.sliceAxis(x, axis, at, at + 1)), axis, count);
    const outer = splat(inner.type, end);
    const steps = iota(inner.type, axis);
    // 0 at the outer end, `count` at the element.
    const near = isFront ? steps : sub(splat(inner.type, count - 1), steps);
    const line = add(outer, mul(sub(inner, outer), mul(near, splat(inner.type, 1 / count))));
    return convert(line, x.dtype);
  };
  return around(axis, [
    ...(low === 0 ? [] : [side(0, low, before, true)]),
    x,
    ...(high === 0 ? [] : [side(extent - 1, high, after, false)]),
  ]);
};

/** Some number of the elements next to an edge. */
const statistic =
  (of: (x: NDArray, options: { readonly axis: number; readonly keepdims: boolean }) => NDArray): Fill =>
  (x, axis, [low, high], [first, last]) => {
    const extent = x.shape[axis] ?? 0;
    const over = (from: number, to: number, count: number): NDArray => {
      const value = of(s.sliceAxis(x, axis, from, to), { axis, keepdims: true });
      const whole = isFloat(x.dtype) || !isFloat(value.dtype) ? value : round(value);
      return repeated(convert(whole, x.dtype), axis, count);
    };
    return around(axis, [
      ...(low === 0 ? [] : [over(0, Math.min(first, extent), low)]),
      x,
      ...(high === 0 ? [] : [over(Math.max(0, extent - last), extent, high)]),
    ]);
  };

const fills: { readonly [M in PadMode]: Fill } = {
  constant,
  empty: constant,
  edge,
  reflect,
  symmetric,
  wrap,
  linearRamp,
  maximum: statistic(max),
  mean: statistic(mean),
  minimum: statistic(min),
};

/** Room around an array, axis after axis. A constant may be said instead of options. */
export const pad = (value: ArrayLike, width: PerSide, options: PadOptions | number = {}): NDArray => {
  const x = asOperand(value);
  const {
    mode = 'constant',
    constantValues = 0,
    endValues = 0,
    statLength = Infinity,
  } = typeof options === 'number' ? { constantValues: options } : options;
  const widths = checkWidths(sidesOf(x, width));
  const given =
    mode === 'linearRamp' ? endValues : mode === 'constant' || mode === 'empty' ? constantValues : statLength;
  const values = sidesOf(x, given);
  if (mode === 'constant' && typeof constantValues === 'number')
    return withWeak(surround(x, widths, constantValues), x.weak);
  const padded = widths.reduce(
    (y, sides, axis) => (sides[0] + sides[1] === 0 ? y : fills[mode](y, axis, sides, values[axis] ?? [0, 0])),
    x,
  );
  return withWeak(padded, x.weak);
};
/** One constant on all sides at once. */
const surround = (x: NDArray, widths: readonly Sides[], value: number): NDArray =>
  s.pad(x, splat({ dtype: x.dtype, shape: [] }, value), {
    low: widths.map(([low]) => low),
    high: widths.map(([, high]) => high),
    interior: widths.map(() => 0),
  });
