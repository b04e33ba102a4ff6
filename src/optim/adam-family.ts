/** Rescalings by running moments that differ from Adam's in how they look at the second. */
import type { NDArray } from '../array/ndarray.ts';
import { abs, div, max, mul, sign, sub } from '../primitives/arithmetic.ts';
import { sqrt } from '../primitives/exponential.ts';
import { ge } from '../primitives/logic.ts';
import { map } from '../tree/traverse.ts';
import {
  nextMoments,
  noMoments,
  quotient,
  rooted,
  unbiased,
  type AdamOptions,
  type Moments,
  type MomentsOf,
} from './adam.ts';
import {
  blend,
  choose,
  complement,
  correction,
  double,
  noSteps,
  oneMore,
  over,
  plus,
  powered,
  product,
  squared,
  times,
  zerosLike,
  type Scalar,
} from './leaf.ts';
import type { GradientTransformation, MemoryKind } from './transformation.ts';

/** Adam's moments, and the largest that the second has been. */
export interface LargestOf<P> extends MomentsOf<P> {
  readonly largest: P;
}
export interface LargestKind extends MemoryKind {
  readonly memory: LargestOf<this['params']>;
}
/**
 * AMSGrad (Reddi, Kale and Kumar 2018, Algorithm 2): divided by the root of the largest second moment so far. As in Optax both moments are
 * corrected for bias before the maximum is taken; PyTorch takes the maximum before.
 */
export const scaleByAmsgrad = ({
  b1 = 0.9,
  b2 = 0.999,
  eps = 1e-8,
  epsRoot = 0,
}: Omit<AdamOptions, 'nesterov'> = {}): GradientTransformation<LargestKind> => ({
  init: (params) => ({ ...noMoments(params), largest: zerosLike(params) }),
  update: (gradients, memory) => {
    const next = nextMoments(gradients, memory, b1, b2);
    const mean = unbiased(gradients, next.mean, next.count, b1, false);
    const c2 = correction(b2, next.count);
    const largest = map((l: NDArray, v: NDArray) => max(l, over(v, c2)), memory.largest, next.square);
    const updates = map((m: NDArray, v: NDArray) => div(m, rooted(v, eps, epsRoot)), mean, largest);
    return [updates, { ...next, largest }];
  },
});

/** Adam's memory with the decayed largest absolute gradient in place of the second moment. */
export interface InfinityOf<P> {
  readonly count: NDArray;
  readonly mean: P;
  readonly largest: P;
}
export interface InfinityKind extends MemoryKind {
  readonly memory: InfinityOf<this['params']>;
}
/**
 * AdaMax (Kingma and Ba 2014, Algorithm 2): `u = max(b2 u, |g| + eps)`; the mean is corrected for bias, `u` needs no correction. `eps` is added
 * to the gradient inside the maximum, as in Optax and PyTorch.
 */
export const scaleByAdamax = ({
  b1 = 0.9,
  b2 = 0.999,
  eps = 1e-8,
}: Pick<AdamOptions, 'b1' | 'b2' | 'eps'> = {}): GradientTransformation<InfinityKind> => ({
  init: (params) => ({ count: noSteps(), mean: zerosLike(params), largest: zerosLike(params) }),
  update: (gradients, memory) => {
    const count = oneMore(memory.count);
    const mean = map(blend(b1), memory.mean, gradients);
    const largest = map((u: NDArray, g: NDArray) => max(times(u, b2), plus(abs(g), eps)), memory.largest, gradients);
    return [map(div, unbiased(gradients, mean, count, b1, false), largest), { count, mean, largest }];
  },
});

/**
 * AdaBelief (Zhuang et al. 2020, Algorithm 2): divided by how far gradients are from what the mean led to expect. `epsRoot` is added to the
 * running square itself in each step, as in the paper, `eps` outside the root; both moments are corrected for bias.
 */
export const scaleByBelief = ({
  b1 = 0.9,
  b2 = 0.999,
  eps = 1e-16,
  epsRoot = 1e-16,
  nesterov = false,
}: AdamOptions = {}): GradientTransformation<Moments> => ({
  init: (params) => noMoments(params),
  update: (gradients, memory) => {
    const count = oneMore(memory.count);
    const mean = map(blend(b1), memory.mean, gradients);
    const surprise = map((g: NDArray, m: NDArray) => squared(sub(g, m)), gradients, mean);
    const square = map((s: NDArray, v: NDArray) => plus(blend(b2)(s, v), epsRoot), memory.square, surprise);
    const updates = quotient(unbiased(gradients, mean, count, b1, nesterov), square, eps, 0, correction(b2, count));
    return [updates, { count, mean, square }];
  },
});

export interface YogiOptions extends Omit<AdamOptions, 'nesterov'> {
  /** What both moments begin with. Default 1e-6. */
  readonly initialAccumulator?: number;
}
/**
 * Yogi (Zaheer et al. 2018, Algorithm 2): the second moment moves by `(1 - b2) g^2` towards `g^2`, however far away that is. Both moments are
 * corrected for bias and `eps` (1e-3) stands outside the root, as in Optax; the paper corrects neither.
 */
export const scaleByYogi = ({
  b1 = 0.9,
  b2 = 0.999,
  eps = 1e-3,
  epsRoot = 0,
  initialAccumulator = 1e-6,
}: YogiOptions = {}): GradientTransformation<Moments> => ({
  init: (params) => noMoments(params, initialAccumulator),
  update: (gradients, memory) => {
    const count = oneMore(memory.count);
    const mean = map(blend(b1), memory.mean, gradients);
    const move = (v: NDArray, g: NDArray): NDArray => {
      const square = squared(g);
      return sub(v, mul(times(square, complement(b2)), sign(sub(v, square))));
    };
    const square = map(move, memory.square, gradients);
    const updates = quotient(unbiased(gradients, mean, count, b1, false), square, eps, epsRoot, correction(b2, count));
    return [updates, { count, mean, square }];
  },
});

export interface RadamOptions extends AdamOptions {
  /** From which length of the approximated average on the second moment is used. Default 5. */
  readonly threshold?: Scalar;
}
/**
 * Rectified Adam (Liu et al. 2019, Algorithm 2): while the variance of the second moment cannot be told, the mean alone. As Adam in `eps` and
 * bias correction. Optax's threshold is 5, the paper's 4.
 */
export const scaleByRadam = ({
  b1 = 0.9,
  b2 = 0.999,
  eps = 1e-8,
  epsRoot = 0,
  threshold = 5,
  nesterov = false,
}: RadamOptions = {}): GradientTransformation<Moments> => ({
  init: (params) => noMoments(params),
  update: (gradients, memory) => {
    const next = nextMoments(gradients, memory, b1, b2);
    const mean = unbiased(gradients, next.mean, next.count, b1, nesterov);
    const c2 = correction(b2, next.count);
    const longest = sub(div(double(2), double(complement(b2))), double(1));
    const now = sub(longest, div(mul(double(product(2, double(next.count))), powered(b2, next.count)), c2));
    const lessBy = (x: NDArray, by: number): NDArray => sub(x, double(by));
    const factor = sqrt(
      div(mul(mul(lessBy(now, 4), lessBy(now, 2)), longest), mul(mul(lessBy(longest, 4), lessBy(longest, 2)), now)),
    );
    const isTame = ge(now, double(threshold));
    const updates = quotient(mean, next.square, eps, epsRoot, c2);
    return [map((u: NDArray, m: NDArray) => choose(isTame, times(u, factor), m), updates, mean), next];
  },
});
