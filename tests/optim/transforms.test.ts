import { describe, expect, test } from 'vitest';
import { jit, np, optim, type NDArray } from 'fluxion';

const once = <P>(t: optim.GradientTransformation, gradients: P, params: P = gradients): P =>
  t.update(gradients, t.init(params), params)[0];
const numbers = (x: NDArray): readonly number[] => [...x.dataSync()];

describe('clipping', () => {
  test('clip cuts each element', () =>
    expect(numbers(once(optim.clip(1), np.array([-3, 0.5, 2])))).toEqual([-1, 0.5, 1]));
  test('clipByGlobalNorm shrinks all leaves together, and only if they are too long', () => {
    const g = { a: np.array([3, 0], 'float64'), b: np.array(4, 'float64') };
    const { a, b } = once(optim.clipByGlobalNorm(1), g);
    expect([...numbers(a), ...numbers(b)]).toEqual([3 / 5, 0, 4 / 5]);
    expect(numbers(once(optim.clipByGlobalNorm(6), g).a)).toEqual([3, 0]);
    expect(numbers(once(optim.clipByGlobalNorm(1), np.zeros([2])))).toEqual([0, 0]);
  });
  test('clipByBlockRms looks at each leaf', () => {
    const { a, b } = once(optim.clipByBlockRms(1), { a: np.array([2, -2]), b: np.array([0.5]) });
    expect([numbers(a), numbers(b)]).toEqual([[1, -1], [0.5]]);
  });
  test('adaptiveGradClip compares units', () => {
    // Two units with weights of norm 5 and 0: the second counts as 0.1.
    const params = np.array(
      [
        [3, 0],
        [4, 0],
      ],
      'float64',
    );
    const g = np.array(
      [
        [6, 0],
        [8, 1],
      ],
      'float64',
    );
    const expected = [
      [0.3, 0],
      [0.4, 0.01],
    ];
    expect(np.allclose(once(optim.adaptiveGradClip(0.1, 0.1), g, params), np.array(expected, 'float64')).item()).toBe(
      true,
    );
  });
});

describe('what looks at parameters', () => {
  test('addDecayedWeights decays what the mask means', () => {
    const p = { kernel: np.full([1, 2], 2), bias: np.full([2], 2) };
    const zero = optim.tree.zerosLike(p);
    const byTree = once(optim.addDecayedWeights(0.5, { kernel: true, bias: false }), zero, p);
    const byLeaf = once(
      optim.addDecayedWeights(0.5, (_, leaf) => leaf.ndim > 1),
      zero,
      p,
    );
    for (const { kernel, bias } of [byTree, byLeaf])
      expect([numbers(kernel), numbers(bias)]).toEqual([
        [1, 1],
        [0, 0],
      ]);
  });
  test('a mask with holes is refused', () => {
    expect(() =>
      once(optim.addDecayedWeights(0.5, { kernel: true }), { kernel: np.ones([1]), bias: np.ones([1]) }),
    ).toThrow('masked: expected a boolean for the leaf .bias, got undefined.');
  });
  test('a mask hides what is not meant from the Hessian, infinite values too', () => {
    const params = { w: np.array([1, 2]), barred: np.array([-Infinity]) };
    const optimizer = optim.masked(optim.scaleBySophia({ updateInterval: 1 }), { w: true, barred: false });
    const seen: (readonly number[])[] = [];
    const hessianProduct = <P extends typeof params>(direction: P): P => {
      seen.push(numbers(direction.barred));
      return direction;
    };
    optimizer.update(params, optimizer.init(params), params, { hessianProduct });
    expect(seen.at(-1)).toEqual([0]);
  });
  test('keepParamsNonnegative stops at 0', () => {
    expect(numbers(once(optim.keepParamsNonnegative(), np.array([-2, -2, 1]), np.array([1, 3, 0])))).toEqual([
      -1, -2, 1,
    ]);
  });
  test('scaleByTrustRatio leaves zeros alone', () => {
    expect(numbers(once(optim.scaleByTrustRatio(), np.array([3, 4]), np.array([0, 10])))).toEqual([6, 8]);
    expect(numbers(once(optim.scaleByTrustRatio(), np.array([3, 4]), np.zeros([2])))).toEqual([3, 4]);
  });
  test('scaleByParamBlockRms, centralize, freeze, setToZero', () => {
    expect(numbers(once(optim.scaleByParamBlockRms(), np.array([1, 2]), np.array([2, -2])))).toEqual([2, 4]);
    expect(
      numbers(
        once(
          optim.centralize(),
          np.array([
            [1, 3],
            [2, 6],
          ]),
        ),
      ),
    ).toEqual([-1, 1, -2, 2]);
    const g = { a: np.ones([1]), b: np.ones([1]) };
    expect(numbers(once(optim.freeze({ a: true, b: false }), g).a)).toEqual([0]);
    expect(numbers(once(optim.freeze({ a: true, b: false }), g).b)).toEqual([1]);
    expect(numbers(once(optim.setToZero(), g).b)).toEqual([0]);
  });
});

describe('what does not happen each time', () => {
  const w = np.ones([2]);
  test('applyEvery gives the sum at the end', () => {
    const t = optim.applyEvery(3);
    let memory = t.init(w);
    const seen = [1, 2, 3, 4, 5, 6].map((x) => {
      const [updates, next] = t.update(w.mul(x), memory, w);
      memory = next;
      return numbers(updates)[0];
    });
    expect(seen).toEqual([0, 0, 6, 0, 0, 15]);
  });
  test('multiSteps by a schedule, with sums', () => {
    const t = optim.multiSteps(optim.scale(1), (step) => step.add(1), { useGradMean: false });
    let memory = t.init(w);
    const step = jit((g: NDArray, m: typeof memory) => t.update(g, m, g));
    const seen = [1, 2, 3, 4, 5, 6].map((x) => {
      const [updates, next] = step(w.mul(x), memory);
      memory = next;
      return numbers(updates)[0];
    });
    expect(seen).toEqual([1, 0, 5, 0, 0, 15]);
    expect(memory.gradientStep.item()).toBe(3);
  });
  test('applyIfFinite leaves out what is not finite, but not for ever', () => {
    const t = optim.applyIfFinite(optim.trace(0.5), 1);
    let memory = t.init(w);
    const seen = [1, NaN, 1, Infinity, NaN].map((x) => {
      const [updates, next] = t.update(w.mul(x), memory, w);
      memory = next;
      return [numbers(updates)[0], memory.notFinite.item(), memory.totalNotFinite.item(), memory.wasFinite.item()];
    });
    expect(seen).toEqual([
      [1, 0, 0, true],
      [0, 1, 1, false],
      [1.5, 0, 1, true],
      [0, 1, 2, false],
      [NaN, 2, 3, false],
    ]);
  });
  test('zeroNans tells where they were', () => {
    const g = { a: np.array([NaN, 1]), b: np.ones([1]) };
    const t = optim.zeroNans();
    const [updates, { foundNan }] = t.update(g, t.init(g), g);
    expect([numbers(updates.a), foundNan.a.item(), foundNan.b.item()]).toEqual([[0, 1], true, false]);
  });
  test('ema with and without its correction', () => {
    expect(numbers(once(optim.ema(0.75), w))).toEqual([1, 1]);
    expect(numbers(once(optim.ema(0.75, { debias: false }), w))).toEqual([0.25, 0.25]);
  });
  test('incrementalUpdate and periodicUpdate', () => {
    const [a, b] = [{ w: np.array([4]) }, { w: np.array([0]) }];
    expect(numbers(optim.incrementalUpdate(a, b, 0.25).w)).toEqual([1]);
    expect([2, 3, 4].map((i) => numbers(optim.periodicUpdate(a, b, i, 2).w)[0])).toEqual([4, 0, 4]);
  });
  test('lookahead moves the slow parameters at the period', () => {
    const t = optim.lookahead(optim.sgd(1), { syncPeriod: 2, slowStepSize: 0.5 });
    let [x, memory]: readonly [NDArray, ReturnType<typeof t.init<NDArray>>] = [np.array([10]), t.init(np.array([10]))];
    const seen = Array.from({ length: 3 }, () => {
      const [updates, next] = t.update(np.array([1]), memory, x);
      [x, memory] = [optim.applyUpdates(x, updates), next];
      return [numbers(x)[0], numbers(memory.slow)[0]];
    });
    expect(seen).toEqual([
      [9, 10],
      [9, 9],
      [8, 9],
    ]);
  });
});
