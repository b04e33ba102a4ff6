/** `fit` gives its states away from step to step, but neither what it was given nor what a policy keeps. */
import { expect, test } from 'vitest';
import { nn, np, optim, random, type NDArray } from 'fluxion';
import { fit, type Policy } from 'fluxion/train';

const x = random.normal(random.key(1), [64, 40]);
const y = np.sum(x, { axis: 1, keepdims: true });
const model = nn.serial(nn.dense(64), nn.relu, nn.dense(1));

const run = (policies: readonly Policy[], epochs: number, from = model.init(random.key(0), [40])) =>
  fit(model, {
    data: { x, y },
    loss: nn.squaredError,
    optimizer: optim.adam(1e-2),
    epochs,
    batchSize: 16,
    policies,
    key: random.key(3),
    from,
  });

const kernels = (params: readonly [{ readonly kernel: NDArray }, unknown, { readonly kernel: NDArray }]): NDArray =>
  params[0].kernel;

/** Keeps the state of one epoch. */
const keeping = (epoch: number): Policy<number> => ({
  start: 1,
  next: (seen) => [seen + 1, seen === epoch ? { keep: true } : {}],
});

test('what the caller gave stays readable, and a kept state is the one of its epoch', async () => {
  const from = model.init(random.key(0), [40]);
  const before = kernels(from.params).dataSync();
  const one = await run([], 1, from);
  const kept = await run([keeping(1)], 3, from);
  const last = await run([], 3, from);
  expect(kernels(from.params).dataSync()).toEqual(before);
  expect(kernels(kept.params).dataSync()).toEqual(kernels(one.params).dataSync());
  expect(kernels(last.params).dataSync()).not.toEqual(kernels(kept.params).dataSync());
});
