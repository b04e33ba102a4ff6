import { describe, expect, test } from 'vitest';
import { grad, nn, np, type NDArray } from 'fluxion';
import { activationCases, activationLaws, softmaxLaws } from 'fluxion/laws';

describe('laws', () => {
  for (const { name, check } of [...activationCases.flatMap(activationLaws), ...softmaxLaws])
    test(name, () => check({ runs: 4 }));
});

const slopeAt = (f: (x: NDArray) => NDArray, x: number): unknown => grad(f)(np.array(x, 'float64')).item();

describe('corners', () => {
  test.each<[string, (x: NDArray) => NDArray, readonly (readonly [at: number, slope: number])[]]>([
    ['relu', nn.relu, [[0, 0]]],
    [
      'relu6',
      nn.relu6,
      [
        [0, 0],
        [6, 0],
      ],
    ],
    ['leakyRelu', (x) => nn.leakyRelu(x, 0.5), [[0, 1]]],
    ['elu', (x) => nn.elu(x, 2), [[0, 2]]],
    ['celu', (x) => nn.celu(x, 2), [[0, 1]]],
    [
      'hardTanh',
      nn.hardTanh,
      [
        [-1, 1],
        [1, 1],
      ],
    ],
    [
      'hardSigmoid',
      nn.hardSigmoid,
      [
        [-3, 0],
        [3, 0],
      ],
    ],
    ['softplus', nn.softplus, [[0, 0.5]]],
    ['softSign', nn.softSign, [[0, 1]]],
    ['step', nn.step, [[0, 0]]],
    ['squareplus', (x) => nn.squareplus(x), [[0, 0.5]]],
  ])('%s has the slopes of JAX', (_, f, slopes) => {
    for (const [at, slope] of slopes) expect(slopeAt(f, at)).toBe(slope);
  });
  test('softplus is smooth at 0', () => {
    expect(grad(grad(nn.softplus))(np.array(0, 'float64')).item()).toBeCloseTo(0.25, 12);
  });
  test('limits at infinity', () => {
    const limits = (f: (x: NDArray) => NDArray): unknown => f(np.array([-Infinity, Infinity])).toNested();
    expect(limits(nn.relu)).toEqual([0, Infinity]);
    expect(limits(nn.relu6)).toEqual([0, 6]);
    expect(limits(nn.elu)).toEqual([-1, Infinity]);
    expect(limits(nn.sigmoid)).toEqual([0, 1]);
    expect(limits(nn.tanh)).toEqual([-1, 1]);
    expect(limits(nn.softplus)).toEqual([0, Infinity]);
    expect(limits(nn.step)).toEqual([0, 1]);
    expect(limits(nn.hardTanh)).toEqual([-1, 1]);
    expect(limits(nn.silu)).toEqual([NaN, Infinity]);
  });
  test('what is left of small numbers', () => {
    expect(nn.squareplus(np.array(-1e4)).item()).toBeCloseTo(1e-4, 10);
    expect(nn.logSigmoid(np.array(-1e4)).item()).toBe(-1e4);
    expect(nn.logSoftmax(np.array([1e4, 1e4 + 1])).toNested()).toEqual([
      expect.closeTo(-1.3132616875, 6),
      expect.closeTo(-0.3132616875, 6),
    ]);
  });
  test('the same under their other names, and of integers', () => {
    expect([nn.swish, nn.hardSwish, nn.linear]).toEqual([nn.silu, nn.hardSilu, nn.identity]);
    expect(nn.step(np.array([-1, 0, 1], 'int32')).toNested()).toEqual([0, 1, 1]);
    expect(nn.relu(np.array([-1, 2], 'int32')).dtype).toBe('int32');
  });
});

describe('along axes', () => {
  test('softmax of what is masked, of -Infinity and of Infinity', () => {
    const none = np.array([-Infinity, -Infinity]);
    expect(nn.softmax(none).toNested()).toEqual([NaN, NaN]);
    expect(nn.logSoftmax(none).toNested()).toEqual([NaN, NaN]);
    expect(nn.logsumexp(none).item()).toBe(-Infinity);
    const where = np.array([false, false]);
    expect(nn.softmax(np.array([1, NaN]), { where }).toNested()).toEqual([0, 0]);
    expect(nn.logSoftmax(np.array([1, NaN]), { where }).toNested()).toEqual([-Infinity, -Infinity]);
    expect(nn.logsumexp(np.array([1, NaN]), { where }).item()).toBe(-Infinity);
    expect(nn.softmax(np.array([0, -Infinity])).toNested()).toEqual([1, 0]);
    expect(nn.softmax(np.array([0, Infinity])).toNested()).toEqual([NaN, NaN]);
    const slope = grad((x: NDArray) => nn.softmax(x, { where: np.array([true, true, false]) }).get(0))(
      np.array([0, 0, NaN]),
    );
    expect(slope.toNested()).toEqual([0.25, -0.25, 0]);
  });
  test('logsumexp with factors, over several axes', () => {
    const x = np.array(
      [
        [0, 1],
        [2, 3],
      ] as const,
      'float64',
    );
    expect(nn.logsumexp(x, { b: 2 }).item()).toBeCloseTo(Math.log(2) + 3.4401896985611953, 12);
    expect(nn.softmax(x, [0, 1]).sum().item()).toBeCloseTo(1, 12);
  });
  test('standardize has mean 0 and variance 1, or those given', () => {
    const y = nn.standardize(np.array([1, 2, 3, 6], 'float64'), { epsilon: 0 });
    expect([y.mean().item(), np.var(y).item()]).toEqual([expect.closeTo(0, 12), expect.closeTo(1, 12)]);
    expect(nn.standardize(np.array([5, 9]), { mean: 1, variance: 4, epsilon: 0 }).toNested()).toEqual([2, 4]);
  });
  test('oneHot puts its axis anywhere, and leaves out what is out of range', () => {
    expect(nn.oneHot([1, 3, -1], 3).toNested()).toEqual([
      [0, 1, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(nn.oneHot([1, 0], 3, { axis: 0, dtype: 'int32' }).toNested()).toEqual([
      [0, 1],
      [1, 0],
      [0, 0],
    ]);
  });
  test('glu halves an axis', () => {
    expect(nn.glu(np.array([[2, 4, 0, 0]])).toNested()).toEqual([[1, 2]]);
    expect(() => nn.glu(np.zeros([3]))).toThrow('glu: expected an even extent along axis 0, got float32[3].');
  });
});
