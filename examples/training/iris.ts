/** Three species of iris from a CSV file: read with checks, standardised, split, learned by a small network, and looked at. */
import { join } from 'node:path';
import { nn, optim, random, type NDArray } from 'fluxion';
import { fitStandard, orThrow, standardize, trainTestSplit } from 'fluxion/data';
import { confusionChart, decisionRegions, hconcat, saveChart } from 'fluxion/plot';
import { evaluate, fit, predict } from 'fluxion/train';
import { iris } from '../shared/datasets.ts';
import { percent, type Examples } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

const model = nn.serial({ hidden: nn.dense(16), act: nn.tanh, head: nn.dense(3) });
const compiled = { loss: nn.softmaxCrossEntropy, metrics: { accuracy: nn.accuracy } };
const learn = (data: Examples) =>
  fit(model, {
    ...compiled,
    data,
    optimizer: optim.adam(0.01),
    epochs: 60,
    batchSize: 16,
    key: random.key(0),
  });

export const run: Example = async ({ out, write }) => {
  const { x, y, species } = await orThrow(iris());
  const { train, test: rest } = trainTestSplit(random.key(1), { x, y }, { testSize: 0.25, stratify: y });
  const scale = fitStandard(train.x);
  const [training, test] = [train, rest].map((part) => ({ ...part, x: standardize(part.x, scale) })) as [
    Examples,
    Examples,
  ]; // sound: two of two
  const fitted = await learn(training);
  const figures = await evaluate(model, fitted, { ...compiled, data: test });
  write(
    `${train.x.shape[0]} flowers to train on, ${test.x.shape[0]} to test: accuracy ${percent(figures['accuracy'])}, loss ${figures.loss.toFixed(3)}`,
  );

  const answers = await predict(model, fitted, test.x);
  const confusion = nn.metrics.measure(nn.metrics.confusionMatrix(3), answers, test.y);
  write(`rows are the truth, columns the answers:\n${String(confusion)}`);
  const petals = (rows: NDArray): NDArray => rows.get(':', '2:4');
  const small = await learn({ x: petals(training.x), y: training.y });
  const regions = decisionRegions(
    (points) => model.apply(small.params, small.state, points, {})[0],
    { x: petals(test.x), y: test.y },
    {
      title: 'A network of the petals alone, and the test flowers',
      x: 'petal length (standardised)',
      y: 'petal width (standardised)',
      names: species,
    },
  );
  const matrix = confusionChart(confusion, { title: 'Test flowers', names: species });
  await orThrow(saveChart(join(out, 'iris.png'), hconcat([regions, matrix])));
  return { accuracy: figures['accuracy'] ?? NaN };
};
