/** Normalisation over the batch, with running statistics as explicit state. */
import { FluxionError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { add, multiply, subtract } from '../operations/arithmetic.ts';
import { reshape } from '../operations/manipulation.ts';
import { stopGradientOf } from '../primitives/stop-gradient.ts';
import { ones, zeros } from './initializer.ts';
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

/** Running statistics, for each channel. */
export interface BatchNormState {
  readonly mean: NDArray;
  readonly variance: NDArray;
}

export interface BatchNormOptions extends NormOptions {
  /** The share of the running statistics that stays at each step. Default 0.99; PyTorch's `momentum` is one less this. */
  readonly momentum?: number;
  /** Default 0.001. */
  readonly epsilon?: number;
  /** The axis of the channels, counted from the end. Default -1. */
  readonly axis?: number;
}

const checkMomentum = (momentum: number): void => {
  if (!(momentum >= 0 && momentum <= 1))
    throw new FluxionError(
      'nn.norm',
      `batchNorm: expected a momentum from 0 to 1, got ${momentum}. It is the share of the running statistics that stays; PyTorch's is one less it.`,
    );
};

const followed = (old: NDArray, now: NDArray, momentum: number): NDArray =>
  add(multiply(old, momentum), multiply(stopGradientOf(reshape(now, old.shape)), 1 - momentum));

/**
 * Each channel with mean 0 and variance 1, then scaled and shifted (Ioffe and Szegedy 2015, algorithms 1 and 2).
 *
 * In training mean and variance are those of the batch: over all leading batch axes and all axes of the example but `axis`; the biased variance (divided by the
 * number of elements) is used for the result and for the running statistics alike. These follow Keras's convention,
 * `running = momentum * running + (1 - momentum) * batch`, beginning with mean 0 and variance 1. PyTorch keeps `1 - momentum` (0.1) and puts the unbiased variance
 * into its running statistics; Flax and Keras the biased one, as here. In use the layer is an affine map by the running statistics, example by
 * example.
 *
 * A single example without batch axes is a batch of one: in training its statistics are those over its spatial axes, and without spatial axes the deviation is
 * 0, so that the result is the shift. No derivative passes through the running statistics.
 */
export const batchNorm = (options: BatchNormOptions = {}): Layer<NormParams, BatchNormState> => {
  const { momentum = 0.99, epsilon = 1e-3, axis = -1 } = options;
  checkMomentum(momentum);
  checkEpsilon('batchNorm', epsilon);
  return {
    anatomy: { kind: 'batchNorm', settings: settingsOf({ ...options }) },
    init: (key, inputShape) => {
      axesFromEnd('batchNorm', axis, inputShape);
      const shape = [inputShape.at(axis) ?? 1];
      return {
        params: normParams(key, shape, options),
        state: { mean: zeros(key, shape), variance: ones(key, shape) },
        outputShape: inputShape,
      };
    },
    apply: (params, state, x, context) => {
      if (context.training !== true) {
        const deviation = subtract(x, atAxes(state.mean, [axis]));
        const y = standardised(deviation, atAxes(state.variance, [axis]), epsilon);
        return [affine(y, params, [axis]), state];
      }
      const others = x.shape.map((_, i) => i).filter((i) => i !== x.ndim + axis);
      const { mean, variance, deviation } = moments(x, others);
      const next = {
        mean: followed(state.mean, mean, momentum),
        variance: followed(state.variance, variance, momentum),
      };
      return [affine(standardised(deviation, variance, epsilon), params, [axis]), next];
    },
  };
};
