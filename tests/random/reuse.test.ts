import { describe, expect, test } from 'vitest';
import { FluxionError, grad, jit, np, random, vmap, type NDArray } from 'fluxion';

const { debugKeyReuse, KeyReuseError } = random;
const caught = (f: () => unknown): unknown => {
  try {
    f();
  } catch (error) {
    return error;
  }
  return null;
};

describe('debugKeyReuse', () => {
  const key = random.key(0);
  test('a second draw or split is an error that names both lines', () => {
    const error = caught(() => debugKeyReuse(() => [random.normal(key), random.uniform(key)]));
    if (!(error instanceof KeyReuseError)) throw new Error(`expected a KeyReuseError, got ${String(error)}`);
    expect(error).toBeInstanceOf(FluxionError);
    expect(error.first).toMatch(/reuse\.test\.ts:\d+:\d+/);
    expect(error.place).toMatch(/reuse\.test\.ts:\d+:\d+/);
    expect(error.place).not.toBe(error.first);
    expect(error.message).toMatch(/^random: expected a key that was not used, got one used at .*Split it/);
    expect(() => debugKeyReuse(() => [random.split(key), random.split(key)])).toThrow(KeyReuseError);
  });
  test('parts of a split, folded keys and clones are keys of their own', () => {
    const drawn = debugKeyReuse(() => {
      const [a, b] = random.split(key);
      const [c, d] = [random.foldIn(a, 1), random.foldIn(a, 2)];
      return [a, b, c, d, random.clone(b)].map((k) => random.normal(k));
    });
    expect(drawn.length).toBe(5);
  });
  test('samplers use a key once, however they draw', () => {
    const samplers: readonly ((k: random.Key) => unknown)[] = [
      (k) => random.randint(k, [2], 0, 5),
      (k) => random.permutation(k, 1000),
      (k) => random.choice(k, 9, { shape: [3], replace: false, p: np.ones([9]).div(9) }),
      (k) => random.gamma(k, [0.5, 2]),
      (k) => random.poisson(k, [1, 100]),
      (k) => random.t(k, 3),
      (k) => random.orthogonal(k, 2),
    ];
    for (const sample of samplers) expect(caught(() => debugKeyReuse(() => sample(random.key(1))))).toBeNull();
  });
  test('within transformations', () => {
    const twice = (k: random.Key): NDArray => random.normal(k).add(random.normal(k));
    expect(() => debugKeyReuse(() => jit(twice)(key))).toThrow(KeyReuseError);
    expect(() => debugKeyReuse(() => vmap(twice)(random.split(key, [3])))).toThrow(KeyReuseError);
    expect(() => debugKeyReuse(() => grad((x: NDArray) => twice(key).mul(x))(np.array(1)))).toThrow(KeyReuseError);
  });
  test('nothing is checked outside', () => {
    debugKeyReuse(() => random.normal(key));
    expect(random.normal(key).item()).toBe(random.normal(key).item());
  });
});
