/** Optimistic descent: a step against the next gradient as one expects it to be. */
import { scaleByAdam, type AdamOptions, type Moments } from './adam.ts';
import type { Scalar } from './leaf.ts';
import { scaleByLearningRate, type Rate, type RateKind } from './rate.ts';
import { scaleByOptimisticGradient, type OptimisticKind } from './trace.ts';
import { chain, type Chained, type GradientTransformation } from './transformation.ts';

/** Optimistic gradient descent (Mokhtari, Ozdaglar and Pattathil 2020): see `scaleByOptimisticGradient`. */
export const optimisticGradientDescent = (
  learningRate: Rate,
  options: { readonly alpha?: Scalar; readonly beta?: Scalar } = {},
): GradientTransformation<Chained<readonly [OptimisticKind, RateKind]>> =>
  chain(scaleByOptimisticGradient(options), scaleByLearningRate(learningRate));

/**
 * Optimistic Adam (Daskalakis et al. 2018, Algorithm 1): the optimistic form of Adam's step. `optimism` (default 1) is in units of the rate; in Optax it is a rate of its
 * own, the same by default.
 */
export const optimisticAdam = (
  learningRate: Rate,
  { optimism = 1, ...options }: AdamOptions & { readonly optimism?: Scalar } = {},
): GradientTransformation<Chained<readonly [Moments, OptimisticKind, RateKind]>> =>
  chain(
    scaleByAdam(options),
    scaleByOptimisticGradient({ alpha: 1, beta: optimism }),
    scaleByLearningRate(learningRate),
  );
