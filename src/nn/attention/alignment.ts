/** How well a state of a decoder fits each step of an encoder: the scores of attention in recurrent models. */
import type { NDArray } from '../../array/ndarray.ts';
import { add, tanh } from '../../operations/arithmetic.ts';
import { expandDims, squeeze } from '../../operations/manipulation.ts';
import { matmul } from '../../operations/products.ts';
import { foldIn, type Key } from '../../random/key.ts';
import { glorotUniform } from '../initializer.ts';

/** A score as data. */
export interface Alignment<P = unknown> {
  readonly kind: string;
  /** Whether the state before a step asks, or the state after it. */
  readonly asks: 'before' | 'after';
  /** Parameters for states of `query` features and encoder steps of `memory` features. */
  init(key: Key, query: number, memory: number): P;
  /** What of encoder steps `[..., S, memory]` does not depend on the state: computed once for a sequence. */
  prepare(params: P, memory: NDArray): NDArray;
  /** `[..., S]` of a state `[..., query]`. */
  score(params: P, query: NDArray, prepared: NDArray): NDArray;
}

export interface AdditiveParams {
  /** `[query, units]` */
  readonly query: NDArray;
  /** `[memory, units]` */
  readonly memory: NDArray;
  /** `[units]` */
  readonly weight: NDArray;
}

/** `weight . tanh(state query + step memory)`, asked by the state before the step (Bahdanau, Cho and Bengio 2015, appendix A.1.2). */
export const additiveAttention = (units: number): Alignment<AdditiveParams> => ({
  kind: 'additive',
  asks: 'before',
  init: (key, query, memory) => ({
    query: glorotUniform()(foldIn(key, 0), [query, units]),
    memory: glorotUniform()(foldIn(key, 1), [memory, units]),
    weight: glorotUniform()(foldIn(key, 2), [units, 1]).get(':', 0),
  }),
  prepare: ({ memory }, steps) => matmul(steps, memory),
  score: ({ query, weight }, state, prepared) =>
    matmul(tanh(add(expandDims(matmul(state, query), -2), prepared)), weight),
});

export interface MultiplicativeParams {
  /** `[memory, query]` */
  readonly kernel: NDArray;
}

/** `state . (step kernel)`, asked by the state after the step: the form `general` (Luong, Pham and Manning 2015, eq. 8). */
export const multiplicativeAttention = (): Alignment<MultiplicativeParams> => ({
  kind: 'multiplicative',
  asks: 'after',
  init: (key, query, memory) => ({ kernel: glorotUniform()(key, [memory, query]) }),
  prepare: ({ kernel }, steps) => matmul(steps, kernel),
  score: (_, state, prepared) => squeeze(matmul(prepared, expandDims(state, -1)), -1),
});
