/** A training as a value: all that is needed to use its result, and to go on from it. */
import { detached, isNDArray } from '../array/ndarray.ts';
import { learningRatesIn } from '../optim/rate.ts';
import type { Key } from '../random/key.ts';
import { flatten, unflatten } from '../tree/structure.ts';
import type { EpochRecord } from './record.ts';
import type { TrainState } from './step.ts';

/** What training has come to: the state to use, and what going on needs. */
export interface Training<P = unknown, S = unknown, M = unknown> extends TrainState<P, S, M> {
  /** The state after the last epoch, from which training goes on; `params`, `state` and `memory` are the same unless a policy kept better ones. */
  readonly last: TrainState<P, S, M>;
  /** Epochs draw from it by their number. */
  readonly key: Key;
  /** How many epochs were completed. */
  readonly epoch: number;
  readonly history: readonly EpochRecord[];
  /** What the policies remember. */
  readonly policies: readonly unknown[];
  /** Whether a policy ended training. */
  readonly stopped: boolean;
}

/** A training on its way: states may be given away by the next step. */
export interface Running<P, S, M> {
  readonly current: TrainState<P, S, M>;
  readonly kept: TrainState<P, S, M> | null;
  readonly key: Key;
  readonly epoch: number;
  readonly history: readonly EpochRecord[];
  readonly policies: readonly unknown[];
  readonly stopped: boolean;
}

/** The same state, unharmed when this one is given away. */
export const copyOf = <T>(state: T): T => {
  const { leaves, structure } = flatten(state);
  // Sound: the structure of the state, with an equal leaf at each place.
  return unflatten(
    structure,
    leaves.map((leaf) => (isNDArray(leaf) ? detached(leaf) : leaf)),
  ) as T;
};

/** What is told of a training on its way. */
export const trainingOf = <P, S, M>({ current, kept, ...rest }: Running<P, S, M>): Training<P, S, M> => ({
  ...(kept ?? current),
  last: current,
  ...rest,
});

/** The same, which stays when training goes on. */
export const snapshotOf = <P, S, M>({ current, kept, ...rest }: Running<P, S, M>): Training<P, S, M> => {
  const last = copyOf(current);
  return { ...(kept === null ? last : copyOf(kept)), last, ...rest };
};

/** The learning rate in an optimizer's memory, or `null`. */
export const learningRateOf = (memory: unknown): number | null => {
  const [rate] = learningRatesIn(memory);
  return rate === undefined || rate.size === 0 ? null : Number(rate.dataSync()[0]);
};
