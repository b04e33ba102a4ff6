/** Steps that look at the signs of gradients. */
import type { NDArray } from '../array/ndarray.ts';
import { max, min, mul, sign } from '../primitives/arithmetic.ts';
import { eq, gt, lt, select } from '../primitives/logic.ts';
import { map } from '../tree/traverse.ts';
import { blend, fill, zerosLike, type Scalar } from './leaf.ts';
import { stateless, type GradientTransformation, type MemoryKind, type Nothing } from './transformation.ts';

/** The signs of gradients (Bernstein et al. 2018, Algorithm 1); 0 at 0. */
export const scaleBySign = (): GradientTransformation<Nothing> => stateless((gradients) => map(sign, gradients));

export interface MeanKind extends MemoryKind {
  readonly memory: Readonly<Record<'mean', this['params']>>;
}
export interface LionOptions {
  /** How much of the mean goes into the step. Default 0.9. */
  readonly b1?: Scalar;
  /** Decay of the running mean. Default 0.99. */
  readonly b2?: Scalar;
}
/** Lion (Chen et al. 2023, Algorithm 2): the sign of a blend of gradient and running mean. No `eps`, no correction for bias. */
export const scaleByLion = ({ b1 = 0.9, b2 = 0.99 }: LionOptions = {}): GradientTransformation<MeanKind> => ({
  init: (params) => ({ mean: zerosLike(params) }),
  update: (gradients, { mean }) => [
    map((m: NDArray, g: NDArray) => sign(blend(b1)(m, g)), mean, gradients),
    { mean: map(blend(b2), mean, gradients) },
  ],
});

export interface RpropKind extends MemoryKind {
  readonly memory: Readonly<Record<'steps' | 'previous', this['params']>>;
}
export interface RpropOptions {
  /** By how much a step shrinks when the sign changes. Default 0.5. */
  readonly etaMinus?: Scalar;
  /** By how much it grows when the sign stays. Default 1.2. */
  readonly etaPlus?: Scalar;
  /** Default 1e-6. */
  readonly minStepSize?: Scalar;
  /** Default 50. */
  readonly maxStepSize?: Scalar;
}
/**
 * Rprop without backtracking (Riedmiller and Braun 1993; Igel and Huesken 2000, iRprop-, Algorithm 2): each element has its own step, which grows
 * while the sign of its gradient stays. An element whose sign has changed rests for a step, as in PyTorch; Optax lets it rest too, and also
 * delays its other steps by one.
 */
export const scaleByRprop = (
  learningRate: Scalar,
  { etaMinus = 0.5, etaPlus = 1.2, minStepSize = 1e-6, maxStepSize = 50 }: RpropOptions = {},
): GradientTransformation<RpropKind> => ({
  init: (params) => ({ steps: map((p: NDArray) => fill(learningRate, p), params), previous: zerosLike(params) }),
  update: (gradients, memory) => {
    const trend = map((g: NDArray, p: NDArray) => mul(sign(g), sign(p)), gradients, memory.previous);
    const resize = (s: NDArray, t: NDArray): NDArray => {
      const zero = fill(0, t);
      const factor = select(gt(t, zero), fill(etaPlus, s), fill(etaMinus, s));
      const bounded = min(max(mul(s, factor), fill(minStepSize, s)), fill(maxStepSize, s));
      return select(eq(t, zero), s, bounded);
    };
    const steps = map(resize, memory.steps, trend);
    const previous = map((g: NDArray, t: NDArray) => select(lt(t, fill(0, t)), fill(0, g), g), gradients, trend);
    return [map((g: NDArray, s: NDArray) => mul(s, sign(g)), previous, steps), { steps, previous }];
  },
});
