/** How parameters start: pure draws, named as in JAX. */
import { splat, type NDArray } from '../array/ndarray.ts';
import { sizeOf, type Shape } from '../array/type.ts';
import { multiply } from '../operations/arithmetic.ts';
import type { Key } from '../random/key.ts';
import { normal as drawNormal, truncatedNormal, uniform as drawUniform } from '../random/sample.ts';

/** A start for an array of a shape, drawn with a key. */
export type Initializer = (key: Key, shape: Shape) => NDArray;

const float = (shape: Shape, value: number): NDArray => splat({ dtype: 'float32', shape }, value);
export const zeros: Initializer = (_, shape) => float(shape, 0);
export const ones: Initializer = (_, shape) => float(shape, 1);
/** The same value everywhere. */
export const constant =
  (value: number): Initializer =>
  (_, shape) =>
    float(shape, value);
/** Normal with mean 0 and the given standard deviation. */
export const normal =
  (deviation = 0.01): Initializer =>
  (key, shape) =>
    multiply(drawNormal(key, shape), deviation);
/** Uniform on `[0, scale)`. */
export const uniform =
  (scale = 0.01): Initializer =>
  (key, shape) =>
    multiply(drawUniform(key, shape), scale);

/** Inputs and outputs of a kernel `[...receptive field, in, out]`. */
const fans = (shape: Shape): readonly [fanIn: number, fanOut: number] => {
  const field = sizeOf(shape.slice(0, -2));
  return [(shape.at(-2) ?? 1) * field, (shape.at(-1) ?? 1) * field];
};

export interface VarianceScaling {
  readonly scale: number;
  readonly mode: 'fanIn' | 'fanOut' | 'fanAvg';
  readonly distribution: 'uniform' | 'normal' | 'truncatedNormal';
}

/** Standard deviation of a standard normal cut at two standard deviations. */
const cutDeviation = 0.87962566103423978;

/** Draws with variance `scale / n`, where `n` is the fan asked for. */
export const varianceScaling =
  ({ scale, mode, distribution }: VarianceScaling): Initializer =>
  (key, shape) => {
    const [fanIn, fanOut] = fans(shape);
    const n = mode === 'fanIn' ? fanIn : mode === 'fanOut' ? fanOut : (fanIn + fanOut) / 2;
    const variance = scale / Math.max(1, n);
    switch (distribution) {
      case 'uniform':
        return drawUniform(key, shape, { minval: -Math.sqrt(3 * variance), maxval: Math.sqrt(3 * variance) });
      case 'normal':
        return multiply(drawNormal(key, shape), Math.sqrt(variance));
      case 'truncatedNormal':
        return multiply(truncatedNormal(key, -2, 2, shape), Math.sqrt(variance) / cutDeviation);
    }
  };

/** Glorot and Bengio 2010, eq. 16; also called Xavier. */
export const glorotUniform = (): Initializer => varianceScaling({ scale: 1, mode: 'fanAvg', distribution: 'uniform' });
export const glorotNormal = (): Initializer =>
  varianceScaling({ scale: 1, mode: 'fanAvg', distribution: 'truncatedNormal' });
export const xavierUniform = glorotUniform;
export const xavierNormal = glorotNormal;
/** He et al. 2015, eq. 10: for layers followed by relu. */
export const heUniform = (): Initializer => varianceScaling({ scale: 2, mode: 'fanIn', distribution: 'uniform' });
export const heNormal = (): Initializer =>
  varianceScaling({ scale: 2, mode: 'fanIn', distribution: 'truncatedNormal' });
/** LeCun et al. 1998: variance `1 / inputs`. */
export const lecunUniform = (): Initializer => varianceScaling({ scale: 1, mode: 'fanIn', distribution: 'uniform' });
export const lecunNormal = (): Initializer =>
  varianceScaling({ scale: 1, mode: 'fanIn', distribution: 'truncatedNormal' });
