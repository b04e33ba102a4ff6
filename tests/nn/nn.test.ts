import { describe, expect, test } from 'vitest';
import { jit, nn, np, random, type NDArray } from 'fluxion';
import { layerLaws, serialLaws, type LayerCase } from 'fluxion/laws';

const mlp = nn.serial({ hidden: nn.dense(5), act: nn.tanh, drop: nn.dropout(0.2), head: nn.dense(2) });
const cases: readonly LayerCase[] = [
  { name: 'dense', layer: nn.dense(4), inputShape: [3] },
  { name: 'dense on two axes', layer: nn.dense(4), inputShape: [2, 3] },
  { name: 'flatten', layer: nn.flatten(2), inputShape: [2, 3] },
  { name: 'dropout', layer: nn.dropout(0.5), inputShape: [4] },
  { name: 'lambda', layer: nn.lambda(nn.gelu), inputShape: [3] },
  { name: 'relu', layer: nn.lambda(nn.relu), inputShape: [3], smooth: false },
  { name: 'serial of a record', layer: mlp as nn.Layer, inputShape: [3] },
  { name: 'serial of nothing', layer: nn.serial() as nn.Layer, inputShape: [3] },
];
describe('layers', () => {
  for (const { name, check } of cases.flatMap(layerLaws))
    test(name, () => check({ runs: name.includes('gradient') ? 2 : 4 }));
  const [first, middle, last] = [nn.dense(4) as nn.Layer, nn.lambda(nn.relu) as nn.Layer, nn.dense(2) as nn.Layer];
  const { name, check } = serialLaws('dense, relu, dense', [first, middle, last], [3]);
  test(name, () => check({ runs: 5 }));
});

describe('structure', () => {
  test('records of layers give records of parameters, functions none', () => {
    const { params, outputShape } = nn
      .serial({ hidden: nn.dense(5), act: nn.relu, head: nn.dense(2) })
      .init(random.key(0), [3]);
    expect([params.hidden.kernel.shape, params.act, params.head.bias.shape, outputShape]).toEqual([
      [3, 5],
      null,
      [2],
      [2],
    ]);
  });
  test('what does not fit is refused', () => {
    expect(() => nn.flatten().init(random.key(0), [3])).toThrow(
      'flatten: expected examples of 3 axes, got [3]. Say flatten(1).',
    );
    expect(() => nn.dense(2).init(random.key(0), [])).toThrow(
      'dense: expected examples of at least one axis, got scalars.',
    );
    expect(() => nn.dropout(1)).toThrow('dropout: expected a rate from 0 below 1, got 1.');
  });
  test('dropout keeps the mean, drops the share, and rests in use', () => {
    const x = np.ones([20_000]);
    const [y] = nn.dropout(0.25).apply(null, null, x, { training: true, key: random.key(0) });
    expect(Number(y.mean().item())).toBeCloseTo(1, 1);
    expect(Number(np.equal(y, 0).astype('float32').mean().item())).toBeCloseTo(0.25, 1);
    expect(nn.dropout(0.25).apply(null, null, x, {})[0]).toBe(x);
  });
});

describe('activations against their formulas', () => {
  const points = [-30, -2, -0.5, 0, 0.5, 2, 30];
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  test.each<[string, (x: NDArray) => NDArray, (x: number) => number]>([
    ['relu', nn.relu, (x) => Math.max(x, 0)],
    ['relu6', nn.relu6, (x) => Math.min(Math.max(x, 0), 6)],
    ['leakyRelu', nn.leakyRelu, (x) => (x > 0 ? x : 0.01 * x)],
    ['sigmoid', nn.sigmoid, sigmoid],
    ['silu', nn.silu, (x) => x * sigmoid(x)],
    ['softplus', nn.softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
    ['elu', nn.elu, (x) => (x > 0 ? x : Math.expm1(x))],
    ['gelu', nn.gelu, (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))],
    ['tanh', nn.tanh, Math.tanh],
  ])('%s', (_, f, formula) => {
    const got = [...f(np.array(points, 'float64')).dataSync()];
    got.forEach((value, i) => expect(Math.abs(value - formula(points[i] ?? 0))).toBeLessThan(1e-12));
  });
  test('softmax sums to one, without overflow', () => {
    const x = np.array(
      [
        [1000, 1000, 1000],
        [-1000, 0, 1],
      ],
      'float64',
    );
    const sums = nn.softmax(x).sum(-1).dataSync();
    for (const sum of sums) expect(sum).toBeCloseTo(1, 12);
    expect(nn.logSoftmax(x).toNested()).toEqual([
      [-Math.log(3), -Math.log(3), -Math.log(3)].map((v) => expect.closeTo(v, 12) as number),
      [
        expect.closeTo(-1001.3132616875182, 9),
        expect.closeTo(-1.3132616875182228, 12),
        expect.closeTo(-0.3132616875182228, 12),
      ],
    ]);
  });
});

describe('losses and metrics', () => {
  const logits = np.array(
    [
      [2, 0, -1],
      [0, 0, 0],
    ],
    'float64',
  );
  test('cross entropy of labels and of probabilities', () => {
    const expected = [Math.log(Math.exp(2) + 1 + Math.exp(-1)) - 2, Math.log(3)];
    const byLabel = nn.softmaxCrossEntropy(logits, np.array([0, 2], 'uint8')).dataSync();
    const byShare = nn
      .softmaxCrossEntropy(
        logits,
        np.array([
          [1, 0, 0],
          [0.2, 0.3, 0.5],
        ]),
      )
      .dataSync();
    for (const losses of [byLabel, byShare]) losses.forEach((loss, i) => expect(loss).toBeCloseTo(expected[i] ?? 0, 6));
    expect(() => nn.softmaxCrossEntropy(logits, np.zeros([2, 3], 'int32'))).toThrow(
      /softmaxCrossEntropy: expected integer labels/,
    );
  });
  test('squared error and accuracy', () => {
    expect(
      nn
        .squaredError(
          np.array([
            [1, 2],
            [3, 4],
          ]),
          np.array([
            [1, 0],
            [0, 0],
          ]),
        )
        .toNested(),
    ).toEqual([2, 12.5]);
    expect(nn.accuracy(logits, np.array([0, 1], 'uint8')).toNested()).toEqual([1, 0]);
    expect(() => nn.squaredError(np.zeros([2]), np.zeros([2, 1]))).toThrow(
      /squaredError: expected targets of the shape/,
    );
  });
});

describe('initializers', () => {
  const shape = [200, 100];
  test.each<[string, nn.initializers.Initializer, number]>([
    ['glorotUniform', nn.initializers.glorotUniform(), 1 / 150],
    ['glorotNormal', nn.initializers.glorotNormal(), 1 / 150],
    ['heUniform', nn.initializers.heUniform(), 2 / 200],
    ['heNormal', nn.initializers.heNormal(), 2 / 200],
    ['lecunNormal', nn.initializers.lecunNormal(), 1 / 200],
    ['normal', nn.initializers.normal(0.1), 0.01],
  ])('%s has mean 0 and its variance', (_, initializer, variance) => {
    const w = jit((key: random.Key) => initializer(key, shape))(random.key(3));
    expect(Math.abs(Number(w.mean().item()))).toBeLessThan(4 * Math.sqrt(variance / w.size));
    expect(Number(np.var(w).item()) / variance).toBeCloseTo(1, 1);
  });
});
