/** Training as a fold over batches. */
import { FluxionError } from '../array/errors.ts';
import { detached, isNDArray, splat, type NDArray } from '../array/ndarray.ts';
import type { Initialized, Layer } from '../nn/layer.ts';
import type { Loss } from '../nn/loss.ts';
import type { ExampleMetric as Metric } from '../nn/metric.ts';
import { withLearningRate } from '../optim/rate.ts';
import type { GradientTransformation, MemoryKind, MemoryOf } from '../optim/transformation.ts';
import { foldIn, split, type Key } from '../random/key.ts';
import { flatten, unflatten } from '../tree/structure.ts';
import { batches, exampleCount, type Data } from './batches.ts';
import type { Decision, Policy } from './policy.ts';
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
  return {
    weight: weight + numberOf(seen.weight),
    sums: Object.fromEntries(entries.map(([name, value]) => [name, (sums[name] ?? 0) + numberOf(value)])),
  };
};
const meansOf = ({ weight, sums }: Totals): Figures => ({
  loss: NaN,
  ...Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, value / weight])),
});

const pauseMilliseconds = 40;
/** Let other work of the event loop happen now and then. */
const makePause = (): (() => Promise<void>) => {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < pauseMilliseconds) return;
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  };
};

export interface EvaluateOptions {
  readonly data: Data;
  readonly loss: Loss;
  readonly metrics?: { readonly [name: string]: Metric };
  /** Default 256. */
  readonly batchSize?: number;
}

/** Mean loss and metrics of a model over data. */
export const evaluate = async <P, S>(
  model: Layer<P, S>,
  { params, state }: { readonly params: P; readonly state: S },
  options: EvaluateOptions,
): Promise<Figures> => {
  const { data, loss, metrics = {}, batchSize = 256 } = options;
  return evaluateWith(evaluationStep({ model, loss, metrics }), params, state, data, batchSize);
};

const evaluateWith = async <P, S>(
  step: ReturnType<typeof evaluationStep<P, S>>,
  params: P,
  state: S,
  data: Data,
  batchSize: number,
  signal?: AbortSignal,
): Promise<Figures> => {
  const pause = makePause();
  let totals = nothing;
  for (const batch of batches(data, batchSize)) {
    signal?.throwIfAborted();
    totals = addTally(totals, step(params, state, batch));
    await pause();
  }
  return meansOf(totals);
};

/** What the policies remember and decided, after an epoch. */
const consult = (
  policies: readonly Policy[],
  memories: readonly unknown[],
  record: EpochRecord,
): { readonly memories: readonly unknown[]; readonly decision: Decision } => {
  const results = policies.map((policy, i) => policy.next(memories[i], record));
  return {
    memories: results.map(([memory]) => memory),
    decision: results.reduce<Decision>(
      (all, [, decision]) => ({ ...all, ...decision, stop: all.stop === true || decision.stop === true }),
      {},
    ),
  };
};

/** The same state, unharmed when this one is given away. */
const copyOf = <P, S, M>(state: TrainState<P, S, M>): TrainState<P, S, M> => {
  const { leaves, structure } = flatten(state);
  // Sound: the structure of the state, with an equal leaf at each place.
  return unflatten(
    structure,
    leaves.map((leaf) => (isNDArray(leaf) ? detached(leaf) : leaf)),
  ) as TrainState<P, S, M>;
};

interface Machinery<P, S, M> {
  readonly train: (
    before: TrainState<P, S, M>,
    batch: Parameters<ReturnType<typeof evaluationStep<P, S>>>[2],
    key: Key,
    count: NDArray,
  ) => readonly [TrainState<P, S, M>, Tally];
  readonly look: ReturnType<typeof evaluationStep<P, S>>;
  readonly pause: () => Promise<void>;
}

/** One pass over the data. */
const runEpoch = async <P, S, M extends MemoryKind>(
  { train, pause }: Machinery<P, S, MemoryOf<M, P>>,
  start: TrainState<P, S, MemoryOf<M, P>>,
  options: FitOptions<P, S, M>,
  epoch: number,
  key: Key,
): Promise<{ readonly state: TrainState<P, S, MemoryOf<M, P>>; readonly totals: Totals }> => {
  const [orderKey, stepKey] = split(key);
  let [state, totals, step] = [start, nothing, 0];
  for (const batch of batches(options.data, options.batchSize ?? 32, orderKey)) {
    options.signal?.throwIfAborted();
    const [next, seen] = train(state, batch, stepKey, splat({ dtype: 'int32', shape: [] }, step));
    [state, totals, step] = [next, addTally(totals, seen), step + 1];
    if (!Number.isFinite(totals.sums['loss']))
      throw new FluxionError(
        'train.loss',
        `fit: expected a finite loss, got ${numberOf(seen.loss)} in epoch ${epoch}, step ${step}. Lower the learning rate, or look for the cause with debugNans.`,
      );
    options.observers?.forEach((o) => o.onStep?.({ epoch, step, training: meansOf(totals) }));
    await pause();
  }
  return { state, totals };
};

/** One pass over the data, then a look at the validation data. */
const recordEpoch = async <P, S, M extends MemoryKind>(
  machinery: Machinery<P, S, MemoryOf<M, P>>,
  start: TrainState<P, S, MemoryOf<M, P>>,
  options: FitOptions<P, S, M>,
  epoch: number,
  key: Key,
): Promise<{ readonly state: TrainState<P, S, MemoryOf<M, P>>; readonly record: EpochRecord }> => {
  const began = performance.now();
  const { state, totals } = await runEpoch(machinery, start, options, epoch, key);
  const { validation: data, batchSize = 32 } = options;
  const validation =
    data === undefined
      ? null
      : await evaluateWith(machinery.look, state.params, state.state, data, Math.max(batchSize, 256), options.signal);
  const seconds = (performance.now() - began) / 1000;
  return { state, record: { epoch, training: meansOf(totals), validation, seconds } };
};

/**
 * Train a model: a fold of a compiled step over shuffled minibatches. Yields to the event loop at least every 50 ms. The result
 * is the last state, or the last that a policy kept.
 */
export const fit = async <P, S, M extends MemoryKind>(
  model: Layer<P, S>,
  options: FitOptions<P, S, M>,
): Promise<FitResult<P, S, MemoryOf<M, P>>> => {
  const { data, loss, metrics = {}, optimizer, batchSize = 32, observers = [] } = options;
  if (!Number.isInteger(options.epochs) || options.epochs < 0)
    throw new FluxionError(
      'train.epochs',
      `fit: expected a whole number of epochs, got ${options.epochs}. Each is one pass over the data.`,
    );
  const objective: Objective<P, S> = { model, loss, metrics };
  const [initKey, runKey] = split(options.key);
  const start = options.from ?? model.init(initKey, data.x.shape.slice(1));
  // Steps give their state away; what the caller gave, and what a policy keeps, is not ours to give.
  const current: TrainState<P, S, MemoryOf<M, P>> = copyOf({
    params: start.params,
    state: start.state,
    memory: ('memory' in start ? start.memory : undefined) ?? optimizer.init(start.params),
  });
  const machinery: Machinery<P, S, MemoryOf<M, P>> = {
    train: trainStep(objective, optimizer, { donate: true }),
    look: evaluationStep(objective),
    pause: makePause(),
  };
  const steps = Math.ceil(exampleCount(data) / Math.min(batchSize, exampleCount(data)));
  observers.forEach((o) => o.onBegin?.({ epochs: options.epochs, steps }));
  // Whatever happens, observers end: a progress bar gives the terminal back.
  try {
    return await runEpochs(machinery, current, options, runKey);
  } finally {
    observers.forEach((o) => o.onEnd?.());
  }
};

/** Epoch after epoch, with the policies consulted in between. */
const runEpochs = async <P, S, M extends MemoryKind>(
  machinery: Machinery<P, S, MemoryOf<M, P>>,
  start: TrainState<P, S, MemoryOf<M, P>>,
  options: FitOptions<P, S, M>,
  runKey: Key,
): Promise<FitResult<P, S, MemoryOf<M, P>>> => {
  const { observers = [], policies = [] } = options;
  const history: EpochRecord[] = [];
  let current = start;
  let memories: readonly unknown[] = policies.map((p) => p.start);
  let kept: TrainState<P, S, MemoryOf<M, P>> | null = null;
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const pass = await recordEpoch(machinery, current, options, epoch, foldIn(runKey, epoch));
    history.push(pass.record);
    observers.forEach((o) => o.onEpoch?.(pass.record));
    const { memories: remembered, decision } = consult(policies, memories, pass.record);
    [current, memories] = [pass.state, remembered];
    if (decision.keep === true) kept = copyOf(current);
    if (decision.rate !== undefined) current = { ...current, memory: withLearningRate(current.memory, decision.rate) };
    if (decision.stop === true) break;
  }
  return { ...(kept ?? current), key: runKey, epoch: history.length, history };
};
