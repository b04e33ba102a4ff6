/** Several models trained at once are the models trained one by one. */
import { expect, test } from 'vitest';
import { nn, np, optim, random, tree, type NDArray } from 'fluxion';
import { assertAllClose } from 'fluxion/laws';
import { evaluate, fit, fitEnsemble, learningRateSchedule, memberOf, predict, predictEnsemble } from 'fluxion/train';

const x = random.normal(random.key(1), [20, 3]);
const y = np.sum(x, 1).greater(0).astype('int32');
const model = nn.serial({ hidden: nn.dense(5), act: nn.tanh, drop: nn.dropout(0.2), head: nn.dense(2) });
const options = {
  data: { x, y },
  validation: { x, y },
  loss: nn.softmaxCrossEntropy,
  metrics: { accuracy: nn.accuracy },
  optimizer: optim.chain(optim.clipByGlobalNorm(0.5), optim.adam(0.05)),
  policies: [learningRateSchedule((epoch) => 0.05 / epoch)],
  epochs: 3,
  batchSize: 8,
  key: random.key(7),
};
const members = 3;

test('members are the models trained alone with their keys', async () => {
  const ensemble = await fitEnsemble(model, { ...options, members });
  const losses: number[] = [];
  for (const [i, key] of random.split(options.key, members).entries()) {
    const alone = await fit(model, { ...options, key });
    const own = tree.leaves(memberOf(ensemble, i).params);
    tree.leaves(alone.params).forEach((leaf, at) => assertAllClose(own[at] as NDArray, leaf, `member ${i}`));
    losses.push(alone.history.at(-1)?.validation?.loss ?? NaN);
  }
  expect(new Set(losses).size).toBe(members);
  const mean = losses.reduce((a, b) => a + b) / members;
  expect(ensemble.history.at(-1)?.validation?.loss).toBeCloseTo(mean, 5);
});

test('predictions are the mean of those of the members', async () => {
  const ensemble = await fitEnsemble(model, { ...options, members, epochs: 1 });
  const each = await Promise.all([0, 1, 2].map((i) => predict(model, memberOf(ensemble, i), x, { batchSize: 7 })));
  const mean = (ys: readonly NDArray[]): NDArray => np.mean(np.stack(ys), 0);
  assertAllClose(await predictEnsemble(model, ensemble, x, { batchSize: 7 }), mean(each));
  const shares = await predictEnsemble(model, ensemble, x, { transform: nn.softmax });
  assertAllClose(shares, mean(each.map((one) => nn.softmax(one))));
  const figures = await evaluate(model, memberOf(ensemble, 1), options);
  expect(figures.loss).toBeCloseTo(
    Number(
      nn
        .softmaxCrossEntropy(each[1] ?? x, y)
        .mean()
        .item(),
    ),
    5,
  );
});

test('an ensemble goes on where it ended', async () => {
  const one = await fitEnsemble(model, { ...options, members, epochs: 1 });
  const resumed = await fitEnsemble(model, { ...options, members, from: one });
  const whole = await fitEnsemble(model, { ...options, members });
  expect(tree.leaves(resumed.params).map(String)).toEqual(tree.leaves(whole.params).map(String));
  await expect(fitEnsemble(model, { ...options, members: 0 })).rejects.toThrow(
    'fitEnsemble: expected a whole number of members, at least 1, got 0.',
  );
});
