/** Steps that look at the parameters, or change what each gradient is. */
import type { NDArray } from '../array/ndarray.ts';
import { axesOf } from '../array/type.ts';
import { div, max, neg, sub } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum } from '../primitives/broadcast.ts';
import { eq, or } from '../primitives/logic.ts';
import { map } from '../tree/traverse.ts';
import { choose, fill, length, over, plus, plusTimes, times, type Scalar } from './leaf.ts';
import { masked, type Mask, type Wrapped } from './mask.ts';
import { rootMeanSquare } from './clipping.ts';
import { scaleByLearningRate, type Rate, type RateKind } from './rate.ts';
import {
  chain,
  stateless,
  type Chained,
  type GradientTransformation,
  type MemoryKind,
  type Nothing,
} from './transformation.ts';

/** Weight decay apart from the gradient (Loshchilov and Hutter 2017, Algorithm 2): `g + weightDecay * params`, of the leaves that `mask` means. */
export const addDecayedWeights = (weightDecay: Scalar, mask: Mask = true): GradientTransformation<Wrapped<Nothing>> =>
  masked(
    stateless((updates, params) =>
      weightDecay === 0 ? updates : map((u: NDArray, p: NDArray) => plusTimes(u, p, weightDecay), updates, params),
    ),
    mask,
  );

/** Weight decay that stands apart from the gradient. */
export interface DecayOptions {
  /** Times the parameters, and times the learning rate with the rest of the step. */
  readonly weightDecay?: Scalar;
  /** The leaves that decay. Default all. */
  readonly mask?: Mask;
}
/** The memories of a rescaling, weight decay and a learning rate. */
export type DecayedKind<A extends MemoryKind> = Chained<readonly [A, Wrapped<Nothing>, RateKind]>;
export type Decayed<A extends MemoryKind> = GradientTransformation<DecayedKind<A>>;
/** A rescaling with weight decay apart from the gradient, and a learning rate. */
export const decayed = <A extends MemoryKind>(
  rescaling: GradientTransformation<A>,
  learningRate: Rate,
  weightDecay: Scalar,
  mask: Mask = true,
): Decayed<A> => chain(rescaling, addDecayedWeights(weightDecay, mask), scaleByLearningRate(learningRate));

/** No updates at all. */
export const setToZero = (): GradientTransformation<Nothing> =>
  stateless((updates) => map((u: NDArray) => fill(0, u), updates));

/** Leaves that the mask means stay as they are: their updates are 0. Others pass. */
export const freeze = (mask: Mask): GradientTransformation<Wrapped<Nothing>> => masked(setToZero(), mask);

/** Gradients less their mean over all axes but the first, of leaves with two axes or more, as in Optax (Yong et al. 2020, equation 1). */
export const centralize = (): GradientTransformation<Nothing> =>
  stateless((gradients) =>
    map((g: NDArray) => {
      if (g.ndim < 2) return g;
      const mean = over(reduceSum(g, axesOf(g.shape).slice(1)), Math.max(1, g.size / Math.max(1, g.shape[0] ?? 1)));
      return sub(g, broadcast(mean, g.shape, [0]));
    }, gradients),
  );

/** Updates that would make a parameter negative bring it to 0 instead. */
export const keepParamsNonnegative = (): GradientTransformation<Nothing> =>
  stateless((updates, params) => map((u: NDArray, p: NDArray) => max(u, neg(p)), updates, params));

export interface TrustOptions {
  /** Norms count as at least this. Default 0. */
  readonly minNorm?: Scalar;
  /** Default 1. */
  readonly trustCoefficient?: Scalar;
  /** Added to the norm of the update. Default 0. */
  readonly eps?: Scalar;
}
/**
 * Each leaf's update times `trustCoefficient |params| / (|update| + eps)` (You, Gitman and Ginsburg 2017, equation 6; You et al. 2019, Algorithm
 * 2); unchanged where one of the norms is 0.
 */
export const scaleByTrustRatio = ({
  minNorm = 0,
  trustCoefficient = 1,
  eps = 0,
}: TrustOptions = {}): GradientTransformation<Nothing> =>
  stateless((updates, params) =>
    map(
      (u: NDArray, p: NDArray) => {
        const atLeast = (x: NDArray): NDArray => (minNorm === 0 ? length(x) : max(length(x), fill(minNorm, length(x))));
        const [weight, size] = [atLeast(p), atLeast(u)];
        const isZero = or(eq(weight, fill(0, weight)), eq(size, fill(0, size)));
        const ratio = div(times(weight, trustCoefficient), plus(size, eps));
        return times(u, choose(isZero, fill(1, ratio), ratio));
      },
      updates,
      params,
    ),
  );

/** Each leaf's update times the root mean square of its parameters, which counts as at least `minScale` (Shazeer and Stern 2018, section 8). */
export const scaleByParamBlockRms = (minScale: Scalar = 1e-3): GradientTransformation<Nothing> =>
  stateless((updates, params) =>
    map(
      (u: NDArray, p: NDArray) => {
        const rms = rootMeanSquare(p);
        return times(u, max(rms, fill(minScale, rms)));
      },
      updates,
      params,
    ),
  );
