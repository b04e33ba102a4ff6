/** One pure training step, and one pure look at a batch. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { sameShape, showType } from '../array/type.ts';
import { valueAndGrad } from '../grad.ts';
import { jit } from '../jit.ts';
import type { Layer } from '../nn/layer.ts';
import type { Loss } from '../nn/loss.ts';
import type { ExampleMetric as Metric } from '../nn/metric.ts';
import { greater, multiply, where } from '../operations/arithmetic.ts';
import { sum } from '../operations/reduction.ts';
import { applyUpdates, type GradientTransformation, type MemoryKind, type MemoryOf } from '../optim/transformation.ts';
import { foldIn, type Key } from '../random/key.ts';
import { div } from '../primitives/arithmetic.ts';

/** Examples, targets, and how much each example counts (0 for padding). */
export interface Batch {
  readonly x: NDArray;
  readonly y: NDArray;
  readonly weight: NDArray;
}

/** Everything that training changes. */
export interface TrainState<P, S, M> {
  readonly params: P;
  readonly state: S;
  readonly memory: M;
}

/** Sums over a batch of what was measured, and of the weights: they add up over batches. */
export interface Tally {
  readonly weight: NDArray;
  readonly loss: NDArray;
  readonly metrics: { readonly [name: string]: NDArray };
}

export interface Objective<P, S> {
  readonly model: Layer<P, S>;
  readonly loss: Loss;
  readonly metrics: { readonly [name: string]: Metric };
}

const tally = <P, S>({ loss, metrics }: Objective<P, S>, predictions: NDArray, { y, weight }: Batch): Tally => {
  const total = (name: string, values: NDArray): NDArray => {
    if (!sameShape(values.shape, weight.shape))
      throw new ShapeError(
        `${name}: expected one value for each of ${weight.size} examples, got ${showType(values.type)}. Leave the mean over examples to fit.`,
        'shape.loss',
      );
    // What is padding counts nothing, whatever its value.
    return sum(where(greater(weight, 0), multiply(values, weight), 0));
  };
  return {
    weight: sum(weight),
    loss: total('loss', loss(predictions, y)),
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, metric]) => [name, total(name, metric(predictions, y))]),
    ),
  };
};

/** How a step treats the state that it is given. */
export interface StepOptions {
  /** Give the state away: it stays in WebAssembly memory from step to step, and the one passed may not be read again. Default false. */
  readonly donate?: boolean;
}

/** `(state, batch, key, step) -> [state, tally]`, compiled. */
export const trainStep = <P, S, M extends MemoryKind>(
  objective: Objective<P, S>,
  optimizer: GradientTransformation<M>,
  { donate = false }: StepOptions = {},
) => {
  const lossOf = (params: P, state: S, batch: Batch, key: Key): readonly [NDArray, readonly [S, Tally]] => {
    const [predictions, next] = objective.model.apply(params, state, batch.x, { training: true, key });
    const seen = tally(objective, predictions, batch);
    return [div(seen.loss, seen.weight), [next, seen]];
  };
  const differentiate = valueAndGrad(lossOf, { hasAux: true });
  const step = (
    before: TrainState<P, S, MemoryOf<M, P>>,
    batch: Batch,
    key: Key,
    count: NDArray,
  ): readonly [TrainState<P, S, MemoryOf<M, P>>, Tally] => {
    // Sound: inside a step everything is an array already, which is what `Inputs` accepts of these types.
    const args = [before.params, before.state, batch, foldIn(key, count)] as unknown as Parameters<
      typeof differentiate
    >;
    const [[, [state, seen]], gradients] = differentiate(...args);
    // Sound: gradients have the type of the parameters, which are arrays already.
    const [updates, memory] = optimizer.update(gradients as P, before.memory, before.params);
    return [{ params: applyUpdates(before.params, updates), state, memory }, seen];
  };
  // Sound: the compiled step takes exactly these arrays.
  return jit(step, donate ? { donate: 0 } : {}) as unknown as typeof step;
};

/** `(params, state, batch) -> tally`, compiled, without training. */
export const evaluationStep = <P, S>(objective: Objective<P, S>) => {
  const step = (params: P, state: S, batch: Batch): Tally =>
    tally(objective, objective.model.apply(params, state, batch.x, {})[0], batch);
  return jit(step) as unknown as typeof step; // sound: as above
};
