/** Pooling: the largest or the mean of what a window sees, channel by channel. */
import { ShapeError } from '../array/errors.ts';
import { splat, type NDArray } from '../array/ndarray.ts';
import { showShape, sizeOf } from '../array/type.ts';
import { divide } from '../operations/arithmetic.ts';
import { reduceWindow } from '../operations/pooling.ts';
import { asFloat } from '../operations/promotion.ts';
import { max, mean } from '../operations/reduction.ts';
import { settingsOf } from './parts.ts';
import type { Layer } from './layer.ts';
import {
  checkPadding,
  pairsOf,
  spatialOf,
  windowCounts,
  windowOf,
  type PaddingPairs,
  type PerAxis,
  type Window,
} from './window.ts';

export interface PoolOptions {
  /** Steps of the window. Default its extents, so that windows do not overlap. */
  readonly strides?: PerAxis;
  /** Default `valid`. What is added never is the largest. */
  readonly padding?: 'valid' | 'same' | PaddingPairs;
}

export interface AveragePoolOptions extends PoolOptions {
  /** Count what padding adds as zeros, as PyTorch does by default. Default false, as in Keras: the mean of what is there. */
  readonly countIncludePad?: boolean;
}

/** A reduction of windows over the spatial axes of `[..., ...spatial, channels]`. */
const reduced = (x: NDArray, monoid: 'max' | 'sum', window: Window, pairs: PaddingPairs): NDArray => {
  const front = x.ndim - window.size.length - 1;
  if (front < 0)
    throw new ShapeError(
      `${window.name}: expected examples of ${window.size.length + 1} axes, got ${showShape(x.shape)}. Reshape them to what init was told.`,
      'shape.layer',
    );
  const around = (list: readonly number[]): readonly number[] => [...new Array<number>(front).fill(1), ...list, 1];
  const none = [0, 0] as const;
  return reduceWindow(x, monoid, {
    windowDimensions: around(window.size),
    windowStrides: around(window.strides),
    padding: [...Array.from({ length: front }, () => none), ...pairs, none],
  });
};

const isPadded = (pairs: PaddingPairs): boolean => pairs.some((pair) => pair.some((n) => n !== 0));

/** Sums of windows over how many elements they hold, with or without what padding adds. */
const averaged = (given: NDArray, window: Window, countIncludePad: boolean): NDArray => {
  const x = asFloat(given);
  const extents = x.shape.slice(x.ndim - window.size.length - 1, -1);
  const pairs = pairsOf(window, extents);
  const sums = reduced(x, 'sum', window, pairs);
  if (countIncludePad || !isPadded(pairs)) return divide(sums, sizeOf(window.size));
  const ones = splat({ dtype: x.dtype, shape: [...extents, 1] }, 1);
  return divide(sums, reduced(ones, 'sum', window, pairs));
};

const pool = (
  kind: string,
  rank: number,
  size: PerAxis,
  options: AveragePoolOptions,
  f: (x: NDArray, window: Window) => NDArray,
): Layer<null, null> => {
  const { strides = size, padding = 'valid' } = options;
  checkPadding(kind, padding, rank, ['valid', 'same']);
  const window = windowOf(kind, size, rank, { strides, padding });
  return {
    anatomy: { kind, settings: settingsOf({ size, ...options }) },
    init: (_, inputShape) => {
      const [extents, channels] = spatialOf(kind, inputShape, rank);
      return { params: null, state: null, outputShape: [...windowCounts(window, extents), channels] };
    },
    apply: (_, state, x) => [f(x, window), state],
  };
};

const maxPool = (rank: number, size: PerAxis, options: PoolOptions): Layer<null, null> =>
  pool(`maxPool${rank}d`, rank, size, options, (x, window) =>
    reduced(x, 'max', window, pairsOf(window, x.shape.slice(x.ndim - rank - 1, -1))),
  );
const avgPool = (rank: number, size: PerAxis, options: AveragePoolOptions): Layer<null, null> =>
  pool(`avgPool${rank}d`, rank, size, options, (x, window) => averaged(x, window, options.countIncludePad === true));

/** The largest of each window along one axis: `[..., length, channels]`; the derivative goes to the first largest. Default size 2. */
export const maxPool1d = (size: PerAxis = 2, options: PoolOptions = {}): Layer<null, null> => maxPool(1, size, options);
/** The largest of each window of an image: `[..., height, width, channels]`; see `maxPool1d`. */
export const maxPool2d = (size: PerAxis = 2, options: PoolOptions = {}): Layer<null, null> => maxPool(2, size, options);
/** The largest of each window of a volume: `[..., depth, height, width, channels]`; see `maxPool1d`. */
export const maxPool3d = (size: PerAxis = 2, options: PoolOptions = {}): Layer<null, null> => maxPool(3, size, options);
/** The mean of each window along one axis: `[..., length, channels]`; what padding adds is not counted. Default size 2. */
export const avgPool1d = (size: PerAxis = 2, options: AveragePoolOptions = {}): Layer<null, null> =>
  avgPool(1, size, options);
/** The mean of each window of an image: `[..., height, width, channels]`; see `avgPool1d`. */
export const avgPool2d = (size: PerAxis = 2, options: AveragePoolOptions = {}): Layer<null, null> =>
  avgPool(2, size, options);
/** The mean of each window of a volume: `[..., depth, height, width, channels]`; see `avgPool1d`. */
export const avgPool3d = (size: PerAxis = 2, options: AveragePoolOptions = {}): Layer<null, null> =>
  avgPool(3, size, options);

export interface GlobalPoolOptions {
  /** Leave the spatial axes with extent 1. Default false. */
  readonly keepdims?: boolean;
}

const overAll = (
  kind: string,
  rank: number,
  { keepdims = false }: GlobalPoolOptions,
  f: typeof mean,
): Layer<null, null> => ({
  anatomy: { kind, settings: { keepdims } },
  init: (_, inputShape) => {
    const [extents, channels] = spatialOf(kind, inputShape, rank);
    if (extents.includes(0))
      throw new ShapeError(
        `${kind}: expected spatial axes that are not empty, got ${showShape(inputShape)}. Give at least one element.`,
        'shape.layer',
      );
    return { params: null, state: null, outputShape: [...(keepdims ? extents.map(() => 1) : []), channels] };
  },
  apply: (_, state, x) => {
    const axis = Array.from({ length: rank }, (_unused, i) => i - rank - 1);
    return [f(x, { axis, keepdims }), state];
  },
});

/** The largest over the only spatial axis: `[..., length, channels] -> [..., channels]`. */
export const globalMaxPool1d = (options: GlobalPoolOptions = {}): Layer<null, null> =>
  overAll('globalMaxPool1d', 1, options, max);
/** The largest over an image: `[..., height, width, channels] -> [..., channels]`. */
export const globalMaxPool2d = (options: GlobalPoolOptions = {}): Layer<null, null> =>
  overAll('globalMaxPool2d', 2, options, max);
/** The largest over a volume. */
export const globalMaxPool3d = (options: GlobalPoolOptions = {}): Layer<null, null> =>
  overAll('globalMaxPool3d', 3, options, max);
/** The mean over the only spatial axis: `[..., length, channels] -> [..., channels]`. */
export const globalAvgPool1d = (options: GlobalPoolOptions = {}): Layer<null, null> =>
  overAll('globalAvgPool1d', 1, options, mean);
/** The mean over an image: `[..., height, width, channels] -> [..., channels]`. */
export const globalAvgPool2d = (options: GlobalPoolOptions = {}): Layer<null, null> =>
  overAll('globalAvgPool2d', 2, options, mean);
/** The mean over a volume. */
export const globalAvgPool3d = (options: GlobalPoolOptions = {}): Layer<null, null> =>
  overAll('globalAvgPool3d', 3, options, mean);
