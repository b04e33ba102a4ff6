/** The Keras workflow in seven steps: load, model, compile, fit with early stopping, look at the history, evaluate, predict. */
import { join } from 'node:path';
import { nn, np, optim, random } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { captionedImages, historyChart, saveChart } from 'fluxion/plot';
import {
  csvLog,
  earlyStopping,
  evaluate,
  fit,
  modelCheckpoint,
  predict,
  progressBar,
  reduceLrOnPlateau,
} from 'fluxion/train';
import { asRows, digits, first, percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

export const run: Example = async ({ budget, out, write }) => {
  // 1. Load.
  const { train, test } = await digits(budget === 'full' ? 60_000 : 3000, budget === 'full' ? 10_000 : 1000);

  // 2. Model.
  const { dense, dropout, relu } = nn;
  const model = nn.serial({ asRows, hidden: dense(128), relu, drop: dropout(0.2), head: dense(10) });
  write(nn.summary(model, [28, 28]).toString());

  // 3. Compile: what Keras compiles into the model is said once, as data.
  const compiled = { loss: nn.softmaxCrossEntropy, metrics: { accuracy: nn.accuracy } };

  // 4. Fit.
  const fitted = await fit(model, {
    ...compiled,
    data: train,
    validationSplit: 0.1,
    optimizer: optim.adam(1e-3),
    epochs: budget === 'full' ? 20 : 4,
    batchSize: 128,
    key: random.key(0),
    policies: [
      reduceLrOnPlateau({ monitor: 'validation.loss', factor: 0.5, patience: 1 }),
      earlyStopping({ monitor: 'validation.loss', patience: 3 }),
    ],
    observers: [
      await progressBar(write),
      csvLog(join(out, 'history.csv')),
      modelCheckpoint(join(out, 'best.safetensors'), { monitor: 'validation.loss', saveBestOnly: true }),
    ],
  });

  // 5. History.
  await orThrow(saveChart(join(out, 'history.png'), historyChart(fitted.history, { title: 'MNIST, 784-128-10' })));

  // 6. Evaluate.
  const { loss, accuracy = NaN } = await evaluate(model, fitted, { ...compiled, data: test });
  write(`test: loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}`);

  // 7. Predict.
  const few = first(test, 10);
  const answers = np.argmax(await predict(model, fitted, few.x), -1);
  const [said, true_] = [answers.dataSync(), few.y.dataSync()];
  const captions = Array.from(said, (digit, i) => `${digit} (${true_[i]})`);
  write(`answers (truth in brackets): ${captions.join(' ')}`);
  await orThrow(saveChart(join(out, 'predictions.png'), captionedImages(few.x, captions)));
  return { accuracy, epochs: fitted.history.length };
};
