/** Seven layers learn 300 digits by heart; weight decay (L2 and L1) and dropout narrow the gap between training and test. */
import { join } from 'node:path';
import { nn, np, optim, random, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { figureChart, gridChart, saveChart } from 'fluxion/plot';
import { evaluate, fit } from 'fluxion/train';
import { asRows, digits, percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

/** Six hidden layers of 100, with dropout behind each. */
const model = (rate: number) => {
  const block = () =>
    nn.serial({ dense: nn.dense(100, { kernel: nn.initializers.heNormal() }), act: nn.relu, drop: nn.dropout(rate) });
  return nn.serial(asRows, block(), block(), block(), block(), block(), block(), nn.dense(10));
};

interface Remedy {
  readonly name: string;
  readonly dropout?: number;
  readonly penalty?: (params: unknown) => NDArray;
}
const remedies: readonly Remedy[] = [
  { name: 'nothing' },
  { name: 'weight decay (L2)', penalty: (params) => np.multiply(nn.l2(params), 1e-2) },
  { name: 'L1', penalty: (params) => np.multiply(nn.l1(params), 1e-3) },
  { name: 'dropout', dropout: 0.25 },
];

export const run: Example = async ({ budget, out, write }) => {
  const { train, test } = await digits(300, budget === 'full' ? 10_000 : 1000);
  const figures: { [name: string]: number } = {};
  const charts = [];
  for (const { name, dropout = 0, penalty } of remedies) {
    const net = model(dropout);
    const measured = { loss: nn.softmaxCrossEntropy, metrics: { accuracy: nn.accuracy } };
    const fitted = await fit(net, {
      ...measured,
      data: train,
      validation: test,
      ...(penalty === undefined ? {} : { regularizer: penalty }),
      optimizer: optim.sgd(0.05),
      epochs: budget === 'full' ? 100 : 60,
      batchSize: 100,
      key: random.key(0),
    });
    // Without dropout, and without the penalty: the figures in training have both.
    const [a, b] = [
      await evaluate(net, fitted, { ...measured, data: train }),
      await evaluate(net, fitted, { ...measured, data: test }),
    ];
    const [training, rest] = [a['accuracy'] ?? NaN, b['accuracy'] ?? NaN];
    const gap = b.loss - a.loss;
    write(
      `${name.padEnd(18)} accuracy: training ${percent(training, 1)}, test ${percent(rest, 1)}; loss: training ${a.loss.toFixed(3)}, test ${b.loss.toFixed(3)}`,
    );
    Object.assign(figures, { [`${name}: training`]: training, [`${name}: test`]: rest, [`${name}: gap`]: gap });
    charts.push(figureChart(fitted.history, 'loss', name, { width: 260, height: 160 }));
  }
  await orThrow(saveChart(join(out, 'overfitting.png'), gridChart(charts, { columns: 2, title: '300 digits' })));
  return figures;
};
