/** Stochastic gradient descent, with momentum (Polyak 1964) and Nesterov's form (Sutskever et al. 2013). */
import { splat, type NDArray } from '../array/ndarray.ts';
import { add, mul } from '../primitives/arithmetic.ts';
import { map } from '../tree/traverse.ts';
import {
  chain,
  scaleByLearningRate,
  type Chained,
  type GradientTransformation,
  type MemoryKind,
  type RateKind,
} from './transformation.ts';

/** The decayed sum of past gradients. */
export interface TraceOf<P> {
  readonly trace: P;
}
export interface TraceKind extends MemoryKind {
  readonly memory: TraceOf<this['params']>;
}

/** The decayed sum of past gradients: `trace = g + decay trace`; Nesterov's form looks one step ahead. */
export const trace = (
  decay: number,
  { nesterov = false }: { readonly nesterov?: boolean } = {},
): GradientTransformation<TraceKind> => {
  const grow = (g: NDArray, t: NDArray): NDArray => add(g, mul(t, splat(t.type, decay)));
  return {
    init: (params) => ({ trace: map((p: NDArray) => splat(p.type, 0), params) }),
    update: (gradients, memory) => {
      const next = map(grow, gradients, memory.trace);
      return [nesterov ? map(grow, gradients, next) : next, { trace: next }];
    },
  };
};

/** `params - learningRate * gradient`. */
export const sgd = (learningRate: number): GradientTransformation<Chained<readonly [RateKind]>> =>
  chain(scaleByLearningRate(learningRate));
/** Descent along the decayed sum of gradients. */
export const momentum = (
  learningRate: number,
  decay = 0.9,
  options: { readonly nesterov?: boolean } = {},
): GradientTransformation<Chained<readonly [TraceKind, RateKind]>> =>
  chain(trace(decay, options), scaleByLearningRate(learningRate));
