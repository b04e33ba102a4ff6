import { describe, expect, test } from 'vitest';
import { jit, nn, np, random, type NDArray } from 'fluxion';
import { assertAllClose } from 'fluxion/laws';

const key = random.key(7);
const number = (x: NDArray): number => Number(x.item());

describe('moments at a fixed seed', () => {
  const shape = [200, 100];
  const uniformly = (variance: number): readonly [number, number] => [variance, Math.sqrt(3 * variance)];
  /** Cut at two deviations of the normal that is cut. */
  const cut = (variance: number): readonly [number, number] => [
    variance,
    (2 * Math.sqrt(variance)) / 0.8796256610342398,
  ];
  test.each<[string, nn.initializers.Initializer, readonly [variance: number, bound: number]]>([
    ['normal', nn.initializers.normal(0.1), [0.01, Infinity]],
    ['truncatedNormal', nn.initializers.truncatedNormal(0.1), [0.01 * 0.8796256610342398 ** 2, 0.2]],
    ['glorotUniform', nn.initializers.glorotUniform(), uniformly(1 / 150)],
    ['glorotNormal', nn.initializers.glorotNormal(), cut(1 / 150)],
    ['xavierUniform', nn.initializers.xavierUniform(), uniformly(1 / 150)],
    ['xavierNormal', nn.initializers.xavierNormal(), cut(1 / 150)],
    ['heUniform', nn.initializers.heUniform(), uniformly(2 / 200)],
    ['heNormal', nn.initializers.heNormal(), cut(2 / 200)],
    ['kaimingUniform', nn.initializers.kaimingUniform(), uniformly(2 / 200)],
    ['kaimingNormal', nn.initializers.kaimingNormal(), cut(2 / 200)],
    ['lecunUniform', nn.initializers.lecunUniform(), uniformly(1 / 200)],
    ['lecunNormal', nn.initializers.lecunNormal(), cut(1 / 200)],
    [
      'varianceScaling of the geometric mean',
      nn.initializers.varianceScaling({ scale: 3, mode: 'fanGeoAvg', distribution: 'normal' }),
      [3 / Math.sqrt(20_000), Infinity],
    ],
    [
      'varianceScaling of outputs',
      nn.initializers.varianceScaling({ scale: 1, mode: 'fanOut', distribution: 'uniform' }),
      uniformly(1 / 100),
    ],
    ['orthogonal', nn.initializers.orthogonal(), [1 / 200, Infinity]],
  ])(
    '%s has mean 0, its variance and its bounds, in both float types, compiled',
    (_, initializer, [variance, bound]) => {
      for (const dtype of ['float32', 'float64'] as const) {
        const w = jit((k: random.Key) => initializer(k, shape, dtype))(key);
        expect([w.dtype, w.shape]).toEqual([dtype, shape]);
        // Four deviations of the mean and of the variance of 20,000 draws: at most 0.04 of the variance for a normal.
        expect(Math.abs(number(w.mean()))).toBeLessThan(4 * Math.sqrt(variance / w.size));
        expect(Math.abs(number(np.var(w)) / variance - 1)).toBeLessThan(0.04);
        expect(number(np.abs(w).max())).toBeLessThanOrEqual(bound * (1 + 1e-6));
      }
    },
  );
  test('uniform is on [0, scale), float32 by default', () => {
    const w = nn.initializers.uniform(2)(key, [10_000]);
    expect(w.dtype).toBe('float32');
    expect([number(w.min()) >= 0, number(w.max()) < 2]).toEqual([true, true]);
    expect(number(w.mean())).toBeCloseTo(1, 1);
  });
  test('zeros, ones and constants', () => {
    expect(nn.initializers.zeros(key, [2]).toNested()).toEqual([0, 0]);
    expect(nn.initializers.ones(key, [1, 2], 'float64').dtype).toBe('float64');
    expect(nn.initializers.constant(0.5)(key, [2]).toNested()).toEqual([0.5, 0.5]);
  });
});

describe('fans', () => {
  /** What the variance says of the number that divides the scale. */
  const fanOf = (shape: readonly number[], mode: 'fanIn' | 'fanOut', axes: nn.initializers.FanOptions = {}): number => {
    const w = nn.initializers.varianceScaling({ scale: 1, mode, distribution: 'uniform', ...axes })(
      key,
      shape,
      'float64',
    );
    // The largest of so many draws is within a thousandth of the bound sqrt(3 / n).
    return Math.round(3 / number(np.abs(w).max()) ** 2);
  };
  test('of convolution kernels: inputs and outputs times the field', () => {
    expect([fanOf([3, 3, 16, 40], 'fanIn'), fanOf([3, 3, 16, 40], 'fanOut')]).toEqual([144, 360]);
  });
  test('of depthwise kernels: the field alone, in either layout', () => {
    expect(fanOf([3, 3, 1, 512], 'fanIn')).toBe(9);
    expect(fanOf([3, 3, 256, 2], 'fanIn', { inAxis: [], batchAxis: -2 })).toBe(9);
    expect(fanOf([3, 3, 256, 2], 'fanOut', { inAxis: [], batchAxis: -2 })).toBe(18);
  });
  test('of heads: several axes together', () => {
    expect(fanOf([64, 8, 16], 'fanOut', { inAxis: 0, outAxis: [1, 2] })).toBe(128);
  });
});

describe('rotations', () => {
  const check = (columns: NDArray, scale = 1): void => {
    const n = columns.shape[1] ?? 0;
    assertAllClose(
      columns.transpose().matmul(columns),
      np
        .eye(n)
        .mul(scale * scale)
        .astype(columns.dtype),
      'q^T q',
    );
  };
  test('orthogonal: columns, or rows where these are fewer', () => {
    check(nn.initializers.orthogonal()(key, [6, 4], 'float64'));
    check(nn.initializers.orthogonal({ scale: 3 })(key, [4, 6], 'float64').transpose(), 3);
    check(nn.initializers.orthogonal()(key, [5, 5]));
    const kernel = nn.initializers.orthogonal()(key, [3, 2, 4], 'float64');
    check(kernel.reshape([6, 4]));
    const first = nn.initializers.orthogonal({ columnAxis: 0 })(key, [4, 3, 2], 'float64');
    check(first.reshape([4, 6]).transpose());
  });
  test('orthogonal: neither sign is preferred', () => {
    const diagonals = Array.from({ length: 60 }, (_, i) =>
      Math.sign(number(nn.initializers.orthogonal()(random.key(i), [2, 2]).get(0, 0))),
    );
    // Of 60 fair coins the sum is beyond 24 once in 500.
    expect(Math.abs(diagonals.reduce((a, b) => a + b, 0))).toBeLessThan(24);
  });
  test('deltaOrthogonal: a rotation in the middle of zeros', () => {
    const w = nn.initializers.deltaOrthogonal()(key, [3, 4, 2, 5], 'float64');
    expect(w.shape).toEqual([3, 4, 2, 5]);
    check(w.get(1, 1).transpose());
    expect(number(np.abs(w).sum())).toBeCloseTo(number(np.abs(w.get(1, 1)).sum()), 12);
  });
  test('identity: a dense layer and a convolution that change nothing', () => {
    expect(nn.initializers.identity(2)(key, [2, 3]).toNested()).toEqual([
      [2, 0, 0],
      [0, 2, 0],
    ]);
    expect(nn.initializers.identity()(key, [3, 1, 1]).toNested()).toEqual([[[0]], [[1]], [[0]]]);
  });
  test('what has no matrix is refused', () => {
    expect(() => nn.initializers.orthogonal()(key, [3])).toThrow(
      'orthogonal: expected a shape of at least two axes, got [3].',
    );
    expect(() => nn.initializers.identity()(key, [3])).toThrow(/identity: expected a shape of at least two axes/);
    for (const shape of [
      [2, 3],
      [3, 4, 2],
    ])
      expect(() => nn.initializers.deltaOrthogonal()(key, shape)).toThrow(
        /deltaOrthogonal: expected a kernel \[...field, in, out\] with no more inputs than outputs/,
      );
  });
});
