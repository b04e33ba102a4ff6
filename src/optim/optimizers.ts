/** Optimizers as chains: a rescaling, weight decay where the name says so, a learning rate. */
import { scaleByAdam, type AdamOptions, type Moments } from './adam.ts';
import {
  scaleByAdamax,
  scaleByAmsgrad,
  scaleByBelief,
  scaleByRadam,
  scaleByYogi,
  type InfinityKind,
  type LargestKind,
  type RadamOptions,
  type YogiOptions,
} from './adam-family.ts';
import type { Scalar } from './leaf.ts';
import { masked, type Mask, type Wrapped } from './mask.ts';
import { addNoise, type NoiseKind } from './noise.ts';
import type { Key } from '../random/key.ts';
import { scaleByLearningRate, type Rate, type RateKind } from './rate.ts';
import {
  scaleByAdadelta,
  scaleByRms,
  scaleByRss,
  scaleByStddev,
  type DeltaKind,
  type DeltaOptions,
  type DeviationKind,
  type RmsOptions,
  type RssOptions,
  type SquareKind,
  type SumKind,
} from './rms.ts';
import {
  scaleByLion,
  scaleByRprop,
  scaleBySign,
  type LionOptions,
  type MeanKind,
  type RpropKind,
  type RpropOptions,
} from './signs.ts';
import { trace, type TraceKind } from './trace.ts';
import {
  chain,
  identity,
  scale,
  type Chained,
  type GradientTransformation,
  type MemoryKind,
  type Nothing,
} from './transformation.ts';
import { addDecayedWeights, decayed, scaleByTrustRatio, type Decayed, type DecayOptions } from './weights.ts';

type Pair<A extends MemoryKind, B extends MemoryKind> = GradientTransformation<Chained<readonly [A, B]>>;

export interface MomentumOptions {
  /** Decay of the sum of gradients. Default none. */
  readonly momentum?: Scalar | undefined;
  readonly nesterov?: boolean;
}

/** `params - learningRate * gradient`, or along the decayed sum of gradients (`momentum`), in Nesterov's form or not. */
export const sgd: {
  (
    learningRate: Rate,
    options?: { readonly momentum?: undefined },
  ): GradientTransformation<Chained<readonly [RateKind]>>;
  (learningRate: Rate, options: MomentumOptions & { readonly momentum: Scalar }): Pair<TraceKind, RateKind>;
} = (learningRate: Rate, { momentum: decay, nesterov = false }: MomentumOptions = {}): never => {
  const rate = scaleByLearningRate(learningRate);
  // Sound: which of the two it is, the overloads say.
  return (decay === undefined ? chain(rate) : chain(trace(decay, { nesterov }), rate)) as never;
};
/** Descent along the decayed sum of gradients (Polyak 1964): `sgd` with momentum. */
export const momentum = (
  learningRate: Rate,
  decay: Scalar = 0.9,
  { nesterov = false }: { readonly nesterov?: boolean } = {},
): Pair<TraceKind, RateKind> => chain(trace(decay, { nesterov }), scaleByLearningRate(learningRate));

/** Adam with a learning rate: see `scaleByAdam`. */
export const adam = (learningRate: Rate, options: AdamOptions = {}): Pair<Moments, RateKind> =>
  chain(scaleByAdam(options), scaleByLearningRate(learningRate));
/** Adam with weight decay apart from the gradient (Loshchilov and Hutter 2017, Algorithm 2). Default 1e-4, as in Optax; PyTorch's is 1e-2. */
export const adamw = (
  learningRate: Rate,
  { weightDecay = 1e-4, mask = true, ...options }: AdamOptions & DecayOptions = {},
): Decayed<Moments> => decayed(scaleByAdam(options), learningRate, weightDecay, mask);
/** Adam in Nesterov's form (Dozat 2016, Algorithm 2, without its schedule of momenta, which PyTorch has). */
export const nadam = (learningRate: Rate, options: Omit<AdamOptions, 'nesterov'> = {}): Pair<Moments, RateKind> =>
  adam(learningRate, { ...options, nesterov: true });
/** `nadam` with weight decay apart from the gradient. Default 1e-4. */
export const nadamw = (
  learningRate: Rate,
  options: Omit<AdamOptions, 'nesterov'> & DecayOptions = {},
): Decayed<Moments> => adamw(learningRate, { ...options, nesterov: true });
/** AdaMax: see `scaleByAdamax`. */
export const adamax = (
  learningRate: Rate,
  options: Pick<AdamOptions, 'b1' | 'b2' | 'eps'> = {},
): Pair<InfinityKind, RateKind> => chain(scaleByAdamax(options), scaleByLearningRate(learningRate));
/** AdaMax with weight decay apart from the gradient. Default 1e-4. */
export const adamaxw = (
  learningRate: Rate,
  { weightDecay = 1e-4, mask = true, ...options }: Pick<AdamOptions, 'b1' | 'b2' | 'eps'> & DecayOptions = {},
): Decayed<InfinityKind> => decayed(scaleByAdamax(options), learningRate, weightDecay, mask);
/** AMSGrad: see `scaleByAmsgrad`. */
export const amsgrad = (learningRate: Rate, options: Omit<AdamOptions, 'nesterov'> = {}): Pair<LargestKind, RateKind> =>
  chain(scaleByAmsgrad(options), scaleByLearningRate(learningRate));
/** AdaBelief: see `scaleByBelief`. */
export const adabelief = (learningRate: Rate, options: AdamOptions = {}): Pair<Moments, RateKind> =>
  chain(scaleByBelief(options), scaleByLearningRate(learningRate));
/** Rectified Adam: see `scaleByRadam`. */
export const radam = (learningRate: Rate, options: RadamOptions = {}): Pair<Moments, RateKind> =>
  chain(scaleByRadam(options), scaleByLearningRate(learningRate));
/** Yogi: see `scaleByYogi`. */
export const yogi = (learningRate: Rate, options: YogiOptions = {}): Pair<Moments, RateKind> =>
  chain(scaleByYogi(options), scaleByLearningRate(learningRate));

/** AdaGrad: see `scaleByRss`. */
export const adagrad = (learningRate: Rate, options: RssOptions = {}): Pair<SumKind, RateKind> =>
  chain(scaleByRss(options), scaleByLearningRate(learningRate));
/** AdaDelta: see `scaleByAdadelta`; weight decay (default 0) is added to the gradient. */
export const adadelta = (
  learningRate: Rate = 1,
  { weightDecay = 0, mask = true, ...options }: DeltaOptions & DecayOptions = {},
): GradientTransformation<Chained<readonly [Wrapped<Nothing>, DeltaKind, RateKind]>> =>
  chain(addDecayedWeights(weightDecay, mask), scaleByAdadelta(options), scaleByLearningRate(learningRate));

export interface RmspropOptions extends RmsOptions, MomentumOptions {
  /** Divide by the standard deviation in place of the root of the mean square. Default false. */
  readonly centered?: boolean;
}
/**
 * RMSProp: see `scaleByRms` (and `scaleByStddev`, if `centered`). The momentum, if any, is of the updates with the rate in them, as in Optax: a
 * new rate changes what comes, not what was. PyTorch's too; its `eps` is outside the root, and its decay is 0.99.
 */
export const rmsprop = (
  learningRate: Rate,
  { centered = false, momentum: decay, nesterov = false, ...options }: RmspropOptions = {},
): GradientTransformation<Chained<readonly [SquareKind | DeviationKind, RateKind, TraceKind | Nothing]>> =>
  chain<readonly [SquareKind | DeviationKind, RateKind, TraceKind | Nothing]>(
    centered ? scaleByStddev(options) : scaleByRms(options),
    scaleByLearningRate(learningRate),
    decay === undefined ? identity() : trace(decay, { nesterov }),
  );

/** Lion: see `scaleByLion`; weight decay apart from the gradient, default 1e-3. The rate is about a tenth of Adam's. */
export const lion = (
  learningRate: Rate,
  { weightDecay = 1e-3, mask = true, ...options }: LionOptions & DecayOptions = {},
): Decayed<MeanKind> => decayed(scaleByLion(options), learningRate, weightDecay, mask);
/** The sign of the gradient times the rate: see `scaleBySign`. */
export const signSgd = (learningRate: Rate): Pair<Nothing, RateKind> =>
  chain(scaleBySign(), scaleByLearningRate(learningRate));
/** Rprop: see `scaleByRprop`. `learningRate` is the step that every element begins with. For whole batches only. */
export const rprop = (learningRate: Scalar, options: RpropOptions = {}): Pair<RpropKind, Nothing> =>
  chain(scaleByRprop(learningRate, options), scale(-1));
/** Gradient descent with noise that grows less: see `addNoise`. */
export const noisySgd = (
  learningRate: Rate,
  {
    eta = 0.01,
    gamma = 0.55,
    key = 0,
  }: { readonly eta?: Scalar; readonly gamma?: Scalar; readonly key?: Key | number } = {},
): Pair<NoiseKind, RateKind> => chain(addNoise(eta, gamma, key), scaleByLearningRate(learningRate));

/**
 * LAMB (You et al. 2019, Algorithm 2): Adam's step with weight decay (default 0), each leaf's as long as its parameters. `eps` (1e-6) as in Adam.
 */
export const lamb = (
  learningRate: Rate,
  { weightDecay = 0, mask = true, eps = 1e-6, ...options }: Omit<AdamOptions, 'nesterov'> & DecayOptions = {},
): GradientTransformation<Chained<readonly [Moments, Wrapped<Nothing>, Nothing, RateKind]>> =>
  chain(
    scaleByAdam({ eps, ...options }),
    addDecayedWeights(weightDecay, mask),
    scaleByTrustRatio(),
    scaleByLearningRate(learningRate),
  );

export interface LarsOptions extends MomentumOptions, DecayOptions {
  /** Default 0.001. */
  readonly trustCoefficient?: Scalar;
  /** Added to the norm of the update. Default 0. */
  readonly eps?: Scalar;
  /** The leaves whose step follows the norm of their parameters. Default all. */
  readonly trustMask?: Mask;
}
/** LARS (You, Gitman and Ginsburg 2017, Algorithm 1): gradient descent with momentum (default 0.9), each leaf at a rate that fits its norm. */
export const lars = (
  learningRate: Rate,
  {
    weightDecay = 0,
    mask = true,
    trustCoefficient = 0.001,
    eps = 0,
    trustMask = true,
    momentum: decay = 0.9,
    nesterov = false,
  }: LarsOptions = {},
): GradientTransformation<Chained<readonly [Wrapped<Nothing>, Wrapped<Nothing>, RateKind, TraceKind]>> =>
  chain(
    addDecayedWeights(weightDecay, mask),
    masked(scaleByTrustRatio({ trustCoefficient, eps }), trustMask),
    scaleByLearningRate(learningRate),
    trace(decay, { nesterov }),
  );
