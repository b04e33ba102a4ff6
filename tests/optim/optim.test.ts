import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grad, jit, np, optim, random, type NDArray } from 'fluxion';
import { keys, monoidLaws, optimizerLaws, sameUpdates, type OptimizerCase } from 'fluxion/laws';

const cases: readonly OptimizerCase[] = [
  { name: 'sgd', optimizer: optim.sgd(0.05) },
  { name: 'momentum', optimizer: optim.momentum(0.01) },
  { name: 'nesterov', optimizer: optim.momentum(0.01, 0.9, { nesterov: true }) },
  { name: 'adam', optimizer: optim.adam(0.1) },
  { name: 'identity', optimizer: optim.identity(), descends: false },
  { name: 'scale', optimizer: optim.scale(-0.05) },
  { name: 'trace', optimizer: optim.trace(0.5), descends: false },
  {
    name: 'chain of three',
    optimizer: optim.chain(optim.scale(2), optim.scaleByAdam(), optim.scaleByLearningRate(0.1)),
  },
];
describe('optimizers', () => {
  for (const { name, check } of cases.flatMap(optimizerLaws)) test(name, () => check({ runs: 10 }));
});

describe('chain', () => {
  const values = fc.constantFrom(...cases.map(({ optimizer }) => optimizer));
  const equals = (a: optim.GradientTransformation, b: optim.GradientTransformation): boolean => {
    for (const key of fc.sample(keys(), 2)) sameUpdates(a, b, key);
    return true;
  };
  for (const { name, check } of monoidLaws(optim.transformationMonoid, { name: 'chain', values, equals }))
    test(name, () => check({ runs: 20 }));
  test('of nothing is the identity', () => sameUpdates(optim.chain(), optim.identity(), random.key(0)));
  test('orders matter', () => {
    const [a, b] = [optim.scaleByAdam(), optim.scale(3)];
    expect(() => sameUpdates(optim.chain(a, b), optim.chain(b, a), random.key(0))).toThrow(/updates/);
  });
});

/** The path of one number under a gradient that depends on it, by fluxion. */
const path = (
  optimizer: optim.GradientTransformation,
  gradient: (x: number) => number,
  steps: number,
): readonly number[] => {
  let x: NDArray = np.array(1.5, 'float64');
  let memory = optimizer.init(x);
  return Array.from({ length: steps }, () => {
    const [updates, next] = optimizer.update(np.array(gradient(Number(x.item())), 'float64'), memory, x);
    memory = next;
    x = optim.applyUpdates(x, updates);
    return Number(x.item());
  });
};
const gradient = (x: number): number => 3 * x * x - Math.cos(x);
const expectPath = (got: readonly number[], step: (x: number, t: number) => number): void => {
  let x = 1.5;
  got.forEach((value, i) => {
    x = step(x, i + 1);
    expect(Math.abs(value - x)).toBeLessThan(1e-12);
  });
};

describe('optimizers follow the formulas of their papers', () => {
  test('gradient descent', () => expectPath(path(optim.sgd(0.01), gradient, 20), (x) => x - 0.01 * gradient(x)));
  test('momentum (Polyak 1964)', () => {
    let v = 0;
    expectPath(path(optim.momentum(0.01, 0.8), gradient, 20), (x) => {
      v = 0.8 * v + gradient(x);
      return x - 0.01 * v;
    });
  });
  test('Nesterov (Sutskever et al. 2013, at the point ahead)', () => {
    let v = 0;
    expectPath(path(optim.momentum(0.01, 0.8, { nesterov: true }), gradient, 20), (x) => {
      const g = gradient(x);
      v = 0.8 * v + g;
      return x - 0.01 * (g + 0.8 * v);
    });
  });
  test('Adam (Kingma and Ba 2014, algorithm 1)', () => {
    let [m, v] = [0, 0];
    expectPath(path(optim.adam(0.1, { b1: 0.8, b2: 0.99, eps: 1e-6 }), gradient, 20), (x, t) => {
      const g = gradient(x);
      m = 0.8 * m + 0.2 * g;
      v = 0.99 * v + 0.01 * g * g;
      return x - (0.1 * (m / (1 - 0.8 ** t))) / (Math.sqrt(v / (1 - 0.99 ** t)) + 1e-6);
    });
  });
  test('Adam finds the bottom of the Rosenbrock valley', () => {
    const valley = (p: NDArray): NDArray => {
      const [x, y] = [np.take(p, 0, 0), np.take(p, 1, 0)];
      return np.square(np.subtract(1, x)).add(np.square(y.sub(np.square(x))).mul(100));
    };
    const optimizer = optim.adam(0.02);
    let p: NDArray = np.array([-1.2, 1], 'float64');
    let memory = optimizer.init(p);
    const step = jit((at: NDArray, remembered: typeof memory) => {
      const [updates, next] = optimizer.update(grad(valley)(at), remembered, at);
      return [optim.applyUpdates(at, updates), next] as const;
    });
    for (let i = 0; i < 5000; i++) [p, memory] = step(p, memory);
    expect(Number(valley(p).item())).toBeLessThan(1e-6);
  });
});

describe('learning rates', () => {
  const params = { learningRate: np.ones([]), w: np.ones([2]) };
  test('are leaves of the memory, and can be changed', () => {
    const optimizer = optim.chain(optim.trace(0.9), optim.chain(optim.scaleByLearningRate(0.5)));
    const memory = optim.withLearningRate(optimizer.init(params), 0.25);
    expect(memory[1][0].learningRate.item()).toBe(0.25);
    // A parameter of the same name is left alone.
    expect(memory[0].trace.learningRate.item()).toBe(0);
    const [updates] = optimizer.update(params, memory, params);
    expect(updates.w.toNested()).toEqual([-0.25, -0.25]);
  });
  test('a memory without one is refused', () => {
    expect(() => optim.withLearningRate(optim.scale(2).init(params), 0.1)).toThrow(
      'withLearningRate: expected a memory with a learning rate, got none.',
    );
  });
  test('updates come in the types of the parameters', () => {
    const mixed = { a: np.ones([2], 'float32'), b: np.ones([2], 'float64') };
    const [updates] = optim.adam(0.1).update(mixed, optim.adam(0.1).init(mixed), mixed);
    expect([updates.a.dtype, updates.b.dtype]).toEqual(['float32', 'float64']);
  });
});
