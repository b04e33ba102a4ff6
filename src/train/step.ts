/** One pure training step, and one pure look at a batch. */
import type { NDArray } from '../array/ndarray.ts';
import { valueAndGrad } from '../grad.ts';
import { jit } from '../jit.ts';
import type { Layer } from '../nn/layer.ts';
import type { MetricTally } from '../nn/metric/metric.ts';
import { add, divide, greater, multiply, where } from '../operations/arithmetic.ts';
import { astype } from '../operations/manipulation.ts';
import { sum } from '../operations/reduction.ts';
import { applyUpdates, type GradientTransformation, type MemoryKind, type MemoryOf } from '../optim/transformation.ts';
import { foldIn, type Key } from '../random/key.ts';
import type { Batch } from './batches.ts';
import { withClassWeight, type ClassWeight } from './class-weight.ts';
import { headsOf, lossValues, metricsIn, pick, type LossFor, type LossWeights, type MetricsFor } from './heads.ts';

/** Everything that training changes. */
export interface TrainState<P, S, M> {
  readonly params: P;
  readonly state: S;
  readonly memory: M;
}

/** What was measured in a batch, as float64: tallies add up over batches, leaf by leaf. */
export interface Tally {
  /** The sum of the weights in the loss. */
  readonly weight: NDArray;
  /** The weighted sum of the losses of the examples. */
  readonly loss: NDArray;
  /** The same for each head, if the loss is a record. */
  readonly losses: { readonly [head: string]: NDArray };
  readonly metrics: { readonly [name: string]: MetricTally };
}

/** What is learnt, and what is looked at. */
export interface Objective<P, S, In = NDArray, Out = NDArray, Y = NDArray> {
  readonly model: Layer<P, S, In, Out>;
  readonly loss: LossFor<Out, Y>;
  readonly lossWeights?: LossWeights<Out>;
  readonly metrics?: MetricsFor<Out>;
  /** Added to the mean loss in training, as in `(params) => np.sum(np.square(params.head.kernel)).mul(1e-4)`; not part of the figures. */
  readonly regularizer?: (params: P) => NDArray;
}

/** The weighted sum; what is padding counts nothing, whatever its value. */
const weightedSum = (values: NDArray, weight: NDArray): NDArray =>
  sum(where(greater(weight, 0), multiply(values, weight), 0));

interface Measured {
  /** The weighted mean loss, which is differentiated. */
  readonly mean: NDArray;
  readonly tally: Tally;
}

const measured = <P, S, In, Out, Y>(
  objective: Objective<P, S, In, Out, Y>,
  predictions: Out,
  { y, weight }: Batch<In, Y>,
  classWeight?: ClassWeight,
): Measured => {
  const weights = classWeight === undefined ? weight : withClassWeight(weight, y, classWeight);
  const double = (x: NDArray): NDArray => astype(x, 'float64');
  const heads = headsOf(objective.loss, objective.lossWeights).map((head) => ({
    ...head,
    total: weightedSum(lossValues(head, predictions, y, weight.size), weights),
  }));
  const loss = heads.map(({ total, weight: w }) => (w === 1 ? total : multiply(total, w))).reduce((a, b) => add(a, b));
  const all = sum(weights);
  return {
    // A batch in which nothing counts has the loss 0.
    mean: divide(loss, where(greater(all, 0), all, 1)),
    tally: {
      weight: double(all),
      loss: double(loss),
      losses: Object.fromEntries(
        heads.filter(({ path }) => path.length > 0).map(({ path, total }) => [path.join('.'), double(total)]),
      ),
      metrics: Object.fromEntries(
        metricsIn(objective.metrics).map(({ name, path, fold }) => {
          // Sound: metrics are of arrays; another part of a tree is refused by what the metric computes.
          const [p, t] = [pick('metrics', predictions, path), pick('data.y', y, path)] as [NDArray, NDArray];
          return [name, fold.measure(p, t, weight)];
        }),
      ),
    },
  };
};

export interface StepOptions {
  /** Give the state away: it stays in WebAssembly memory from step to step, and the one passed may not be read again. Default false. */
  readonly donate?: boolean;
  /** How much examples of each class count in the loss. */
  readonly classWeight?: ClassWeight;
}

/** `(state, batch, key, step) -> [state, tally]`. */
export type TrainStep<P, S, M, In, Y> = (
  before: TrainState<P, S, M>,
  batch: Batch<In, Y>,
  key: Key,
  count: NDArray,
) => readonly [TrainState<P, S, M>, Tally];

/** A training step as a plain function, to be compiled or mapped. */
export const plainTrainStep = <P, S, M extends MemoryKind, In, Out, Y>(
  objective: Objective<P, S, In, Out, Y>,
  optimizer: GradientTransformation<M>,
  classWeight?: ClassWeight,
): TrainStep<P, S, MemoryOf<M, P>, In, Y> => {
  const lossOf = (params: P, state: S, batch: Batch<In, Y>, key: Key): readonly [NDArray, readonly [S, Tally]] => {
    const [predictions, next] = objective.model.apply(params, state, batch.x, { training: true, key });
    const { mean, tally } = measured(objective, predictions, batch, classWeight);
    const loss = objective.regularizer === undefined ? mean : add(mean, objective.regularizer(params));
    return [loss, [next, tally]];
  };
  const differentiate = valueAndGrad(lossOf, { hasAux: true });
  return (before, batch, key, count) => {
    const stepKey = foldIn(key, count);
    const at = (params: P): readonly [loss: NDArray, aux: readonly [S, Tally], gradients: P] => {
      // Sound: inside a step everything is an array already, which is what `Inputs` accepts of these types.
      const args = [params, before.state, batch, stepKey] as unknown as Parameters<typeof differentiate>;
      // Sound: what `lossOf` returned, and gradients of the type of the parameters.
      const [[loss, aux], gradients] = differentiate(...args) as unknown as [[NDArray, readonly [S, Tally]], P];
      return [loss, aux, gradients];
    };
    const [value, [state, tally], gradients] = at(before.params);
    const [updates, memory] = optimizer.update(gradients, before.memory, before.params, {
      value,
      // For optimizers that look around in a step.
      valueAndGradient: (params) => {
        const [loss, , there] = at(params);
        return [loss, there];
      },
    });
    return [{ params: applyUpdates(before.params, updates), state, memory }, tally];
  };
};

/** `(state, batch, key, step) -> [state, tally]`, compiled. */
export const trainStep = <P, S, M extends MemoryKind, In = NDArray, Out = NDArray, Y = NDArray>(
  objective: Objective<P, S, In, Out, Y>,
  optimizer: GradientTransformation<M>,
  { donate = false, classWeight }: StepOptions = {},
): TrainStep<P, S, MemoryOf<M, P>, In, Y> =>
  // Sound: the compiled step takes exactly these arrays.
  jit(plainTrainStep(objective, optimizer, classWeight), donate ? { donate: 0 } : {}) as unknown as TrainStep<
    P,
    S,
    MemoryOf<M, P>,
    In,
    Y
  >;

/** `(params, state, batch) -> tally`. */
export type EvaluationStep<P, S, In, Y> = (params: P, state: S, batch: Batch<In, Y>) => Tally;

/** A look at a batch as a plain function. */
export const plainEvaluationStep =
  <P, S, In, Out, Y>(objective: Objective<P, S, In, Out, Y>): EvaluationStep<P, S, In, Y> =>
  (params, state, batch) =>
    measured(objective, objective.model.apply(params, state, batch.x, {})[0], batch).tally;

/** `(params, state, batch) -> tally`, compiled, without training. */
export const evaluationStep = <P, S, In = NDArray, Out = NDArray, Y = NDArray>(
  objective: Objective<P, S, In, Out, Y>,
): EvaluationStep<P, S, In, Y> => jit(plainEvaluationStep(objective)) as unknown as EvaluationStep<P, S, In, Y>; // sound: as above
