import { describe, expect, test } from 'vitest';
import { np, optim, type NDArray } from 'fluxion';

const numbers = (x: NDArray): readonly number[] => [...x.dataSync()];

describe('memories can be read and changed', () => {
  const params = { w: np.ones([2]), b: np.zeros([]) };
  test('by path', () => {
    const optimizer = optim.adam(0.1);
    const [, memory] = optimizer.update(params, optimizer.init(params), params);
    expect(numbers(memory[0].mean.w)[0]).toBeCloseTo(0.1, 6);
    expect(memory[0].count.item()).toBe(1);
    expect(optim.tree.get(memory, 'learningRate')).toBe(memory[1].learningRate);
    const named = optim.namedChain({ moments: optim.scaleByAdam(), rate: optim.scaleByLearningRate(0.2) });
    expect(named.init(params).parts.rate.learningRate.item()).toBe(0.2);
    expect(numbers(named.init(params).parts.moments.square.w)).toEqual([0, 0]);
  });
  test('hyperparameters, by name', () => {
    const optimizer = optim.injectHyperparams(({ learningRate, b1 }) => optim.adam(learningRate, { b1 }), {
      learningRate: 0.5,
      b1: 0.9,
    });
    const start = optimizer.init(params);
    expect(start.hyperparams.b1.item()).toBe(0.9);
    const changed = optim.withHyperparams(start, { b1: 0, learningRate: 0.25 });
    const [updates, memory] = optimizer.update(params, changed, params);
    expect(numbers(updates.w)[0]).toBeCloseTo(-0.25, 6);
    expect(numbers(memory.inner[0].mean.w)[0]).toBe(1);
    expect(memory.inner[1].learningRate.item()).toBe(0.25);
    // The rate of fit's policies reaches it too.
    const slower = optim.withLearningRate(start, 0.125);
    expect(numbers(optimizer.update(params, slower, params)[0].w)[0]).toBeCloseTo(-0.125, 6);
  });
  test('a schedule in place of a number', () => {
    const optimizer = optim.injectHyperparams(({ factor }) => optim.scale(factor), {
      factor: optim.schedules.linear(1, 0, 4),
    });
    const [first, memory] = optimizer.update(params, optimizer.init(params), params);
    const [second, last] = optimizer.update(params, memory, params);
    expect([numbers(first.w)[0], numbers(second.w)[0], last.scheduled.factor.item()]).toEqual([1, 0.75, 0.75]);
    expect(() => optim.withHyperparams(memory, { factor: 1 })).toThrow('got one that follows a schedule');
    expect(() => optim.withHyperparams(memory, { other: 1 })).toThrow(
      'expected hyperparameters of the memory, got other',
    );
  });
  test('rates inside wrappers', () => {
    const optimizer = optim.partition(
      { fast: optim.sgd(1), slow: optim.multiSteps(optim.sgd(0.5), 2) },
      { w: 'fast', b: 'slow' },
    );
    const memory = optim.withLearningRate(optimizer.init(params), 0.25);
    expect(memory.parts.fast[0].learningRate.item()).toBe(0.25);
    expect(memory.parts.slow.inner[0].learningRate.item()).toBe(0.25);
  });
  test('stray labels are refused', () => {
    expect(() => optim.partition({ a: optim.sgd(1) }, () => 'b' as 'a').init(params)).toThrow(
      'partition: expected labels among a, got b.',
    );
  });
});

describe('trees as vectors', () => {
  const [a, b] = [
    { x: np.array([3, 4]), y: np.array(1) },
    { x: np.array([1, 2]), y: np.array(-1) },
  ];
  test('arithmetic', () => {
    expect(numbers(optim.tree.add(a, b).x)).toEqual([4, 6]);
    expect(numbers(optim.tree.sub(a, b).y)).toEqual([2]);
    expect(numbers(optim.tree.scale(2, a).x)).toEqual([6, 8]);
    expect(numbers(optim.tree.zerosLike(a).x)).toEqual([0, 0]);
    expect([optim.tree.sum(a), optim.tree.vdot(a, b)].map((x) => x.item())).toEqual([8, 10]);
    const empty = optim.tree.norm({});
    expect([optim.globalNorm({ x: a.x }), optim.tree.norm(a, { ord: 1 }), empty].map((x) => x.item())).toEqual([
      5, 8, 0,
    ]);
    expect([optim.tree.norm(b, { ord: 'inf' }), optim.tree.norm(a, { isSquared: true })].map((x) => x.item())).toEqual([
      2, 26,
    ]);
  });
  test('get and set look for one field', () => {
    const memory = optim.adam(0.1).init(a);
    expect(optim.tree.set(memory, 'count', np.array(5, 'int32'))[0].count.item()).toBe(5);
    expect(() => optim.tree.get([memory, memory], 'count')).toThrow(
      'expected one field count, got [0][0].count, [1][0].count.',
    );
    expect(() => optim.tree.set(memory, 'nothing', 1)).toThrow('expected a field nothing, got none.');
  });
});
