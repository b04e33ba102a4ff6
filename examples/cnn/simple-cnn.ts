/** A simple convolutional network (convolution, relu, pooling, dense, relu, dense) on MNIST: above 98.8 % within two minutes. */
import { join } from 'node:path';
import { nn, optim, random } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { save } from 'fluxion/io';
import { historyChart, saveChart } from 'fluxion/plot';
import { evaluate, fit, progressBar } from 'fluxion/train';
import { asPictures, digits, percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';
import { processorTime } from '../shared/processor-time.ts';

const kernel = nn.initializers.heNormal();

/** From pictures `[28, 28, 1]` to scores of ten classes. */
export const network = nn.serial({
  conv: nn.conv2d(24, 5, { kernel }),
  act: nn.relu,
  pool: nn.maxPool2d(2),
  flat: nn.flatten(),
  hidden: nn.dense(100, { kernel }),
  act2: nn.relu,
  head: nn.dense(10),
});
const model = nn.serial({ asPictures, network });

export const run: Example = async ({ budget, out, write }) => {
  const full = budget === 'full';
  const { train, test } = await digits(full ? 60_000 : 4000, full ? 10_000 : 1000);
  const [epochs, batchSize] = [full ? 5 : 3, 64];
  const steps = epochs * Math.ceil((train.x.shape[0] ?? 0) / batchSize);
  const options = { loss: nn.softmaxCrossEntropy, metrics: { accuracy: nn.accuracy } };
  const began = processorTime();
  const fitted = await fit(model, {
    ...options,
    data: train,
    validation: test,
    // The rate goes up, then down to almost nothing: few epochs are enough.
    optimizer: optim.adam(optim.schedules.cosineOnecycle(steps, 3e-3)),
    epochs,
    batchSize,
    key: random.key(0),
    observers: [await progressBar(write)],
  });
  const seconds = processorTime() - began;
  const { accuracy = NaN } = await evaluate(model, fitted, { ...options, data: test });
  write(`${nn.countParams(fitted.params)} parameters, ${steps} steps in ${seconds.toFixed(0)} s of processor time`);
  write(`test accuracy ${percent(accuracy)}`);
  await orThrow(save(join(out, 'simple-cnn.safetensors'), fitted.params));
  await orThrow(saveChart(join(out, 'training.png'), historyChart(fitted.history, { title: 'A simple CNN on MNIST' })));
  return { accuracy, seconds };
};
