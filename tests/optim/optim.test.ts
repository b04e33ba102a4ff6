import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { np, optim, random } from 'fluxion';
import { keys, monoidLaws, optimizerLaws, sameUpdates, type OptimizerCase } from 'fluxion/laws';

const cases: readonly OptimizerCase[] = [
  { name: 'sgd', optimizer: optim.sgd(0.05) },
  { name: 'momentum', optimizer: optim.momentum(0.01) },
  { name: 'nesterov', optimizer: optim.momentum(0.01, 0.9, { nesterov: true }) },
  { name: 'adam', optimizer: optim.adam(0.1) },
  { name: 'identity', optimizer: optim.identity() },
  { name: 'scale', optimizer: optim.scale(-0.05) },
  { name: 'trace', optimizer: optim.trace(0.5) },
  {
    name: 'chain of three',
    optimizer: optim.chain(optim.scale(2), optim.scaleByAdam(), optim.scaleByLearningRate(0.1)),
  },
];
describe('optimizers', () => {
  for (const { name, check } of cases.flatMap(optimizerLaws)) test(name, () => check({ runs: 5 }));
});

describe('chain', () => {
  const values = fc.constantFrom(...cases.map(({ optimizer }) => optimizer));
  const equals = (a: optim.GradientTransformation, b: optim.GradientTransformation): boolean => {
    for (const key of fc.sample(keys(), 2)) sameUpdates(a, b, key);
    return true;
  };
  for (const { name, check } of monoidLaws(optim.transformationMonoid, { name: 'chain', values, equals }))
    test(name, () => check({ runs: 6 }));
  test('of nothing is the identity', () => sameUpdates(optim.chain(), optim.identity(), random.key(0)));
  test('orders matter', () => {
    const [a, b] = [optim.scaleByAdam(), optim.scale(3)];
    expect(() => sameUpdates(optim.chain(a, b), optim.chain(b, a), random.key(0))).toThrow(/updates/);
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
