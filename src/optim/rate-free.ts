/** Optimizers that find their learning rate: D-Adaptation and Prodigy. */
import type { NDArray } from '../array/ndarray.ts';
import { add, div, max, mul, sub } from '../primitives/arithmetic.ts';
import { sqrt } from '../primitives/exponential.ts';
import { map } from '../tree/traverse.ts';
import { noMoments, type MomentsOf } from './adam.ts';
import {
  blend,
  correction,
  double,
  fill,
  oneMore,
  plus,
  plusTimes,
  share,
  squared,
  times,
  zerosLike,
  type Scalar,
} from './leaf.ts';
import { rateAt, type Rate } from './rate.ts';
import { norm, vdot } from './tree-arithmetic.ts';
import type { GradientTransformation, MemoryKind } from './transformation.ts';

export interface RateFreeOf<P> extends MomentsOf<P> {
  /** The weighted sum of gradients. */
  readonly sum: P;
  /** The estimate of the distance to the solution, which is the learning rate. */
  readonly distance: NDArray;
  readonly numerator: NDArray;
}
export interface RateFreeKind extends MemoryKind {
  readonly memory: RateFreeOf<this['params']>;
}
export interface RateFreeOptions {
  /** Times the rate that is found: a number or a schedule with the peak 1. Default 1. */
  readonly learningRate?: Rate;
  /** Default 0.9. */
  readonly b1?: number;
  /** Default 0.999. */
  readonly b2?: number;
  /** Added to the root. Default 1e-8. */
  readonly eps?: number;
  /** The first, low estimate of the rate. Default 1e-6. */
  readonly estimLr0?: number;
  /** Weight decay apart from the gradient. Default 0. */
  readonly weightDecay?: Scalar;
}

/** `sqrt(1 - b2^t) / (1 - b1^t)`: Adam's two corrections for bias in one. */
const corrected = (b1: number, b2: number, count: NDArray): NDArray =>
  div(sqrt(correction(b2, count)), correction(b1, count));
const oneNorm = (tree: unknown): NDArray => double(norm(tree, { ord: 1 }));

/** D-Adapted AdamW (Defazio and Mishchenko 2023, Algorithm 5). The bias of both moments is corrected in the rate, `eps` stands outside the root. */
export const dadaptAdamw = ({
  learningRate = 1,
  b1 = 0.9,
  b2 = 0.999,
  eps = 1e-8,
  estimLr0 = 1e-6,
  weightDecay = 0,
}: RateFreeOptions = {}): GradientTransformation<RateFreeKind> => ({
  init: (params) => ({
    ...noMoments(params),
    sum: zerosLike(params),
    distance: double(estimLr0),
    numerator: double(0),
  }),
  update: (gradients, memory, params) => {
    const count = oneMore(memory.count);
    const b3 = Math.sqrt(b2);
    const rate = mul(mul(memory.distance, rateAt(learningRate, memory.count)), corrected(b1, b2, count));
    const scaled = map((s: NDArray, v: NDArray) => div(s, plus(sqrt(v), eps)), memory.sum, memory.square);
    const seen = double(vdot(gradients, scaled));
    const part = (g: NDArray): NDArray => times(g, rate);
    const mean = map((m: NDArray, g: NDArray) => blend(b1)(m, part(g)), memory.mean, gradients);
    const square = map(blend(b2), memory.square, map(squared, gradients));
    const sum = map((s: NDArray, g: NDArray) => blend(b3)(s, part(g)), memory.sum, gradients);
    const numerator = blend(b3)(memory.numerator, mul(rate, seen));
    const distance = max(memory.distance, share(numerator, mul(double(1 - b3), oneNorm(sum))));
    const decay = mul(rate, double(weightDecay));
    const step = (m: NDArray, v: NDArray, p: NDArray): NDArray =>
      times(add(div(m, plus(sqrt(v), eps)), times(p, decay)), -1);
    return [map(step, mean, square, params), { count, mean, square, sum, distance, numerator }];
  },
});

export interface ProdigyOf<P> extends RateFreeOf<P> {
  /** The parameters at the start. */
  readonly start: P;
}
export interface ProdigyKind extends MemoryKind {
  readonly memory: ProdigyOf<this['params']>;
}
export interface ProdigyOptions extends RateFreeOptions {
  /** Decay of the sums. Default the root of `b2`. */
  readonly b3?: number;
  /** Times each estimate. Default 1. */
  readonly estimLrCoef?: number;
}
/** Prodigy (Mishchenko and Defazio 2023, Algorithm 4). The bias of both moments is corrected in the rate; `eps` times the estimate is added to the root. */
export const prodigy = ({
  learningRate = 1,
  b1 = 0.9,
  b2 = 0.999,
  b3 = Math.sqrt(b2),
  eps = 1e-8,
  estimLr0 = 1e-6,
  estimLrCoef = 1,
  weightDecay = 0,
}: ProdigyOptions = {}): GradientTransformation<ProdigyKind> => ({
  init: (params) => ({
    ...noMoments(params),
    sum: zerosLike(params),
    start: params,
    distance: double(estimLr0),
    numerator: double(0),
  }),
  update: (gradients, memory, params) => {
    const count = oneMore(memory.count);
    const before = memory.distance;
    const rate = mul(mul(before, rateAt(learningRate, memory.count)), corrected(b1, b2, count));
    const seen = double(vdot(gradients, map(sub, memory.start, params)));
    const scaled = map((g: NDArray) => times(g, before), gradients);
    const mean = map(blend(b1), memory.mean, scaled);
    const square = map(blend(b2), memory.square, map(squared, scaled));
    const weight = div(rate, double(estimLr0));
    const sum = map((s: NDArray, g: NDArray) => plusTimes(times(g, weight), s, b3), memory.sum, scaled);
    const numerator = add(times(memory.numerator, b3), mul(mul(div(before, double(estimLr0)), rate), seen));
    const distance = max(before, times(share(numerator, oneNorm(sum)), estimLrCoef));
    const decay = double(weightDecay);
    const step = (m: NDArray, v: NDArray, p: NDArray): NDArray => {
      const root = add(sqrt(v), fill(mul(distance, double(eps)), v));
      return times(add(div(m, root), times(p, decay)), mul(rate, double(-1)));
    };
    return [map(step, mean, square, params), { count, mean, square, sum, start: memory.start, distance, numerator }];
  },
});
