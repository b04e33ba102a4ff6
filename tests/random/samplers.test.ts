import { describe, expect, test } from 'vitest';
import { np, random, vmap, type NDArray } from 'fluxion';
import { departure, samplerLaws, type Distribution, type Sampler } from 'fluxion/laws';

const samplers: readonly Sampler[] = [
  { name: 'bits', draw: (key) => random.bits(key, [2, 2]) },
  { name: 'split', draw: (key) => random.split(key, [3]) },
  { name: 'foldIn', draw: (key) => random.foldIn(key, 3) },
  { name: 'uniform', draw: (key) => random.uniform(key, [3]) },
  { name: 'uniform float64', draw: (key) => random.uniform(key, [3], { dtype: 'float64', minval: -1 }) },
  { name: 'normal', draw: (key) => random.normal(key, [2, 2]) },
  { name: 'normal float64', draw: (key) => random.normal(key, [3], 'float64') },
  { name: 'truncatedNormal', draw: (key) => random.truncatedNormal(key, -1, 2, [3]) },
  { name: 'bernoulli', draw: (key) => random.bernoulli(key, 0.3, [64]) },
  { name: 'randint', draw: (key) => random.randint(key, [6], -1000, 1000) },
  { name: 'gumbel', draw: (key) => random.gumbel(key, [3]) },
  { name: 'exponential', draw: (key) => random.exponential(key, [3]) },
  {
    name: 'categorical',
    draw: (key) => random.categorical(key, np.array([0.1, 2, -1]), { shape: [2] }),
    manyOutcomes: false,
  },
  { name: 'permutation', draw: (key) => random.permutation(key, 12) },
  { name: 'permutation of rows', draw: (key) => random.permutation(key, np.arange(24).reshape(12, 2)) },
];
describe('samplers', () => {
  for (const { name, check } of samplers.flatMap(samplerLaws)) test(name, () => check({ runs: 5 }));
});

const normalBelow = (x: number): number => (1 + Number(np.erf(np.array(x / Math.SQRT2, 'float64')).item())) / 2;
const [low, high] = [normalBelow(-1), normalBelow(2)];
const density = (x: number): number => Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI);
const mass = high - low;
const cutMean = (density(-1) - density(2)) / mass;
const cutVariance = 1 + (-density(-1) - 2 * density(2)) / mass - cutMean ** 2;
const euler = 0.5772156649015329;
const unit = { below: (x: number) => x, mean: 0.5, variance: 1 / 12 };
const standard = { below: normalBelow, mean: 0, variance: 1 };

const distributions: readonly Distribution[] = [
  { name: 'uniform', draw: (key, n) => random.uniform(key, [n]), ...unit },
  { name: 'uniform float64', draw: (key, n) => random.uniform(key, [n], { dtype: 'float64' }), ...unit },
  {
    name: 'uniform between bounds',
    draw: (key, n) => random.uniform(key, [n], { minval: 10, maxval: 15 }),
    below: (x) => (x - 10) / 5,
    mean: 12.5,
    variance: 25 / 12,
  },
  { name: 'normal', draw: (key, n) => random.normal(key, [n]), ...standard },
  { name: 'normal float64', draw: (key, n) => random.normal(key, [n], 'float64'), ...standard },
  {
    name: 'truncatedNormal',
    draw: (key, n) => random.truncatedNormal(key, -1, 2, [n]),
    below: (x) => (normalBelow(x) - low) / mass,
    mean: cutMean,
    variance: cutVariance,
  },
  {
    name: 'gumbel',
    draw: (key, n) => random.gumbel(key, [n]),
    below: (x) => Math.exp(-Math.exp(-x)),
    mean: euler,
    variance: Math.PI ** 2 / 6,
  },
  {
    name: 'exponential',
    draw: (key, n) => random.exponential(key, [n]),
    below: (x) => 1 - Math.exp(-x),
    mean: 1,
    variance: 1,
  },
];
describe('distributions at fixed keys', () => {
  for (const distribution of distributions)
    test(distribution.name, () => {
      for (const seed of [0, 1]) expect(departure(distribution, random.key(seed))).toBeNull();
    });
  test('a wrong distribution is found', () => {
    const wrong = {
      ...standard,
      name: 'wrong',
      draw: (key: random.Key, n: number) => random.normal(key, [n]).mul(1.05),
    };
    expect(departure(wrong, random.key(0))).toMatch(/^the /);
  });

  /** The largest departure of shares from what is expected, in standard errors. */
  const worst = (xs: NDArray, shares: readonly number[]): number => {
    const values = [...xs.dataSync()];
    return Math.max(
      ...shares.map((p, i) => {
        const seen = values.filter((v) => v === i).length / values.length;
        return Math.abs(seen - p) / Math.sqrt((p * (1 - p)) / values.length);
      }),
    );
  };
  test('shares of discrete draws', () => {
    const [a, b, c] = random.split(random.key(3), 3);
    expect(worst(random.bernoulli(a, 0.3, [20_000]), [0.7, 0.3])).toBeLessThan(4);
    expect(worst(random.randint(b, [20_000], 0, 5), [0.2, 0.2, 0.2, 0.2, 0.2])).toBeLessThan(4);
    const logits = np.log([0.1, 0.2, 0.7]);
    expect(worst(random.categorical(c, logits, { shape: [20_000] }), [0.1, 0.2, 0.7])).toBeLessThan(4);
  });
});

describe('corners of samplers', () => {
  const key = random.key(1);
  test('bounds are kept', () => {
    const u = random.uniform(key, [10_000], { minval: 0.1, maxval: 0.2 });
    expect([Number(u.min().item()) >= Math.fround(0.1), Number(u.max().item()) < 0.2]).toEqual([true, true]);
    for (const dtype of ['float32', 'float64'] as const) {
      const t = random.truncatedNormal(key, 0, 1e-3, [10_000], dtype);
      expect([Number(t.min().item()) > 0, Number(t.max().item()) < 1e-3]).toEqual([true, true]);
    }
    const i = random.randint(key, [10_000], -2147483648, 2147483648);
    expect([Number(i.min().item()) < -2e9, Number(i.max().item()) > 2e9]).toEqual([true, true]);
  });
  test('float64 has 52 random bits, and the upper ones are all there', () => {
    const fractions = [...random.uniform(key, [1000], { dtype: 'float64' }).dataSync()].map((x) => x * 2 ** 52);
    expect(fractions.every(Number.isInteger)).toBe(true);
    expect(fractions.some((n) => n % 2 === 1)).toBe(true);
    expect(fractions.every((n) => n >= 0 && n < 2 ** 52)).toBe(true);
  });
  test('the first numbers do not depend on how many are drawn', () => {
    expect(random.bits(key, [8]).toNested()).toEqual(
      random.bits(key, [2, 8]).ravel().toNested().toString().split(',').slice(0, 8).map(Number),
    );
  });
  test('permutations hold each once, also of nothing and of one', () => {
    expect([...random.permutation(key, 1000).dataSync()].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    );
    expect(random.permutation(key, 0).toNested()).toEqual([]);
    expect(random.permutation(key, 1).toNested()).toEqual([0]);
  });
  test('a batch of keys gives a batch of draws', () => {
    const draws = vmap((k: random.Key) => random.uniform(k, [2]))(random.split(key, [5]));
    expect(draws.shape).toEqual([5, 2]);
    expect(new Set(draws.dataSync()).size).toBe(10);
  });
  test('bernoulli takes chances of any float type and shape', () => {
    expect(random.bernoulli(key, np.array([0, 1], 'float64')).toNested()).toEqual([false, true]);
    expect(random.bernoulli(key).shape).toEqual([]);
  });
  test('what cannot be drawn is refused', () => {
    expect(() => random.randint(key, [1], 5, 5)).toThrow(
      'randint: expected whole bounds of int32 with minval below maxval, got 5 and 5.',
    );
    expect(() => random.randint(key, [1], 0, 2 ** 33)).toThrow(/randint: expected whole bounds of int32/);
    expect(() => random.bits(key, [2 ** 20, 2 ** 20])).toThrow(
      'random: expected at most 2^32 numbers from one key, got [1048576, 1048576].',
    );
    expect(() => random.categorical(key, np.array([1], 'int32'))).toThrow(/categorical: expected float logits/);
  });
});
