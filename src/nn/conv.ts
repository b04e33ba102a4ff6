/** Convolutions over any number of spatial axes, channels last. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Shape } from '../array/type.ts';
import { add } from '../operations/arithmetic.ts';
import { convGeneralDilated } from '../operations/convolution.ts';
import type { ConvLetters } from '../operations/convolution-layout.ts';
import { promote } from '../operations/promotion.ts';
import { perAxis } from '../operations/window-padding.ts';
import { split, type Key } from '../random/key.ts';
import { glorotUniform, zeros, type Initializer } from './initializer.ts';
import type { Layer } from './layer.ts';
import { settingsOf } from './parts.ts';
import {
  checkPadding,
  overBatch,
  pairsOf,
  spatialOf,
  windowCounts,
  windowOf,
  type LayerPadding,
  type PerAxis,
  type WindowSettings,
} from './window.ts';

export interface ConvParams {
  /** `[...window, inputs / groups, features]` */
  readonly kernel: NDArray;
  /** `[features]`; null where the layer has none. */
  readonly bias: NDArray | null;
}

export interface ConvLayerOptions {
  /** Steps of the window. Default 1. */
  readonly strides?: PerAxis;
  /** Default `valid`. */
  readonly padding?: LayerPadding;
  /** The kernel's elements this far apart. Default 1. */
  readonly dilation?: PerAxis;
  /** Input and output channels fall into this many groups that do not mix. Default 1. */
  readonly groups?: number;
  /** Default `glorotUniform()`. */
  readonly kernel?: Initializer;
  /** Default zeros; `false` for none. */
  readonly bias?: Initializer | false;
  /** The number of spatial axes. Default what the kernel size or the input tells. */
  readonly rank?: number;
}

/** Letters for channels last: `NHWC`, `HWIO`. */
export const channelsLast = (rank: number): ConvLetters => {
  const spatial = Array.from({ length: rank }, (_, i) => String(i)).join('');
  return [`N${spatial}C`, `${spatial}IO`, `N${spatial}C`];
};

/** Plus the bias on the last axis, if there is one. */
export const withBias = (x: NDArray, bias: NDArray | null): NDArray => (bias === null ? x : add(x, bias));

/** A kernel and a bias for `features` outputs. */
export const kernelAndBias = (
  key: Key,
  shape: Shape,
  features: number,
  { kernel = glorotUniform(), bias = zeros }: Pick<ConvLayerOptions, 'kernel' | 'bias'>,
): ConvParams => {
  const [k, b] = split(key);
  return { kernel: kernel(k, shape), bias: bias === false ? null : bias(b, [features]) };
};

/** Throws unless there is at least one feature, a whole number. */
export const checkFeatures = (name: string, features: number): void => {
  if (!Number.isInteger(features) || features < 1)
    throw new ShapeError(
      `${name}: expected a whole number of features of at least 1, got ${features}. It is the number of output channels.`,
      'shape.features',
    );
};

const checkGroups = (name: string, inputs: number, features: number, groups: number): void => {
  if (!Number.isInteger(groups) || groups < 1 || inputs % groups !== 0 || features % groups !== 0)
    throw new ShapeError(
      `${name}: expected groups that divide ${inputs} input channels and ${features} features, got ${groups}. Change the features or the groups.`,
      'shape.groups',
    );
};

/** The convolution of `[...batch, ...spatial, channels]` with a kernel `[...window, inputs / groups, features]`. */
export const convolved = (
  name: string,
  x: NDArray,
  kernel: NDArray,
  groups: number,
  settings: WindowSettings,
): NDArray => {
  const rank = kernel.ndim - 2;
  const window = windowOf(name, kernel.shape.slice(0, rank), rank, settings);
  return overBatch(name, x, rank + 1, (batch) => {
    const [lhs, rhs] = promote(batch, kernel) as readonly [NDArray, NDArray]; // sound: two in, two out
    return convGeneralDilated(lhs, rhs, {
      windowStrides: window.strides,
      padding: pairsOf(window, batch.shape.slice(1, -1)),
      rhsDilation: window.dilation,
      dimensionNumbers: channelsLast(rank),
      featureGroupCount: groups,
    });
  });
};

/** The number of spatial axes that the kernel size and the options tell, if any. */
export const toldRank = (kernelSize: PerAxis, rank?: number): number | undefined =>
  rank ?? (typeof kernelSize === 'number' ? undefined : kernelSize.length);

/**
 * Sums of products of a window of the input with a kernel (a correlation): `[..., ...spatial, inputs] -> [..., ...spatial, features]`, with
 * parameters `kernel` `[...window, inputs / groups, features]` and `bias` `[features]`. The number of spatial axes is that of the kernel size or,
 * if that is one number, of the examples. Along an axis of extent `n` there are `floor((n + padding - span) / stride) + 1` outputs, where the
 * kernel spans `(size - 1) * dilation + 1`.
 *
 * @example conv(32, [3, 3], { padding: 'same' })
 */
export const conv = (
  features: number,
  kernelSize: PerAxis,
  options: ConvLayerOptions = {},
): Layer<ConvParams, null> => {
  const { strides, padding = 'valid', dilation, groups = 1 } = options;
  const settings = { strides, padding, dilation };
  const rank = toldRank(kernelSize, options.rank);
  const kind = options.rank === undefined ? 'conv' : `conv${options.rank}d`;
  checkFeatures(kind, features);
  checkPadding(kind, padding, rank);
  return {
    anatomy: { kind, settings: settingsOf({ features, kernelSize, ...options }) },
    init: (key, inputShape) => {
      const [extents, inputs] = spatialOf(kind, inputShape, rank);
      checkGroups(kind, inputs, features, groups);
      const size = perAxis(kind, 'a kernel size', kernelSize, extents.length);
      const counts = windowCounts(windowOf(kind, size, extents.length, settings), extents);
      return {
        params: kernelAndBias(key, [...size, inputs / groups, features], features, options),
        state: null,
        outputShape: [...counts, features],
      };
    },
    apply: (params, state, x) => [withBias(convolved(kind, x, params.kernel, groups, settings), params.bias), state],
  };
};

type Ranked = Omit<ConvLayerOptions, 'rank'>;

/** A convolution along one axis: `[..., length, inputs] -> [..., length, features]`; see `conv`. */
export const conv1d = (features: number, kernelSize: PerAxis, options: Ranked = {}): Layer<ConvParams, null> =>
  conv(features, kernelSize, { ...options, rank: 1 });
/** A convolution over images: `[..., height, width, inputs] -> [..., height, width, features]`; see `conv`. */
export const conv2d = (features: number, kernelSize: PerAxis, options: Ranked = {}): Layer<ConvParams, null> =>
  conv(features, kernelSize, { ...options, rank: 2 });
/** A convolution over volumes: `[..., depth, height, width, inputs] -> [..., depth, height, width, features]`; see `conv`. */
export const conv3d = (features: number, kernelSize: PerAxis, options: Ranked = {}): Layer<ConvParams, null> =>
  conv(features, kernelSize, { ...options, rank: 3 });
