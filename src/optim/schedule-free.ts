/** Schedule-free learning (Defazio et al. 2024): averaging in the place of a schedule. */
import type { NDArray } from '../array/ndarray.ts';
import { add, max, mul, sub } from '../primitives/arithmetic.ts';
import { exp, log } from '../primitives/exponential.ts';
import { gt } from '../primitives/logic.ts';
import { map } from '../tree/traverse.ts';
import { blend, choose, double, noSteps, oneMore, over, share, times } from './leaf.ts';
import type { Wrapped } from './mask.ts';
import { rateAt, scaleByLearningRate, type Rate, type RateKind } from './rate.ts';
import { scaleByRms, type SquareKind } from './rms.ts';
import { warmupConstant } from './schedules.ts';
import {
  chain,
  type Chained,
  type Extra,
  type GradientTransformation,
  type MemoryKind,
  type MemoryOf,
  type Nothing,
} from './transformation.ts';
import { addDecayedWeights, decayed, type DecayedKind } from './weights.ts';

export interface ScheduleFreeOf<P, I> {
  readonly count: NDArray;
  /** The sequence that the optimizer moves. */
  readonly z: P;
  readonly weightSum: NDArray;
  readonly maxRate: NDArray;
  readonly inner: I;
}
export interface ScheduleFreeKind<M extends MemoryKind> extends MemoryKind {
  readonly memory: ScheduleFreeOf<this['params'], MemoryOf<M, this['params']>>;
}
export interface ScheduleFreeOptions {
  /** How near to the average gradients are taken; above 0. Default 0.9. */
  readonly b1?: number;
  /** A step weighs in the average as this power of the largest rate so far. Default 2. */
  readonly weightLrPower?: number;
}

/** The average, from the parameters that are trained and the sequence in the memory. */
const averageOf = <P>(y: P, z: P, b1: number): P => map((a: NDArray, b: NDArray) => add(b, over(sub(a, b), b1)), y, z);

/**
 * `optimizer`, which has no momentum, moves `z`; gradients are taken at `y = (1 - b1) z + b1 x`, the parameters that are trained, and `x` is the average of `z`
 * (Defazio et al. 2024, equations 3 to 5). Evaluate with `scheduleFreeEvalParams`. `learningRate` is that of the optimizer.
 */
export const scheduleFree = <M extends MemoryKind>(
  optimizer: GradientTransformation<M>,
  learningRate: Rate,
  { b1 = 0.9, weightLrPower = 2 }: ScheduleFreeOptions = {},
): GradientTransformation<ScheduleFreeKind<M>> => ({
  init: <P>(params: P) => ({
    count: noSteps(),
    z: params,
    weightSum: double(0),
    maxRate: double(0),
    inner: optimizer.init(params),
  }),
  update: <P>(gradients: P, memory: MemoryOf<ScheduleFreeKind<M>, P>, params: P, extra?: Extra<P>) => {
    const count = oneMore(memory.count);
    const rate = rateAt(learningRate, count);
    const maxRate = max(memory.maxRate, rate);
    const isSome = gt(maxRate, double(0));
    const power = exp(mul(double(weightLrPower), log(choose(isSome, maxRate, double(1)))));
    const weight = choose(isSome, power, double(0));
    const weightSum = add(memory.weightSum, weight);
    const part = share(weight, weightSum);
    const [updates, inner] = optimizer.update(gradients, memory.inner, params, extra);
    const z = map(add, memory.z, updates);
    const x = averageOf(params, memory.z, b1);
    // y' - y = b1 (x' - x) + (1 - b1) (z' - z), where x' - x = part (z' - x).
    const step = (average: NDArray, ahead: NDArray, behind: NDArray): NDArray =>
      blend(b1)(times(sub(ahead, average), part), sub(ahead, behind));
    return [map(step, x, z, memory.z), { count, z, weightSum, maxRate, inner }] as const;
  },
});

/** The parameters to evaluate with: the average. `b1` is that of the optimizer. */
export const scheduleFreeEvalParams = <P>(
  memory: { readonly z: P },
  params: P,
  { b1 = 0.9 }: Pick<ScheduleFreeOptions, 'b1'> = {},
): P => averageOf(params, memory.z, b1);

export interface ScheduleFreeRuleOptions extends ScheduleFreeOptions {
  /** Steps in which the rate rises from 0. Default none. */
  readonly warmupSteps?: number;
  /** Added to the gradient (AdamW: to the rescaled gradient), times the parameters. Default 0. */
  readonly weightDecay?: number;
}
const warmed = (learningRate: number, steps: number | undefined): Rate =>
  steps === undefined ? learningRate : warmupConstant(0, learningRate, steps);

/** Schedule-free gradient descent. Default rate 1. */
export const scheduleFreeSgd = (
  learningRate = 1,
  { warmupSteps, weightDecay = 0, ...options }: ScheduleFreeRuleOptions = {},
): GradientTransformation<ScheduleFreeKind<Chained<readonly [Wrapped<Nothing>, RateKind]>>> => {
  const rate = warmed(learningRate, warmupSteps);
  return scheduleFree(chain(addDecayedWeights(weightDecay), scaleByLearningRate(rate)), rate, options);
};

/** Schedule-free AdamW: Adam's second moment, corrected for bias, with `eps` outside the root, and the average in place of the first. Default rate 0.0025. */
export const scheduleFreeAdamw = (
  learningRate = 0.0025,
  {
    warmupSteps,
    weightDecay = 0,
    b2 = 0.999,
    eps = 1e-8,
    ...options
  }: ScheduleFreeRuleOptions & { readonly b2?: number; readonly eps?: number } = {},
): GradientTransformation<ScheduleFreeKind<DecayedKind<SquareKind>>> => {
  const rate = warmed(learningRate, warmupSteps);
  const rescale = scaleByRms({ decay: b2, eps, epsInRoot: false, biasCorrection: true });
  return scheduleFree(decayed(rescale, rate, weightDecay), rate, options);
};
