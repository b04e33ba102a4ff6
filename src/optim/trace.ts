/** Momentum (Polyak 1964), Nesterov's form of it (Sutskever et al. 2013), and running means of updates. */
import { splat, type NDArray } from '../array/ndarray.ts';
import { sub } from '../primitives/arithmetic.ts';
import { map } from '../tree/traverse.ts';
import { blend, choose, correction, noSteps, oneMore, over, plusTimes, times, zerosLike } from './leaf.ts';
import type { Scalar } from './leaf.ts';
import type { GradientTransformation, MemoryKind } from './transformation.ts';

/** The decayed sum of past gradients. */
export interface TraceKind extends MemoryKind {
  readonly memory: Readonly<Record<'trace', this['params']>>;
}

/**
 * The decayed sum of past gradients: `trace = g + decay trace`; Nesterov's form looks one step ahead. The rate is applied after the sum, as in
 * Optax and PyTorch, so that changing it scales the whole sum.
 */
export const trace = (
  decay: Scalar,
  { nesterov = false }: { readonly nesterov?: boolean } = {},
): GradientTransformation<TraceKind> => {
  const grow = (g: NDArray, t: NDArray): NDArray => plusTimes(g, t, decay);
  return {
    init: (params) => ({ trace: zerosLike(params) }),
    update: (gradients, memory) => {
      const next = map(grow, gradients, memory.trace);
      return [nesterov ? map(grow, gradients, next) : next, { trace: next }];
    },
  };
};

export interface EmaOf<P> {
  readonly count: NDArray;
  readonly ema: P;
}
export interface EmaKind extends MemoryKind {
  readonly memory: EmaOf<this['params']>;
}
/** The running mean of the updates; `debias` (default true) corrects the updates, not the memory, for the start at zero. */
export const ema = (
  decay: Scalar,
  { debias = true }: { readonly debias?: boolean } = {},
): GradientTransformation<EmaKind> => ({
  init: (params) => ({ count: noSteps(), ema: zerosLike(params) }),
  update: (gradients, memory) => {
    const count = oneMore(memory.count);
    const mean = map(blend(decay), memory.ema, gradients);
    const c = correction(decay, count);
    return [debias ? map((m: NDArray) => over(m, c), mean) : mean, { count, ema: mean }];
  },
});

export interface OptimisticOf<P> {
  readonly isFirst: NDArray;
  readonly previous: P;
}
export interface OptimisticKind extends MemoryKind {
  readonly memory: OptimisticOf<this['params']>;
}
/**
 * `(alpha + beta) g - beta previous` (Mokhtari, Ozdaglar and Pattathil 2020, equation 5: generalised optimistic gradient descent). In the
 * first step the gradient stands for the previous one.
 */
export const scaleByOptimisticGradient = ({
  alpha = 1,
  beta = 1,
}: { readonly alpha?: Scalar; readonly beta?: Scalar } = {}): GradientTransformation<OptimisticKind> => ({
  init: (params) => ({ isFirst: splat({ dtype: 'bool', shape: [] }, 1), previous: zerosLike(params) }),
  update: (gradients, { isFirst, previous }) => {
    const step = (g: NDArray, p: NDArray): NDArray => plusTimes(times(g, alpha), sub(g, choose(isFirst, g, p)), beta);
    return [map(step, gradients, previous), { isFirst: splat(isFirst.type, 0), previous: gradients }];
  },
});
