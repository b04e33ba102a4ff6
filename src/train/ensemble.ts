/** Ensembles: several models of one make trained at once, by `vmap` over their parameters. */
import { FluxionError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { jit } from '../jit.ts';
import type { Layer } from '../nn/layer.ts';
import { stack } from '../operations/stacking.ts';
import { mean } from '../operations/reduction.ts';
import type { MemoryKind, MemoryOf } from '../optim/transformation.ts';
import { foldIn, split, type Key } from '../random/key.ts';
import { map } from '../tree/traverse.ts';
import { vmap } from '../vmap.ts';
import { batches, batchesOf, type Batch, defaultBatchSize } from './batches.ts';
import { exampleShapes, isBatches, type Source } from './data.ts';
import { inBatches, type Fitted, type PredictOptions } from './evaluate.ts';
import {
  checkAll,
  examplesOf,
  objectiveOf,
  passOptionsOf,
  sourcesOf,
  startingAt,
  type FitResult,
  type Sources,
} from './fit.ts';
import type { FitOptions } from './options.ts';
import { passes, type Machinery } from './passes.ts';
import { makePause } from './pause.ts';
import type { Figures } from './record.ts';
import { plainEvaluationStep, plainTrainStep, type EvaluationStep, type Tally, type TrainStep } from './step.ts';
import { figuresOf } from './tally.ts';
import { trainingOf, type Running } from './training.ts';

export interface EnsembleOptions<
  P,
  S,
  M extends MemoryKind,
  In = NDArray,
  Out = NDArray,
  Y = NDArray,
> extends FitOptions<P, S, M, In, Out, Y> {
  /** How many models. */
  readonly members: number;
}

/** Trees of one structure as one, with a new first axis at each leaf. */
const stacked = <T>(trees: readonly T[]): T => {
  const [first, ...rest] = trees;
  // Sound: an ensemble has at least one member.
  return map((...leaves: NDArray[]) => stack(leaves, 0), first as T, ...rest);
};

/** What one member has of trees with a first axis of members: its parameters and state, for `predict` and `evaluate`. */
export const memberOf = <P, S>({ params, state }: Fitted<P, S>, i: number): Fitted<P, S> => {
  const row = (x: NDArray): NDArray => x.get(i);
  return { params: map(row, params), state: map(row, state) };
};

/** The batches of all members: each goes through arrays in an order of its own. */
function* memberBatches<In, Y>(all: readonly Iterable<Batch<In, Y>>[]): Generator<Batch<In, Y>> {
  const iterators = all.map((one) => one[Symbol.iterator]());
  for (;;) {
    const items = iterators.map((iterator) => iterator.next());
    const values = items.flatMap((item) => (item.done === true ? [] : [item.value]));
    if (values.length < items.length) return;
    yield stacked(values);
  }
}

/** Batches from elsewhere are the same for all. */
async function* sharedBatches<In, Y>(
  source: Source<In, Y>,
  members: number,
  epoch: number,
): AsyncGenerator<Batch<In, Y>> {
  for await (const batch of batchesOf(source, 1, undefined, epoch))
    yield stacked(Array.from({ length: members }, () => batch));
}

/** The mean over members of what each has as figures. */
const meanFigures =
  (members: number, figures: (tally: Tally | null) => Figures) =>
  (tally: Tally | null): Figures => {
    if (tally === null) return figures(null);
    const each = Array.from({ length: members }, (_, i) => figures(map((x: NDArray) => x.get(i), tally)));
    const average = (name: string): number => each.reduce((sum, one) => sum + (one[name] ?? NaN), 0) / members;
    return { loss: NaN, ...Object.fromEntries(Object.keys(each[0] ?? {}).map((name) => [name, average(name)])) };
  };

const keysOf = (keys: Key, members: number): readonly Key[] => Array.from({ length: members }, (_, i) => keys.get(i));
const stackedKeys = (keys: readonly Key[]): Key => stack(keys, 0) as Key; // sound: words of keys

const machineryOf = <P, S, M extends MemoryKind, In, Out, Y>(
  model: Layer<P, S, In, Out>,
  options: EnsembleOptions<P, S, M, In, Out, Y>,
  { data, validation }: Sources<In, Y>,
): Machinery<P, S, MemoryOf<M, P>, In, Y> => {
  const { optimizer, members, batchSize = defaultBatchSize, shuffle = true, classWeight, metrics } = options;
  const objective = objectiveOf(model, options);
  const train = vmap(plainTrainStep(objective, optimizer, classWeight) as (...args: never[]) => unknown, {
    inAxes: [0, 0, 0, null],
  });
  const look = vmap(plainEvaluationStep(objective) as (...args: never[]) => unknown, { inAxes: [0, 0, null] });
  return {
    // Sound: the same functions, on trees with an axis of members.
    train: jit(train, { donate: 0 }) as unknown as TrainStep<P, S, MemoryOf<M, P>, In, Y>,
    look: jit(look) as unknown as EvaluationStep<P, S, In, Y>,
    keys: (keys, epoch) => {
      const pairs = keysOf(keys, members).map((key) => split(foldIn(key, epoch)));
      return [stackedKeys(pairs.map(([order]) => order)), stackedKeys(pairs.map(([, step]) => step))];
    },
    batches: (orders, epoch) =>
      isBatches(data)
        ? sharedBatches(data, members, epoch)
        : memberBatches(keysOf(orders, members).map((order) => batches(data, batchSize, shuffle ? order : undefined))),
    validation: validation === null ? null : () => batchesOf(validation, Math.max(batchSize, 256)),
    figures: meanFigures(members, figuresOf(metrics)),
    pause: makePause(),
  };
};

const checkMembers = (members: number): void => {
  if (!Number.isInteger(members) || members < 1)
    throw new FluxionError(
      'train.members',
      `fitEnsemble: expected a whole number of members, at least 1, got ${members}. Each is a model.`,
    );
};

/**
 * Train several models of one make at once: the options of `fit`, and `members`. Parameters, states and memories have an axis of members in
 * front; member `i` is the model that `fit` trains with the key `split(key, members)[i]`. Figures, and so policies, speak of the mean
 * over the members.
 */
export const fitEnsemble = async <P, S, M extends MemoryKind, In, Out, Y>(
  model: Layer<P, S, In, Out>,
  options: EnsembleOptions<P, S, M, In, Out, Y>,
): Promise<FitResult<P, S, MemoryOf<M, P>>> => {
  const { from, optimizer, members, checkData = true } = options;
  checkMembers(members);
  const sources = sourcesOf(options);
  const plan = passOptionsOf(options, sources);
  const examples = await examplesOf(sources);
  const pairs = keysOf(split(options.key, [members]), members).map((key) => split(key));
  const shapes = exampleShapes(examples.data.x);
  const initial =
    from ??
    stacked(
      pairs.map(([init]) => {
        const { params, state } = model.init(init, shapes);
        return { params, state };
      }),
    );
  if (checkData) checkAll(model, memberOf(initial, 0), examples);
  const memory = (params: P): MemoryOf<M, P> =>
    stacked(Array.from({ length: members }, (_, i) => optimizer.init(map((x: NDArray) => x.get(i), params))));
  let last: Running<P, S, MemoryOf<M, P>> = startingAt(
    from,
    { initial, memory, key: stackedKeys(pairs.map(([, run]) => run)) },
    plan.policy,
  );
  for await (const now of passes(machineryOf(model, options, sources), last, plan)) last = now;
  return trainingOf(last);
};

export interface PredictEnsembleOptions<Out> extends PredictOptions {
  /** What is made of the output of each member before the mean is taken, such as `nn.softmax`. */
  readonly transform?: (output: Out) => Out;
}

/** The mean over the members of what they predict. */
export const predictEnsemble = async <P, S, In, Out>(
  model: Layer<P, S, In, Out>,
  { params, state }: Fitted<P, S>,
  x: In,
  { transform = (output) => output, ...options }: PredictEnsembleOptions<Out> = {},
): Promise<Out> => {
  const one = (p: P, s: S, batch: In): Out => transform(model.apply(p, s, batch, {})[0]);
  const all = vmap(one as (...args: never[]) => unknown, { inAxes: [0, 0, null] });
  const apply = (p: P, s: S, batch: In): Out =>
    map((y: NDArray) => mean(y, 0), (all as unknown as typeof one)(p, s, batch)); // sound: the same function of stacked trees
  const compiled = jit(apply) as unknown as typeof apply; // sound: it takes exactly these arrays
  return inBatches((batch: In) => compiled(params, state, batch), x, options);
};
