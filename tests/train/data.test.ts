/** What is trained on: weights, splits, batches from elsewhere, and what is refused. */
import { describe, expect, test } from 'vitest';
import { nn, np, optim, random, tree, type NDArray } from 'fluxion';
import { assertAllClose } from 'fluxion/laws';
import { batches, evaluate, fit, nanGuard, type Data } from 'fluxion/train';

const count = 20;
const x = random.normal(random.key(1), [count, 3]);
const y = np.matmul(x, np.array([[1], [-2], [0.5]]));
const labels = np.sum(x, 1).greater(0).astype('int32');
const model = nn.dense(1);
const common = { loss: nn.squaredError, optimizer: optim.adam(0.05), key: random.key(0), epochs: 3 };
const rows = (a: NDArray, from: number, to: number): NDArray => a.get(`${from}:${to}`);
const close = (a: unknown, b: unknown): void => {
  const right = tree.leaves(b);
  tree.leaves(a).forEach((leaf, i) => assertAllClose(leaf as NDArray, right[i] as NDArray, `leaf ${i}`));
};

describe('weights', () => {
  test('0 and 1 are the subset', async () => {
    const weight = np.concatenate([np.ones([12]), np.zeros([8])]);
    const spoilt = np.concatenate([rows(y, 0, 12), np.full([8, 1], 1e6)]);
    const some = await fit(model, { ...common, data: { x, y: spoilt, weight }, batchSize: 20, shuffle: false });
    const subset = await fit(model, {
      ...common,
      data: { x: rows(x, 0, 12), y: rows(y, 0, 12) },
      batchSize: 12,
      shuffle: false,
    });
    close(some.params, subset.params);
    some.history.forEach((record, i) =>
      expect(record.training.loss).toBeCloseTo(subset.history[i]?.training.loss ?? NaN, 5),
    );
  });
  test('whole numbers are repetitions', async () => {
    const fitted = model.init(random.key(5), [3]);
    const weight = np.array(Array.from({ length: count }, (_, i) => i % 3));
    const repeated = np.array(
      Array.from({ length: count }, (_, i) => Array.from({ length: i % 3 }, () => i)).flat(),
      'int32',
    );
    const metrics = { error: (p: NDArray, t: NDArray): NDArray => np.abs(p.sub(t)).get(':', 0) };
    const a = await evaluate(model, fitted, { data: { x, y, weight }, loss: nn.squaredError, metrics, batchSize: 7 });
    const again = { x: np.take(x, repeated, 0), y: np.take(y, repeated, 0) };
    const b = await evaluate(model, fitted, { data: again, loss: nn.squaredError, metrics });
    expect(a.loss).toBeCloseTo(b.loss, 5);
    expect(a['error']).toBeCloseTo(b['error'] ?? NaN, 5);
  });
  test('of classes they are weights of examples in the loss', async () => {
    const two = nn.dense(2);
    const options = { ...common, loss: nn.softmaxCrossEntropy, batchSize: 20, shuffle: false };
    const weight = np.where(labels.equal(1), 3, 1);
    const byExample = await fit(two, { ...options, data: { x, y: labels, weight } });
    const byClass = await fit(two, { ...options, data: { x, y: labels }, classWeight: { 1: 3 } });
    close(byClass.params, byExample.params);
    const oneHot = np.equal(np.expandDims(labels, 1), np.arange(2)).astype('float32');
    const byRow = await fit(two, { ...options, data: { x, y: oneHot }, classWeight: [1, 3] });
    close(byRow.params, byExample.params);
    await expect(fit(model, { ...common, data: { x, y }, classWeight: [1, 2] })).resolves.toBeDefined();
    await expect(fit(model, { ...common, data: { x, y: np.squeeze(y, 1) }, classWeight: [1] })).rejects.toThrow(
      'fit: classWeight: expected targets that are integer labels [n] or one-hot rows [n, classes], got others.',
    );
  });
});

test('padding is made of real examples from the start of the order', () => {
  const ids = { x: np.arange(5), y: np.arange(5) };
  const last = [...batches(ids, 3)].at(-1);
  expect(last?.x.toNested()).toEqual([3, 4, 0]);
  expect(last?.weight.toNested()).toEqual([1, 1, 0]);
});

test('a split holds back the last examples', async () => {
  const split = await fit(model, { ...common, data: { x, y }, validationSplit: 0.3 });
  const given = await fit(model, {
    ...common,
    data: { x: rows(x, 0, 14), y: rows(y, 0, 14) },
    validation: { x: rows(x, 14, 20), y: rows(y, 14, 20) },
  });
  expect(split.history.map((r) => r.validation)).toEqual(given.history.map((r) => r.validation));
  await expect(fit(model, { ...common, data: { x, y }, validationSplit: 1 })).rejects.toThrow(
    'fit: validationSplit: expected a share that leaves examples on both sides, got 1 of 20.',
  );
});

describe('batches from elsewhere', () => {
  const parts: readonly Data[] = [0, 8, 16].map((at) => ({ x: rows(x, at, at + 8), y: rows(y, at, at + 8) }));
  test('a list, or anything iterated asynchronously, is as arrays in that order', async () => {
    const arrays = await fit(model, { ...common, data: { x, y }, batchSize: 8, shuffle: false });
    async function* flow(): AsyncGenerator<Data> {
      for (const part of parts) yield part;
    }
    const streamed = { [Symbol.asyncIterator]: flow };
    for (const data of [parts, streamed]) {
      const result = await fit(model, { ...common, data, validation: data });
      close(result.params, arrays.params);
      expect(result.history.at(-1)?.validation?.loss).toBeCloseTo(
        (await evaluate(model, result, { data: { x, y }, loss: nn.squaredError })).loss,
        6,
      );
    }
  });
  test('what can be gone through only once is a sentence', async () => {
    const once = parts[Symbol.iterator]();
    await expect(fit(model, { ...common, data: { [Symbol.iterator]: () => once } })).rejects.toThrow(
      /^fit: expected at least one batch, got none in pass 2\. Give data that can be gone through once for each epoch/,
    );
    await expect(fit(model, { ...common, data: [] })).rejects.toThrow(
      'fit: data: expected at least one batch, got none.',
    );
  });
});

test('a regularizer is added to the mean loss, but not to the figures', async () => {
  const options = { ...common, data: { x, y }, optimizer: optim.sgd(0.1), epochs: 1, batchSize: 20 };
  const from = model.init(random.key(5), [3]);
  const plain = await fit(model, { ...options, from });
  const l2 = await fit(model, { ...options, from, regularizer: (p) => np.sum(np.square(p.kernel)).mul(0.5) });
  // One step of descent: the penalty's gradient is the kernel itself.
  assertAllClose(l2.params.kernel, plain.params.kernel.sub(from.params.kernel.mul(0.1)));
  expect(l2.history[0]?.training.loss).toBe(plain.history[0]?.training.loss);
});

describe('bad data is one sentence', () => {
  const two = nn.dense(2);
  const spoilt = x.at(7, 1).set(NaN);
  test.for([
    [{ data: { x: spoilt, y } }, 'fit: data.x: expected finite numbers, got NaN in example 7 of float32[20,3].'],
    [{ data: { x, y }, validation: { x: spoilt, y } }, 'fit: validation.x: expected finite numbers, got NaN'],
    [{ data: { x, y: rows(y, 0, 3) } }, 'fit: data.y: expected 20 examples as in data.x, got float32[3,1].'],
    [
      { data: { x: np.zeros([0, 3]), y: np.zeros([0, 1]) } },
      'fit: data.x: expected at least one example, got float32[0,3].',
    ],
    [{ data: { x: np.array(1), y } }, 'fit: data.x: expected an array with an axis of examples, got float32[].'],
    [
      { data: { x, y, weight: np.ones([3]) } },
      'fit: data.weight: expected one number for each of 20 examples, got float32[3].',
    ],
    [{ data: { x, y, weight: np.full([20], -1) } }, 'fit: data.weight: expected weights of at least 0, got -1.'],
    [{ data: { x, y }, batchSize: 2.5 }, 'fit: expected a batch size of at least 1, got 2.5.'],
    [
      { data: { x, y }, batchSize: 64 },
      'fit: expected a batch size of at most 20, the number of examples, got 64. Give a smaller one, or none.',
    ],
    [{ data: { x, y }, epochs: -1 }, 'fit: expected a whole number of epochs, got -1.'],
    [
      {
        data: { x, y },
        metrics: {
          both: nn.metrics.metricFold({
            empty: { n: np.zeros([2]) },
            measure: () => ({ n: np.zeros([2]) }),
            result: ({ n }) => n,
          }),
        },
      },
      'fit: metrics.both: expected a number as result, got float32[2].',
    ],
  ] as const)('%#', async ([options, sentence]) => {
    await expect(fit(model, { ...common, ...options })).rejects.toThrow(sentence);
  });
  test('labels are looked at before training, unless told not to', async () => {
    const data = { x, y: labels.mul(-1) };
    const options = { ...common, loss: nn.softmaxCrossEntropy, data };
    await expect(fit(two, options)).rejects.toThrow('fit: data.y: expected labels from 0 to 1 for 2 outputs, got -1.');
    const zeros = (p: NDArray): NDArray => p.get(':', 0).mul(0);
    await expect(fit(two, { ...options, loss: zeros, checkData: false })).resolves.toBeDefined();
  });
  test('integers that are no labels are left alone', async () => {
    await expect(fit(model, { ...common, data: { x, y: y.mul(10).astype('int32') } })).resolves.toBeDefined();
  });
});

describe('a loss that is no number', () => {
  const wild = { ...common, data: { x, y }, optimizer: optim.sgd(1e30), epochs: 5 };
  test('is an error, or ends training with the state before', async () => {
    const from = model.init(random.key(5), [3]);
    const result = await fit(model, { ...wild, from, batchSize: 20, policies: [nanGuard()] });
    expect(result.stopped).toBe(true);
    expect(result.history.at(-1)?.training.loss).not.toSatisfy(Number.isFinite);
    // The state is that before the epoch that failed: all its numbers are numbers.
    expect(tree.leaves(result.params).every((leaf) => [...leaf.dataSync()].every(Number.isFinite))).toBe(true);
    const before = await fit(model, { ...wild, from, batchSize: 20, epochs: result.epoch - 1 });
    expect(tree.leaves(result.params).map(String)).toEqual(tree.leaves(before.params).map(String));
  });
});
