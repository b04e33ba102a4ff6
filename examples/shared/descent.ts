/** Training without a data set: a function of parameters and a key, which may draw its own examples, and an optimizer. */
import { jit, optim, random, valueAndGrad, type NDArray } from 'fluxion';

export interface DescentOptions<M extends optim.MemoryKind> {
  readonly optimizer: optim.GradientTransformation<M>;
  readonly steps: number;
  readonly key: random.Key;
  /** How many losses to hand out; by default that of every step. */
  readonly records?: number;
}

export interface Descent<P> {
  readonly params: P;
  /** The mean losses of as many equal parts of the way. */
  readonly losses: readonly number[];
}

/** From `start` along the gradient of `loss(params, key)`, with a key of its own in each step. */
export const descend = <P, M extends optim.MemoryKind>(
  loss: (params: P, key: random.Key) => NDArray,
  start: P,
  { optimizer, steps, key, records = steps }: DescentOptions<M>,
): Descent<P> => {
  const differentiate = valueAndGrad(loss) as unknown as (params: P, key: random.Key) => readonly [NDArray, P]; // sound: gradients are of the type of the parameters
  const step = jit((params: P, memory: optim.MemoryOf<M, P>, count: NDArray) => {
    const [value, gradients] = differentiate(params, random.foldIn(key, count));
    const [updates, next] = optimizer.update(gradients, memory, params);
    return [optim.applyUpdates(params, updates), next, value] as const;
  }) as unknown as (
    params: P,
    memory: optim.MemoryOf<M, P>,
    count: number,
  ) => readonly [P, optim.MemoryOf<M, P>, NDArray]; // sound: what the function above takes and gives
  const sums = new Array<number>(records).fill(0);
  let [params, memory] = [start, optimizer.init(start)];
  for (let i = 0; i < steps; i++) {
    const [p, m, value] = step(params, memory, i);
    [params, memory] = [p, m];
    const at = Math.floor((i * records) / steps);
    sums[at] = (sums[at] ?? 0) + (Number(value.item()) * records) / steps;
  }
  return { params, losses: sums };
};
