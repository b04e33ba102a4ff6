/** Layers without parameters that add to, cut from or stretch spatial axes. */
import { ShapeError } from '../array/errors.ts';
import { splat, type NDArray } from '../array/ndarray.ts';
import { axesOf, showShape, type Shape } from '../array/type.ts';
import { abs, add, clip, divide, maximum, subtract } from '../operations/arithmetic.ts';
import { expandDims, repeat } from '../operations/manipulation.ts';
import { tensordot } from '../operations/products.ts';
import { arange } from '../operations/ranges.ts';
import { perAxis } from '../operations/window-padding.ts';
import { transpose } from '../primitives/broadcast.ts';
import { nth } from '../primitives/record.ts';
import { pad } from '../primitives/slicing.ts';
import type { Layer } from './layer.ts';
import { spatialOf, type PaddingPairs, type PerAxis } from './window.ts';

/** As much on all sides, as much on both sides of each axis, or a pair for each axis. */
export type Sides = number | readonly (number | readonly [before: number, after: number])[];

const sidesOf = (name: string, sides: Sides, rank: number): PaddingPairs => {
  const list = typeof sides === 'number' ? new Array<number>(rank).fill(sides) : sides;
  const pairs = list.map((side): readonly [number, number] => (typeof side === 'number' ? [side, side] : side));
  if (pairs.length !== rank || pairs.flat().some((n) => !Number.isInteger(n) || n < 0))
    throw new ShapeError(
      `${name}: expected whole numbers of at least 0 for ${rank} ${rank === 1 ? 'axis' : 'axes'}, got ${JSON.stringify(sides)}. Give one number, or one or [before, after] for each axis.`,
      'shape.padding',
    );
  return pairs;
};

/** Zeros added (`sign` 1) or elements cut (`sign` -1) around the spatial axes. */
const resized = (kind: string, sides: Sides, rank: number, sign: 1 | -1): Layer<null, null> => {
  const pairs = sidesOf(kind, sides, rank).map(([before, after]) => [sign * before, sign * after] as const);
  return {
    anatomy: { kind, settings: { sides } },
    init: (_, inputShape) => {
      const [extents, channels] = spatialOf(kind, inputShape, rank);
      const out = extents.map((n, i) => n + nth(pairs, i)[0] + nth(pairs, i)[1]);
      if (out.some((n) => n < 1))
        throw new ShapeError(
          `${kind}: expected to leave at least one element along each axis, got ${showShape(inputShape)} to cut by ${JSON.stringify(sides)}. Cut less.`,
          'shape.layer',
        );
      return { params: null, state: null, outputShape: [...out, channels] };
    },
    apply: (_, state, x) => {
      const around = (end: 0 | 1): readonly number[] => [
        ...new Array<number>(x.ndim - rank - 1).fill(0),
        ...pairs.map((pair) => pair[end]),
        0,
      ];
      const zero = splat({ dtype: x.dtype, shape: [] }, 0);
      return [pad(x, zero, { low: around(0), high: around(1), interior: x.shape.map(() => 0) }), state];
    },
  };
};

/** Zeros before and after: `[..., length, channels]`. */
export const zeroPadding1d = (sides: Sides): Layer<null, null> => resized('zeroPadding1d', sides, 1, 1);
/** Zeros around images: `zeroPadding2d([1, [0, 2]])` adds a row above and below and two columns behind. */
export const zeroPadding2d = (sides: Sides): Layer<null, null> => resized('zeroPadding2d', sides, 2, 1);
/** Zeros around volumes. */
export const zeroPadding3d = (sides: Sides): Layer<null, null> => resized('zeroPadding3d', sides, 3, 1);
/** Cuts elements before and after: `[..., length, channels]`. */
export const cropping1d = (sides: Sides): Layer<null, null> => resized('cropping1d', sides, 1, -1);
/** Cuts rows and columns off images. */
export const cropping2d = (sides: Sides): Layer<null, null> => resized('cropping2d', sides, 2, -1);
/** Cuts the outside off volumes. */
export const cropping3d = (sides: Sides): Layer<null, null> => resized('cropping3d', sides, 3, -1);

/** How elements between are found. */
export type Interpolation = 'nearest' | 'bilinear';

/** Weights `[extent * factor, extent]`: hats around the old elements, whose centres lie at halves; flat beyond the outer ones. */
const hats = (extent: number, factor: number, like: NDArray): NDArray => {
  const dtype = like.dtype === 'float64' ? 'float64' : 'float32';
  const place = subtract(divide(add(arange(0, extent * factor, 1, dtype), 0.5), factor), 0.5);
  const inside = clip(place, 0, extent - 1);
  return maximum(subtract(1, abs(subtract(expandDims(inside, 1), arange(0, extent, 1, dtype)))), 0);
};

const stretched = (x: NDArray, axis: number, factor: number, interpolation: Interpolation): NDArray => {
  if (factor === 1) return x;
  if (interpolation === 'nearest') return repeat(x, factor, axis);
  const y = tensordot(x, hats(nth(x.shape, axis), factor, x), [[axis], [1]]);
  const others = axesOf(x.shape).filter((other) => other !== axis);
  // The new axis stands last; it goes where the old one stood.
  return transpose(
    y,
    axesOf(x.shape).map((to) => (to === axis ? x.ndim - 1 : others.indexOf(to))),
  );
};

const upSampling = (rank: number, factors: PerAxis, interpolation: Interpolation): Layer<null, null> => {
  const kind = `upSampling${rank}d`;
  const times = perAxis(kind, 'factors', factors, rank);
  if (interpolation !== 'nearest' && interpolation !== 'bilinear')
    throw new ShapeError(
      `${kind}: expected interpolation 'nearest' or 'bilinear', got '${String(interpolation)}'. Write one of them.`,
      'shape.layer',
    );
  return {
    anatomy: { kind, settings: { factors, ...(rank === 2 ? { interpolation } : {}) } },
    init: (_, inputShape) => {
      const [extents, channels] = spatialOf(kind, inputShape, rank);
      const outputShape: Shape = [...extents.map((n, i) => n * nth(times, i)), channels];
      return { params: null, state: null, outputShape };
    },
    apply: (_, state, x) => [
      times.reduce((y, factor, i) => stretched(y, x.ndim - rank - 1 + i, factor, interpolation), x),
      state,
    ],
  };
};

/** Each element `factor` times: `[..., length, channels] -> [..., length * factor, channels]`. Default factor 2. */
export const upSampling1d = (factor = 2): Layer<null, null> => upSampling(1, factor, 'nearest');
/**
 * Images grown by whole factors, by repetition or, with `bilinear`, linearly between the centres of pixels and flat beyond the outer ones, as
 * `jax.image.resize` and Keras. Default factor 2.
 */
export const upSampling2d = (
  factors: PerAxis = 2,
  { interpolation = 'nearest' }: { readonly interpolation?: Interpolation } = {},
): Layer<null, null> => upSampling(2, factors, interpolation);
/** Volumes grown by repetition. Default factor 2. */
export const upSampling3d = (factors: PerAxis = 2): Layer<null, null> => upSampling(3, factors, 'nearest');
