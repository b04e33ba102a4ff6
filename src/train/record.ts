/** What training tells: figures of each epoch, and who listens. */
import { FluxionError } from '../array/errors.ts';

/** Means over the examples of an epoch. */
export interface Figures {
  readonly loss: number;
  readonly [metric: string]: number;
}

export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  readonly training: Figures;
  readonly validation: Figures | null;
  readonly seconds: number;
}

/** A figure by name: `training.loss`, `validation.accuracy`. */
export type Monitor = `${'training' | 'validation'}.${string}`;

/** The figure that a monitor names; an error lists those there are. */
export const monitored = (record: EpochRecord, monitor: Monitor): number => {
  const [part = '', name = ''] = monitor.split('.');
  const figures = part === 'validation' ? record.validation : record.training;
  const value = figures?.[name];
  if (value === undefined)
    throw new FluxionError(
      'train.monitor',
      `monitor: expected one of ${Object.keys(record.training)
        .map((k) => `training.${k}`)
        .join(
          ', ',
        )}${record.validation === null ? '' : ' or the same of validation'}, got ${monitor}. Validation figures need validation data.`,
    );
  return value;
};

/** Somebody who does input and output while training goes on. */
export interface Observer {
  onBegin?(plan: { readonly epochs: number; readonly steps: number }): void;
  onStep?(at: { readonly epoch: number; readonly step: number; readonly training: Figures }): void;
  onEpoch?(record: EpochRecord): void;
  onEnd?(): void;
}
