/** Normalisation: of batches, of examples, of kernels. */
import { describe, expect, test } from 'vitest';
import { grad, jit, linalg, nn, np, random, tree, type NDArray } from 'fluxion';
import { assertAllClose, captureLaws, layerLaws, type LayerCase } from 'fluxion/laws';

const cases: readonly LayerCase[] = [
  { name: 'batchNorm', layer: nn.batchNorm() as nn.Layer, inputShape: [3, 2] },
  {
    name: 'batchNorm of another axis',
    layer: nn.batchNorm({ axis: -2, scale: false }) as nn.Layer,
    inputShape: [2, 3],
  },
  { name: 'layerNorm', layer: nn.layerNorm() as nn.Layer, inputShape: [2, 4] },
  {
    name: 'layerNorm of two axes',
    layer: nn.layerNorm({ axis: [-1, -3], center: false }) as nn.Layer,
    inputShape: [3, 2, 2],
  },
  { name: 'rmsNorm', layer: nn.rmsNorm() as nn.Layer, inputShape: [2, 3] },
  { name: 'groupNorm', layer: nn.groupNorm(2) as nn.Layer, inputShape: [2, 2, 4] },
  { name: 'groupNorm without places', layer: nn.groupNorm(2, { rank: 0 }) as nn.Layer, inputShape: [6] },
  { name: 'instanceNorm', layer: nn.instanceNorm({ rank: 1 }) as nn.Layer, inputShape: [4, 2] },
  { name: 'weightNorm', layer: nn.weightNorm(nn.conv1d(2, 2)) as nn.Layer, inputShape: [3, 2] },
  { name: 'spectralNorm', layer: nn.spectralNorm(nn.dense(3)) as nn.Layer, inputShape: [4], smooth: 'in use' },
];
describe('laws', () => {
  for (const { name, check } of cases.flatMap(layerLaws)) test(name, () => check({ runs: 2 }));
  const model = nn.serial({ norm: nn.batchNorm(), head: nn.spectralNorm(nn.weightNorm(nn.dense(3))) });
  for (const { name, check } of captureLaws('normalised', model as nn.Layer, [4])) test(name, () => check({ runs: 2 }));
});

const key = random.key(0);
const training = { training: true, key } as const;
const close = (got: NDArray, expected: NDArray | number, tolerance = 2e-5): void =>
  expect(Number(np.max(np.abs(np.subtract(got, expected))).item())).toBeLessThan(tolerance);

describe('what is normalised has mean 0 and variance 1', () => {
  const x = random.normal(key, [6, 5, 4, 8]).mul(3).add(100);
  test.each<[string, nn.Layer, readonly number[]]>([
    ['batchNorm', nn.batchNorm({ epsilon: 0 }) as nn.Layer, [0, 1, 2]],
    ['layerNorm', nn.layerNorm({ epsilon: 0 }) as nn.Layer, [-1]],
    ['layerNorm of all', nn.layerNorm({ epsilon: 0, axis: [-1, -2, -3] }) as nn.Layer, [1, 2, 3]],
    ['instanceNorm', nn.instanceNorm({ epsilon: 0 }) as nn.Layer, [1, 2]],
  ])('%s', (_, layer, axis) => {
    const { params, state } = layer.init(key, [5, 4, 8]);
    const [y] = layer.apply(params, state, x, training);
    close(np.mean(y, { axis }), 0);
    close(np.var(y, { axis }), 1);
  });
  test('groupNorm, each group', () => {
    const layer = nn.groupNorm(2, { epsilon: 0 });
    const [y] = layer.apply(layer.init(key, [5, 4, 8]).params, null, x, {});
    const groups = y.reshape([6, 20, 2, 4]);
    close(np.mean(groups, { axis: [1, 3] }), 0);
    close(np.var(groups, { axis: [1, 3] }), 1);
  });
  test('rmsNorm has mean square 1', () => {
    const layer = nn.rmsNorm();
    const [y] = layer.apply(layer.init(key, [5, 4, 8]).params, null, x, {});
    close(np.mean(np.square(y), -1), 1);
  });
  test('a large mean costs no digits', () => {
    const far = np.array([1e4, 1e4 + 1, 1e4 + 2, 1e4 + 3]).reshape([4, 1]);
    const layer = nn.batchNorm({ epsilon: 0 });
    const { params, state } = layer.init(key, [1]);
    const [y] = layer.apply(params, state, far, training);
    close(y.reshape([-1]), np.array([-1.5, -0.5, 0.5, 1.5]).div(Math.sqrt(1.25)), 1e-6);
  });
});

describe('batchNorm', () => {
  const layer = nn.batchNorm({ momentum: 0.9 });
  const { params, state } = layer.init(key, [3]);
  test('in use it is an affine map by the running statistics', () => {
    const statistics = { mean: np.array([1, 2, 3]), variance: np.array([4, 0, 1]) };
    const own = { scale: np.array([2, 1, -1]), bias: np.array([0, 5, 1]) };
    const x = random.normal(key, [7, 3]);
    const slope = own.scale.div(np.sqrt(statistics.variance.add(1e-3)));
    const [y, after] = layer.apply(own, statistics, x, {});
    assertAllClose(y, x.mul(slope).add(own.bias.sub(statistics.mean.mul(slope))), 'affine');
    expect(after).toBe(statistics);
  });
  test('one step follows Keras: the biased variance, 0.9 of the old', () => {
    const x = np.array([
      [0, 1, 2],
      [2, 1, 6],
    ]);
    const [, { mean, variance }] = layer.apply(params, state, x, training);
    close(mean, np.array([0.1, 0.1, 0.4]), 1e-6);
    close(variance, np.array([0.9 + 0.1, 0.9, 0.9 + 0.4]), 1e-6);
  });
  test('the running statistics come to those of the population', () => {
    const step = jit((s: nn.BatchNormState, k: random.Key) => {
      const x = random
        .normal(k, [256, 3])
        .mul(np.array([1, 2, 0.5]))
        .add(np.array([0, -3, 10]));
      return layer.apply(params, s, x, training)[1];
    });
    const last = random.split(key, 200).reduce<nn.BatchNormState>((s, k) => step(s, k), state);
    // An average over some 19 batches of 256 has a deviation of 2 / sqrt(4864) in the mean, 4 sqrt(2 / 4864) in the variance.
    close(last.mean, np.array([0, -3, 10]), 0.15);
    close(last.variance, np.array([1, 4, 0.25]), 0.4);
  });
  test('a single example gives the shift, and no derivative passes through the state', () => {
    const [y] = layer.apply({ ...params, bias: np.array([7, 8, 9]) }, state, np.array([1, 2, 3]), training);
    expect(y.toNested()).toEqual([7, 8, 9]);
    const kept = (x: NDArray): NDArray => layer.apply(params, state, x, training)[1].mean.sum();
    expect(grad(kept)(np.ones([2, 3])).toNested()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
  test('a constant batch gives no infinity', () => {
    const loss = (x: NDArray): NDArray => np.sin(layer.apply(params, state, x, training)[0]).sum();
    expect(grad(loss)(np.ones([4, 3])).toNested()).toEqual(np.zeros([4, 3]).toNested());
  });
});

describe('kernels', () => {
  const eye = np.eye(6);
  test('weightNorm begins as the layer, and the direction has no length', () => {
    const layer = nn.weightNorm(nn.dense(4));
    const { params, state } = layer.init(key, [6]);
    expect(Object.keys(params.length)).toEqual(['kernel']);
    const use = (p: typeof params): NDArray => layer.apply(p, state, eye, {})[0];
    assertAllClose(use(params), params.layer.kernel, 'start');
    const longer = { ...params, layer: { ...params.layer, kernel: params.layer.kernel.mul(5) } };
    assertAllClose(use(longer), params.layer.kernel, 'direction');
  });
  test('spectralNorm comes to a largest singular value of 1', () => {
    const layer = nn.spectralNorm(nn.dense(4));
    const { params, state } = layer.init(key, [6]);
    const step = jit((s: typeof state) => layer.apply(params, s, eye, training)[1]);
    const after = Array.from({ length: 60 }).reduce<typeof state>((s) => step(s), state);
    const [used] = layer.apply(params, after, eye, {});
    close(linalg.svd(used).s.get(0), 1, 1e-4);
    const ratio = params.kernel.div(used);
    close(ratio, ratio.get(0, 0), 1e-3);
  });
  test('kernels of zeros stay so', () => {
    const blank = nn.dense(2, { kernel: nn.initializers.zeros });
    for (const layer of [nn.weightNorm(blank), nn.spectralNorm(blank)] as readonly nn.Layer[]) {
      const { params, state } = layer.init(key, [3]);
      const [y] = layer.apply(params, state, np.ones([3]), training);
      expect(y.toNested()).toEqual([0, 0]);
    }
  });
});

test('parameters are counted, masked and labelled by path', () => {
  const model = nn.serial({ hidden: nn.dense(5), norm: nn.batchNorm(), drop: nn.dropout(0.5), head: nn.dense(2) });
  const { params } = model.init(key, [3]);
  expect(nn.countParams(params)).toBe(3 * 5 + 5 + 10 + 5 * 2 + 2);
  expect(nn.maskOf(params)).toEqual({
    hidden: { kernel: true, bias: false },
    norm: { scale: false, bias: false },
    drop: null,
    head: { kernel: true, bias: false },
  });
  expect(nn.labelsOf(params, ([part]) => (part === 'head' ? 'fast' : 'slow'))).toMatchObject({
    head: { kernel: 'fast' },
    hidden: { bias: 'slow' },
  });
  expect(
    tree.leaves(
      nn.maskOf(params, (_, leaf) => leaf.ndim > 1),
      { isLeaf: (x) => typeof x === 'boolean' },
    ),
  ).toContain(true);
});

test.each<[string, () => unknown, string]>([
  ['momentum', () => nn.batchNorm({ momentum: 99 }), 'batchNorm: expected a momentum from 0 to 1, got 99.'],
  ['epsilon', () => nn.layerNorm({ epsilon: -1 }), 'layerNorm: expected an epsilon of at least 0, got -1.'],
  [
    'axis',
    () => nn.batchNorm({ axis: 1 }).init(key, [3]),
    'batchNorm: expected axes from -1 to -1 of examples [3], got [1].',
  ],
  [
    'groups',
    () => nn.groupNorm(3).init(key, [2, 2, 4]),
    'groupNorm: expected a number of groups that divides 4 channels, got 3.',
  ],
  [
    'rank',
    () => nn.groupNorm(2).init(key, [4]),
    'groupNorm: expected examples of 2 spatial axes and channels behind, got [4].',
  ],
  [
    'a layer without kernels',
    () => nn.weightNorm(nn.dropout(0.5)).init(key, [4]),
    'weightNorm: expected a layer with a parameter called kernel, got none.',
  ],
  [
    'iterations',
    () => nn.spectralNorm(nn.dense(2), { iterations: 0 }),
    'spectralNorm: expected at least 1 iteration, got 0.',
  ],
])('%s that does not fit is refused', (_, body, message) => expect(body).toThrow(message));
