/** The losses with their formulas in plain numbers. */
import * as fc from 'fast-check';
import { nn, np } from 'fluxion';
import type { LossCase } from 'fluxion/laws';

const width = 3;
const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
const mean = (xs: readonly number[]): number => sum(xs) / xs.length;
const pairs = (p: readonly number[], t: readonly number[], f: (p: number, t: number) => number): readonly number[] =>
  p.map((x, i) => f(x, t[i] ?? NaN));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softmax = (xs: readonly number[]): readonly number[] => {
  const powers = xs.map((x) => Math.exp(x));
  return powers.map((x) => x / sum(powers));
};
const dot = (p: readonly number[], t: readonly number[]): number => sum(pairs(p, t, (x, y) => x * y));
const entropy = (p: readonly number[], t: readonly number[]): number =>
  -dot(
    t,
    p.map((x) => Math.log(x)),
  );

const doubles = (min: number, max: number, length: number): fc.Arbitrary<number[]> =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength: length, maxLength: length });
const of =
  (p: readonly [number, number], t: readonly [number, number]): LossCase['examples'] =>
  (n) =>
    fc.tuple(doubles(...p, n * width), doubles(...t, n * width)).map(([a, b]) => ({
      predictions: np.array(a, 'float64').reshape([n, width]),
      targets: np.array(b, 'float64').reshape([n, width]),
    }));
/** Far enough apart that differences see no kink. */
const apart: LossCase['examples'] = of([1, 3], [-3, 0.9]);
const bits: LossCase['examples'] = (n) =>
  fc
    .tuple(doubles(-4, 4, n * width), fc.array(fc.nat(1), { minLength: n * width, maxLength: n * width }))
    .map(([a, b]) => ({
      predictions: np.array(a, 'float64').reshape([n, width]),
      targets: np.array(b, 'float64').reshape([n, width]),
    }));
const labelled: LossCase['examples'] = (n) =>
  fc.tuple(doubles(-4, 4, n * width), fc.array(fc.nat(width - 1), { minLength: n, maxLength: n })).map(([a, b]) => ({
    predictions: np.array(a, 'float64').reshape([n, width]),
    targets: np.array(b, 'int32'),
  }));
const withShares: LossCase['examples'] = (n) =>
  of([-4, 4], [-2, 2])(n).map(({ predictions, targets }) => ({ predictions, targets: nn.softmax(targets) }));
const shares: LossCase['examples'] = (n) =>
  withShares(n).map(({ predictions, targets }) => ({ predictions: nn.softmax(predictions.div(2)), targets }));
const logShares: LossCase['examples'] = (n) =>
  withShares(n).map(({ predictions, targets }) => ({ predictions: nn.logSoftmax(predictions), targets }));
const hot: LossCase['examples'] = (n) =>
  labelled(n).map(({ predictions, targets }) => ({
    predictions,
    targets: nn.oneHot(targets, width, { dtype: 'float64' }),
  }));
/** The kinks of hinges are left out by moving scores off them. */
const offOne =
  (examples: LossCase['examples']): LossCase['examples'] =>
  (n) =>
    examples(n).map(({ predictions, targets }) => ({
      predictions: np.floor(predictions).add(np.array([0.2, 0.5, 0.7], 'float64')),
      targets,
    }));

const kl = (logs: readonly number[], t: readonly number[]): number =>
  sum(pairs(logs, t, (l, y) => y * (Math.log(y) - l)));
const binaryEntropy = (p: number, t: number): number => -t * Math.log(p) - (1 - t) * Math.log(1 - p);
const cosine = (p: readonly number[], t: readonly number[]): number => dot(p, t) / Math.sqrt(dot(p, p) * dot(t, t));
const hinge = (s: number, t: number): number => Math.max(0, 1 - (t > 0 ? s : -s));
const entropyAt = (p: readonly number[], [label = 0]: readonly number[]): number => -Math.log(softmax(p)[label] ?? NaN);

export const lossCases: readonly LossCase[] = [
  {
    name: 'squaredError',
    loss: nn.squaredError,
    examples: apart,
    plain: (p, t) => mean(pairs(p, t, (x, y) => (x - y) ** 2)),
  },
  { name: 'l2Loss', loss: nn.l2Loss, examples: apart, plain: (p, t) => mean(pairs(p, t, (x, y) => (x - y) ** 2 / 2)) },
  {
    name: 'halfSumOfSquares',
    loss: nn.halfSumOfSquares,
    examples: apart,
    plain: (p, t) => sum(pairs(p, t, (x, y) => (x - y) ** 2)) / 2,
  },
  {
    name: 'meanAbsoluteError',
    loss: nn.meanAbsoluteError,
    examples: apart,
    plain: (p, t) => mean(pairs(p, t, (x, y) => Math.abs(x - y))),
  },
  {
    name: 'huberLoss, near',
    loss: (p, t) => nn.huberLoss(p, t, { delta: 7 }),
    examples: apart,
    plain: (p, t) => mean(pairs(p, t, (x, y) => (x - y) ** 2 / 2)),
  },
  {
    name: 'huberLoss, far',
    loss: (p, t) => nn.huberLoss(p, t, { delta: 0.05 }),
    examples: apart,
    plain: (p, t) => mean(pairs(p, t, (x, y) => 0.05 * (Math.abs(x - y) - 0.025))),
  },
  {
    name: 'logCosh',
    loss: nn.logCosh,
    examples: of([-3, 3], [-3, 3]),
    plain: (p, t) => mean(pairs(p, t, (x, y) => Math.log(Math.cosh(x - y)))),
  },
  {
    name: 'meanAbsolutePercentageError',
    loss: nn.meanAbsolutePercentageError,
    examples: of([1, 3], [0.2, 0.9]),
    plain: (p, t) => mean(pairs(p, t, (x, y) => (100 * Math.abs(x - y)) / Math.abs(y))),
  },
  {
    name: 'meanSquaredLogarithmicError',
    loss: nn.meanSquaredLogarithmicError,
    examples: of([0.1, 3], [0.1, 3]),
    plain: (p, t) => mean(pairs(p, t, (x, y) => (Math.log(1 + x) - Math.log(1 + y)) ** 2)),
  },
  {
    name: 'poisson',
    loss: nn.poisson,
    examples: of([0.2, 3], [0, 3]),
    plain: (p, t) => mean(pairs(p, t, (x, y) => x - y * Math.log(x + 1e-7))),
    positive: false,
  },
  {
    name: 'cosineDistance',
    loss: nn.cosineDistance,
    examples: of([1, 3], [-3, -0.5]),
    plain: (p, t) => 1 - cosine(p, t),
  },
  {
    name: 'cosineSimilarity',
    loss: nn.cosineSimilarity,
    examples: of([1, 3], [-3, -0.5]),
    plain: cosine,
    positive: false,
  },
  {
    name: 'sigmoidBinaryCrossEntropy',
    loss: nn.sigmoidBinaryCrossEntropy,
    examples: of([-4, 4], [0, 1]),
    plain: (p, t) => mean(pairs(p, t, (x, y) => binaryEntropy(sigmoid(x), y))),
  },
  {
    name: 'binaryCrossEntropy',
    loss: nn.binaryCrossEntropy,
    examples: of([0.05, 0.95], [0.01, 1]),
    plain: (p, t) => mean(pairs(p, t, binaryEntropy)),
  },
  {
    name: 'sigmoidFocalLoss',
    loss: (p, t) => nn.sigmoidFocalLoss(p, t, { alpha: 0.25, gamma: 1.5 }),
    examples: bits,
    plain: (p, t) =>
      mean(
        pairs(p, t, (x, y) => {
          const right = y === 1 ? sigmoid(x) : sigmoid(-x);
          return -(y === 1 ? 0.25 : 0.75) * (1 - right) ** 1.5 * Math.log(right);
        }),
      ),
  },
  { name: 'hingeLoss', loss: nn.hingeLoss, examples: offOne(bits), plain: (p, t) => mean(pairs(p, t, hinge)) },
  {
    name: 'squaredHinge',
    loss: nn.squaredHinge,
    examples: offOne(bits),
    plain: (p, t) => mean(pairs(p, t, (x, y) => hinge(x, y) ** 2)),
  },
  {
    name: 'categoricalHinge',
    loss: nn.categoricalHinge,
    examples: offOne(hot),
    plain: (p, t) => Math.max(0, 1 + Math.max(...pairs(p, t, (x, y) => (1 - y) * x)) - dot(p, t)),
  },
  {
    name: 'diceLoss',
    loss: nn.diceLoss,
    examples: of([0, 1], [0, 1]),
    plain: (p, t) => 1 - (2 * dot(p, t) + 1) / (sum(p) + sum(t) + 1),
  },
  { name: 'softmaxCrossEntropy of labels', loss: nn.softmaxCrossEntropy, examples: labelled, plain: entropyAt },
  {
    name: 'softmaxCrossEntropyWithIntegerLabels',
    loss: nn.softmaxCrossEntropyWithIntegerLabels,
    examples: labelled,
    plain: entropyAt,
  },
  {
    name: 'softmaxCrossEntropy of shares',
    loss: nn.softmaxCrossEntropy,
    examples: withShares,
    plain: (p, t) => entropy(softmax(p), t),
  },
  {
    name: 'safeSoftmaxCrossEntropy',
    loss: nn.safeSoftmaxCrossEntropy,
    examples: hot,
    plain: (p, t) => entropy(softmax(p), t),
  },
  { name: 'categoricalCrossEntropy of shares', loss: nn.categoricalCrossEntropy, examples: shares, plain: entropy },
  {
    name: 'categoricalCrossEntropy of labels',
    loss: nn.categoricalCrossEntropy,
    examples: (n) =>
      labelled(n).map(({ predictions, targets }) => ({ predictions: nn.softmax(predictions.div(2)), targets })),
    plain: (p, [label = 0]) => -Math.log(p[label] ?? NaN),
  },
  {
    name: 'polyLoss',
    loss: nn.polyLoss,
    examples: withShares,
    plain: (p, t) => entropy(softmax(p), t) + 2 * sum(pairs(softmax(p), t, (x, y) => y * (1 - x))),
  },
  {
    name: 'multiclassHingeLoss',
    loss: nn.multiclassHingeLoss,
    examples: offOne(labelled),
    plain: (p, [label = 0]) => Math.max(...p.map((x, i) => x + Number(i !== label))) - (p[label] ?? NaN),
  },
  { name: 'klDivergence', loss: nn.klDivergence, examples: logShares, plain: kl },
  {
    name: 'generalizedKl',
    loss: nn.generalizedKl,
    examples: of([-2, 1], [0.1, 2]),
    plain: (p, t) => kl(p, t) + sum(pairs(p, t, (l, y) => Math.exp(l) - y)),
  },
  {
    name: 'gaussianKl',
    loss: nn.gaussianKl,
    examples: of([-2, 2], [-2, 2]),
    plain: (m, v) => -0.5 * sum(pairs(m, v, (x, l) => 1 + l - x ** 2 - Math.exp(l))),
  },
];
