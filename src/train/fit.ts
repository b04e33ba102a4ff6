/** Training as a fold over batches. */
import { splat, type NDArray } from '../array/ndarray.ts';
import type { Layer, Initialized } from '../nn/layer.ts';
import type { Loss } from '../nn/loss.ts';
import type { Metric } from '../nn/metric.ts';
import type { GradientTransformation, MemoryKind, MemoryOf } from '../optim/transformation.ts';
import { split, type Key } from '../random/key.ts';
import { batches, exampleCount, type Data } from './batches.ts';
import type { Policy } from './policy.ts';
import type { EpochRecord, Figures, Observer } from './record.ts';
import { evaluationStep, trainStep, type Objective, type Tally, type TrainState } from './step.ts';

export interface FitOptions<P, S, M extends MemoryKind> {
  readonly data: Data;
  readonly validation?: Data;
  /** One value for each example; the weighted mean is minimised. */
  readonly loss: Loss;
  readonly metrics?: { readonly [name: string]: Metric };
  readonly optimizer: GradientTransformation<M>;
  readonly epochs: number;
  /** Default 32. */
  readonly batchSize?: number;
  readonly policies?: readonly Policy[];
  readonly observers?: readonly Observer[];
  /** For initial parameters, the order of examples, and chance in layers. */
  readonly key: Key;
  /** Where to go on from; by default the model is initialised. */
  readonly from?: Pick<Initialized<P, S>, 'params' | 'state'> & { readonly memory?: MemoryOf<M, P> };
  readonly signal?: AbortSignal;
}

export interface FitResult<P, S, M> extends TrainState<P, S, M> {
  readonly key: Key;
  /** How many epochs were completed. */
  readonly epoch: number;
  readonly history: readonly EpochRecord[];
}

/** Sums of figures over batches, as numbers. */
interface Totals {
  readonly weight: number;
  readonly sums: { readonly [name: string]: number };
}
const nothing: Totals = { weight: 0, sums: {} };

const numberOf = (x: NDArray): number => Number(x.item());
const addTally = ({ weight, sums }: Totals, seen: Tally): Totals => {
  const entries = Object.entries({ loss: seen.loss, ...seen.metrics });
  return { weight: weight + numberOf(seen.weight), sums: Object.fromEntries(entries.map(([name, value]) => [name, (sums[name] ?? 0) + numberOf(value)])) };
};
const meansOf = ({ weight, sums }: Totals): Figures => ({ loss: NaN, ...Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, value / weight])) });

/** Let other work of the event loop happen now and then. */
const pauses = (every: number): (() => Promise<void>) => {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < every) return;
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  };
};
const pauseMilliseconds = 40;

/** Mean loss and metrics of a model over data. */
export const evaluate = async <P, S>(
  model: Layer<P, S>,
  { params, state }: { readonly params: P; readonly state: S },
  { data, loss, metrics = {}, batchSize = 256 }: { readonly data: Data; readonly loss: Loss; readonly metrics?: { readonly [name: string]: Metric }; readonly batchSize?: number },
): Promise<Figures> => evaluateWith(evaluationStep({ model, loss, metrics }), params, state, data, batchSize);

const evaluateWith = async <P, S>(step: ReturnType<typeof evaluationStep<P, S>>, params: P, state: S, data: Data, batchSize: number): Promise<Figures> => {
  const pause = pauses(pauseMilliseconds);
  let totals = nothing;
  for (const batch of batches(data, batchSize)) {
    totals = addTally(totals, step(params, state, batch));
    await pause();
  }
  return meansOf(totals);
};

/**
 * Train a model: a fold of a compiled step over shuffled minibatches. Yields to the event loop at least every 50 ms. The result
 * is the last state, or the last that a policy kept.
 */
export const fit = async <P, S, M extends MemoryKind>(model: Layer<P, S>, options: FitOptions<P, S, M>): Promise<FitResult<P, S, MemoryOf<M, P>>> => {
  const { data, loss, metrics = {}, optimizer, epochs: count, batchSize = 32, observers = [], signal } = options;
  const objective: Objective<P, S> = { model, loss, metrics };
  const [initKey, runKey] = split(options.key);
  const start = options.from ?? model.init(initKey, data.x.shape.slice(1));
  let current: TrainState<P, S, MemoryOf<M, P>> = {
    params: start.params, state: start.state, memory: ('memory' in start ? start.memory : undefined) ?? optimizer.init(start.params),
  };
  const steps = Math.ceil(exampleCount(data) / Math.min(batchSize, exampleCount(data)));
  observers.forEach((o) => o.onBegin?.({ epochs: count, steps }));
  const train = trainStep(objective, optimizer);
  const look = evaluationStep(objective);
  const history: EpochRecord[] = [];
  const memories = (options.policies ?? []).map((p) => p.start);
  let kept: TrainState<P, S, MemoryOf<M, P>> | null = null;
  const pause = pauses(pauseMilliseconds);
  let done = false;
  for (let epoch = 1; epoch <= count && !done; epoch++) {
    const began = performance.now();
    const [orderKey, stepKey] = split(epochKey(runKey, epoch));
    let totals = nothing;
    let step = 0;
    for (const batch of batches(data, batchSize, orderKey)) {
      signal?.throwIfAborted();
      const [next, seen] = train(current, batch, stepKey, splat({ dtype: 'int32', shape: [] }, step));
      current = next;
      totals = addTally(totals, seen);
      step++;
      observers.forEach((o) => o.onStep?.({ epoch, step, training: meansOf(totals) }));
      await pause();
    }
    const validation = options.validation === undefined ? null : await evaluateWith(look, current.params, current.state, options.validation, Math.max(batchSize, 256));
    const record: EpochRecord = { epoch, training: meansOf(totals), validation, seconds: (performance.now() - began) / 1000 };
    history.push(record);
    observers.forEach((o) => o.onEpoch?.(record));
    (options.policies ?? []).forEach((policy, i) => {
      const [memory, decision] = policy.next(memories[i], record);
      memories[i] = memory;
      if (decision.keep === true) kept = current;
      if (decision.stop === true) done = true;
      if (decision.rate !== undefined) current = { ...current, memory: withRate(current.memory, decision.rate) };
    });
  }
  observers.forEach((o) => o.onEnd?.());
  return { ...(kept ?? current), key: runKey, epoch: history.length, history };
};
