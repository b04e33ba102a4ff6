/** Initialisers whose variance follows from how many inputs and outputs a kernel has. */
import { sizeOf, type Shape } from '../../array/type.ts';
import { multiply } from '../../operations/arithmetic.ts';
import { normal, truncatedNormal, uniform } from '../../random/sample.ts';
import type { Initializer } from './plain.ts';

type Axes = number | readonly number[];

export interface FanOptions {
  /** The axes of inputs. Default the last but one. */
  readonly inAxis?: Axes;
  /** The axes of outputs. Default the last. */
  readonly outAxis?: Axes;
  /** Axes along which kernels lie side by side: they count for nothing. Default none. */
  readonly batchAxis?: Axes;
}

const list = (axes: Axes): readonly number[] => (typeof axes === 'number' ? [axes] : axes);

/**
 * How many inputs and outputs a kernel connects. Of `[...field, in, out]`, the kernels of dense and convolution layers, these are `in` and `out` times
 * the size of the field. A grouped or depthwise kernel `[...field, in / groups, out]` has the inputs that each output sees, and, as in JAX, the outputs of
 * all groups; one with its channels along an axis of their own, `[...field, channels, multiplier]`, is `{ inAxis: [], batchAxis: -2 }`.
 */
const fans = (
  shape: Shape,
  { inAxis = -2, outAxis = -1, batchAxis = [] }: FanOptions,
): readonly [fanIn: number, fanOut: number] => {
  const extent = (axes: Axes): number => list(axes).reduce((n, axis) => n * (shape.at(axis) ?? 1), 1);
  const [inputs, outputs] = [extent(inAxis), extent(outAxis)];
  const known = inputs * outputs * extent(batchAxis);
  const field = known === 0 ? 0 : sizeOf(shape) / known;
  return [inputs * field, outputs * field];
};

export interface VarianceScaling extends FanOptions {
  readonly scale: number;
  /** Which number divides the scale: inputs, outputs, their mean, or their geometric mean. */
  readonly mode: 'fanIn' | 'fanOut' | 'fanAvg' | 'fanGeoAvg';
  readonly distribution: 'uniform' | 'normal' | 'truncatedNormal';
}

/** Standard deviation of a standard normal cut at two standard deviations. */
const cutDeviation = 0.87962566103423978;

const numberFor = (mode: VarianceScaling['mode'], fanIn: number, fanOut: number): number => {
  switch (mode) {
    case 'fanIn':
      return fanIn;
    case 'fanOut':
      return fanOut;
    case 'fanAvg':
      return (fanIn + fanOut) / 2;
    case 'fanGeoAvg':
      return Math.sqrt(fanIn * fanOut);
  }
};

/** Draws with mean 0 and variance `scale / n`, where `n` is the fan asked for. */
export const varianceScaling =
  ({ scale, mode, distribution, ...axes }: VarianceScaling): Initializer =>
  (key, shape, dtype = 'float32') => {
    const variance = scale / Math.max(1, numberFor(mode, ...fans(shape, axes)));
    switch (distribution) {
      case 'uniform':
        return uniform(key, shape, { minval: -Math.sqrt(3 * variance), maxval: Math.sqrt(3 * variance), dtype });
      case 'normal':
        return multiply(normal(key, shape, dtype), Math.sqrt(variance));
      case 'truncatedNormal':
        return multiply(truncatedNormal(key, -2, 2, shape, dtype), Math.sqrt(variance) / cutDeviation);
    }
  };

type Named = (axes?: FanOptions) => Initializer;
const named =
  (scale: number, mode: VarianceScaling['mode'], distribution: VarianceScaling['distribution']): Named =>
  (axes = {}) =>
    varianceScaling({ scale, mode, distribution, ...axes });

/** Variance `2 / (inputs + outputs)` (Glorot and Bengio 2010, eq. 16); also called Xavier. */
export const glorotUniform: Named = named(1, 'fanAvg', 'uniform');
/** Variance `2 / (inputs + outputs)`, normal, cut at two deviations. */
export const glorotNormal: Named = named(1, 'fanAvg', 'truncatedNormal');
export const xavierUniform = glorotUniform;
export const xavierNormal = glorotNormal;
/** Variance `2 / inputs`, for layers followed by relu (He et al. 2015, eq. 10); also called Kaiming. */
export const heUniform: Named = named(2, 'fanIn', 'uniform');
/** Variance `2 / inputs`, normal, cut at two deviations. */
export const heNormal: Named = named(2, 'fanIn', 'truncatedNormal');
export const kaimingUniform = heUniform;
export const kaimingNormal = heNormal;
/** Variance `1 / inputs` (LeCun et al. 1998, eq. 16). */
export const lecunUniform: Named = named(1, 'fanIn', 'uniform');
/** Variance `1 / inputs`, normal, cut at two deviations. */
export const lecunNormal: Named = named(1, 'fanIn', 'truncatedNormal');
