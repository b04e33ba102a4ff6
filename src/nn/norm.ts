/** Normalisation within an example, the same in use and in training. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Shape } from '../array/type.ts';
import { multiply, square } from '../operations/arithmetic.ts';
import { reshape } from '../operations/manipulation.ts';
import { asFloat } from '../operations/promotion.ts';
import { mean } from '../operations/reduction.ts';
import { ones } from './initializer.ts';
import { settingsOf } from './parts.ts';
import type { Layer } from './layer.ts';
import {
  affine,
  atAxes,
  axesFromEnd,
  checkEpsilon,
  moments,
  normParams,
  standardised,
  type NormOptions,
  type NormParams,
} from './norm-params.ts';
import { spatialOf } from './window.ts';

export interface LayerNormOptions extends NormOptions {
  /** Added to the variance under the root. Default 0.001, as in Keras; PyTorch's 1e-5, Flax's 1e-6. */
  readonly epsilon?: number;
  /** The axes that are normalised and scaled, counted from the end. Default -1. */
  readonly axis?: number | readonly number[];
}

const extentsAt = (inputShape: Shape, axes: readonly number[]): Shape => axes.map((a) => inputShape.at(a) ?? 1);

/** Each example with mean 0 and variance 1 over its last axis, or those of `axis`, then scaled and shifted element by element (Ba et al. 2016). */
export const layerNorm = (options: LayerNormOptions = {}): Layer<NormParams, null> => {
  const { epsilon = 1e-3, axis = -1 } = options;
  checkEpsilon('layerNorm', epsilon);
  const sorted = typeof axis === 'number' ? [axis] : [...axis].sort((a, b) => a - b);
  return {
    anatomy: { kind: 'layerNorm', settings: settingsOf({ ...options }) },
    init: (key, inputShape) => {
      const axes = axesFromEnd('layerNorm', axis, inputShape);
      return {
        params: normParams(key, extentsAt(inputShape, axes), options),
        state: null,
        outputShape: inputShape,
      };
    },
    apply: (params, state, x) => {
      const { variance, deviation } = moments(x, sorted);
      return [affine(standardised(deviation, variance, epsilon), params, sorted), state];
    },
  };
};

export interface RmsNormParams {
  /** One factor for each element of the axes. */
  readonly scale: NDArray;
}

/** `x / sqrt(mean(x^2) + epsilon) * scale` over the last axis, or those of `axis` (Zhang and Sennrich 2019, eq. 4). Default epsilon 1e-6, as in Keras and Flax. */
export const rmsNorm = (options: Pick<LayerNormOptions, 'epsilon' | 'axis'> = {}): Layer<RmsNormParams, null> => {
  const { epsilon = 1e-6, axis = -1 } = options;
  checkEpsilon('rmsNorm', epsilon);
  const sorted = typeof axis === 'number' ? [axis] : [...axis].sort((a, b) => a - b);
  return {
    anatomy: { kind: 'rmsNorm', settings: settingsOf({ ...options }) },
    init: (key, inputShape) => ({
      params: { scale: ones(key, extentsAt(inputShape, axesFromEnd('rmsNorm', axis, inputShape))) },
      state: null,
      outputShape: inputShape,
    }),
    apply: ({ scale }, state, given) => {
      const x = asFloat(given);
      const power = mean(square(x), { axis: sorted, keepdims: true });
      return [multiply(standardised(x, power, epsilon), atAxes(scale, sorted)), state];
    },
  };
};

export interface GroupNormOptions extends NormOptions {
  /** Added to the variance under the root. Default 0.001, as in Keras; PyTorch's 1e-5, Flax's 1e-6. */
  readonly epsilon?: number;
  /** The number of spatial axes before the channels. Default 2, images. */
  readonly rank?: number;
}

const groupsOf = (kind: string, groups: number | null, channels: number): number => {
  const count = groups ?? channels;
  if (!Number.isInteger(count) || count < 1 || channels % count !== 0)
    throw new ShapeError(
      `${kind}: expected a number of groups that divides ${channels} channels, got ${count}. Change the groups.`,
      'shape.groups',
    );
  return count;
};

const grouped = (kind: string, groups: number | null, options: GroupNormOptions): Layer<NormParams, null> => {
  const { epsilon = 1e-3, rank = 2 } = options;
  checkEpsilon(kind, epsilon);
  return {
    anatomy: { kind, settings: settingsOf({ ...(groups === null ? {} : { groups }), ...options }) },
    init: (key, inputShape) => {
      const channels =
        rank === 0 && inputShape.length === 1 ? (inputShape[0] ?? 1) : spatialOf(kind, inputShape, rank)[1];
      groupsOf(kind, groups, channels);
      return { params: normParams(key, [channels], options), state: null, outputShape: inputShape };
    },
    apply: (params, state, x) => {
      const channels = x.shape.at(-1) ?? 1;
      const count = groupsOf(kind, groups, channels);
      const parts = reshape(x, [...x.shape.slice(0, -1), count, channels / count]);
      const axes = [...Array.from({ length: rank }, (_, i) => i - rank - 2), -1];
      const { variance, deviation } = moments(parts, axes);
      return [affine(reshape(standardised(deviation, variance, epsilon), x.shape), params, [-1]), state];
    },
  };
};

/**
 * Each group of neighbouring channels of an example with mean 0 and variance 1 over its channels and all places, then scaled and shifted channel by
 * channel (Wu and He 2018). `rank` says how many spatial axes an example has. Default 32 groups.
 */
export const groupNorm = (groups = 32, options: GroupNormOptions = {}): Layer<NormParams, null> =>
  grouped('groupNorm', groups, options);

/** Each channel of an example with mean 0 and variance 1 over all places, then scaled and shifted (Ulyanov et al. 2016): `groupNorm` with a group for each channel. */
export const instanceNorm = (options: GroupNormOptions = {}): Layer<NormParams, null> =>
  grouped('instanceNorm', null, options);
