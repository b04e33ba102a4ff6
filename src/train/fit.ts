/** Training models. */
import { FluxionError } from '../array/errors.ts';
import type { Layer } from '../nn/layer.ts';
import type { MemoryKind, MemoryOf } from '../optim/transformation.ts';
import { foldIn, split, type Key } from '../random/key.ts';
import { batchesOf, checkBatchSize, defaultBatchSize } from './batches.ts';
import { checkedSource, checkEpochs, checkExamples } from './checks.ts';
import { exampleCount, exampleShapes, isBatches, splitData, type Data, type Source } from './data.ts';
import type { FitOptions, Start } from './options.ts';
import { passes, type Machinery, type PassOptions } from './passes.ts';
import { makePause } from './pause.ts';
import { policies as composed, type Policy } from './policy.ts';
import { evaluationStep, trainStep, type Objective, type TrainState } from './step.ts';
import { figuresOf } from './tally.ts';
import { copyOf, snapshotOf, trainingOf, type Running, type Training } from './training.ts';

/** The result of `fit`. */
export type FitResult<P, S, M> = Training<P, S, M>;

/** Data to train on, and to validate on. */
export interface Sources<In, Y> {
  readonly data: Source<In, Y>;
  readonly validation: Source<In, Y> | null;
}

/** Data apart into what is trained on and what is validated on. */
export const sourcesOf = <P, S, M extends MemoryKind, In, Out, Y>({
  data,
  validation,
  validationSplit,
}: FitOptions<P, S, M, In, Out, Y>): Sources<In, Y> => {
  if (validationSplit === undefined) return { data, validation: validation ?? null };
  if (validation === undefined && !isBatches(data)) return splitData(data, validationSplit);
  throw new FluxionError(
    'train.validation',
    `fit: validationSplit: expected arrays and no validation data, got ${validation === undefined ? 'batches' : 'both'}. Give validation data, or a share of arrays.`,
  );
};

/** What is learnt and looked at, of the options. */
export const objectiveOf = <P, S, M extends MemoryKind, In, Out, Y>(
  model: Layer<P, S, In, Out>,
  { loss, lossWeights, metrics, regularizer }: FitOptions<P, S, M, In, Out, Y>,
): Objective<P, S, In, Out, Y> => ({
  model,
  loss,
  ...(lossWeights === undefined ? {} : { lossWeights }),
  ...(metrics === undefined ? {} : { metrics }),
  ...(regularizer === undefined ? {} : { regularizer }),
});

const machineryOf = <P, S, M extends MemoryKind, In, Out, Y>(
  model: Layer<P, S, In, Out>,
  options: FitOptions<P, S, M, In, Out, Y>,
  { data, validation }: Sources<In, Y>,
): Machinery<P, S, MemoryOf<M, P>, In, Y> => {
  const { optimizer, batchSize = defaultBatchSize, shuffle = true, classWeight, metrics } = options;
  const objective = objectiveOf(model, options);
  return {
    train: trainStep(objective, optimizer, { donate: true, ...(classWeight === undefined ? {} : { classWeight }) }),
    look: evaluationStep(objective),
    keys: (key, epoch) => split(foldIn(key, epoch)),
    batches: (order, epoch) => batchesOf(data, batchSize, shuffle ? order : undefined, epoch),
    validation: validation === null ? null : () => batchesOf(validation, Math.max(batchSize, 256)),
    figures: figuresOf(metrics),
    pause: makePause(),
  };
};

/** What policies remember at the start: what they did before, if there was a before. */
const memoriesFor = (policy: Policy<readonly unknown[]>, given: readonly unknown[] | undefined): readonly unknown[] => {
  if (given === undefined || given.length === policy.start.length) return given ?? policy.start;
  throw new FluxionError(
    'train.resume',
    `fit: from: expected a training with ${policy.start.length} policies, got one with ${given.length}. Resume with the policies that it had.`,
  );
};

/** The number of steps in an epoch, if it is known. */
const stepsOf = <In, Y>(data: Source<In, Y>, batchSize: number | undefined): number | null => {
  if (batchSize !== undefined) checkBatchSize('fit', batchSize, isBatches(data) ? Infinity : exampleCount(data));
  if (isBatches(data)) {
    // Datasets know how many batches they have.
    const size = 'size' in data && typeof data.size === 'number' ? data.size : null;
    if (size !== Infinity) return size;
    throw new FluxionError(
      'train.endless',
      'fit: data: expected batches that end, got a dataset without end. An epoch is one pass: take(n) says how long.',
    );
  }
  const count = exampleCount(data);
  return Math.ceil(count / Math.min(batchSize ?? defaultBatchSize, count));
};

/** What a training begins with if it begins anew. */
export interface Beginning<P, S, M> {
  readonly initial: { readonly params: P; readonly state: S };
  readonly memory: (params: P) => M;
  readonly key: Key;
}

/** Where training starts: at what was given, or anew. Steps give their state away; what the caller gave is not ours to give. */
export const startingAt = <P, S, M>(
  from: Start<P, S, M> | undefined,
  { initial, memory, key }: Beginning<P, S, M>,
  policy: Policy<readonly unknown[]>,
): Running<P, S, M> => {
  const given: Partial<TrainState<P, S, M>> & Beginning<P, S, M>['initial'] = from?.last ?? from ?? initial;
  const { params, state } = given;
  const hasBetter = from?.last !== undefined && from.memory !== undefined && from.last.params !== from.params;
  return {
    current: copyOf({ params, state, memory: given.memory ?? memory(params) }),
    kept: hasBetter ? copyOf({ params: from.params, state: from.state, memory: from.memory }) : null,
    key: from?.key ?? key,
    epoch: from?.epoch ?? 0,
    history: from?.history ?? [],
    policies: memoriesFor(policy, from?.policies),
    stopped: from?.stopped ?? false,
  };
};

/** Examples to train and to validate on: what checks look at. */
interface Examples<In, Y> {
  readonly data: Data<In, Y>;
  readonly validation: Data<In, Y> | null;
}

/** Look at the lengths of all data. */
export const examplesOf = async <In, Y>({ data, validation }: Sources<In, Y>): Promise<Examples<In, Y>> => ({
  data: await checkedSource(data, 'data'),
  validation: validation === null ? null : await checkedSource(validation, 'validation'),
});

/** Look at the values of examples for a model. */
export const checkAll = <P, S, In, Out, Y>(
  model: Layer<P, S, In, Out>,
  from: { readonly params: P; readonly state: S },
  { data, validation }: Examples<In, Y>,
): void => {
  checkExamples(model, from, data, 'data');
  if (validation !== null) checkExamples(model, from, validation, 'validation');
};

/** The options of the passes, checked. */
export const passOptionsOf = <P, S, M extends MemoryKind, In, Out, Y>(
  { epochs: last, observers = [], policies = [], signal, batchSize }: FitOptions<P, S, M, In, Out, Y>,
  { data }: Sources<In, Y>,
): PassOptions & { readonly steps: number | null } => {
  checkEpochs(last);
  return {
    epochs: last,
    observers,
    policy: composed(...policies),
    steps: stepsOf(data, batchSize),
    ...(signal === undefined ? {} : { signal }),
  };
};

async function* running<P, S, M extends MemoryKind, In, Out, Y>(
  model: Layer<P, S, In, Out>,
  options: FitOptions<P, S, M, In, Out, Y>,
): AsyncGenerator<Running<P, S, MemoryOf<M, P>>> {
  const { from, optimizer, checkData = true } = options;
  const sources = sourcesOf(options);
  const plan = passOptionsOf(options, sources);
  const examples = await examplesOf(sources);
  const [initKey, key] = split(options.key);
  const initial = from ?? model.init(initKey, exampleShapes(examples.data.x));
  if (checkData) checkAll(model, initial, examples);
  const start = startingAt(from, { initial, memory: (params) => optimizer.init(params), key }, plan.policy);
  yield start;
  yield* passes(machineryOf(model, options, sources), start, plan);
}

/**
 * Training epoch by epoch, for loops of one's own: each item is what `fit` would return if it ended now, and stays as it is. Leaving the
 * loop ends training.
 *
 * @example for await (const { epoch, params } of epochs(model, options)) if (isGood(params)) break;
 */
export async function* epochs<P, S, M extends MemoryKind, In, Out, Y>(
  model: Layer<P, S, In, Out>,
  options: FitOptions<P, S, M, In, Out, Y>,
): AsyncGenerator<FitResult<P, S, MemoryOf<M, P>>> {
  let isStart = true;
  for await (const now of running(model, options)) {
    if (!isStart) yield snapshotOf(now);
    isStart = false;
  }
}

/**
 * Train a model: a fold of a compiled step over shuffled minibatches. Yields to the event loop at least every 50 ms. The result is the
 * last state, or the last that a policy kept, with all that is needed to go on: `fit(model, { ...options, from: result })`.
 */
export const fit = async <P, S, M extends MemoryKind, In, Out, Y>(
  model: Layer<P, S, In, Out>,
  options: FitOptions<P, S, M, In, Out, Y>,
): Promise<FitResult<P, S, MemoryOf<M, P>>> => {
  let last: Running<P, S, MemoryOf<M, P>> | null = null;
  for await (const now of running(model, options)) last = now;
  // Sound: the first item is the start.
  return trainingOf(last as unknown as Running<P, S, MemoryOf<M, P>>);
};
