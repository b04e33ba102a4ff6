/** Observers that write files: checkpoints to go on from, and a table of figures. They need Node, or another runtime with its file system. */
import { FluxionError } from '../array/errors.ts';
import { makeFolder } from '../io/folder.ts';
import type { Observer } from './observer.ts';
import { watcher, type Watch } from './policy.ts';
import { monitored, type EpochRecord, type Figures, type Monitor } from './record.ts';

export interface ModelCheckpoint extends Partial<Watch> {
  /** Save only when the monitored figure, by default `validation.loss`, is the best so far. Default false. */
  readonly saveBestOnly?: boolean;
  /** Save after every so many epochs. Default 1. */
  readonly every?: number;
}

/** `{epoch}` and figures such as `{validation.loss}` in a path. */
const pathFor = (pattern: string, record: EpochRecord): string =>
  pattern.replaceAll(/\{([^{}]+)\}/g, (_, name: string) =>
    name === 'epoch' ? String(record.epoch).padStart(3, '0') : monitored(record, name as Monitor).toFixed(4),
  ); // sound: a name that is no monitor throws

/**
 * Save the training after each epoch, whole, as `loadTraining` of `fluxion/io` reads it. The path may hold `{epoch}` and figures, as in
 * `run/{epoch}-{validation.loss}.safetensors`; without them each file takes the place of the one before.
 */
export const modelCheckpoint = (pattern: string, options: ModelCheckpoint = {}): Observer => {
  const { every = 1, saveBestOnly = false, monitor = 'validation.loss' } = options;
  if (!Number.isInteger(every) || every < 1)
    throw new FluxionError(
      'train.checkpoint',
      `modelCheckpoint: every: expected a whole number of epochs, at least 1, got ${every}. Count epochs.`,
    );
  const { value, better, worst } = watcher({ ...options, monitor });
  // Asked of the history, so that a training that is resumed knows what was best before.
  const isBest = (history: readonly EpochRecord[]): boolean =>
    history
      .map(value)
      .reduce(({ best }, now) => (better(now, best) ? { best: now, last: true } : { best, last: false }), {
        best: worst,
        last: false,
      }).last;
  return {
    onEpoch: async (record, snapshot) => {
      if (record.epoch % every !== 0) return;
      const training = snapshot();
      if (saveBestOnly && !isBest(training.history)) return;
      const { saveTraining } = await import('../io/training.ts');
      const saved = await saveTraining(
        pathFor(pattern, record),
        // The best by this figure is the state of this epoch, whatever a policy keeps.
        saveBestOnly ? { ...training, ...training.last } : training,
      )();
      if (saved._tag === 'Left') throw new FluxionError('train.checkpoint', `modelCheckpoint: ${saved.left}`);
    },
  };
};

const columnsOf = (part: string, figures: Figures | null): readonly (readonly [string, number])[] =>
  Object.entries(figures ?? {}).map(([name, value]) => [`${part}.${name}`, value]);

const rowOf = ({
  epoch,
  training,
  validation,
  learningRate,
  seconds,
}: EpochRecord): ReadonlyMap<string, number | null> =>
  new Map<string, number | null>([
    ['epoch', epoch],
    ...columnsOf('training', training),
    ...columnsOf('validation', validation),
    ['learningRate', learningRate],
    ['seconds', seconds],
  ]);
const lineOf = (cells: Iterable<string | number | null>): string => `${[...cells].map((c) => c ?? '').join(',')}\n`;
const cellOf = (name: string): string => (/[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

/**
 * Write the figures of each epoch into a CSV file, line by line, under a header of their names. A training that is resumed goes on where
 * the file ends; any other begins the file anew.
 */
export const csvLog = (path: string): Observer => {
  let isFresh = true;
  return {
    onBegin: ({ completed }) => {
      isFresh = completed === 0;
    },
    onEpoch: async (record) => {
      const { appendFile, stat, writeFile } = await import('node:fs/promises');
      const row = rowOf(record);
      const [head, line] = [lineOf([...row.keys()].map(cellOf)), lineOf(row.values())];
      const isThere = !isFresh && (await stat(path).catch(() => null)) !== null;
      isFresh = false;
      if (isThere) return appendFile(path, line);
      await makeFolder((await import('node:path')).dirname(path));
      return writeFile(path, head + line);
    },
  };
};
