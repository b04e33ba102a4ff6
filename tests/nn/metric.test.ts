import { expect, test } from 'vitest';
import { nn, np, type NDArray } from 'fluxion';

const { metrics } = nn;
const logits = np.array([
  [2, 1],
  [0, 1],
  [5, 1],
]);
const labels = np.array([0, 0, 0], 'int32');

test('a function of examples stands for its mean, in any batches', () => {
  const fold = metrics.asMetric(nn.accuracy);
  const part = (from: number, to: number): nn.MetricTally => {
    const rows = (x: NDArray): NDArray => x.get(`${from}:${to}`);
    return fold.measure(rows(logits), rows(labels), np.ones([to - from]));
  };
  const tallied = [part(0, 1), part(1, 3)].reduce(metrics.combineTallies, fold.empty);
  expect(Number(fold.result(tallied).item())).toBeCloseTo(2 / 3, 12);
  expect(fold.result(fold.empty).item()).toBeNaN();
  expect(metrics.asMetric(fold)).toBe(fold);
});
test('weight 0 takes an example away, whatever it is', () => {
  const absolute: nn.ExampleMetric = (predictions, targets) => np.abs(predictions.sub(targets));
  const [p, t, w] = [np.array([1, NaN, 4]), np.array([0, 0, 0]), np.array([1, 0, 2])];
  expect(metrics.measure(absolute, p, t, w).item()).toBe(3);
  expect(metrics.measure(metrics.sum(absolute), p, t, w).item()).toBe(9);
  expect(() => metrics.measure(() => np.zeros([2]), p, t)).toThrow(/expected one value for each of 3 examples, got/);
  expect(() => metrics.combineTallies({ a: p }, { b: p })).toThrow('expected tallies of one metric, got one without a');
});
