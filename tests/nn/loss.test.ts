import { describe, expect, test } from 'vitest';
import { grad, jit, nn, np, random, type NDArray } from 'fluxion';
import { checkGrads, lossLaws } from 'fluxion/laws';
import { lossCases } from './loss-cases.ts';

describe('laws', () => {
  for (const { name, check } of lossCases.flatMap(lossLaws)) test(name, () => check({ runs: 3 }));
});

/** Where -0 is 0. */
const list = (x: NDArray): unknown => x.add(0).toNested();

describe('extreme logits and certain probabilities', () => {
  const far = np.array([
    [1e4, -1e4],
    [-1e4, 1e4],
  ] as const);
  const slope = (loss: nn.Loss, p: NDArray, t: NDArray): unknown => list(grad((x: NDArray) => loss(x, t).sum())(p));
  test('cross entropies of logits stay finite, with their slopes', () => {
    const labels = np.array([0, 0], 'int32');
    expect(list(nn.softmaxCrossEntropy(far, labels))).toEqual([0, 2e4]);
    expect(slope(nn.softmaxCrossEntropy, far, labels)).toEqual([
      [0, 0],
      [-1, 1],
    ]);
    const bits = np.array([
      [1, 0],
      [1, 0],
    ] as const);
    expect(list(nn.sigmoidBinaryCrossEntropy(far, bits))).toEqual([0, 1e4]);
    expect(slope(nn.sigmoidBinaryCrossEntropy, far, bits)).toEqual([
      [0, 0],
      [-0.5, 0.5],
    ]);
    expect(list(nn.sigmoidFocalLoss(far, bits))).toEqual([0, 1e4]);
    expect(list(nn.logCosh(far, np.zerosLike(far)))).toEqual([
      expect.closeTo(1e4 - Math.LN2, 2),
      expect.closeTo(1e4 - Math.LN2, 2),
    ]);
  });
  test('small losses keep their digits', () => {
    expect(nn.sigmoidBinaryCrossEntropy(np.array([20]), np.array([1])).item()).toBeCloseTo(2.061153618190204e-9, 15);
  });
  test('binaryCrossEntropy at 0 and 1', () => {
    const [p, t] = [np.array([0, 1, 0, 1], 'float64'), np.array([0, 1, 1, 0], 'float64')];
    expect(list(nn.binaryCrossEntropy(p, t))).toEqual(
      [0, 0, -Math.log(1e-7), -Math.log(1e-7)].map((x) => expect.closeTo(x, 8) as number),
    );
    expect(list(nn.binaryCrossEntropy(p, t, { epsilon: 0 }))).toEqual([0, 0, Infinity, Infinity]);
  });
  test('categoricalCrossEntropy and klDivergence at 0 and 1', () => {
    const p = np.array(
      [
        [1, 0],
        [0, 1],
      ] as const,
      'float64',
    );
    const t = np.array(
      [
        [1, 0],
        [1, 0],
      ] as const,
      'float64',
    );
    const costs = [0, -Math.log(1e-7)].map((x) => expect.closeTo(x, 8) as number);
    expect(list(nn.categoricalCrossEntropy(p, t))).toEqual(costs);
    expect(list(nn.categoricalCrossEntropy(p, np.array([0, 0], 'int32')))).toEqual(costs);
    expect(list(nn.klDivergence(np.log(np.array([[0.5, 0.5]])), np.array([[1, 0]])))).toEqual([
      expect.closeTo(Math.LN2, 6),
    ]);
  });
  test('safeSoftmaxCrossEntropy leaves out what has no share, -Infinity too', () => {
    const logits = np.array([[0, -Infinity]]);
    expect(list(nn.safeSoftmaxCrossEntropy(logits, np.array([[1, 0]])))).toEqual([0]);
    expect(list(nn.softmaxCrossEntropy(logits, np.array([[1, 0]])))).toEqual([NaN]);
  });
  test('cosines of vectors of length 0', () => {
    const [zero, one] = [np.zeros([1, 2]), np.ones([1, 2])];
    expect(list(nn.cosineDistance(zero, one))).toEqual([1]);
    expect(slope(nn.cosineDistance, zero, zero)).toEqual([[0, 0]]);
  });
});

describe('labels', () => {
  const logits = np.zeros([4, 10]);
  test('out of range are refused with their place where they are known', () => {
    expect(() => nn.softmaxCrossEntropy(logits, np.array([0, 1, 2, 12], 'int32'))).toThrow(
      'softmaxCrossEntropy: expected labels from 0 below 10, got 12 at [3]. Number the classes from 0, or give the model as many outputs as there are classes.',
    );
    expect(() => nn.softmaxCrossEntropyWithIntegerLabels(logits, np.array([0, -1, 2, 1], 'int32'))).toThrow(
      /expected labels from 0 below 10, got -1 at \[1\]/,
    );
    expect(() =>
      nn.softmaxCrossEntropy(
        np.zeros([2, 2, 3]),
        np.array(
          [
            [0, 1],
            [3, 0],
          ] as const,
          'int32',
        ),
      ),
    ).toThrow(/got 3 at \[1, 0\]/);
    expect(() => nn.softmaxCrossEntropyWithIntegerLabels(logits, np.zeros([4]))).toThrow(
      /expected integer labels, got float32\[4\]/,
    );
  });
  test('out of range give NaN within jit', () => {
    const losses = jit(nn.softmaxCrossEntropy)(logits, np.array([0, -1, 12, 9], 'int32'));
    expect(list(losses)).toEqual(
      [Math.log(10), NaN, NaN, Math.log(10)].map((x) => (Number.isNaN(x) ? NaN : (expect.closeTo(x, 6) as number))),
    );
  });
  test('smoothLabels moves towards equal shares', () => {
    expect(list(nn.smoothLabels(np.array([[1, 0]], 'float64'), 0.2))).toEqual([
      [0.9, 0.1].map((x) => expect.closeTo(x, 12) as number),
    ]);
  });
});

describe('positions, masks, weights', () => {
  const key = random.key(1);
  const logits = random.normal(key, [2, 3, 4], 'float64');
  const labels = np.array(
    [
      [0, 1, 2],
      [3, 0, 0],
    ] as const,
    'int32',
  );
  const each = nn.perPosition(nn.softmaxCrossEntropy);
  test('perPosition gives the elements, whose mean is the loss', () => {
    expect(each(logits, labels).shape).toEqual([2, 3]);
    const loss = nn.softmaxCrossEntropy(logits, labels);
    expect(list(each(logits, labels).mean(1).sub(loss))).toEqual([expect.closeTo(0, 12), expect.closeTo(0, 12)]);
    expect(list(nn.perPosition(nn.squaredError)(np.array([[1, 2]]), np.array([[0, 0]])))).toEqual([[1, 4]]);
  });
  test('masked is the mean over positions that count', () => {
    const padded = np.array(
      [
        [0, 1, -1],
        [-1, -1, -1],
      ] as const,
      'int32',
    );
    const masked = nn.masked(nn.softmaxCrossEntropy, (t) => np.notEqual(t, -1));
    const values = each(logits, labels);
    const expected = [Number(values.get(0, '0:2').mean().item()), 0].map((x) => expect.closeTo(x, 12) as number);
    for (const f of [masked, jit(masked)]) expect(list(f(logits, padded))).toEqual(expected);
  });
  test('classWeighted by labels, by shares, by 0 and 1', () => {
    const weights = [1, 2, 3, 4];
    const factors = np.array(
      [
        [1, 2, 3],
        [4, 1, 1],
      ] as const,
      'float64',
    );
    const expected = each(logits, labels).mul(factors).mean(1).toNested();
    const hot = nn.oneHot(labels, 4, { dtype: 'float64' });
    for (const t of [labels, hot]) {
      const got = nn.classWeighted(nn.softmaxCrossEntropy, weights)(logits, t).dataSync();
      got.forEach((x, i) => expect(x).toBeCloseTo((expected as number[])[i] ?? NaN, 12));
    }
    const binary = nn.classWeighted(nn.squaredError, [1, 5]);
    expect(list(binary(np.array([1, 0]), np.array([0, 1])))).toEqual([1, 5]);
    expect(() => nn.classWeighted(nn.squaredError, weights)(np.zeros([2]), np.zeros([2]))).toThrow(
      /classWeighted: expected targets with 4 shares along the last axis, got float32\[2\]/,
    );
  });
});

describe('of several arrays', () => {
  test('ganLoss', () => {
    const [real, fake] = [np.array([2, -1], 'float64'), np.array([0.5, 3], 'float64')];
    const softplus = (x: number): number => Math.log1p(Math.exp(x));
    const table = [
      ['nonSaturating', [softplus(-2) + softplus(0.5), softplus(1) + softplus(3)], [softplus(-0.5), softplus(-3)]],
      ['wasserstein', [-1.5, 4], [-0.5, -3]],
      ['leastSquares', [0.5 + 0.125, 2 + 4.5], [0.125, 2]],
    ] as const;
    for (const [kind, discriminator, generator] of table) {
      const loss = nn.ganLoss(kind);
      expect(list(loss.discriminator(real, fake))).toEqual(discriminator.map((x) => expect.closeTo(x, 12) as number));
      expect(list(loss.generator(fake))).toEqual(generator.map((x) => expect.closeTo(x, 12) as number));
    }
  });
  test('tripletMarginLoss as in the example of Optax', () => {
    const anchors = np.array(
      [
        [0, 0],
        [1, 1],
      ] as const,
      'float64',
    );
    const positives = np.array(
      [
        [0.1, 0.1],
        [1.1, 1.1],
      ] as const,
      'float64',
    );
    const negatives = np.array(
      [
        [1, 0],
        [0, 1],
      ] as const,
      'float64',
    );
    expect(list(nn.tripletMarginLoss(anchors, positives, negatives))).toEqual(
      [0.1414, 0.1414].map((x) => expect.closeTo(x, 4) as number),
    );
    checkGrads((a: NDArray) => nn.tripletMarginLoss(a, positives, negatives), [anchors]);
  });
  test('ntxent: cosines of vectors of one axis are 1 and -1', () => {
    // The figure of the example in the source of Optax: all cosines are 1, so that of 3 others with equal scores each pair has log 3.
    const x = np.array([[0.08969027], [1.6291292], [0.8622629], [0.13612625]] as const, 'float64');
    expect(list(nn.ntxent(x, np.array([0, 0, 1, 1], 'int32')))).toEqual(
      [1, 1, 1, 1].map(() => expect.closeTo(1.0986123, 6) as number),
    );
    expect(list(nn.ntxent(x, np.array([0, 1, 2, 3], 'int32')))).toEqual([0, 0, 0, 0]);
    checkGrads(
      (at: NDArray) => nn.ntxent(at, np.array([0, 0, 1, 1], 'int32'), { temperature: 0.5 }),
      [random.normal(random.key(3), [4, 3], 'float64')],
    );
    expect(() => nn.ntxent(x, np.zeros([3], 'int32'))).toThrow(/ntxent: expected embeddings \[n, d\] and labels \[n\]/);
  });
  test('targets of another shape are refused', () => {
    expect(() => nn.huberLoss(np.zeros([2]), np.zeros([2, 1]))).toThrow(
      'huberLoss: expected targets of the shape of the predictions, got float32[2] and float32[2,1]. One target for each prediction.',
    );
  });
});

/** The sum over all paths of classes that spell the labels once repetitions and then blanks are taken out. */
const ctcByPaths = (logs: readonly (readonly number[])[], labels: readonly number[]): number => {
  const paths = logs.reduce<readonly (readonly number[])[]>(
    (all, row) => all.flatMap((path) => row.map((_, c) => [...path, c])),
    [[]],
  );
  const spelt = (path: readonly number[]): string => path.filter((c, i) => c !== path[i - 1] && c !== 0).join();
  const chances = paths
    .filter((path) => spelt(path) === labels.join())
    .map((path) => Math.exp(path.reduce((total, c, t) => total + (logs[t]?.[c] ?? NaN), 0)));
  return -Math.log(chances.reduce((a, b) => a + b, 0));
};

describe('ctcLoss', () => {
  const logits = random.normal(random.key(5), [5, 4, 3], 'float64');
  const logs = nn.logSoftmax(logits).toNested() as number[][][];
  const labels = [
    [1, 2, 1],
    [1, 1, 0],
    [2, 0, 0],
    [0, 0, 0],
    [2, 2, 2],
  ] as const;
  const counts = [3, 2, 1, 0, 3];
  const times = [4, 4, 3, 2, 4];
  const options = { labelLengths: np.array(counts, 'int32'), logitLengths: np.array(times, 'int32') };
  test('is the sum over all paths, and Infinity where there is none', () => {
    const expected = labels.map((row, i) => ctcByPaths((logs[i] ?? []).slice(0, times[i]), row.slice(0, counts[i])));
    expect(expected[4]).toBe(Infinity);
    const loss = (x: NDArray): NDArray => nn.ctcLoss(x, np.array(labels, 'int32'), options);
    for (const f of [loss, jit(loss)])
      f(logits)
        .dataSync()
        .forEach((x, i) => (i === 4 ? expect(x).toBe(Infinity) : expect(x).toBeCloseTo(expected[i] ?? NaN, 10)));
  });
  test('has its slopes', () => {
    const some = {
      labelLengths: np.array(counts.slice(0, 4), 'int32'),
      logitLengths: np.array(times.slice(0, 4), 'int32'),
    };
    checkGrads((x: NDArray) => nn.ctcLoss(x, np.array(labels.slice(0, 4), 'int32'), some), [logits.get('0:4')], {
      directions: 1,
    });
  });
  test('all times and labels count by default; another blank', () => {
    const one = nn.ctcLoss(logits.get('0:1'), np.array([[1, 2, 1]], 'int32'));
    const swapped = nn.ctcLoss(np.flip(logits.get('0:1'), 2), np.array([[1, 0, 1]], 'int32'), { blank: 2 });
    expect(swapped.item()).toBeCloseTo(Number(one.item()), 12);
    expect(() => nn.ctcLoss(np.zeros([2, 3]), np.zeros([2, 1], 'int32'))).toThrow(
      /ctcLoss: expected logits \[n, times, classes\]/,
    );
  });
});
