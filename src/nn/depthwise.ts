/** Convolutions that treat channels one by one, alone or followed by a mixing of channels. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { matmul } from '../operations/products.ts';
import { perAxis } from '../operations/window-padding.ts';
import { split } from '../random/key.ts';
import { convolved, kernelAndBias, checkFeatures, withBias, type ConvLayerOptions, type ConvParams } from './conv.ts';
import { glorotUniform } from './initializer.ts';
import type { Layer } from './layer.ts';
import { settingsOf } from './parts.ts';
import { checkPadding, spatialOf, windowCounts, windowOf, type PerAxis } from './window.ts';

export interface DepthwiseOptions extends Omit<ConvLayerOptions, 'groups' | 'rank'> {
  /** Outputs for each input channel. Default 1. */
  readonly multiplier?: number;
}

const checkMultiplier = (kind: string, multiplier: number): void => {
  if (!Number.isInteger(multiplier) || multiplier < 1)
    throw new ShapeError(
      `${kind}: expected a multiplier of at least 1, got ${multiplier}. It is the number of outputs for each input channel.`,
      'shape.features',
    );
};

const depthwise = (rank: number, kernelSize: PerAxis, options: DepthwiseOptions): Layer<ConvParams, null> => {
  const { multiplier = 1, strides, padding = 'valid', dilation } = options;
  const settings = { strides, padding, dilation };
  const kind = `depthwiseConv${rank}d`;
  checkMultiplier(kind, multiplier);
  checkPadding(kind, padding, rank);
  return {
    anatomy: { kind, settings: settingsOf({ kernelSize, ...options }) },
    init: (key, inputShape) => {
      const [extents, inputs] = spatialOf(kind, inputShape, rank);
      const size = perAxis(kind, 'a kernel size', kernelSize, rank);
      const features = inputs * multiplier;
      return {
        params: kernelAndBias(key, [...size, 1, features], features, options),
        state: null,
        outputShape: [...windowCounts(windowOf(kind, size, rank, settings), extents), features],
      };
    },
    apply: ({ kernel, bias }, state, x) => [
      withBias(convolved(kind, x, kernel, x.shape.at(-1) ?? 1, settings), bias),
      state,
    ],
  };
};

/**
 * Each channel convolved by itself, along one axis: `[..., length, inputs] -> [..., length, inputs * multiplier]`, the outputs of a channel side by side;
 * `kernel` `[size, 1, inputs * multiplier]`.
 */
export const depthwiseConv1d = (kernelSize: PerAxis, options: DepthwiseOptions = {}): Layer<ConvParams, null> =>
  depthwise(1, kernelSize, options);
/** Each channel of an image convolved by itself; `kernel` `[height, width, 1, inputs * multiplier]`. See `depthwiseConv1d`. */
export const depthwiseConv2d = (kernelSize: PerAxis, options: DepthwiseOptions = {}): Layer<ConvParams, null> =>
  depthwise(2, kernelSize, options);

export interface SeparableParams {
  /** `[...window, 1, inputs * multiplier]` */
  readonly depthwiseKernel: NDArray;
  /** `[inputs * multiplier, features]` */
  readonly pointwiseKernel: NDArray;
  /** `[features]`; null where the layer has none. */
  readonly bias: NDArray | null;
}

export interface SeparableOptions extends DepthwiseOptions {
  /** How the mixing of channels starts; `kernel` is for the windows. Default `glorotUniform()`. */
  readonly pointwiseKernel?: NonNullable<ConvLayerOptions['kernel']>;
}

const separable = (
  rank: number,
  features: number,
  kernelSize: PerAxis,
  options: SeparableOptions,
): Layer<SeparableParams, null> => {
  const { bias, pointwiseKernel = glorotUniform(), ...window } = options;
  const kind = `separableConv${rank}d`;
  checkFeatures(kind, features);
  const deep = depthwise(rank, kernelSize, { ...window, bias: false });
  return {
    anatomy: { kind, settings: settingsOf({ features, kernelSize, ...options }) },
    init: (key, inputShape) => {
      const [first, second] = split(key);
      const { params, outputShape } = deep.init(first, inputShape);
      const mixing = kernelAndBias(second, [outputShape.at(-1) ?? 1, features], features, {
        kernel: pointwiseKernel,
        ...(bias === undefined ? {} : { bias }),
      });
      return {
        params: { depthwiseKernel: params.kernel, pointwiseKernel: mixing.kernel, bias: mixing.bias },
        state: null,
        outputShape: [...outputShape.slice(0, -1), features],
      };
    },
    apply: (params, state, x, context) => {
      const [seen] = deep.apply({ kernel: params.depthwiseKernel, bias: null }, null, x, context);
      return [withBias(matmul(seen, params.pointwiseKernel), params.bias), state];
    },
  };
};

/** `depthwiseConv1d`, then a mixing of channels (Chollet 2017): `[..., length, inputs] -> [..., length, features]`. */
export const separableConv1d = (
  features: number,
  kernelSize: PerAxis,
  options: SeparableOptions = {},
): Layer<SeparableParams, null> => separable(1, features, kernelSize, options);
/** `depthwiseConv2d`, then a mixing of channels (Chollet 2017): `[..., height, width, inputs] -> [..., height, width, features]`. */
export const separableConv2d = (
  features: number,
  kernelSize: PerAxis,
  options: SeparableOptions = {},
): Layer<SeparableParams, null> => separable(2, features, kernelSize, options);
