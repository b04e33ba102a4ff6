/** Which parts of the input move the score of a class: gradients with respect to the input. */
import { FluxionError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { grad } from '../grad.ts';
import type { Layer } from '../nn/layer.ts';
import { abs, add, multiply, subtract } from '../operations/arithmetic.ts';
import { array } from '../operations/creation.ts';
import { broadcastTo, reshape } from '../operations/manipulation.ts';
import { asFloat } from '../operations/promotion.ts';
import { max, mean, ptp, sum } from '../operations/reduction.ts';
import type { Key } from '../random/key.ts';
import { normal } from '../random/sample.ts';
import { gaussLegendre } from './quadrature.ts';
import { scoreFunction, type ClassChoice } from './score.ts';

const gradientOf = (score: (x: NDArray) => NDArray): ((x: NDArray) => NDArray) =>
  // Examples do not mix, so that the gradient of the sum has the gradient of each in its place.
  grad((x: NDArray) => sum(score(x)));

/**
 * The gradient of a class score with respect to the input: how much each element would change it (Simonyan, Vedaldi and
 * Zisserman 2014, section 3). Give the model without its softmax, as the paper does. For a heat map see `attributionMap`.
 * @param x examples with any number of leading batch axes
 * @param choice the class, or one for each example
 */
export const saliency = <P, S>(model: Layer<P, S>, params: P, state: S, x: ArrayLike, choice: ClassChoice): NDArray =>
  gradientOf(scoreFunction('saliency', { model, params, state }, choice))(asFloat(x));

/** One number for each pixel: the greatest absolute value over the channels, `[..., channels] -> [...]` (Simonyan et al. 2014, section 3.1). */
export const attributionMap = (attribution: ArrayLike): NDArray => max(abs(attribution), -1);

/** Refuses what is no count. */
const checkCount = (operation: string, name: string, count: number): void => {
  if (!Number.isInteger(count) || count < 1)
    throw new FluxionError(
      'explain.count',
      `${operation}: expected ${name} to be a whole number of at least 1, got ${count}. More take longer and are more exact.`,
    );
};

export interface SmoothGradOptions {
  readonly key: Key;
  /** How many noisy copies; default 50. */
  readonly samples?: number;
  /** Standard deviation of the noise as a share of the range of `x`; default 0.15. */
  readonly noise?: number;
}

/**
 * The mean of the saliencies of noisy copies of the input (Smilkov, Thorat, Kim, Viégas and Wattenberg 2017), which is less
 * ragged than that of the input itself. All copies are treated as one batch.
 */
export const smoothGrad = <P, S>(
  model: Layer<P, S>,
  params: P,
  state: S,
  x: ArrayLike,
  choice: ClassChoice,
  { key, samples = 50, noise = 0.15 }: SmoothGradOptions,
): NDArray => {
  checkCount('smoothGrad', 'samples', samples);
  const at = asFloat(x);
  const draws = normal(key, [samples, ...at.shape], at.dtype === 'float64' ? 'float64' : 'float32');
  const copies = add(at, multiply(draws, multiply(ptp(at), noise)));
  return mean(gradientOf(scoreFunction('smoothGrad', { model, params, state }, choice))(copies), 0);
};

export interface IntegratedGradientsOptions {
  /** Where the way begins: an input that says nothing, of a shape that broadcasts to that of `x`; default 0. */
  readonly baseline?: ArrayLike;
  /** At how many points the gradient is taken, by the Gauss-Legendre rule; default 50. */
  readonly steps?: number;
}

/**
 * What each element of the input contributes to the difference between its score and that of a baseline:
 * `(x - baseline) * integral of the gradient on the straight way from baseline to x` (Sundararajan, Taly and Yan 2017, equation 1). The
 * contributions add up to `score(x) - score(baseline)`. All points of the way are treated as one batch.
 */
export const integratedGradients = <P, S>(
  model: Layer<P, S>,
  params: P,
  state: S,
  x: ArrayLike,
  choice: ClassChoice,
  { baseline = 0, steps = 50 }: IntegratedGradientsOptions = {},
): NDArray => {
  checkCount('integratedGradients', 'steps', steps);
  const at = asFloat(x);
  const from = broadcastTo(baseline, at.shape);
  const way = subtract(at, from);
  const nodes = gaussLegendre(steps);
  const column = (values: readonly number[]): NDArray =>
    reshape(array(values, at.dtype), [steps, ...at.shape.map(() => 1)]);
  const points = add(from, multiply(column(nodes.map((node) => node.at)), way));
  const slopes = gradientOf(scoreFunction('integratedGradients', { model, params, state }, choice))(points);
  return multiply(way, sum(multiply(slopes, column(nodes.map((node) => node.weight))), 0));
};
