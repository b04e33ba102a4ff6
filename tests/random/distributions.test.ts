import { describe, expect, test } from 'vitest';
import { grad, np, random, special, type NDArray } from 'fluxion';
import { departure, samplerLaws, type Distribution, type Sampler } from 'fluxion/laws';

const samplers: readonly Sampler[] = [
  { name: 'laplace', draw: (key) => random.laplace(key, [3]) },
  { name: 'logistic float64', draw: (key) => random.logistic(key, [3], 'float64') },
  { name: 'cauchy', draw: (key) => random.cauchy(key, [3]) },
  { name: 'rademacher', draw: (key) => random.rademacher(key, [64]) },
  { name: 'lognormal', draw: (key) => random.lognormal(key, [0.5, 2]) },
  { name: 'rayleigh', draw: (key) => random.rayleigh(key, 2, [3]) },
  { name: 'weibullMin', draw: (key) => random.weibullMin(key, 2, 1.5, [3]) },
  { name: 'pareto', draw: (key) => random.pareto(key, 3, [3]) },
  { name: 'triangular', draw: (key) => random.triangular(key, 0, 1, 3, [3]) },
  { name: 'gamma', draw: (key) => random.gamma(key, [0.3, 1, 20]) },
  { name: 'beta', draw: (key) => random.beta(key, 0.5, 2, [3]) },
  { name: 'dirichlet', draw: (key) => random.dirichlet(key, [1, 2, 3]) },
  { name: 'chisquare', draw: (key) => random.chisquare(key, 3, [3]) },
  { name: 'poisson', draw: (key) => random.poisson(key, [3, 500, 1e6]) },
  { name: 'binomial', draw: (key) => random.binomial(key, 30, 0.4, [20]) },
  { name: 'geometric', draw: (key) => random.geometric(key, 0.01, [10]) },
  { name: 'choice', draw: (key) => random.choice(key, 1000, { shape: [5] }) },
  { name: 'choice without replacement', draw: (key) => random.choice(key, 50, { shape: [20], replace: false }) },
  { name: 'shuffle', draw: (key) => random.shuffle(key, np.arange(40).reshape(20, 2)) },
];
describe('samplers', () => {
  for (const { name, check } of samplers.flatMap(samplerLaws)) test(name, () => check({ runs: 2 }));
});

const f64 = (x: number): NDArray => np.array(x, 'float64');
const value = (x: NDArray): number => Number(x.item());
/** Gamma of shape 2.5 and of 1/2 by closed forms of the error function. */
const halfBelow = (x: number): number => value(special.erf(f64(Math.sqrt(x))));
const fiveHalvesBelow = (x: number): number =>
  halfBelow(x) - ((Math.exp(-x) * Math.sqrt(x)) / Math.sqrt(Math.PI)) * (2 + (4 / 3) * x);

const distributions: readonly Distribution[] = [
  {
    name: 'laplace',
    draw: (key, n) => random.laplace(key, [n]),
    below: (x) => (x < 0 ? Math.exp(x) / 2 : 1 - Math.exp(-x) / 2),
    mean: 0,
    variance: 2,
  },
  {
    name: 'logistic',
    draw: (key, n) => random.logistic(key, [n]),
    below: (x) => 1 / (1 + Math.exp(-x)),
    mean: 0,
    variance: Math.PI ** 2 / 3,
  },
  {
    name: 'arctangent of cauchy',
    draw: (key, n) => np.arctan(random.cauchy(key, [n])),
    below: (x) => 0.5 + x / Math.PI,
    mean: 0,
    variance: Math.PI ** 2 / 12,
  },
  {
    name: 'rayleigh',
    draw: (key, n) => random.rayleigh(key, 2, [n]),
    below: (x) => 1 - Math.exp(-(x * x) / 8),
    mean: 2 * Math.sqrt(Math.PI / 2),
    variance: 4 * (2 - Math.PI / 2),
  },
  {
    name: 'logarithm of lognormal',
    draw: (key, n) => np.log(random.lognormal(key, 0.5, [n])),
    below: (x) => value(special.ndtr(f64(2 * x))),
    mean: 0,
    variance: 0.25,
  },
  {
    name: 'weibullMin of concentration 2',
    draw: (key, n) => random.weibullMin(key, 3, 2, [n]),
    below: (x) => 1 - Math.exp(-((x / 3) ** 2)),
    mean: 3 * (Math.sqrt(Math.PI) / 2),
    variance: 9 * (1 - Math.PI / 4),
  },
  {
    name: 'logarithm of pareto',
    draw: (key, n) => np.log(random.pareto(key, 3, [n])),
    below: (x) => 1 - Math.exp(-3 * x),
    mean: 1 / 3,
    variance: 1 / 9,
  },
  {
    name: 'triangular',
    draw: (key, n) => random.triangular(key, 0, 1, 3, [n]),
    below: (x) => (x < 1 ? (x * x) / 3 : 1 - (3 - x) ** 2 / 6),
    mean: 4 / 3,
    variance: (9 + 1 - 3) / 18,
  },
  {
    name: 'gamma of shape 2.5',
    draw: (key, n) => random.gamma(key, 2.5, [n]),
    below: fiveHalvesBelow,
    mean: 2.5,
    variance: 2.5,
  },
  {
    name: 'gamma of shape 0.5',
    draw: (key, n) => random.gamma(key, 0.5, [n]),
    below: halfBelow,
    mean: 0.5,
    variance: 0.5,
  },
  {
    name: 'exponential of loggamma, float64',
    draw: (key, n) => np.exp(random.loggamma(key, f64(2.5), [n])),
    below: fiveHalvesBelow,
    mean: 2.5,
    variance: 2.5,
  },
  {
    name: 'beta of 1/2 and 1/2',
    draw: (key, n) => random.beta(key, 0.5, 0.5, [n]),
    below: (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x)),
    mean: 0.5,
    variance: 0.125,
  },
  {
    name: 'a share of dirichlet of ones',
    draw: (key, n) => np.take(random.dirichlet(key, [1, 1, 1], [n]), np.array(0, 'int32'), 1),
    below: (x) => 1 - (1 - x) ** 2,
    mean: 1 / 3,
    variance: 1 / 18,
  },
  {
    name: 'arctangent of t with one degree',
    draw: (key, n) => np.arctan(random.t(key, 1, [n])),
    below: (x) => 0.5 + x / Math.PI,
    mean: 0,
    variance: Math.PI ** 2 / 12,
  },
  {
    name: 'chisquare of 5',
    draw: (key, n) => random.chisquare(key, 5, [n]),
    below: (x) => fiveHalvesBelow(x / 2),
    mean: 5,
    variance: 10,
  },
];
describe('distributions at fixed keys', () => {
  test.each(distributions)('$name', (distribution) => {
    expect(departure(distribution, random.key(2))).toBeNull();
  });
});

/** The largest departure of shares of 0, 1, ... from those expected, in standard errors. */
const worst = (xs: NDArray, shares: readonly number[]): number => {
  const values = [...xs.dataSync()];
  return Math.max(
    ...shares.map((p, i) => {
      const seen = values.filter((v) => v === i).length / values.length;
      return Math.abs(seen - p) / Math.sqrt((p * (1 - p)) / values.length);
    }),
  );
};
const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));
const n = 10_000;
describe('shares of discrete draws', () => {
  const key = random.key(4);
  test('poisson by products', () => {
    const shares = Array.from({ length: 8 }, (_, k) => (Math.exp(-3) * 3 ** k) / factorial(k));
    expect(worst(random.poisson(key, 3, [n]), shares)).toBeLessThan(4);
  });
  test('poisson by rejection', () => {
    const shares = Array.from({ length: 25 }, (_, k) => (Math.exp(-12) * 12 ** k) / factorial(k));
    expect(worst(random.poisson(key, 12, [n]), shares)).toBeLessThan(4);
    expect(random.poisson(key, 0, [2]).toNested()).toEqual([0, 0]);
  });
  test('binomial, geometric, rademacher', () => {
    expect(worst(random.binomial(key, 2, 0.3, [n]), [0.49, 0.42, 0.09])).toBeLessThan(4);
    const waits = random.geometric(key, 0.5, [n]);
    expect(worst(waits.sub(1), [0.5, 0.25, 0.125])).toBeLessThan(4);
    expect(worst(random.rademacher(key, [n]).add(1), [0.5])).toBeLessThan(4);
    expect(Number(waits.min().item())).toBe(1);
  });
  test('multinomial: counts that sum to n, each binomial, of any batch', () => {
    const p = [0.2, 0.5, 0.3];
    const drawn = random.multinomial(key, 2, p, [n]);
    expect([drawn.shape, drawn.dtype]).toEqual([[n, 3], 'int32']);
    expect(new Set(drawn.sum(1).dataSync())).toEqual(new Set([2]));
    p.forEach((chance, i) => {
      const shares = [(1 - chance) ** 2, 2 * chance * (1 - chance), chance ** 2];
      expect(worst(np.take(drawn, [i], 1), shares)).toBeLessThan(4);
    });
    expect(random.multinomial(key, 0, p).toNested()).toEqual([0, 0, 0]);
    expect(random.multinomial(key, 7, [1]).toNested()).toEqual([7]);
    const sure = random.multinomial(key, 5, [
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(sure.toNested()).toEqual([
      [0, 5, 0],
      [0, 0, 5],
    ]);
    expect(() => random.multinomial(key, 1.5, p)).toThrow('multinomial: expected a whole number of draws, got 1.5.');
    expect(() => random.multinomial(key, 1, 0.5)).toThrow('expected an axis of probabilities');
  });
  test('choice with chances, with and without replacement', () => {
    const p = [0.1, 0.2, 0.7];
    expect(worst(random.choice(key, 3, { shape: [n], p }), p)).toBeLessThan(4);
    const firsts = random.split(key, 400).map((k) => random.choice(k, 3, { shape: [2], p, replace: false }));
    expect(firsts.every((x) => new Set(x.dataSync()).size === 2)).toBe(true);
    const first = np.array(firsts.map((x) => x.dataSync()[0] ?? 9));
    expect(worst(first, p)).toBeLessThan(4);
  });
  test('categorical along any axis', () => {
    const logits = np.log([[0.1], [0.2], [0.7]]);
    const drawn = random.categorical(key, logits, { axis: 0, shape: [n, 1] });
    expect(drawn.shape).toEqual([n, 1]);
    expect(worst(drawn, [0.1, 0.2, 0.7])).toBeLessThan(4);
  });
});

describe('orders', () => {
  const key = random.key(0);
  const x = np.arange(24).reshape(2, 3, 4);
  const sorted = (y: NDArray): readonly number[] => [...y.dataSync()].sort((a, b) => a - b);
  test('permutation moves slices along an axis as a whole', () => {
    const y = random.permutation(key, x, { axis: 2 });
    expect(sorted(y)).toEqual(sorted(x));
    const order = random.permutation(key, 4);
    expect(y.toNested()).toEqual(np.take(x, order, 2).toNested());
  });
  test('independent orders stay in their lanes', () => {
    const y = random.permutation(key, x, { axis: 1, independent: true });
    expect(np.sort(y, 1).toNested()).toEqual(x.toNested());
    expect(random.shuffle(key, np.arange(50)).toNested()).not.toEqual(np.arange(50).toNested());
  });
  test('choice from slices along an axis', () => {
    const y = random.choice(key, x, { shape: [5, 2], axis: 1 });
    expect(y.shape).toEqual([2, 5, 2, 4]);
    expect(random.choice(key, 7).shape).toEqual([]);
    expect(sorted(random.choice(key, 9, { shape: [3, 3], replace: false }))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
  test('categorical without replacement draws each class once', () => {
    const drawn = random.categorical(key, np.zeros([2, 5]), { shape: [5, 2], replace: false });
    expect(drawn.shape).toEqual([5, 2]);
    expect(np.sort(drawn, 0).transpose().toNested()).toEqual([
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4],
    ]);
  });
  test('what cannot be drawn is refused', () => {
    expect(() => random.choice(key, 3, { shape: [4], replace: false })).toThrow('choice: expected at most 3 draws');
    expect(() => random.choice(key, 0, { shape: [4] })).toThrow('choice: expected something to choose from');
    expect(() => random.choice(key, 3, { p: [1] })).toThrow('choice: expected 3 probabilities');
    expect(() => random.categorical(key, np.zeros([2, 3]), { shape: [3] })).toThrow(/a shape that ends with \[2\]/);
    expect(() => random.categorical(key, np.zeros([3]), { shape: [4], replace: false })).toThrow('at most 3 draws');
    expect(() => random.binomial(key, 1.5, 0.5)).toThrow('binomial: expected a whole number of times, got 1.5.');
  });
});

describe('keys', () => {
  test('words in and out', () => {
    expect(random.keyData(random.PRNGKey(7)).toNested()).toEqual([0, 7]);
    expect(random.uniform(random.wrapKeyData(np.array([0, 7], 'uint32'))).item()).toBe(
      random.uniform(random.key(7)).item(),
    );
    expect(random.clone(random.key(-3)).toNested()).toEqual(random.key(-3).toNested());
    expect(() => random.wrapKeyData(np.zeros([2]))).toThrow('wrapKeyData: expected uint32 words');
  });
});

describe('derivatives in parameters', () => {
  const key = random.key(0);
  const slopes = (f: (x: NDArray) => NDArray, at: readonly number[]): readonly number[] =>
    Array.from(grad((x: NDArray) => f(x).sum())(np.array(at, 'float64')).dataSync());
  /** Shapes, and how the numbers drawn for them move: the integral that defines it in 30 digits, of the first scipy's inverse differenced. */
  test('of gamma numbers in their shapes', () => {
    const shapes = [0.1, 0.5, 1, 2, 10, 100, 1000];
    const moved = [
      0.0009332241675, 0.0750306745069, 1.69937096855649, 0.279316856717716, 1.01573752173692, 1.09073494314746,
      0.995540512050935,
    ];
    slopes((a) => random.gamma(key, a), shapes).forEach((slope, i) => {
      const wanted = moved[i] ?? NaN;
      expect(Math.abs(slope - wanted)).toBeLessThan(1e-6 * wanted);
    });
  });
  test('of logarithms of gamma numbers as of the numbers', () => {
    const shapes = [0.3];
    const plain = slopes((a) => np.log(random.gamma(key, a)), shapes);
    slopes((a) => random.loggamma(key, a), shapes).forEach((slope, i) =>
      expect(slope).toBeCloseTo(plain[i] ?? NaN, 10),
    );
  });
  test('of uniform numbers in their bounds', () => {
    const u = value(random.uniform(key, [], { dtype: 'float64' }));
    const low = slopes((a) => random.uniform(key, [1], { minval: a, maxval: 3, dtype: 'float64' }), [1]);
    const high = slopes((b) => random.uniform(key, [1], { minval: 1, maxval: b, dtype: 'float64' }), [3]);
    const first = value(random.uniform(key, [1], { dtype: 'float64' }).reshape());
    expect(low[0]).toBeCloseTo(1 - first, 14);
    expect(high[0]).toBeCloseTo(first, 14);
    expect(u).toBeGreaterThan(0);
  });
  test('of scaled numbers', () => {
    expect(slopes((b) => random.rayleigh(key, b), [2])[0]).toBeCloseTo(value(random.rayleigh(key, f64(2))) / 2, 12);
    const t = slopes((df) => random.t(key, df), [3])[0] ?? NaN;
    expect(Number.isFinite(t) && t !== 0).toBe(true);
  });
});
