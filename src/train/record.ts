/** What training tells: figures of each epoch, and who listens. */
import { FluxionError } from '../array/errors.ts';

/** The mean loss over the examples of an epoch, and metrics; with several outputs also `gender.loss`, `gender.accuracy`. */
export interface Figures {
  readonly loss: number;
  readonly [metric: string]: number;
}

export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  readonly training: Figures;
  readonly validation: Figures | null;
  /** The rate with which the epoch began, if the optimizer's memory has one. */
  readonly learningRate: number | null;
  readonly seconds: number;
}

/** A figure by name: `training.loss`, `validation.accuracy`, `validation.gender.accuracy`. */
export type Monitor = `${'training' | 'validation'}.${string}`;

/** The figure that a monitor names; an error lists those there are. */
export const monitored = ({ training, validation }: EpochRecord, monitor: Monitor): number => {
  const [part = '', ...rest] = monitor.split('.');
  const figures = part === 'validation' ? validation : part === 'training' ? training : null;
  const value = figures?.[rest.join('.')];
  if (value !== undefined) return value;
  const known = Object.keys(training)
    .map((name) => `training.${name}`)
    .join(', ');
  throw new FluxionError(
    'train.monitor',
    `monitor: expected one of ${known}${validation === null ? '' : ' or the same of validation'}, got ${monitor}. ${validation === null ? 'Validation figures need validation data.' : 'Metrics have the names that fit was given.'}`,
  );
};
