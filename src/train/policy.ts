/** Policies: pure reducers over the epochs that decide whether to stop, what to keep, and how fast to learn. */
import type { EpochRecord, Monitor } from './record.ts';
import { monitored } from './record.ts';

/** What a policy decides after an epoch. */
export interface Decision {
  /** End training. */
  readonly stop?: boolean;
  /** Keep the present state as the best so far; `fit` returns the last one kept. */
  readonly keep?: boolean;
  /** The learning rate from now on. */
  readonly rate?: number;
}

export interface Policy<Memory = unknown> {
  readonly start: Memory;
  next(memory: Memory, record: EpochRecord): readonly [Memory, Decision];
}

export interface EarlyStopping {
  readonly monitor: Monitor;
  /** Smaller changes do not count. Default 0. */
  readonly minDelta?: number;
  /** How many epochs without improvement to wait. Default 0. */
  readonly patience?: number;
  /** Whether larger is better; by default it is for names that speak of accuracy. */
  readonly mode?: 'min' | 'max';
}

interface Best {
  readonly value: number;
  readonly waited: number;
}

/** Stop when the monitored figure has not improved for `patience` epochs; the best state is what `fit` returns. */
export const earlyStopping = ({ monitor, minDelta = 0, patience = 0, mode }: EarlyStopping): Policy<Best> => {
  const sign = (mode ?? (/acc|precision|recall|auc|r2/i.test(monitor) ? 'max' : 'min')) === 'max' ? 1 : -1;
  return {
    start: { value: -Infinity, waited: 0 },
    next: (best, record) => {
      const value = sign * monitored(record, monitor);
      if (value > best.value + minDelta) return [{ value, waited: 0 }, { keep: true }];
      const waited = best.waited + 1;
      return [{ value: best.value, waited }, { stop: waited > patience }];
    },
  };
};
