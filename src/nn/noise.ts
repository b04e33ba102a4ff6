/** Relatives of dropout: whole channels, noise that adds, noise that multiplies. All rest in use. */
import { FluxionError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { add, multiply, where } from '../operations/arithmetic.ts';
import { asFloat } from '../operations/promotion.ts';
import type { Key } from '../random/key.ts';
import { bernoulli, normal } from '../random/sample.ts';
import { checkRate } from './dropout.ts';
import type { Layer } from './layer.ts';
import { spatialOf } from './window.ts';

/** The identity in use, `f` with a key in training. */
const inTraining = (
  kind: string,
  settings: { readonly [name: string]: unknown },
  f: (key: Key, x: NDArray) => NDArray,
  check: (inputShape: readonly number[]) => void = () => undefined,
): Layer<null, null> => ({
  anatomy: { kind, settings },
  init: (_, inputShape) => {
    check(inputShape);
    return { params: null, state: null, outputShape: inputShape };
  },
  apply: (_, state, x, context) => [context.training === true ? f(context.key, asFloat(x)) : x, state],
});

const spatialDropout = (rank: number, rate: number): Layer<null, null> => {
  const kind = `spatialDropout${rank}d`;
  checkRate(kind, rate);
  return inTraining(
    kind,
    { rate },
    (key, x) => {
      if (rate === 0) return x;
      const shape = x.shape.map((n, axis) => (axis >= x.ndim - rank - 1 && axis < x.ndim - 1 ? 1 : n));
      return where(bernoulli(key, 1 - rate, shape), multiply(x, 1 / (1 - rate)), 0);
    },
    (inputShape) => spatialOf(kind, inputShape, rank),
  );
};

/** As `dropout`, but whole channels of `[..., length, channels]` (Tompson et al. 2015). */
export const spatialDropout1d = (rate: number): Layer<null, null> => spatialDropout(1, rate);
/** As `dropout`, but whole channels of images. */
export const spatialDropout2d = (rate: number): Layer<null, null> => spatialDropout(2, rate);
/** As `dropout`, but whole channels of volumes. */
export const spatialDropout3d = (rate: number): Layer<null, null> => spatialDropout(3, rate);

const floatOf = (x: NDArray) => (x.dtype === 'float64' ? 'float64' : 'float32');

/** Adds normal noise with mean 0 and this standard deviation in training. */
export const gaussianNoise = (deviation: number): Layer<null, null> => {
  if (!(deviation >= 0 && deviation < Infinity))
    throw new FluxionError(
      'nn.noise',
      `gaussianNoise: expected a deviation of at least 0, got ${deviation}. It is the standard deviation.`,
    );
  return inTraining('gaussianNoise', { deviation }, (key, x) =>
    add(x, multiply(normal(key, x.shape, floatOf(x)), deviation)),
  );
};

/** Multiplies by normal noise with mean 1 and variance `rate / (1 - rate)` in training, that of dropout (Srivastava et al. 2014, section 10). */
export const gaussianDropout = (rate: number): Layer<null, null> => {
  checkRate('gaussianDropout', rate);
  const deviation = Math.sqrt(rate / (1 - rate));
  return inTraining('gaussianDropout', { rate }, (key, x) =>
    multiply(x, add(1, multiply(normal(key, x.shape, floatOf(x)), deviation))),
  );
};

/** What selu tends to far below 0: minus its scale times its alpha (Klambauer et al. 2017). */
const lowest = -1.0507009873554805 * 1.6732632423543772;

/**
 * Puts selu's lowest value in the place of a share of the elements, and brings the whole back to mean 0 and variance 1 where it had these
 * (Klambauer et al. 2017, section 3, "alpha dropout").
 */
export const alphaDropout = (rate: number): Layer<null, null> => {
  checkRate('alphaDropout', rate);
  const kept = 1 - rate;
  const slope = 1 / Math.sqrt(kept + lowest ** 2 * kept * rate);
  const shift = -slope * rate * lowest;
  return inTraining('alphaDropout', { rate }, (key, x) =>
    rate === 0 ? x : add(multiply(where(bernoulli(key, kept, x.shape), x, lowest), slope), shift),
  );
};
