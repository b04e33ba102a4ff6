/** The laws of minibatches and policies; `fit` on a dataset. */
import { pipe } from 'fp-ts/lib/function.js';
import { describe, expect, test } from 'vitest';
import { nn, np, optim, random, tree } from 'fluxion';
import { dataset } from 'fluxion/data';
import { minibatchLaws, policyLaws } from 'fluxion/laws';
import {
  earlyStopping,
  fit,
  keepBest,
  learningRateSchedule,
  nanGuard,
  policies,
  reduceLrOnPlateau,
  type Observer,
} from 'fluxion/train';

const monitor = 'validation.loss';
const cases = {
  earlyStopping: earlyStopping({ monitor, patience: 2, minDelta: 0.1, baseline: 2 }),
  keepBest: keepBest({ monitor: 'training.accuracy' }),
  reduceLrOnPlateau: reduceLrOnPlateau({ monitor, patience: 1, cooldown: 1, minLr: 0.01 }),
  learningRateSchedule: learningRateSchedule((epoch, rate) => rate / epoch),
  nanGuard: nanGuard(),
  several: policies(keepBest({ monitor }), reduceLrOnPlateau({ monitor, patience: 2 })),
};
describe('laws', () => {
  const all = [...minibatchLaws(), ...Object.entries(cases).flatMap(([name, policy]) => policyLaws(name, policy))];
  test.for(all.map((one) => [one.name, one] as const))('%s', ([, one]) => {
    one.check({ runs: 20 });
  });
});

test('a dataset is gone through once for each epoch, and knows its steps', async () => {
  const x = random.normal(random.key(1), [20, 3]);
  const y = np.sum(x, { axis: 1, keepdims: true });
  const plans: unknown[] = [];
  const observers: readonly Observer[] = [{ onBegin: (plan) => void plans.push(plan) }];
  const options = { loss: nn.squaredError, optimizer: optim.adam(0.05), key: random.key(0), epochs: 2, observers };
  const batched = pipe(dataset.fromArrays({ x, y }), dataset.batch(8));
  const result = await fit(nn.dense(1), { ...options, data: batched });
  const arrays = await fit(nn.dense(1), { ...options, data: { x, y }, batchSize: 8, shuffle: false });
  expect(plans).toEqual([3, 3].map((steps) => ({ epochs: 2, steps, completed: 0 })));
  expect(tree.leaves(result.params).map(String)).toEqual(tree.leaves(arrays.params).map(String));
  await expect(fit(nn.dense(1), { ...options, data: pipe(batched, dataset.repeat()) })).rejects.toThrow(
    'fit: data: expected batches that end, got a dataset without end.',
  );
});
