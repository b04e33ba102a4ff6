/** Batch normalisation on and off, for first weights from too small to too large: with it, training hardly minds. */
import { join } from 'node:path';
import { nn, optim, random } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { gridChart, lineChart, saveChart } from 'fluxion/plot';
import { fit } from 'fluxion/train';
import { asRows, digits, percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

const width = 100;

/** Five hidden layers, normalised or not; the weights start with deviation `spread`. */
const model = (spread: number, normalised: boolean) => {
  const kernel = nn.initializers.normal(spread);
  const norm: nn.LayerLike = normalised ? nn.batchNorm({ momentum: 0.9 }) : nn.identity;
  const block = () => nn.serial({ dense: nn.dense(width, { kernel }), norm, act: nn.relu });
  return nn.serial(asRows, block(), block(), block(), block(), block(), nn.dense(10, { kernel }));
};

export const run: Example = async ({ budget, out, write }) => {
  const { train } = await digits(1000, 10);
  const epochs = budget === 'full' ? 20 : 4;
  /** The accuracy on the training data, epoch by epoch; a training that flies away ends early. */
  const learn = async (spread: number, normalised: boolean): Promise<readonly number[]> => {
    const accuracies: number[] = [];
    const training = fit(model(spread, normalised), {
      data: train,
      loss: nn.softmaxCrossEntropy,
      metrics: { accuracy: nn.accuracy },
      optimizer: optim.sgd(0.05),
      epochs,
      batchSize: 100,
      key: random.key(0),
      observers: [{ onEpoch: (record) => void accuracies.push(record.training['accuracy'] ?? NaN) }],
    });
    await training.catch(() =>
      write(`  spread ${spread} without normalisation: the loss is not finite any more; training ends`),
    );
    return accuracies;
  };
  const spreads = budget === 'full' ? [1, 0.54, 0.29, 0.16, 0.08, 0.046, 0.025, 0.014, 0.0073] : [0.54, 0.16, 0.025];
  const charts = [];
  const figures: { [name: string]: number } = {};
  for (const spread of spreads) {
    const [without, with_] = [await learn(spread, false), await learn(spread, true)];
    const [a, b] = [without.at(-1) ?? 0, with_.at(-1) ?? 0];
    write(
      `weights of std ${String(spread).padEnd(7)} accuracy without ${percent(a, 1)}, with normalisation ${percent(b, 1)}`,
    );
    Object.assign(figures, { [`without ${spread}`]: a, [`with ${spread}`]: b });
    const line = (y: readonly number[]) => ({ x: y.map((_, i) => i + 1), y });
    const lines = { 'batch norm': line(with_), without: line(without) };
    charts.push(lineChart(lines, { title: `W std ${spread}`, x: 'epoch', y: 'accuracy', width: 180, height: 120 }));
  }
  await orThrow(saveChart(join(out, 'batch-norm.png'), gridChart(charts, { columns: 3 })));
  return figures;
};
