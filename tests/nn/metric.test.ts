import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { jit, nn, np, type NDArray } from 'fluxion';
import { metricLaws } from 'fluxion/laws';
import { metricCases } from './metric-cases.ts';

describe('laws', () => {
  for (const { name, check } of metricCases.flatMap(metricLaws)) test(name, () => check({ runs: 5 }));
});

const logits = np.array([
  [2, 1],
  [0, 1],
  [5, 1],
]);
const labels = np.array([0, 0, 0], 'int32');

test('a function of examples stands for its mean, in any batches', () => {
  const fold = nn.metrics.asMetric(nn.accuracy);
  const part = (from: number, to: number): nn.MetricTally => {
    const rows = (x: NDArray): NDArray => x.get(`${from}:${to}`);
    return fold.measure(rows(logits), rows(labels), np.ones([to - from]));
  };
  const tallied = [part(0, 1), part(1, 3)].reduce(nn.metrics.combineTallies, fold.empty);
  expect(Number(fold.result(tallied).item())).toBeCloseTo(2 / 3, 12);
  expect(fold.result(fold.empty).item()).toBeNaN();
  expect(nn.metrics.asMetric(fold)).toBe(fold);
});
test('weight 0 takes an example away, whatever it is', () => {
  const absolute: nn.ExampleMetric = (predictions, targets) => np.abs(predictions.sub(targets));
  const [p, t, w] = [np.array([1, NaN, 4]), np.array([0, 0, 0]), np.array([1, 0, 2])];
  expect(nn.metrics.measure(absolute, p, t, w).item()).toBe(3);
  expect(nn.metrics.measure(nn.metrics.mean(absolute), p, t, w).item()).toBe(3);
  expect(nn.metrics.measure(nn.metrics.sum(absolute), p, t, w).item()).toBe(9);
  expect(() => nn.metrics.measure(() => np.zeros([2]), p, t)).toThrow(/expected one value for each of 3 examples, got/);
  expect(() => nn.metrics.combineTallies({ a: p }, { b: p })).toThrow(
    'expected tallies of one metric, got one without a',
  );
});

describe('corners', () => {
  const value = (metric: nn.Metric, p: NDArray, t: NDArray): unknown => nn.metrics.measure(metric, p, t).toNested();
  const low = np.array([0.1, 0.2]);
  test('nothing is positive', () => {
    for (const metric of [nn.metrics.precision(), nn.metrics.recall(), nn.metrics.f1()])
      expect(value(metric, low, np.zeros([2]))).toBe(0);
    expect(value(nn.metrics.auc(), low, np.zeros([2]))).toBeNaN();
    expect(nn.metrics.rocAuc(low, np.ones([2])).item()).toBeNaN();
  });
  test('nothing was measured', () => {
    const nothing = (metric: nn.MetricFold): unknown => metric.result(metric.empty).toNested();
    for (const metric of [
      nn.metrics.rmse,
      nn.metrics.r2,
      nn.metrics.auc(),
      nn.metrics.meanIou(2),
      nn.metrics.perplexity(),
    ])
      expect(nothing(metric)).toBeNaN();
    expect(nothing(nn.metrics.confusionMatrix(2))).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(nothing(nn.metrics.precision({ classes: 2 }))).toBe(0);
  });
  test('constant targets', () => {
    const [t, off] = [np.array([0.1, 0.1, 0.1]), np.array([0.1, 0.2, 0.1])];
    expect([value(nn.metrics.r2, t, t), value(nn.metrics.r2, off, t)]).toEqual([1, 0]);
    expect(value(nn.metrics.pearsonCorrelation, off, t)).toBeNaN();
  });
  test('perfect and reversed order', () => {
    const t = np.array([0, 0, 1, 1]);
    for (const area of [
      (p: NDArray) => value(nn.metrics.auc(), p, t),
      (p: NDArray) => nn.metrics.rocAuc(p, t).item(),
    ]) {
      expect(area(np.array([0.1, 0.2, 0.8, 0.9]))).toBe(1);
      expect(area(np.array([0.9, 0.8, 0.2, 0.1]))).toBe(0);
      expect(area(np.array([0.5, 0.5, 0.5, 0.5]))).toBe(0.5);
    }
    expect(nn.metrics.rocAuc(np.array([1, NaN, 2, 3]), t).item()).toBeNaN();
  });
  test('targets -1 and 1, and truth values', () => {
    const p = np.array([0.9, 0.1, 0.8]);
    expect(value(nn.metrics.precision(), p, np.array([1, -1, -1]))).toBe(0.5);
    expect(value(nn.metrics.binaryAccuracy(), p, np.array([true, false, true]))).toBe(1);
    expect(value(nn.metrics.binaryAccuracy({ threshold: 0.85 }), p, np.array([true, false, true]))).toBeCloseTo(
      2 / 3,
      7,
    );
  });
  test('sequences average over positions, and perplexity leaves out what it ignores', () => {
    const scores = np.array(
      [
        [
          [2, 1],
          [0, 1],
        ],
        [
          [2, 1],
          [3, 1],
        ],
      ] as const,
      'float64',
    );
    const labels = np.array(
      [
        [0, 0],
        [0, 0],
      ] as const,
      'int32',
    );
    expect(nn.accuracy(scores, labels).toNested()).toEqual([0.5, 1]);
    expect(nn.metrics.sparseCategoricalAccuracy(scores, nn.oneHot(labels, 2)).toNested()).toEqual([0.5, 1]);
    const first = nn.metrics.measure(nn.metrics.perplexity(), scores.get('0:1'), labels.get('0:1'));
    const masked = np.array(
      [
        [0, 0],
        [-1, -1],
      ] as const,
      'int32',
    );
    expect(value(nn.metrics.perplexity({ ignore: -1 }), scores, masked)).toBeCloseTo(Number(first.item()), 12);
  });
  test('topK: ties are right, NaN and labels out of range are wrong', () => {
    const scores = np.array([
      [1, 1, 1],
      [NaN, 1, 0],
      [3, 2, 1],
    ] as const);
    expect(
      nn.metrics
        .topK(1)(scores, np.array([2, 0, 5], 'int32'))
        .toNested(),
    ).toEqual([1, 0, 0]);
  });
  test('what does not fit is refused', () => {
    expect(() => value(nn.metrics.precision(), low, np.zeros([3]))).toThrow(
      'precision: expected targets of the shape of the predictions, got float32[2] and float32[3].',
    );
    expect(() => nn.metrics.auc({ thresholds: 1 })).toThrow('auc: expected at least 2 thresholds, got 1.');
    expect(() => value(nn.metrics.perplexity(), np.zeros([1, 2]), np.array([2], 'int32'))).toThrow(
      'perplexity: expected labels from 0 below 2, got 2 at [0].',
    );
  });
});

test('rocAuc is the share of pairs in order, with weights, at once and compiled', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.boolean(), fc.nat(2)), { minLength: 1, maxLength: 12 }),
      (drawn) => {
        const wins = drawn.flatMap(([a, isA, u]) =>
          drawn.filter(([, isB]) => isA && !isB).map(([b, , v]) => [a > b ? 1 : a === b ? 0.5 : 0, u * v] as const),
        );
        const total = wins.reduce((sum, [, w]) => sum + w, 0);
        const expected = wins.reduce((sum, [x, w]) => sum + x * w, 0) / total;
        const columns = [0, 1, 2].map((at) => np.array(drawn.map((row) => Number(row[at])))) as [
          NDArray,
          NDArray,
          NDArray,
        ];
        for (const f of [nn.metrics.rocAuc, jit(nn.metrics.rocAuc)]) {
          const area = Number(f(...columns).item());
          if (Number.isNaN(expected)) expect(area).toBeNaN();
          else expect(area).toBeCloseTo(expected, 12);
        }
      },
    ),
    { numRuns: 15 },
  );
});
