/** Five networks trained at once by `vmap` on 2000 digits: each errs elsewhere, and the mean of their answers errs least. */
import { join } from 'node:path';
import { nn, np, optim, random } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { barChart, saveChart } from 'fluxion/plot';
import { evaluate, fitEnsemble, memberOf, predictEnsemble } from 'fluxion/train';
import { asRows, digits, percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

const members = 5;
const model = nn.serial({ asRows, hidden: nn.dense(64), relu: nn.relu, head: nn.dense(10) });
const compiled = { loss: nn.softmaxCrossEntropy, metrics: { accuracy: nn.accuracy } };

export const run: Example = async ({ budget, out, write }) => {
  const { train, test } = await digits(2000, budget === 'full' ? 10_000 : 2000);
  const fitted = await fitEnsemble(model, {
    ...compiled,
    members,
    data: train,
    optimizer: optim.adam(2e-3),
    epochs: budget === 'full' ? 20 : 8,
    batchSize: 64,
    key: random.key(0),
  });
  const alone: number[] = [];
  for (let i = 0; i < members; i++) {
    const { accuracy = NaN } = await evaluate(model, memberOf(fitted, i), { ...compiled, data: test });
    alone.push(accuracy);
  }
  const shares = await predictEnsemble(model, fitted, test.x, { transform: (logits) => nn.softmax(logits) });
  const together = Number(np.mean(nn.accuracy(shares, test.y)).item());
  write(`each alone: ${alone.map((accuracy) => percent(accuracy)).join(', ')}`);
  write(`the mean of their probabilities: ${percent(together)}`);
  const bars = Object.fromEntries(
    [...alone, together].map((a, i) => [i < members ? `model ${i + 1}` : 'together', 1 - a]),
  );
  const chart = barChart(bars, { title: 'Share of test digits that are wrong', x: 'who answers', y: 'error' });
  await orThrow(saveChart(join(out, 'ensemble.png'), chart));
  return { best: Math.max(...alone), mean: alone.reduce((a, b) => a + b) / members, together };
};
