/** Layers that arrange, look up, add noise, share; and what keeps parameters small. */
import { describe, expect, test } from 'vitest';
import { grad, nn, np, optim, random, type NDArray } from 'fluxion';
import { assertAllClose, captureLaws, layerLaws, type LayerCase } from 'fluxion/laws';

const key = random.key(0);
const training = { training: true, key } as const;
const whole = (k: random.Key, shape: readonly number[]): NDArray => random.randint(k, shape, 0, 5);
const cases: readonly LayerCase[] = [
  { name: 'reshape', layer: nn.reshape([2, -1]) as nn.Layer, inputShape: [6] },
  { name: 'reshape of images', layer: nn.reshape([4, 3], 3) as nn.Layer, inputShape: [2, 2, 3] },
  { name: 'permute', layer: nn.permute([2, 0, 1]) as nn.Layer, inputShape: [2, 3, 4] },
  { name: 'repeatVector', layer: nn.repeatVector(3) as nn.Layer, inputShape: [2] },
  { name: 'rescaling', layer: nn.rescaling(1 / 255, -0.5) as nn.Layer, inputShape: [2, 2] },
  { name: 'embedding', layer: nn.embedding(5, 3) as nn.Layer, inputShape: [4], input: whole },
  { name: 'embedding of single integers', layer: nn.embedding(5, 3) as nn.Layer, inputShape: [], input: whole },
  {
    name: 'embedding, frozen',
    layer: nn.embedding(5, 3, { frozen: true }) as nn.Layer,
    inputShape: [4],
    input: whole,
    smooth: false, // nothing moves: neither parameters nor integers
  },
  { name: 'spatialDropout1d', layer: nn.spatialDropout1d(0.5) as nn.Layer, inputShape: [3, 4] },
  { name: 'spatialDropout2d', layer: nn.spatialDropout2d(0.5) as nn.Layer, inputShape: [2, 2, 4] },
  { name: 'spatialDropout3d', layer: nn.spatialDropout3d(0.5) as nn.Layer, inputShape: [1, 2, 2, 3] },
  { name: 'gaussianNoise', layer: nn.gaussianNoise(0.3) as nn.Layer, inputShape: [4] },
  { name: 'gaussianDropout', layer: nn.gaussianDropout(0.5) as nn.Layer, inputShape: [4] },
  { name: 'alphaDropout', layer: nn.alphaDropout(0.5) as nn.Layer, inputShape: [4] },
  { name: 'perceptron', layer: nn.perceptron(2) as nn.Layer, inputShape: [3], smooth: false },
  {
    name: 'parametricRelu',
    layer: nn.parametricRelu() as nn.Layer,
    inputShape: [2, 3],
    // Away from the kink at 0, where differences say nothing.
    input: (at, shape) => {
      const x = random.normal(at, shape);
      return x.add(np.where(x.less(0), -0.1, 0.1));
    },
  },
  { name: 'mlp', layer: nn.mlp([4, 2], { activation: nn.tanh, output: nn.sigmoid }) as nn.Layer, inputShape: [3] },
];
describe('laws', () => {
  for (const { name, check } of cases.flatMap(layerLaws)) test(name, () => check({ runs: 2 }));
  for (const { name, check } of captureLaws('mlp', nn.mlp([4, 2]) as nn.Layer, [3]))
    test(name, () => check({ runs: 2 }));
});

describe('embedding', () => {
  const layer = nn.embedding(4, 2);
  const { params, state } = layer.init(key, [3]);
  test('the gradient adds up what an integer receives', () => {
    const ids = np.array([1, 1, 3], 'int32');
    const total = (p: nn.EmbeddingTable): NDArray =>
      layer
        .apply(p, state, ids, {})[0]
        .mul(np.array([[1], [2], [5]]))
        .sum();
    expect(grad(total)(params).table?.toNested()).toEqual([
      [0, 0],
      [3, 3],
      [0, 0],
      [5, 5],
    ]);
  });
  test('out of range is NaN, below 0 counts from the end', () => {
    const [y] = layer.apply(params, state, np.array([-1, 4, -5], 'int32'), {});
    expect(y.get(0).toNested()).toEqual(params.table?.get(3).toNested());
    expect(y.get('1:').toNested()).toEqual([
      [NaN, NaN],
      [NaN, NaN],
    ]);
  });
  test('vectors made elsewhere, frozen, are state', () => {
    const vectors = np.arange(8).reshape([4, 2]).astype('float32');
    const kept = nn.embedding(4, 2, { table: vectors, frozen: true }).init(key, [3]);
    expect(kept.params.table).toBeNull();
    expect(kept.state.table).toBe(vectors);
    expect(nn.countParams(kept.params)).toBe(0);
  });
});

describe('noise keeps what it should', () => {
  const x = random.normal(random.key(1), [100_000]);
  const moments = (layer: nn.Layer, at: NDArray): readonly [number, number] => {
    const [y] = layer.apply(null, null, at, training);
    return [Number(y.mean().item()), Number(np.var(y).item())];
  };
  // Means of 100000 have a deviation of at most 0.005, variances of 0.01.
  test.each<[string, nn.Layer, NDArray, number, number]>([
    ['alphaDropout, mean 0 and variance 1', nn.alphaDropout(0.3) as nn.Layer, x, 0, 1],
    ['gaussianNoise, mean and a variance of its own', nn.gaussianNoise(0.5) as nn.Layer, np.onesLike(x), 1, 0.25],
    ['gaussianDropout, mean and the variance of dropout', nn.gaussianDropout(0.2) as nn.Layer, np.onesLike(x), 1, 0.25],
    ['spatialDropout', nn.spatialDropout1d(0.2) as nn.Layer, np.ones([50_000, 3, 2]), 1, 0.25],
  ])('%s', (_, layer, at, mean, variance) => {
    const [m, v] = moments(layer, at);
    expect(Math.abs(m - mean)).toBeLessThan(0.02);
    expect(Math.abs(v - variance)).toBeLessThan(0.04);
  });
  test('spatialDropout drops whole channels; all rest in use', () => {
    const at = np.ones([20, 5, 4, 3]);
    const [y] = nn.spatialDropout2d(0.5).apply(null, null, at, training);
    expect(
      np
        .ptp(y, { axis: [1, 2] })
        .sum()
        .item(),
    ).toBe(0);
    expect(new Set(y.dataSync())).toEqual(new Set([0, 2]));
    for (const layer of [nn.spatialDropout2d(0.5), nn.gaussianNoise(1), nn.gaussianDropout(0.5), nn.alphaDropout(0.5)])
      expect(layer.apply(null, null, at, {})[0]).toBe(at);
  });
  test('rate 0 changes nothing', () => {
    for (const layer of [nn.spatialDropout2d(0), nn.alphaDropout(0), nn.gaussianDropout(0)])
      expect(layer.apply(null, null, np.ones([2, 2, 2]), training)[0].toNested()).toEqual(
        np.ones([2, 2, 2]).toNested(),
      );
  });
});

test('a perceptron with weights set by hand is AND, OR and NAND', () => {
  const layer = nn.perceptron();
  const inputs = np.array([
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ]);
  const gate = (w: number, bias: number) =>
    layer
      .apply({ kernel: np.array([[w], [w]]), bias: np.array([bias]) }, null, inputs, {})[0]
      .reshape([-1])
      .toNested();
  expect(gate(0.5, -0.7)).toEqual([0, 0, 0, 1]);
  expect(gate(0.5, -0.2)).toEqual([0, 1, 1, 1]);
  expect(gate(-0.5, 0.7)).toEqual([1, 1, 1, 0]);
});

describe('shared', () => {
  const encoder = nn.serial({ hidden: nn.dense(4), drop: nn.dropout(0.5), norm: nn.batchNorm({ momentum: 0.5 }) });
  test('the same parameters for each, the state handed on, seen by capture', () => {
    const twins = nn.serial(nn.named('twins', nn.shared(encoder)), nn.fanIn('subtract'));
    const { params, state, outputShape } = twins.init(key, { left: [3], right: [3] });
    expect(outputShape).toEqual([4]);
    const x = random.normal(key, [5, 3]);
    const [[y], seen] = nn.capture(twins)(params, state, { left: x, right: x });
    expect(y.toNested()).toEqual(np.zeros([5, 4]).toNested());
    expect(Object.keys(seen)).toContain('twins.layer.hidden');
    expect(Object.keys(seen)).toContain('twins.layer.hidden#2');
    const both = nn.shared(encoder);
    const [first, once] = encoder.apply(params[0], state[0], x, { training: true, key: random.split(key)[0] ?? key });
    const [ys, twice] = both.apply(params[0], state[0], [x, x], training);
    if (!Array.isArray(ys)) throw new Error('expected a list');
    assertAllClose(ys[0] as NDArray, first, 'first');
    expect(twice.norm.mean.toNested()).not.toEqual(once.norm.mean.toNested());
    expect(
      np
        .abs(np.subtract(ys[0] as NDArray, ys[1] as NDArray))
        .sum()
        .item(),
    ).toBeGreaterThan(0);
  });
  test('examples of different shapes are refused', () => {
    expect(() => nn.shared(encoder).init(key, [[3], [4]])).toThrow(
      'shared: expected examples of one shape, got [[3],[4]].',
    );
  });
});

describe('keeping parameters small', () => {
  const params = {
    a: {
      kernel: np.array([
        [3, 0],
        [-4, 1],
      ]),
      bias: np.array([10, 10]),
    },
    scale: np.array([7]),
  };
  test('regularizers count kernels, or what they are told', () => {
    expect(nn.l1(params).item()).toBe(8);
    expect(nn.l2(params).item()).toBe(26);
    expect(nn.l1l2(params, { l1: 1, l2: 0.5 }).item()).toBe(21);
    expect(nn.l1(params, { where: (path) => path.includes('bias') }).item()).toBe(20);
    expect(nn.l2({ bias: np.ones([2]) }).item()).toBe(0);
    expect(grad((p: typeof params) => nn.l2(p))(params).a).toMatchObject({ bias: np.zeros([2]) });
  });
  test('maxNorm shortens long columns alone', () => {
    const { a, scale } = nn.maxNorm(params, 2);
    assertAllClose(
      a.kernel,
      np.array([
        [1.2, 0],
        [-1.6, 1],
      ]),
      'shortened',
    );
    expect(a.bias).toBe(params.a.bias);
    expect(scale).toBe(params.scale);
    expect(nn.maxNorm({ kernel: np.zeros([2, 2]) }).kernel.toNested()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(() => nn.maxNorm(params, 0)).toThrow('maxNorm: expected a limit above 0, got 0.');
  });
  test('masks and labels serve optimizers', () => {
    const zero = { a: { kernel: np.zeros([2, 2]), bias: np.zeros([2]) }, scale: np.zeros([1]) };
    for (const mask of [nn.maskOf(params), nn.isKernel]) {
      const decay = optim.addDecayedWeights(0.5, mask);
      const [updates] = decay.update(zero, decay.init(params), params);
      expect(updates.a.kernel.toNested()).toEqual([
        [1.5, 0],
        [-2, 0.5],
      ]);
      expect(updates.a.bias.toNested()).toEqual([0, 0]);
    }
    const byPath = optim.partition({ kept: optim.setToZero(), moved: optim.sgd(1) }, ([first]) =>
      first === 'scale' ? 'moved' : 'kept',
    );
    const [updates] = byPath.update(params, byPath.init(params), params);
    expect(updates.scale.toNested()).toEqual(params.scale.neg().toNested());
    expect(updates.a.bias.toNested()).toEqual([0, 0]);
  });
});

test.each<[string, () => unknown, string]>([
  [
    'reshape',
    () => nn.reshape([2, 4]).init(key, [6]),
    'reshape: expected a shape of 6 elements for examples [6], got [2, 4].',
  ],
  [
    'reshape of another rank',
    () => nn.reshape([4]).init(key, [2, 2]),
    'reshape: expected examples of 1 axis, got [2, 2]. Say reshape([4], 2).',
  ],
  ['permute', () => nn.permute([1, 2]), 'permute: expected each axis from 0 to 1 once, got [1, 2].'],
  ['repeatVector', () => nn.repeatVector(0), 'repeatVector: expected a whole number of at least 1, got 0.'],
  [
    'repeatVector of matrices',
    () => nn.repeatVector(2).init(key, [2, 2]),
    'repeatVector: expected examples of 1 axis, got [2, 2].',
  ],
  ['embedding', () => nn.embedding(0, 4), 'embedding: expected a count and a width of at least 1, got 0 and 4.'],
  [
    'vectors',
    () => nn.embedding(3, 4, { table: np.ones([4, 3]) }),
    'embedding: expected vectors [3, 4], got float32[4,3].',
  ],
  [
    'floats',
    () => nn.embedding(3, 4).apply({ table: np.ones([3, 4]) }, { table: null }, np.ones([2]), {}),
    'embedding: expected integers, got float32[2].',
  ],
  ['rate', () => nn.alphaDropout(1), 'alphaDropout: expected a rate from 0 below 1, got 1.'],
  ['deviation', () => nn.gaussianNoise(-1), 'gaussianNoise: expected a deviation of at least 0, got -1.'],
  [
    'places',
    () => nn.spatialDropout2d(0.5).init(key, [4]),
    'spatialDropout2d: expected examples of 2 spatial axes and channels behind, got [4].',
  ],
  ['sizes', () => nn.mlp([]), 'mlp: expected at least one size, got none.'],
])('%s that does not fit is refused', (_, body, message) => expect(body).toThrow(message));
