/** Attention under its laws and those of layers, against the formulas on plain numbers, and at the corners. */
import { describe, expect, test } from 'vitest';
import { grad, jit, nn, np, random, type NDArray, type Shape } from 'fluxion';
import { assertAllClose, attentionLaws, layerLaws, type LayerCase } from 'fluxion/laws';

const key = random.key(0);
const masked = (layer: nn.Layer<nn.AttentionParams, null, nn.Attended>): nn.Layer =>
  nn.serial(
    nn.lambda(
      (x: NDArray): nn.Masked => ({ x, mask: np.broadcastTo(np.array([true, false, true]), x.shape.slice(0, -1)) }),
      (shape: Shape) => ({ x: shape, mask: shape.slice(0, -1) }),
    ),
    layer,
  ) as nn.Layer;
const cases: readonly LayerCase[] = [
  { name: 'multiHeadAttention', layer: nn.multiHeadAttention(2) as nn.Layer, inputShape: [3, 4] },
  {
    name: 'masked attention',
    layer: masked(nn.multiHeadAttention(1, { dropout: 0.4, headSize: 3, bias: false })),
    inputShape: [3, 2],
  },
  {
    name: 'causal attention with rope',
    layer: nn.multiHeadAttention(2, { causal: true, rope: true, units: 3 }) as nn.Layer,
    inputShape: [3, 4],
  },
  { name: 'sinusoidal positions', layer: nn.sinusoidalEncoding(), inputShape: [3, 3] },
  { name: 'trained positions', layer: nn.positionEmbedding(5) as nn.Layer, inputShape: [3, 2] },
];

describe('laws', () => {
  for (const { name, check } of attentionLaws()) test(name, () => check({ runs: 3 }));
  for (const { name, check } of cases.flatMap(layerLaws))
    test(name, () => check({ runs: name.includes('gradient') ? 1 : 2 }));
});

describe('formulas', () => {
  test('softmax(q k / sqrt(d) + bias) v, number by number', () => {
    const [q, k, v] = [1, 2, 3].map((n) => random.normal(random.key(n), [3, 2, 4], 'float64')) as [
      NDArray,
      NDArray,
      NDArray,
    ];
    const bias = random.normal(random.key(4), [2, 3, 3], 'float64');
    const [Q, K, V, B] = [q, k, v, bias].map((x) => x.toNested() as number[][][]) as [
      number[][][],
      number[][][],
      number[][][],
      number[][][],
    ];
    const expected = Q.map((row, t) =>
      row.map((query, h) => {
        const powers = K.map((keys, s) =>
          Math.exp(query.reduce((sum, x, i) => sum + x * (keys[h]?.[i] ?? NaN), 0) / 2 + (B[h]?.[t]?.[s] ?? NaN)),
        );
        const total = powers.reduce((a, b) => a + b);
        return query.map((_, i) => powers.reduce((sum, p, s) => sum + (p / total) * (V[s]?.[h]?.[i] ?? NaN), 0));
      }),
    );
    assertAllClose(nn.dotProductAttention(q, k, v, { bias }), np.array(expected, 'float64'));
  });
  test('positions are sines and cosines in turn (Vaswani et al. 2017)', () => {
    const got = nn.sinusoidalPositions(50, 5).toNested() as number[][];
    got.forEach((row, position) =>
      row.forEach((value, j) => {
        const angle = position / 10_000 ** ((2 * Math.floor(j / 2)) / 5);
        expect(value).toBeCloseTo(j % 2 === 0 ? Math.sin(angle) : Math.cos(angle), 6);
      }),
    );
  });
  test('rope turns pairs, so that products depend on distances alone (Su et al. 2021)', () => {
    const x = np.array([[[1, 0, 1, 0]], [[1, 0, 1, 0]]], 'float64');
    const [, second] = nn.rope(x).toNested() as number[][][];
    [Math.cos(1), Math.sin(1), Math.cos(0.01), Math.sin(0.01)].forEach((value, i) =>
      expect(second?.[0]?.[i]).toBeCloseTo(value, 12),
    );
    const halves = nn.rope(np.array([[[1, 1, 0, 0]]], 'float64'), {
      positions: np.array([1], 'int32'),
      pairs: 'halves',
    });
    [Math.cos(1), Math.cos(0.01), Math.sin(1), Math.sin(0.01)].forEach((value, i) =>
      expect(halves.dataSync()[i]).toBeCloseTo(value, 12),
    );
    const [q, k] = [1, 2].map((n) => random.normal(random.key(n), [4, 2, 6], 'float64')) as [NDArray, NDArray];
    for (const pairs of ['neighbours', 'halves'] as const) {
      const products = (shift: number): NDArray => {
        const positions = np.arange(4).add(shift);
        return np.einsum('thd,shd->hts', nn.rope(q, { positions, pairs }), nn.rope(k, { positions, pairs }));
      };
      assertAllClose(products(37), products(0), pairs);
    }
  });
});

describe('corners', () => {
  const x = random.normal(key, [2, 3, 4]);
  test('a query that may see nothing gives zeros, and its gradient too', () => {
    const q = np.ones([2, 1, 2]);
    const mask = np.array([
      [true, true],
      [false, false],
    ]);
    const use = (value: NDArray): NDArray => nn.dotProductAttention(value, value, value, { mask });
    expect(use(q).toNested()).toEqual([[[1, 1]], [[0, 0]]]);
    for (const slope of grad((value: NDArray) => use(value).sum())(q).dataSync())
      expect(Number.isFinite(slope)).toBe(true);
  });
  test('no keys at all, and one', () => {
    expect(
      nn
        .dotProductAttention(np.ones([2, 1, 3]), np.ones([0, 1, 3]), np.ones([0, 1, 3]))
        .sum()
        .item(),
    ).toBe(0);
    const one = np.array([[[5, 6]]]);
    expect(nn.dotProductAttention(np.ones([2, 1, 2]), one, one).toNested()).toEqual([[[5, 6]], [[5, 6]]]);
  });
  test('a masked softmax is the softmax of what is seen', () => {
    const logits = np.array([1, 1000, 2, NaN], 'float64');
    const seen = np.array([true, false, true, false]);
    const e = Math.E;
    assertAllClose(nn.maskedSoftmax(logits, seen), np.array([1 / (1 + e), 0, e / (1 + e), 0], 'float64'));
    expect(nn.maskedSoftmax(np.array([-Infinity, 5]), np.array([true, false])).toNested()).toEqual([0, 0]);
    expect(nn.causalMask(2, 3).toNested()).toEqual([
      [true, false, false],
      [true, true, false],
    ]);
  });
  test('large products do not overflow', () =>
    expect(
      nn.dotProductAttention(np.array([[[1e4]]]), np.array([[[1e4]], [[-1e4]]]), np.array([[[1]], [[2]]])).item(),
    ).toBe(1));
  test('without positions self attention is equivariant to the order of steps', () => {
    const layer = nn.multiHeadAttention(2);
    const { params } = layer.init(key, [3, 4]);
    const order = np.array([2, 0, 1], 'int32');
    const moved = layer.apply(params, null, np.take(x, order, 1), {})[0];
    assertAllClose(moved, np.take(layer.apply(params, null, x, {})[0], order, 1), 'order');
  });
  test('a query to another sequence with a mask of keys is a query to the real ones', () => {
    const layer = nn.multiHeadAttention(2, { headSize: 3, units: 5 });
    const memory = random.normal(random.key(1), [2, 6, 7]);
    const { params, outputShape } = layer.init(key, { query: [3, 4], key: [6, 7], keyMask: [6] });
    expect([outputShape, params.key.kernel.shape]).toEqual([
      [3, 5],
      [7, 6],
    ]);
    const keyMask = np.broadcastTo(nn.lengthsToMask(4, 6), [2, 6]);
    const use = jit((input: nn.AttentionInput) => layer.apply(params, null, input, {})[0]);
    const short = { query: x, key: memory.get(':', ':4') };
    assertAllClose(use({ query: x, key: memory, keyMask }), use(short), 'masked');
    const mask = np.broadcastTo(nn.lengthsToMask(4, 6), [2, 3, 6]);
    assertAllClose(use({ query: x, key: memory, mask }), use(short), 'masked pairs');
  });
  test('what does not fit is refused', () => {
    expect(() => nn.dotProductAttention(np.ones([2, 3, 4]), np.ones([2, 2, 4]), np.ones([2, 2, 4]))).toThrow(
      'dotProductAttention: expected queries [..., T, heads, dim], keys [..., S, groups, dim]',
    );
    expect(() => nn.multiHeadAttention(3).init(key, [3, 4])).toThrow(
      'expected a width that 3 heads share evenly, got 4.',
    );
    expect(() => nn.rope(np.ones([2, 1, 3]))).toThrow(
      'rope: expected [..., time, heads, dim] with an even dim, got float32[2,1,3].',
    );
    expect(() => nn.positionEmbedding(2).init(key, [3, 4])).toThrow('with time up to 2, got [3, 4].');
  });
});
