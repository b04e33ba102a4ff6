/** Adam's running moments (Kingma and Ba 2014, Algorithm 1), and Nesterov's form of them (Dozat 2016). */
import type { NDArray } from '../array/ndarray.ts';
import { add, div } from '../primitives/arithmetic.ts';
import { sqrt } from '../primitives/exponential.ts';
import { map } from '../tree/traverse.ts';
import { blend, complement, correction, fill, filled, noSteps, oneMore, over, plus, squared, times } from './leaf.ts';
import type { Scalar } from './leaf.ts';
import type { GradientTransformation, MemoryKind } from './transformation.ts';

/** Adam's memory: the number of steps, and running means of gradients and of their squares. */
export interface MomentsOf<P> {
  readonly count: NDArray;
  readonly mean: P;
  readonly square: P;
}
export interface Moments extends MemoryKind {
  readonly memory: MomentsOf<this['params']>;
}

export interface AdamOptions {
  /** Decay of the running mean. Default 0.9. */
  readonly b1?: Scalar;
  /** Decay of the running mean of squares. Default 0.999. */
  readonly b2?: Scalar;
  /** Added to the root, outside of it. Default 1e-8. */
  readonly eps?: Scalar;
  /** Added inside the root; above 0 where one differentiates through the step. Default 0. */
  readonly epsRoot?: Scalar;
  /** Nesterov's form: the mean looks one step ahead. Default false. */
  readonly nesterov?: boolean;
}

/** Moments before the first step, from a value everywhere. */
export const noMoments = <P>(params: P, mean = 0, square = mean): MomentsOf<P> => ({
  count: noSteps(),
  mean: filled(params, mean),
  square: filled(params, square),
});

/** Both running means, one step on. */
export const nextMoments = <P>(gradients: P, memory: MomentsOf<P>, b1: Scalar, b2: Scalar): MomentsOf<P> => ({
  count: oneMore(memory.count),
  mean: map(blend(b1), memory.mean, gradients),
  square: map(blend(b2), memory.square, map(squared, gradients)),
});

/** The running mean without its bias towards zero; in Nesterov's form with the present gradient once more (Dozat 2016, Algorithm 2). */
export const unbiased = <P>(gradients: P, mean: P, count: NDArray, b1: Scalar, nesterov: boolean): P => {
  const c1 = correction(b1, count);
  if (!nesterov) return map((m: NDArray) => over(m, c1), mean);
  const ahead = correction(b1, oneMore(count));
  return map(
    (m: NDArray, g: NDArray) => add(times(over(m, ahead), b1), times(over(g, c1), complement(b1))),
    mean,
    gradients,
  );
};

/** `sqrt(v + epsRoot) + eps`; nothing is added where there is nothing to add. */
export const rooted = (v: NDArray, eps: Scalar, epsRoot: Scalar): NDArray =>
  add(sqrt(epsRoot === 0 ? v : plus(v, epsRoot)), fill(eps, v));

/** `mean / (sqrt(square / c2 + epsRoot) + eps)` for all leaves. */
export const quotient = <P>(mean: P, square: P, eps: Scalar, epsRoot: Scalar, c2: NDArray): P =>
  map((m: NDArray, v: NDArray) => div(m, rooted(over(v, c2), eps, epsRoot)), mean, square);

/**
 * Adam's rescaling of gradients by running moments, both with bias correction. `eps` stands outside the root, as in Optax and PyTorch
 * (there after the correction too).
 */
export const scaleByAdam = ({
  b1 = 0.9,
  b2 = 0.999,
  eps = 1e-8,
  epsRoot = 0,
  nesterov = false,
}: AdamOptions = {}): GradientTransformation<Moments> => ({
  init: (params) => noMoments(params),
  update: (gradients, memory) => {
    const next = nextMoments(gradients, memory, b1, b2);
    const mean = unbiased(gradients, next.mean, next.count, b1, nesterov);
    return [quotient(mean, next.square, eps, epsRoot, correction(b2, next.count)), next];
  },
});
