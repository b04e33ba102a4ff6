/** Adan, NovoGrad, AdEMAMix, Fromage: more rescalings by running moments. */
import { splat, type NDArray } from '../array/ndarray.ts';
import { div, sub } from '../primitives/arithmetic.ts';
import { eq } from '../primitives/logic.ts';
import { map } from '../tree/traverse.ts';
import { noMoments, rooted, type AdamOptions, type MomentsOf } from './adam.ts';
import {
  blend,
  choose,
  complement,
  correction,
  double,
  noSteps,
  oneMore,
  over,
  plusTimes,
  squared,
  total,
  zerosLike,
  type Scalar,
} from './leaf.ts';
import type { Wrapped } from './mask.ts';
import { scaleByLearningRate, type Rate, type RateKind, type Schedule } from './rate.ts';
import { chain, type Chained, type GradientTransformation, type MemoryKind, type Nothing } from './transformation.ts';
import { addDecayedWeights, decayed, scaleByTrustRatio, type Decayed, type DecayOptions } from './weights.ts';

export interface AdanOf<P> extends MomentsOf<P> {
  /** The running mean of the changes of the gradient. */
  readonly change: P;
  readonly previous: P;
}
export interface AdanKind extends MemoryKind {
  readonly memory: AdanOf<this['params']>;
}
export interface AdanOptions {
  /** Decay of the mean of gradients. Default 0.98. */
  readonly b1?: Scalar;
  /** Decay of the mean of their changes. Default 0.92. */
  readonly b2?: Scalar;
  /** Decay of the mean of squares. Default 0.99. */
  readonly b3?: Scalar;
  /** Added to the root. Default 1e-8. */
  readonly eps?: Scalar;
  /** Added inside the root. Default 0. */
  readonly epsRoot?: Scalar;
}
/**
 * Adan (Xie et al. 2022, Algorithm 1), with decays that say what is kept, as in Optax (the paper's betas are one less these). All three means are
 * corrected for bias; `eps` stands outside the root. In the first step the change is 0.
 */
export const scaleByAdan = ({
  b1 = 0.98,
  b2 = 0.92,
  b3 = 0.99,
  eps = 1e-8,
  epsRoot = 0,
}: AdanOptions = {}): GradientTransformation<AdanKind> => ({
  init: (params) => ({ ...noMoments(params), change: zerosLike(params), previous: zerosLike(params) }),
  update: (gradients, memory) => {
    const isFirst = eq(memory.count, noSteps());
    const count = oneMore(memory.count);
    const moved = map((g: NDArray, p: NDArray) => sub(g, choose(isFirst, g, p)), gradients, memory.previous);
    const mean = map(blend(b1), memory.mean, gradients);
    const change = map(blend(b2), memory.change, moved);
    const ahead = (x: NDArray, d: NDArray): NDArray => plusTimes(x, d, complement(b2));
    const square = map(blend(b3), memory.square, map(squared, map(ahead, gradients, moved)));
    const [c1, c2, c3] = [correction(b1, count), correction(b2, count), correction(b3, count)];
    const step = (m: NDArray, d: NDArray, v: NDArray): NDArray =>
      div(ahead(over(m, c1), over(d, c2)), rooted(over(v, c3), eps, epsRoot));
    return [map(step, mean, change, square), { count, mean, square, change, previous: gradients }];
  },
});
/** Adan with weight decay apart from the gradient (default 0): see `scaleByAdan`. */
export const adan = (
  learningRate: Rate,
  { weightDecay = 0, mask = true, ...options }: AdanOptions & DecayOptions = {},
): Decayed<AdanKind> => decayed(scaleByAdan(options), learningRate, weightDecay, mask);

export interface NovogradKind extends MemoryKind {
  /** `square` holds one number for each leaf. */
  readonly memory: MomentsOf<this['params']>;
}
export interface NovogradOptions {
  /** Decay of the sum of scaled gradients. Default 0.9. */
  readonly b1?: Scalar;
  /** Decay of the mean of squared norms. Default 0.25. */
  readonly b2?: Scalar;
  /** Added to the root. Default 1e-6. */
  readonly eps?: Scalar;
  /** Added inside the root. Default 0. */
  readonly epsRoot?: Scalar;
  /** Times the parameters, added to the scaled gradient. Default 0. */
  readonly weightDecay?: Scalar;
}
/**
 * NovoGrad (Ginsburg et al. 2019, Algorithm 1): each leaf's gradient over the root of a running mean of its squared norm, summed with decay. No correction
 * for bias: the mean begins with the first squared norm. `eps` stands outside the root.
 */
export const scaleByNovograd = ({
  b1 = 0.9,
  b2 = 0.25,
  eps = 1e-6,
  epsRoot = 0,
  weightDecay = 0,
}: NovogradOptions = {}): GradientTransformation<NovogradKind> => ({
  init: (params) => ({
    count: noSteps(),
    mean: zerosLike(params),
    square: map((p: NDArray) => splat({ dtype: p.dtype, shape: [] }, 0), params),
  }),
  update: (gradients, memory, params) => {
    const isFirst = eq(memory.count, noSteps());
    const squares = map((g: NDArray) => total(squared(g)), gradients);
    const square = map((v: NDArray, s: NDArray) => choose(isFirst, s, blend(b2)(v, s)), memory.square, squares);
    const grow = (m: NDArray, g: NDArray, p: NDArray, v: NDArray): NDArray => {
      const scaled = over(g, rooted(v, eps, epsRoot));
      return plusTimes(weightDecay === 0 ? scaled : plusTimes(scaled, p, weightDecay), m, b1);
    };
    const mean = map(grow, memory.mean, gradients, params, square);
    return [mean, { count: oneMore(memory.count), mean, square }];
  },
});
/** NovoGrad: see `scaleByNovograd`. */
export const novograd = (
  learningRate: Rate,
  options: NovogradOptions = {},
): GradientTransformation<Chained<readonly [NovogradKind, RateKind]>> =>
  chain(scaleByNovograd(options), scaleByLearningRate(learningRate));

export interface AdemamixOf<P> extends MomentsOf<P> {
  /** The mean that forgets slowly. */
  readonly slow: P;
}
export interface AdemamixKind extends MemoryKind {
  readonly memory: AdemamixOf<this['params']>;
}
export interface AdemamixOptions extends Omit<AdamOptions, 'nesterov'> {
  /** Decay of the slow mean: a number or a schedule. Default 0.9999. */
  readonly b3?: Scalar | Schedule;
  /** The weight of the slow mean: a number or a schedule. Default 6. */
  readonly alpha?: Scalar | Schedule;
}
/**
 * AdEMAMix (Pagliardini, Ablin and Grangier 2024, Algorithm 1): Adam's step with a second, slow mean. The slow mean is not corrected for bias, the others are;
 * `eps` stands outside the root. The paper warms `alpha` and `b3` up: give schedules.
 */
export const scaleByAdemamix = ({
  b1 = 0.9,
  b2 = 0.999,
  b3 = 0.9999,
  alpha = 6,
  eps = 1e-8,
  epsRoot = 0,
}: AdemamixOptions = {}): GradientTransformation<AdemamixKind> => ({
  init: (params) => ({ ...noMoments(params), slow: zerosLike(params) }),
  update: (gradients, memory) => {
    const count = oneMore(memory.count);
    const at = (value: Scalar | Schedule): Scalar =>
      typeof value === 'function' ? double(value(memory.count)) : value;
    const mean = map(blend(b1), memory.mean, gradients);
    const slow = map(blend(at(b3)), memory.slow, gradients);
    const square = map(blend(b2), memory.square, map(squared, gradients));
    const [c1, c2, weight] = [correction(b1, count), correction(b2, count), at(alpha)];
    const step = (m: NDArray, s: NDArray, v: NDArray): NDArray =>
      div(plusTimes(over(m, c1), s, weight), rooted(over(v, c2), eps, epsRoot));
    return [map(step, mean, slow, square), { count, mean, slow, square }];
  },
});
/** AdEMAMix with weight decay apart from the gradient (default 0): see `scaleByAdemamix`. */
export const ademamix = (
  learningRate: Rate,
  { weightDecay = 0, mask = true, ...options }: AdemamixOptions & DecayOptions = {},
): Decayed<AdemamixKind> => decayed(scaleByAdemamix(options), learningRate, weightDecay, mask);

/**
 * Fromage (Bernstein et al. 2020, Algorithm 1): each leaf moves by `learningRate` of its own norm, then all shrink by `1 / sqrt(1 + learningRate^2)`. Norms
 * count as at least `minNorm` (1e-6).
 */
export const fromage = (
  learningRate: number,
  { minNorm = 1e-6 }: { readonly minNorm?: Scalar } = {},
): GradientTransformation<Chained<readonly [Nothing, RateKind, Wrapped<Nothing>]>> => {
  const factor = 1 / Math.sqrt(1 + learningRate ** 2);
  return chain(
    scaleByTrustRatio({ minNorm }),
    scaleByLearningRate(learningRate * factor),
    addDecayedWeights(factor - 1),
  );
};
