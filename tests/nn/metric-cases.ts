/** The metrics with their formulas in plain numbers. */
import * as fc from 'fast-check';
import { nn, np } from 'fluxion';
import type { Measured, MetricCase } from 'fluxion/laws';

const classes = 3;

const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
const mean = (xs: readonly number[]): number => sum(xs) / xs.length;
const rowsOf = (xs: readonly number[], width: number): readonly (readonly number[])[] =>
  Array.from({ length: xs.length / width }, (_, i) => xs.slice(i * width, (i + 1) * width));
const argmax = (xs: readonly number[]): number => xs.indexOf(Math.max(...xs));
const overPairs = (
  p: readonly number[],
  t: readonly number[],
  f: (p: number, t: number) => number,
): readonly number[] => p.map((x, i) => f(x, t[i] ?? NaN));
const over = (a: number, b: number): number => (b === 0 ? 0 : a / b);

/** Quarters, so that ties occur and sums are exact. */
const quarters = (low: number, high: number, length: number): fc.Arbitrary<number[]> =>
  fc.array(
    fc.integer({ min: 4 * low, max: 4 * high }).map((n) => n / 4),
    { minLength: length, maxLength: length },
  );
const integers = (below: number, length: number): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(below - 1), { minLength: length, maxLength: length });

type Examples = MetricCase['examples'];
const scored: Examples = (n) =>
  fc.tuple(quarters(-2, 2, n * classes), integers(classes, n)).map(([p, t]): Measured => ({
    predictions: np.array(p, 'float64').reshape([n, classes]),
    targets: np.array(t, 'int32'),
  }));
const oneHot: Examples = (n) =>
  scored(n).map(({ predictions, targets }) => ({ predictions, targets: nn.oneHot(targets, classes) }));
const shares: Examples = (n) =>
  fc.tuple(quarters(0, 1, n), integers(2, n)).map(([p, t]) => ({
    predictions: np.array(p, 'float64'),
    targets: np.array(t, 'float64'),
  }));
const reals: Examples = (n) =>
  fc.tuple(quarters(-3, 3, 2 * n), quarters(-3, 3, 2 * n)).map(([p, t]) => ({
    predictions: np.array(p, 'float64').reshape([n, 2]),
    targets: np.array(t, 'float64').reshape([n, 2]),
  }));

interface Counts {
  readonly hits: number;
  readonly falseAlarms: number;
  readonly misses: number;
}
const countsOf = (said: readonly boolean[], is: readonly boolean[]): Counts => ({
  hits: said.filter((s, i) => s && is[i] === true).length,
  falseAlarms: said.filter((s, i) => s && is[i] === false).length,
  misses: said.filter((s, i) => !s && is[i] === true).length,
});
const binary = (p: readonly number[], t: readonly number[]): Counts =>
  countsOf(
    p.map((x) => x > 0.5),
    t.map((x) => x > 0),
  );
const perClass = (p: readonly number[], t: readonly number[]): readonly Counts[] => {
  const said = rowsOf(p, classes).map(argmax);
  return [0, 1, 2].map((c) =>
    countsOf(
      said.map((x) => x === c),
      t.map((x) => x === c),
    ),
  );
};
const precision = ({ hits, falseAlarms }: Counts): number => over(hits, hits + falseAlarms);
const recall = ({ hits, misses }: Counts): number => over(hits, hits + misses);
const fBeta =
  (beta: number) =>
  (counts: Counts): number => {
    const [p, r] = [precision(counts), recall(counts)];
    return over((1 + beta ** 2) * p * r, beta ** 2 * p + r);
  };
const matrixOf = (p: readonly number[], t: readonly number[]): readonly number[] => {
  const said = rowsOf(p, classes).map(argmax);
  return [0, 1, 2].flatMap((row) => [0, 1, 2].map((c) => said.filter((s, i) => s === c && t[i] === row).length));
};
const iou = (p: readonly number[], t: readonly number[]): readonly number[] =>
  perClass(p, t).map(({ hits, falseAlarms, misses }) => hits / (hits + falseAlarms + misses));
/** The share of pairs in which the positive example wins, ties counting half. */
const pairsWon = (p: readonly number[], t: readonly number[]): number => {
  const [positives, negatives] = [1, 0].map((label) => p.filter((_, i) => t[i] === label));
  return mean((positives ?? []).flatMap((a) => (negatives ?? []).map((b) => (a > b ? 1 : a === b ? 0.5 : 0))));
};
const column = (xs: readonly number[], at: number): readonly number[] => xs.filter((_, i) => i % 2 === at);
const r2 = (p: readonly number[], t: readonly number[]): number => {
  const residual = sum(overPairs(p, t, (x, y) => (x - y) ** 2));
  const spread = sum(t.map((y) => (y - mean(t)) ** 2));
  return spread === 0 ? Number(residual === 0) : 1 - residual / spread;
};
const pearson = (p: readonly number[], t: readonly number[]): number => {
  const deviations = (xs: readonly number[]): readonly number[] => xs.map((x) => x - mean(xs));
  const [a, b] = [deviations(p), deviations(t)];
  const dot = (x: readonly number[], y: readonly number[]): number => sum(overPairs(x, y, (u, v) => u * v));
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};
const entropy = (row: readonly number[], label: number): number =>
  Math.log(sum(row.map((x) => Math.exp(x)))) - (row[label] ?? NaN);

export const metricCases: readonly MetricCase[] = [
  {
    name: 'accuracy',
    metric: nn.accuracy,
    examples: scored,
    plain: (p, t) => mean(rowsOf(p, classes).map((row, i) => Number(argmax(row) === t[i]))),
  },
  {
    name: 'categoricalAccuracy',
    metric: nn.metrics.categoricalAccuracy,
    examples: oneHot,
    plain: (p, t) => {
      const labels = rowsOf(t, classes).map(argmax);
      return mean(rowsOf(p, classes).map((row, i) => Number(argmax(row) === labels[i])));
    },
  },
  {
    name: 'topK',
    metric: nn.metrics.topK(2),
    examples: scored,
    plain: (p, t) =>
      mean(rowsOf(p, classes).map((row, i) => Number(row.filter((x) => x > (row[t[i] ?? 0] ?? NaN)).length < 2))),
  },
  {
    name: 'binaryAccuracy',
    metric: nn.metrics.binaryAccuracy(),
    examples: shares,
    plain: (p, t) => mean(overPairs(p, t, (x, y) => Number(x > 0.5 === y > 0))),
  },
  {
    name: 'mse',
    metric: nn.metrics.mse,
    examples: reals,
    plain: (p, t) => mean(overPairs(p, t, (x, y) => (x - y) ** 2)),
  },
  {
    name: 'sum of mae',
    metric: nn.metrics.sum(nn.metrics.mae),
    examples: reals,
    plain: (p, t) => sum(overPairs(p, t, (x, y) => Math.abs(x - y) / 2)),
  },
  {
    name: 'rmse',
    metric: nn.metrics.rmse,
    examples: reals,
    plain: (p, t) => Math.sqrt(mean(overPairs(p, t, (x, y) => (x - y) ** 2))),
  },
  {
    name: 'mape',
    metric: nn.metrics.mape,
    examples: reals,
    plain: (p, t) => 100 * mean(overPairs(p, t, (x, y) => Math.abs(x - y) / Math.max(Math.abs(y), 1e-7))),
  },
  {
    name: 'cosineSimilarity',
    metric: nn.metrics.cosineSimilarity,
    examples: reals,
    plain: (p, t) =>
      mean(
        rowsOf(p, 2).map((a, i) => {
          const b = rowsOf(t, 2)[i] ?? [];
          return over(sum(overPairs(a, b, (x, y) => x * y)), Math.hypot(...a) * Math.hypot(...b));
        }),
      ),
  },
  {
    name: 'r2',
    metric: nn.metrics.r2,
    examples: reals,
    plain: (p, t) => mean([0, 1].map((at) => r2(column(p, at), column(t, at)))),
  },
  { name: 'pearsonCorrelation', metric: nn.metrics.pearsonCorrelation, examples: reals, plain: pearson },
  {
    name: 'perplexity',
    metric: nn.metrics.perplexity(),
    examples: scored,
    plain: (p, t) => Math.exp(mean(rowsOf(p, classes).map((row, i) => entropy(row, t[i] ?? 0)))),
  },
  { name: 'precision', metric: nn.metrics.precision(), examples: shares, plain: (p, t) => precision(binary(p, t)) },
  { name: 'recall', metric: nn.metrics.recall(), examples: shares, plain: (p, t) => recall(binary(p, t)) },
  { name: 'f1', metric: nn.metrics.f1(), examples: shares, plain: (p, t) => fBeta(1)(binary(p, t)) },
  {
    name: 'fBeta of several classes',
    metric: nn.metrics.fBeta(2, { classes }),
    examples: scored,
    plain: (p, t) => mean(perClass(p, t).map(fBeta(2))),
  },
  {
    name: 'precision of each class',
    metric: nn.metrics.precision({ classes, average: 'none' }),
    examples: scored,
    plain: (p, t) => perClass(p, t).map(precision),
  },
  {
    name: 'recall weighted, which is accuracy',
    metric: nn.metrics.recall({ classes, average: 'weighted' }),
    examples: scored,
    plain: (p, t) => mean(rowsOf(p, classes).map((row, i) => Number(argmax(row) === t[i]))),
  },
  {
    name: 'f1 of all counts, which is accuracy',
    metric: nn.metrics.f1({ classes, average: 'micro' }),
    examples: oneHot,
    plain: (p, t) => {
      const labels = rowsOf(t, classes).map(argmax);
      return mean(rowsOf(p, classes).map((row, i) => Number(argmax(row) === labels[i])));
    },
  },
  { name: 'confusionMatrix', metric: nn.metrics.confusionMatrix(classes), examples: scored, plain: matrixOf },
  { name: 'iou', metric: nn.metrics.iou(classes), examples: scored, plain: iou },
  {
    name: 'meanIou',
    metric: nn.metrics.meanIou(classes),
    examples: scored,
    plain: (p, t) => mean(iou(p, t).filter((x) => !Number.isNaN(x))),
  },
  // Quarters stand apart under five thresholds, and fall on them: only what is above counts.
  { name: 'auc', metric: nn.metrics.auc(), examples: shares, plain: pairsWon },
  {
    name: 'sensitivityAtSpecificity',
    metric: nn.metrics.sensitivityAtSpecificity(0.5),
    examples: shares,
    plain: (p, t) => {
      const [positives = [], negatives = []] = [1, 0].map((label) => p.filter((_, i) => t[i] === label));
      if (positives.length === 0 || negatives.length === 0) return NaN;
      const allowed = [-1, 0.1, 0.3, 0.6, 0.9, 2].filter(
        (at) => negatives.filter((x) => x <= at).length / negatives.length >= 0.5,
      );
      return Math.max(...allowed.map((at) => positives.filter((x) => x > at).length / positives.length));
    },
  },
];
