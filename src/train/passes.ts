/** Training as a fold: passes over batches, with policies consulted and observers told in between. */
import { FluxionError } from '../array/errors.ts';
import { splat, type NDArray } from '../array/ndarray.ts';
import { withLearningRate } from '../optim/rate.ts';
import type { Key } from '../random/key.ts';
import type { Batch } from './batches.ts';
import { endAll, type Observer } from './observer.ts';
import type { Policy } from './policy.ts';
import type { EpochRecord, Figures } from './record.ts';
import type { EvaluationStep, Tally, TrainState, TrainStep } from './step.ts';
import { addTally } from './tally.ts';
import { copyOf, learningRateOf, snapshotOf, type Running } from './training.ts';

type BatchesIn<In, Y> = Iterable<Batch<In, Y>> | AsyncIterable<Batch<In, Y>>;

/** How one pass is made: of one model, or of an ensemble. */
export interface Machinery<P, S, M, In, Y> {
  readonly train: TrainStep<P, S, M, In, Y>;
  readonly look: EvaluationStep<P, S, In, Y>;
  /** The keys of an epoch, for the order of examples and for steps. */
  readonly keys: (key: Key, epoch: number) => readonly [order: Key, step: Key];
  readonly batches: (order: Key, epoch: number) => BatchesIn<In, Y>;
  readonly validation: (() => BatchesIn<In, Y>) | null;
  readonly figures: (tally: Tally | null) => Figures;
  readonly pause: () => Promise<void>;
}

export interface PassOptions {
  readonly epochs: number;
  readonly policy: Policy<readonly unknown[]>;
  readonly observers: readonly Observer[];
  readonly signal?: AbortSignal;
}

/** Figures of a model over batches. */
export const lookThrough = async <P, S, M, In, Y>(
  { look, figures, pause }: Pick<Machinery<P, S, M, In, Y>, 'look' | 'figures' | 'pause'>,
  { params, state }: { readonly params: P; readonly state: S },
  given: BatchesIn<In, Y>,
  signal?: AbortSignal,
): Promise<Figures> => {
  let total: Tally | null = null;
  for await (const batch of given) {
    signal?.throwIfAborted();
    total = addTally(total, look(params, state, batch));
    await pause();
  }
  return figures(total);
};

const isFinite = (loss: NDArray): boolean => loss.dataSync().every((value) => Number.isFinite(value));

interface Pass<P, S, M> {
  readonly state: TrainState<P, S, M>;
  readonly total: Tally | null;
  /** The first step with a loss that was no number. */
  readonly failed: { readonly step: number; readonly loss: number } | null;
}

/** One pass over the data. */
const runEpoch = async <P, S, M, In, Y>(
  { train, figures, pause, keys, batches }: Machinery<P, S, M, In, Y>,
  running: Running<P, S, M>,
  { observers, signal }: PassOptions,
): Promise<Pass<P, S, M>> => {
  const epoch = running.epoch + 1;
  const [orderKey, stepKey] = keys(running.key, epoch);
  let [state, step] = [running.current, 0];
  let total: Tally | null = null;
  for await (const batch of batches(orderKey, epoch)) {
    signal?.throwIfAborted();
    const [next, seen] = train(state, batch, stepKey, splat({ dtype: 'int32', shape: [] }, step));
    total = addTally(total, seen);
    [state, step] = [next, step + 1];
    if (!isFinite(seen.loss)) return { state, total, failed: { step, loss: seen.loss.sum().item() as number } };
    const [sofar, at] = [total, step];
    for (const observer of observers)
      observer.onStep?.({
        epoch,
        step: at,
        get training() {
          return figures(sofar);
        },
      });
    await pause();
  }
  return { state, total, failed: null };
};

/** The state with the rate that the policy wants for an epoch. */
const paced = <P, S, M>(
  current: TrainState<P, S, M>,
  policy: Policy<readonly unknown[]>,
  epoch: number,
): TrainState<P, S, M> => {
  const rate = learningRateOf(current.memory);
  const wanted = policy.rate?.(epoch, rate ?? NaN);
  return wanted === undefined || wanted === rate
    ? current
    : { ...current, memory: withLearningRate(current.memory, wanted) };
};

/** What comes after a pass: the policies' decisions. */
const decide = <P, S, M>(
  before: Running<P, S, M>,
  state: TrainState<P, S, M>,
  record: EpochRecord,
  policy: Policy<readonly unknown[]>,
): Running<P, S, M> => {
  const [memories, { keep, rate, stop }] = policy.next(before.policies, record);
  return {
    key: before.key,
    current: rate === undefined ? state : { ...state, memory: withLearningRate(state.memory, rate) },
    kept: keep === true ? copyOf(state) : before.kept,
    epoch: record.epoch,
    history: [...before.history, record],
    policies: memories,
    stopped: stop === true,
  };
};

/** One more epoch. */
const advance = async <P, S, M, In, Y>(
  machinery: Machinery<P, S, M, In, Y>,
  before: Running<P, S, M>,
  options: PassOptions,
): Promise<Running<P, S, M>> => {
  const began = performance.now();
  const [epoch, { policy, signal }] = [before.epoch + 1, options];
  const current = paced(before.current, policy, epoch);
  const learningRate = learningRateOf(current.memory);
  const good = policy.guard === true ? copyOf(current) : null;
  const { state, total, failed } = await runEpoch(machinery, { ...before, current }, options);
  const training = machinery.figures(total);
  const record = (validation: Figures | null): EpochRecord => ({
    epoch,
    training,
    validation,
    learningRate,
    seconds: (performance.now() - began) / 1000,
  });
  if (failed !== null) {
    if (good !== null)
      return { ...before, current: good, epoch, history: [...before.history, record(null)], stopped: true };
    throw new FluxionError(
      'train.loss',
      `fit: expected a finite loss, got ${failed.loss} in epoch ${epoch}, step ${failed.step}. Lower the learning rate, or look for the cause with debugNans.`,
    );
  }
  const validation =
    machinery.validation === null ? null : await lookThrough(machinery, state, machinery.validation(), signal);
  return decide(before, state, record(validation), policy);
};

/** Epoch after epoch until there are enough or a policy stops; what is given may be harmed when the next is asked for. */
export async function* passes<P, S, M, In, Y>(
  machinery: Machinery<P, S, M, In, Y>,
  start: Running<P, S, M>,
  options: PassOptions & { readonly steps: number | null },
): AsyncGenerator<Running<P, S, M>> {
  const { observers, epochs, steps } = options;
  let running = start;
  // Whatever happens, observers end: a progress bar gives the terminal back.
  let isDone = false;
  try {
    for (const observer of observers) await observer.onBegin?.({ epochs, steps, completed: start.epoch });
    while (!running.stopped && running.epoch < epochs) {
      running = await advance(machinery, running, options);
      const [told, record] = [running, running.history.at(-1)];
      if (record !== undefined)
        for (const observer of observers) await observer.onEpoch?.(record, () => snapshotOf(told));
      yield running;
    }
    isDone = true;
  } finally {
    // What ended training is told before what an observer throws at the end.
    await endAll(observers).catch((fault: unknown) => {
      if (isDone) throw fault;
    });
  }
}
