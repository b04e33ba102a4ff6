/** What a policy is: a pure reducer over the epochs that decides whether to stop, what to keep, and how fast to learn. */
import { FluxionError } from '../array/errors.ts';
import { monitored, type EpochRecord, type Monitor } from './record.ts';

/** What a policy decides after an epoch. */
export interface Decision {
  /** End training. */
  readonly stop?: boolean;
  /** Keep the present state as the best so far; `fit` returns the last one kept. */
  readonly keep?: boolean;
  /** The learning rate from now on. */
  readonly rate?: number;
}

/** A reducer: what it remembers is plain data (numbers, strings, lists, records), so that training can be saved and resumed. */
export interface Policy<Memory = unknown> {
  readonly start: Memory;
  next(memory: Memory, record: EpochRecord): readonly [Memory, Decision];
  /** The learning rate of an epoch, counted from 1, of the rate before it. */
  rate?(epoch: number, rate: number): number;
  /** Where the loss becomes infinite or NaN: end training with the state before that epoch, in place of an error. */
  readonly guard?: boolean;
}

/** Several policies as one: all are asked; any may stop or keep, and the last that speaks of the rate is heard. A monoid with `policies()`. */
export const policies = (...list: readonly Policy[]): Policy<readonly unknown[]> => ({
  start: list.map(({ start }) => start),
  next: (memories, record) => {
    const results = list.map((policy, i) => policy.next(memories[i], record));
    const isAny = (name: 'stop' | 'keep'): boolean => results.some(([, decision]) => decision[name] === true);
    const rate = results.map(([, decision]) => decision.rate).findLast((r) => r !== undefined);
    return [
      results.map(([memory]) => memory),
      { stop: isAny('stop'), keep: isAny('keep'), ...(rate === undefined ? {} : { rate }) },
    ];
  },
  ...(list.some((policy) => policy.rate !== undefined)
    ? { rate: (epoch, rate) => list.reduce((now, policy) => policy.rate?.(epoch, now) ?? now, rate) }
    : {}),
  guard: list.some(({ guard }) => guard === true),
});

/** Whether larger or smaller is better; `auto` takes larger for names that speak of accuracy, precision, recall, AUC, F, R2, IoU. */
export type Mode = 'auto' | 'min' | 'max';

/** A figure to watch. */
export interface Watch {
  readonly monitor: Monitor;
  /** Smaller changes do not count as improvement. Default 0. */
  readonly minDelta?: number;
  /** Default `auto`. */
  readonly mode?: Mode;
}

const larger = /acc|precision|recall|auc|f1|fbeta|r2|iou|topk|similarity|correlation/i;

/** How a monitored figure is compared: `better(a, b)` asks whether `a` improves on `b` by more than `minDelta`. */
export const watcher = ({ monitor, minDelta = 0, mode = 'auto' }: Watch) => {
  if (!(minDelta >= 0))
    throw new FluxionError(
      'train.policy',
      `policy: minDelta: expected a number of at least 0, got ${minDelta}. It is the least change that counts.`,
    );
  const sign = mode === 'max' || (mode === 'auto' && larger.test(monitor)) ? 1 : -1;
  return {
    value: (record: EpochRecord): number => monitored(record, monitor),
    better: (a: number, b: number): boolean => sign * a > sign * b + minDelta,
    worst: -sign * Infinity,
  };
};

/** Throws unless `value` is a whole number of at least 0. */
export const checkCount = (name: string, value: number): number => {
  if (Number.isInteger(value) && value >= 0) return value;
  throw new FluxionError(
    'train.policy',
    `policy: ${name}: expected a whole number of epochs, got ${value}. Count from 0.`,
  );
};
