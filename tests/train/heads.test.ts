/** Models of several inputs and outputs: losses, weights and metrics by head. */
import { describe, expect, test } from 'vitest';
import { nn, np, optim, random, tree, type NDArray } from 'fluxion';
import { assertAllClose, exact } from 'fluxion/laws';
import { batches, evaluate, fit, predict } from 'fluxion/train';

const count = 23;
const x = { a: random.normal(random.key(1), [count, 3]), b: random.normal(random.key(2), [count, 2]) };
const y = {
  age: np.sum(x.a, { axis: 1, keepdims: true }),
  gender: np.sum(x.b, 1).greater(0).astype('int32'),
};
const model = nn.serial(
  nn.parallel({ a: nn.dense(4), b: nn.dense(4) }),
  nn.fanIn('concatenate'),
  nn.tanh,
  nn.fanOut({ age: nn.dense(1), gender: nn.dense(2) }),
);
const common = { data: { x, y }, optimizer: optim.adam(0.05), key: random.key(0), epochs: 4, batchSize: 8 };
const loss = { age: nn.squaredError, gender: nn.softmaxCrossEntropy };
const mae: nn.ExampleMetric = (p, t) => np.mean(np.abs(p.sub(t)), 1);
const metrics = { age: { mae }, gender: { accuracy: nn.accuracy } };
type Heads = { readonly age: NDArray; readonly gender: NDArray };
const same = (a: unknown, b: unknown): void => {
  const [left, right] = [tree.leaves(a), tree.leaves(b)];
  expect(left.length).toBe(right.length);
  left.forEach((leaf, i) => assertAllClose(leaf as NDArray, right[i] as NDArray, `leaf ${i}`, exact));
};

describe('several inputs and outputs', () => {
  test('a record of losses with weights is the total written by hand', async () => {
    const lossWeights = { age: 0.25, gender: 2 };
    const byHead = await fit(model, { ...common, loss, lossWeights, metrics });
    const byHand = await fit(model, {
      ...common,
      loss: (p: Heads, t: Heads) =>
        nn.squaredError(p.age, t.age).mul(0.25).add(nn.softmaxCrossEntropy(p.gender, t.gender).mul(2)),
    });
    byHead.history.forEach((record, i) =>
      expect(record.training.loss / (byHand.history[i]?.training.loss ?? NaN)).toBeCloseTo(1, 5),
    );
    const leaves = tree.leaves(byHand.params);
    tree.leaves(byHead.params).forEach((leaf, i) => assertAllClose(leaf, leaves[i] ?? leaf));
    const figures = byHead.history.at(-1)?.training ?? { loss: NaN };
    expect(Object.keys(figures)).toEqual(['loss', 'age.loss', 'gender.loss', 'age.mae', 'gender.accuracy']);
    expect(figures.loss).toBeCloseTo(0.25 * (figures['age.loss'] ?? 0) + 2 * (figures['gender.loss'] ?? 0), 6);
  });
  test('the figures of evaluate are those of the whole, in any batch size', async () => {
    const fitted = model.init(random.key(3), { a: [3], b: [2] });
    const [p] = model.apply(fitted.params, fitted.state, x, {});
    const expected = {
      'age.loss': nn.squaredError(p.age, y.age).mean().item(),
      'gender.loss': nn.softmaxCrossEntropy(p.gender, y.gender).mean().item(),
      'age.mae': mae(p.age, y.age).mean().item(),
      'gender.accuracy': nn.accuracy(p.gender, y.gender).mean().item(),
    };
    for (const batchSize of [1, 7, 23, 100]) {
      const figures = await evaluate(model, fitted, { data: { x, y }, loss, metrics, batchSize });
      for (const [name, value] of Object.entries(expected)) expect(figures[name]).toBeCloseTo(Number(value), 5);
    }
  });
  test('predict gives what apply gives, in any batch size', async () => {
    const fitted = model.init(random.key(3), { a: [3], b: [2] });
    const [whole] = model.apply(fitted.params, fitted.state, x, {});
    for (const batchSize of [1, 7, 23, 100]) {
      const parts = await predict(model, fitted, x, { batchSize });
      assertAllClose(parts.age, whole.age, `age by ${batchSize}`);
      assertAllClose(parts.gender, whole.gender, `gender by ${batchSize}`);
    }
    await expect(predict(model, fitted, x, { batchSize: 0.5 })).rejects.toThrow('predict: expected a batch size');
    await expect(evaluate(model, fitted, { data: { x, y }, loss, batchSize: 0 })).rejects.toThrow(
      'evaluate: expected a batch size of at least 1, got 0.',
    );
    expect(() => [...batches({ x, y }, 0)]).toThrow('batches: expected a batch size');
  });
  test('heads are trained alone, and metrics watched by name', async () => {
    const result = await fit(model, { ...common, epochs: 1, loss: { gender: nn.softmaxCrossEntropy } });
    const start = model.init(random.split(common.key)[0], { a: [3], b: [2] });
    same(result.params[3].age, start.params[3].age);
    expect(String(result.params[3].gender.kernel)).not.toBe(String(start.params[3].gender.kernel));
  });
  test('what does not fit is a sentence with the path', async () => {
    const short = { ...y, gender: y.gender.get(':9') };
    await expect(fit(model, { ...common, loss, data: { x, y: short } })).rejects.toThrow(
      'fit: data.y.gender: expected 23 examples as in data.x.a, got int32[9]. The first axes of all inputs and targets pair.',
    );
    const wild = { ...y, gender: y.gender.add(1) };
    await expect(fit(model, { ...common, loss, data: { x, y: wild } })).rejects.toThrow(
      'fit: data.y.gender: expected labels from 0 to 1 for 2 outputs, got 2.',
    );
    await expect(
      fit(model, { ...common, loss: { age: nn.squaredError }, metrics: { agee: { mae } } as object }),
    ).rejects.toThrow('fit: metrics: expected a head agee, got only age, gender.');
  });
});
