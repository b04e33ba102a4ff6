/** Averages of parameters. */
import type { NDArray } from '../array/ndarray.ts';
import { convert, sub } from '../primitives/arithmetic.ts';
import { map } from '../tree/traverse.ts';
import { asLeaf } from '../lift.ts';
import { blend, choose, complement, isMultiple, noSteps, oneMore, plusTimes, type Scalar } from './leaf.ts';
import type { Extra, GradientTransformation, MemoryKind, MemoryOf } from './transformation.ts';

/** `stepSize * next + (1 - stepSize) * old`: Polyak averaging of parameters. */
export const incrementalUpdate = <P>(next: P, old: P, stepSize: Scalar): P =>
  map(blend(complement(stepSize)), old, next);

/** `next` every `period` steps, `old` in between. */
export const periodicUpdate = <P>(next: P, old: P, steps: number | NDArray, period: number): P => {
  const isTime = isMultiple(convert(asLeaf(steps), 'int32'), period);
  return map((n: NDArray, o: NDArray) => choose(isTime, n, o), next, old);
};

export interface LookaheadOf<P, I> {
  readonly count: NDArray;
  /** The slow parameters: those to evaluate with. */
  readonly slow: P;
  readonly inner: I;
}
export interface LookaheadKind<M extends MemoryKind> extends MemoryKind {
  readonly memory: LookaheadOf<this['params'], MemoryOf<M, this['params']>>;
}
export interface LookaheadOptions {
  /** How many steps of the fast parameters make one of the slow. Default 6. */
  readonly syncPeriod?: number;
  /** Default 0.5. */
  readonly slowStepSize?: Scalar;
  /** Whether the fast optimizer begins anew after each slow step. Default false. */
  readonly resetState?: boolean;
}
/**
 * Lookahead (Zhang et al. 2019, Algorithm 1): every `syncPeriod` steps the slow parameters go a part of the way to the fast ones, which begin again
 * from there. The parameters that are trained are the fast ones; the slow ones are in the memory. (Optax pairs the two in its parameters.)
 */
export const lookahead = <M extends MemoryKind>(
  fast: GradientTransformation<M>,
  { syncPeriod = 6, slowStepSize = 0.5, resetState = false }: LookaheadOptions = {},
): GradientTransformation<LookaheadKind<M>> => ({
  init: <P>(params: P) => ({ count: noSteps(), slow: params, inner: fast.init(params) }),
  update: <P>(gradients: P, memory: MemoryOf<LookaheadKind<M>, P>, params: P, extra?: Extra<P>) => {
    const [updates, next] = fast.update(gradients, memory.inner, params, extra);
    const count = oneMore(memory.count);
    const isTime = isMultiple(count, syncPeriod);
    const move = (slow: NDArray, p: NDArray, u: NDArray): NDArray => {
      // slow + stepSize (p + u - slow)
      const ahead = plusTimes(slow, sub(plusTimes(p, u, 1), slow), slowStepSize);
      return choose(isTime, ahead, slow);
    };
    const slow = map(move, memory.slow, params, updates);
    const step = (s: NDArray, p: NDArray, u: NDArray): NDArray => choose(isTime, sub(s, p), u);
    const inner = resetState
      ? // Sound: both are memories of the same kind.
        (map(
          (fresh: NDArray, own: NDArray) => choose(isTime, fresh, own),
          fast.init<unknown>(slow),
          next as unknown,
        ) as MemoryOf<M, P>)
      : next;
    return [map(step, slow, params, updates), { count, slow, inner }] as const;
  },
});
