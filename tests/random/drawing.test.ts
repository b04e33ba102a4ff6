/** Samplers as states of keys: their laws, each sampler by name, and programs of draws as users write them. */
import { pipe } from 'fp-ts/lib/function.js';
import * as S from 'fp-ts/lib/State.js';
import { describe, expect, test } from 'vitest';
import { jit, nn, np, random, vmap, type NDArray } from 'fluxion';
import * as drawing from 'fluxion/random';
import { drawLaws } from 'fluxion/laws';

const laws = drawLaws([
  { name: 'normal', sample: (key, by) => random.normal(key).mul(by) },
  { name: 'gamma', sample: (key, by) => random.gamma(key, np.abs(by).add(0.5)) },
  { name: 'sum of two', sample: (key, by) => random.uniform(key, [2]).sum().add(by) },
]);
test.for(laws.map((law) => [law.name, law] as const))('%s', ([, law]) => law.check({ runs: 8 }));

const logits = np.array([0.1, 0.5, -1]);
const [mean, covariance] = [np.zeros([2]), np.eye(2)];
/** Each sampler as a draw and by hand. */
const samplers: Readonly<Record<string, readonly [drawing.Draw<NDArray>, (key: random.Key) => NDArray]>> = {
  bits: [drawing.bits([3]), (k) => random.bits(k, [3])],
  uniform: [drawing.uniform([3], { minval: 2, maxval: 3 }), (k) => random.uniform(k, [3], { minval: 2, maxval: 3 })],
  normal: [drawing.normal([3], 'float64'), (k) => random.normal(k, [3], 'float64')],
  truncatedNormal: [drawing.truncatedNormal(-1, 2, [3]), (k) => random.truncatedNormal(k, -1, 2, [3])],
  bernoulli: [drawing.bernoulli(0.3, [9]), (k) => random.bernoulli(k, 0.3, [9])],
  randint: [drawing.randint([3], 0, 99), (k) => random.randint(k, [3], 0, 99)],
  gumbel: [drawing.gumbel([3]), (k) => random.gumbel(k, [3])],
  exponential: [drawing.exponential(), (k) => random.exponential(k)],
  laplace: [drawing.laplace([3]), (k) => random.laplace(k, [3])],
  logistic: [drawing.logistic([3]), (k) => random.logistic(k, [3])],
  cauchy: [drawing.cauchy([3]), (k) => random.cauchy(k, [3])],
  rademacher: [drawing.rademacher([9]), (k) => random.rademacher(k, [9])],
  lognormal: [drawing.lognormal(0.5, [3]), (k) => random.lognormal(k, 0.5, [3])],
  rayleigh: [drawing.rayleigh(2, [3]), (k) => random.rayleigh(k, 2, [3])],
  weibullMin: [drawing.weibullMin(1, 2, [3]), (k) => random.weibullMin(k, 1, 2, [3])],
  pareto: [drawing.pareto(3, [3]), (k) => random.pareto(k, 3, [3])],
  triangular: [drawing.triangular(0, 1, 3, [3]), (k) => random.triangular(k, 0, 1, 3, [3])],
  gamma: [drawing.gamma(2, [3]), (k) => random.gamma(k, 2, [3])],
  loggamma: [drawing.loggamma(0.1, [3]), (k) => random.loggamma(k, 0.1, [3])],
  beta: [drawing.beta(2, 3), (k) => random.beta(k, 2, 3)],
  dirichlet: [drawing.dirichlet([1, 2, 3]), (k) => random.dirichlet(k, [1, 2, 3])],
  t: [drawing.t(4, [3]), (k) => random.t(k, 4, [3])],
  chisquare: [drawing.chisquare(4, [3]), (k) => random.chisquare(k, 4, [3])],
  poisson: [drawing.poisson(4, [3]), (k) => random.poisson(k, 4, [3])],
  binomial: [drawing.binomial(9, 0.4, [3]), (k) => random.binomial(k, 9, 0.4, [3])],
  geometric: [drawing.geometric(0.2, [3]), (k) => random.geometric(k, 0.2, [3])],
  multinomial: [drawing.multinomial(9, [0.2, 0.8]), (k) => random.multinomial(k, 9, [0.2, 0.8])],
  categorical: [drawing.categorical(logits, { shape: [5] }), (k) => random.categorical(k, logits, { shape: [5] })],
  permutation: [drawing.permutation(9), (k) => random.permutation(k, 9)],
  shuffle: [drawing.shuffle(np.arange(9)), (k) => random.shuffle(k, np.arange(9))],
  choice: [drawing.choice(9, { shape: [3] }), (k) => random.choice(k, 9, { shape: [3] })],
  multivariateNormal: [
    drawing.multivariateNormal(mean, covariance),
    (k) => random.multivariateNormal(k, mean, covariance),
  ],
  orthogonal: [drawing.orthogonal(2), (k) => random.orthogonal(k, 2)],
  nextKey: [drawing.nextKey, (k) => k],
};

describe('a sampler as a draw', () => {
  test.for(Object.entries(samplers))(
    '%s uses the second part of the key and hands on the first',
    ([, [draw, sample]]) => {
      const key = random.key(7);
      const [next, own] = random.split(key);
      const [value, after] = draw(key);
      expect([value.toNested(), after.toNested()]).toEqual([sample(own).toNested(), next.toNested()]);
    },
  );

  test('there is one for each name, and each name stands above', () => {
    const others = ['Do', 'draw', 'lift', 'evaluate'];
    expect(
      Object.keys(drawing)
        .filter((name) => !others.includes(name))
        .toSorted(),
    ).toEqual(Object.keys(samplers).toSorted());
  });
});

describe('a program of draws', () => {
  const model = pipe(
    drawing.Do,
    S.bind('scale', () => drawing.gamma(2)),
    S.bind('noise', ({ scale }) => drawing.normal([...scale.shape, 3])),
    S.map(({ scale, noise }) => noise.mul(scale)),
  );

  test('in do notation reads what was drawn before', () => {
    const [rest, first] = random.split(random.key(3));
    const second = random.split(rest)[1];
    const expected = random.normal(second, [3]).mul(random.gamma(first, 2));
    expect(pipe(model, drawing.evaluate(random.key(3))).toNested()).toEqual(expected.toNested());
  });

  test('over a list draws each anew', () => {
    const drawn = pipe(
      [1, 10, 100],
      S.traverseArray((n) =>
        pipe(
          drawing.uniform(),
          S.map((u) => u.mul(n)),
        ),
      ),
      drawing.evaluate(random.key(5)),
    );
    const numbers = drawn.map((x) => Number(x.item()));
    expect(numbers.every((x, i) => x >= 0 && x < 10 ** i)).toBe(true);
    expect(new Set(numbers.map((x, i) => x / 10 ** i)).size).toBe(3);
    expect(
      pipe(
        [],
        S.traverseArray(() => drawing.normal()),
        drawing.evaluate(random.key(5)),
      ),
    ).toEqual([]);
  });

  test('is batched and compiled like any function of a key', () => {
    const stacked = random.split(random.key(1), [4]);
    const all = jit(vmap(model))(stacked)[0];
    expect(all.shape).toEqual([4, 3]);
    const third = pipe(model, drawing.evaluate(stacked.get(2)));
    expect(Number(all.get(2, 0).item())).toBeCloseTo(Number(third.get(0).item()), 5);
  });

  test('hands a key to what is no sampler', () => {
    const layer = nn.dense(2);
    const { params } = pipe(
      drawing.draw((key) => layer.init(key, [3])),
      drawing.evaluate(random.key(0)),
    );
    const same = pipe(
      drawing.nextKey,
      S.map((key) => layer.init(key, [3]).params),
      drawing.evaluate(random.key(0)),
    );
    expect(same.kernel.toNested()).toEqual(params.kernel.toNested());
  });
});
