/** Transposed convolutions: from fewer places to more. */
import type { NDArray } from '../array/ndarray.ts';
import { convTranspose as transposed } from '../operations/convolution.ts';
import { promote } from '../operations/promotion.ts';
import { perAxis, spanOf, type Padding } from '../operations/window-padding.ts';
import { nth } from '../primitives/record.ts';
import {
  channelsLast,
  checkFeatures,
  kernelAndBias,
  toldRank,
  withBias,
  type ConvLayerOptions,
  type ConvParams,
} from './conv.ts';
import type { Layer } from './layer.ts';
import { settingsOf } from './parts.ts';
import { checkPadding, overBatch, spatialOf, type LayerPadding, type PaddingPairs, type PerAxis } from './window.ts';

export interface ConvTransposeLayerOptions extends Omit<ConvLayerOptions, 'padding' | 'groups'> {
  /** `valid`, `same`, or pairs: what is put around the input with its `stride - 1` zeros between, as in JAX. Default `valid`. */
  readonly padding?: 'valid' | 'same' | PaddingPairs;
  /**
   * Take the kernel as that of the convolution to be turned round, `[...window, features, inputs]`, as Keras and PyTorch do: its spatial axes are
   * reversed. Default false, as in Flax: `[...window, inputs, features]`, not reversed.
   */
  readonly transposeKernel?: boolean;
}

const names = ['valid', 'same'];
const rules = { valid: 'VALID', same: 'SAME' } as const;
const paddingRule = (padding: LayerPadding): Padding =>
  padding === 'valid' || padding === 'same' ? rules[padding] : typeof padding === 'string' ? 'VALID' : padding;

interface Along {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: LayerPadding;
}

const outputExtents = (extents: readonly number[], { size, strides, dilation, padding }: Along): readonly number[] =>
  extents.map((n, i) => {
    const [span, stride] = [spanOf(nth(size, i), nth(dilation, i)), nth(strides, i)];
    if (padding === 'same') return n * stride;
    if (typeof padding === 'string') return n * stride + Math.max(span - stride, 0);
    const [before, after] = padding[i] ?? [0, 0];
    return spanOf(n, stride) + before + after - span + 1;
  });

const applied = (x: NDArray, kernel: NDArray, along: Omit<Along, 'size'>, transposeKernel: boolean): NDArray => {
  const [lhs, rhs] = promote(x, kernel) as readonly [NDArray, NDArray]; // sound: two in, two out
  return transposed(lhs, rhs, {
    strides: along.strides,
    padding: paddingRule(along.padding),
    rhsDilation: along.dilation,
    dimensionNumbers: channelsLast(kernel.ndim - 2),
    transposeKernel,
  });
};

/**
 * The convolution with fractional stride, also called deconvolution: `[..., ...spatial, inputs] -> [..., ...spatial, features]`. An axis of extent
 * `n` becomes `n * stride` with `same` padding, and `n * stride + max(span - stride, 0)` with `valid`, as in Keras and JAX; with pairs
 * `(n - 1) * stride + before + after - span + 2`. With `transposeKernel` it is the adjoint of the convolution with that kernel.
 *
 * @example convTranspose(16, [3, 3], { strides: 2, padding: 'same' }) // twice as high and wide
 */
export const convTranspose = (
  features: number,
  kernelSize: PerAxis,
  options: ConvTransposeLayerOptions = {},
): Layer<ConvParams, null> => {
  const { padding = 'valid', transposeKernel = false } = options;
  const rank = toldRank(kernelSize, options.rank);
  const kind = options.rank === undefined ? 'convTranspose' : `convTranspose${options.rank}d`;
  checkFeatures(kind, features);
  checkPadding(kind, padding, rank, names);
  const each = (n: number) => ({
    strides: perAxis(kind, 'strides', options.strides, n),
    dilation: perAxis(kind, 'dilation', options.dilation, n),
    padding,
  });
  return {
    anatomy: { kind, settings: settingsOf({ features, kernelSize, ...options }) },
    init: (key, inputShape) => {
      const [extents, inputs] = spatialOf(kind, inputShape, rank);
      const size = perAxis(kind, 'a kernel size', kernelSize, extents.length);
      const channels = transposeKernel ? [features, inputs] : [inputs, features];
      return {
        params: kernelAndBias(key, [...size, ...channels], features, options),
        state: null,
        outputShape: [...outputExtents(extents, { size, ...each(extents.length) }), features],
      };
    },
    apply: ({ kernel, bias }, state, x) => {
      const along = each(kernel.ndim - 2);
      const y = overBatch(kind, x, kernel.ndim - 1, (batch) => applied(batch, kernel, along, transposeKernel));
      return [withBias(y, bias), state];
    },
  };
};

type Ranked = Omit<ConvTransposeLayerOptions, 'rank'>;

/** A transposed convolution along one axis; see `convTranspose`. */
export const convTranspose1d = (features: number, kernelSize: PerAxis, options: Ranked = {}): Layer<ConvParams, null> =>
  convTranspose(features, kernelSize, { ...options, rank: 1 });
/** A transposed convolution over images; see `convTranspose`. */
export const convTranspose2d = (features: number, kernelSize: PerAxis, options: Ranked = {}): Layer<ConvParams, null> =>
  convTranspose(features, kernelSize, { ...options, rank: 2 });
/** A transposed convolution over volumes; see `convTranspose`. */
export const convTranspose3d = (features: number, kernelSize: PerAxis, options: Ranked = {}): Layer<ConvParams, null> =>
  convTranspose(features, kernelSize, { ...options, rank: 3 });
