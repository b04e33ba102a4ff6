/** Who listens to training and does input and output: a record of functions, each of which may be left out. */
import type { EpochRecord, Figures } from './record.ts';
import type { Training } from './training.ts';

export interface Plan {
  /** The last epoch to come. */
  readonly epochs: number;
  /** Steps in an epoch; `null` where batches come from elsewhere and were not counted yet. */
  readonly steps: number | null;
  /** Epochs completed before, in a training that was resumed. */
  readonly completed: number;
}

export interface StepReport {
  readonly epoch: number;
  /** From 1. */
  readonly step: number;
  /** Figures of the epoch so far, computed when they are read. */
  readonly training: Figures;
}

/** What `fit` tells. A promise is awaited, but for steps, which do not wait. What an observer throws ends training; all observers still end. */
export interface Observer {
  onBegin?(plan: Plan): void | Promise<void>;
  onStep?(report: StepReport): void;
  /** `snapshot` copies the training as it stands, as `fit` would return it: it may be kept, saved and resumed. */
  onEpoch?(record: EpochRecord, snapshot: () => Training): void | Promise<void>;
  onEnd?(): void | Promise<void>;
}

/** Tell all observers that training is over, even if one throws; then throw what the first threw. */
export const endAll = async (observers: readonly Observer[]): Promise<void> => {
  const faults: unknown[] = [];
  for (const observer of observers)
    try {
      await observer.onEnd?.();
    } catch (fault) {
      faults.push(fault);
    }
  if (faults.length > 0) throw faults[0];
};
