/** Training on disk: parameters, states, optimizer memories, key, policies' memories and history in one file, to go on from bit for bit. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import * as TaskEither from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { messageOf } from '../array/errors.ts';
import { splat } from '../array/ndarray.ts';
import type { Key } from '../random/key.ts';
import { readWith } from './read.ts';
import { decode, encode, leavesLike, treeLike } from './safetensors.ts';
import { writeAtomically } from './write.ts';

/** What one step changes. */
export interface SavedState<P, S, M> {
  readonly params: P;
  readonly state: S;
  readonly memory: M;
}

type Figures = { readonly loss: number } & { readonly [metric: string]: number };
interface SavedRecord {
  readonly epoch: number;
  readonly training: Figures;
  readonly validation: Figures | null;
  readonly learningRate: number | null;
  readonly seconds: number;
}

/** A training as `fit` returns it. */
export interface SavedTraining<P, S, M> extends SavedState<P, S, M> {
  readonly last: SavedState<P, S, M>;
  readonly key: Key;
  readonly epoch: number;
  readonly history: readonly SavedRecord[];
  readonly policies: readonly unknown[];
  readonly stopped: boolean;
}

/** What a saved training looks like: states of the same model and optimizer, whatever their values, as `init` gives them. */
export interface TrainingTemplate<P, S, M> extends SavedState<P, S, M> {
  /** By default a single key. */
  readonly key?: Key;
}

const metadataKey = 'fluxion.training';

const Figures = t.intersection([t.type({ loss: t.number }), t.record(t.string, t.number)]);
const Progress = t.strict({
  epoch: t.Int,
  history: t.readonlyArray(
    t.strict({
      epoch: t.Int,
      training: Figures,
      validation: t.union([Figures, t.null]),
      learningRate: t.union([t.number, t.null]),
      seconds: t.number,
    }),
  ),
  policies: t.readonlyArray(t.unknown),
  stopped: t.boolean,
  /** Whether the last state differs from the one to use. */
  hasLast: t.boolean,
});
type Progress = t.TypeOf<typeof Progress>;

/** JSON in which every number is kept: what it cannot hold is text in a record. */
const textOf = (progress: Progress): string =>
  JSON.stringify(progress, (_, value: unknown) =>
    typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
      ? { $number: Object.is(value, -0) ? '-0' : String(value) }
      : value,
  );
const revive = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && '$number' in value ? Number(value.$number) : value;

const progressOf = (text: string | undefined): E.Either<string, Progress> => {
  if (text === undefined)
    return E.left(
      `header.__metadata__: expected a training, got a file without ${metadataKey}. Read it by load or loadTree.`,
    );
  const fault = `header.__metadata__.${metadataKey}: expected the progress of a training, got other text. The file is damaged.`;
  return E.flatten(
    E.tryCatch(
      () => E.mapLeft(() => fault)(Progress.decode(JSON.parse(text, revive))),
      () => fault,
    ),
  );
};

/** The bytes of a safetensors file for a training. */
export const encodeTraining = <P, S, M>(training: SavedTraining<P, S, M>): Uint8Array => {
  const { params, state, memory, key, last, epoch, history, policies, stopped } = training;
  const hasLast = last.params !== params || last.memory !== memory || last.state !== state;
  const kept = { params: last.params, state: last.state, memory: last.memory };
  const text = textOf({ epoch: epoch as t.Int, history: history as Progress['history'], policies, stopped, hasLast }); // sound: counts
  return encode({ params, state, memory, key, last: hasLast ? kept : null }, { [metadataKey]: text });
};

/** The training in a safetensors file; `Left` names the first leaf that is not as in the template. */
export const decodeTraining = <P, S, M>(
  bytes: Uint8Array,
  { params, state, memory, key }: TrainingTemplate<P, S, M>,
): E.Either<string, SavedTraining<P, S, M>> =>
  pipe(
    decode(bytes),
    E.bindTo('file'),
    E.bind('progress', ({ file }) => progressOf(file.metadata[metadataKey])),
    // Parameters first: their names say most of what differs.
    E.tap(({ file: { tensors } }) => leavesLike(tensors, { params })),
    E.tap(({ file: { tensors } }) => leavesLike(tensors, { state })),
    E.flatMap(({ file, progress: { hasLast, ...progress } }) => {
      const one = { params, state, memory };
      // Sound: a key is two words.
      const words = key ?? (splat({ dtype: 'uint32', shape: [2] }, 0) as Key);
      return pipe(
        treeLike(file, { ...one, key: words, last: hasLast ? one : null }),
        E.map(({ last, key: own, ...best }) => ({ ...best, last: last ?? best, key: own, ...progress })),
      );
    }),
  );

/**
 * Save a training, as `fit` returns it or an observer is given it, in one file. Whatever happens, the file is whole: the new one or the
 * one before.
 */
export const saveTraining = <P, S, M>(path: string, training: SavedTraining<P, S, M>): TE.TaskEither<string, void> =>
  pipe(
    TaskEither.fromEither(
      E.tryCatch(
        () => encodeTraining(training),
        (cause) => `${path}: ${messageOf(cause)}`,
      ),
    ),
    TaskEither.flatMap((bytes) => writeAtomically(path, bytes)),
  );

/**
 * Read a training to go on from: `fit(model, { ...options, from: loaded })`. What is of another model or optimizer is a `Left` with the
 * path of the leaf.
 *
 * @example loadTraining(path, { ...model.init(key, shape), memory: optimizer.init(model.init(key, shape).params) })
 */
export const loadTraining = <P, S, M>(
  path: string,
  template: TrainingTemplate<P, S, M>,
): TE.TaskEither<string, SavedTraining<P, S, M>> =>
  readWith(path, 'a checkpoint', (bytes) => TaskEither.fromEither(decodeTraining(bytes, template)));
