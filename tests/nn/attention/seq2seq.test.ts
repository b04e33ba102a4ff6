/** The arrangements of sequences, and encoder-decoders with attention. */
import { describe, expect, test } from 'vitest';
import { jit, nn, np, optim, random, valueAndGrad, type NDArray } from 'fluxion';
import { assertAllClose, checkGrads, exact, layerLaws, type LayerCase } from 'fluxion/laws';

const key = random.key(0);
const shapeOf = (layer: nn.Layer, inputShape: readonly number[]): unknown => {
  const { params, state, outputShape } = layer.init(key, inputShape);
  const [y] = layer.apply(params, state, np.ones([2, ...inputShape]), {});
  expect(y.shape).toEqual([2, ...outputShape]);
  return outputShape;
};

describe('the five arrangements', () => {
  test('one to one: no time at all', () =>
    expect(shapeOf(nn.serial(nn.dense(4), nn.tanh, nn.dense(2)) as nn.Layer, [3])).toEqual([2]));
  test('one to many: a vector repeated, an output at each step', () => {
    const layer = nn.serial(nn.repeatVector(5), nn.gru(4, { returnSequences: true }), nn.timeDistributed(nn.dense(2)));
    expect(shapeOf(layer as nn.Layer, [3])).toEqual([5, 2]);
  });
  test('one to many: a vector as the carry that tokens are written from', () => {
    const cell = nn.gruCell(3);
    const params = cell.init(key, [5]);
    const step = (carry: NDArray, token: NDArray): readonly [NDArray, NDArray] => {
      const [next, y] = cell.apply(params, carry, nn.oneHot(token, 5));
      return [next, np.concatenate([y, y.get('...', ':2')], -1)];
    };
    const { tokens, logits } = nn.decode(step, random.normal(key, [2, 3]), np.zeros([2], 'int32'), { steps: 4 });
    expect([tokens.shape, logits.shape]).toEqual([
      [2, 4],
      [2, 4, 5],
    ]);
    expect(tokens.toNested()).toEqual(np.argmax(logits, -1).toNested());
  });
  test('many to one: the last output', () =>
    expect(shapeOf(nn.serial(nn.lstm(4), nn.dense(1)) as nn.Layer, [6, 3])).toEqual([1]));
  test('many to many: the carry of an encoder starts a decoder', () => {
    const encoder = nn.lstm(4, { returnState: true });
    const decoder = nn.lstm(4, { returnSequences: true });
    const [p, q] = [encoder.init(key, [6, 3]).params, decoder.init(key, [2, 5]).params];
    const use = (x: NDArray): NDArray => {
      const [{ carry }] = encoder.apply(p, null, x, {});
      return decoder.apply(q, null, { x: np.ones([1, 2, 5]), carry }, {})[0];
    };
    const x = random.normal(key, [1, 6, 3]);
    expect(use(x).shape).toEqual([1, 2, 4]);
    expect(use(x).toNested()).not.toEqual(use(x.neg()).toNested());
  });
  test('synchronised many to many: an output at each step', () =>
    expect(shapeOf(nn.serial(nn.simpleRnn(4, { returnSequences: true }), nn.dense(2)) as nn.Layer, [6, 3])).toEqual([
      6, 2,
    ]));
});

/** A decoder fed with an array: its memory and carry are made of it too. */
const decoding = <P, C, A>(decoder: nn.AttentiveDecoder<P, C, A>, carry: (x: NDArray) => C): nn.Layer =>
  ({
    init: (from, shape) => {
      const { params, outputShape } = decoder.init(from, { x: shape, memory: shape });
      return { params, state: null, outputShape: outputShape.y };
    },
    apply: (params, state, x, context) => {
      const memoryMask = np.broadcastTo(np.array([true, true, false]), x.shape.slice(0, -1));
      const input = { x, memory: np.sin(x), memoryMask, carry: carry(x) };
      return [decoder.apply(params, null, input, context)[0].y, state];
    },
  }) satisfies nn.Layer<nn.AttentiveParams<P, A>, null> as nn.Layer;
const cases: readonly LayerCase[] = [
  {
    name: 'additive attention',
    layer: decoding(nn.attentiveDecoder(nn.gruCell(2, { recurrentDropout: 0.3 }), nn.additiveAttention(3)), (x) =>
      x.sum(-2),
    ),
    inputShape: [3, 2],
  },
  {
    name: 'multiplicative attention',
    layer: decoding(nn.attentiveDecoder(nn.lstmCell(2), nn.multiplicativeAttention()), (x) => ({
      h: x.sum(-2),
      c: x.mean(-2),
    })),
    inputShape: [3, 2],
  },
];

const model = nn.seq2seq({ source: 5, target: 4, width: 3, cell: nn.lstmCell(4), attention: nn.additiveAttention(3) });
const source = np.array(
  [
    [1, 2, 3, 0],
    [4, 1, 0, 0],
  ],
  'int32',
);
const mask = nn.maskZero(source);
const target = np.array(
  [
    [1, 2, 3],
    [3, 3, 1],
  ],
  'int32',
);
const { params } = model.init(key, { source: [4], target: [3] });

describe('encoder-decoders', () => {
  for (const { name, check } of cases.flatMap(layerLaws))
    test(name, () => check({ runs: name.includes('gradient') ? 1 : 2 }));

  test('scores are those of the papers', () => {
    const [query, memory] = [random.normal(key, [2, 3], 'float64'), random.normal(random.key(1), [2, 4, 5], 'float64')];
    const additive = nn.additiveAttention(6);
    const p = additive.init(key, 3, 5);
    const [general, q] = [nn.multiplicativeAttention(), nn.multiplicativeAttention().init(key, 3, 5)];
    for (let b = 0; b < 2; b++)
      for (let s = 0; s < 4; s++) {
        const [state, step] = [query.get(b), memory.get(b, s)];
        const bahdanau = np.dot(np.tanh(np.matmul(state, p.query).add(np.matmul(step, p.memory))), p.weight);
        assertAllClose(additive.score(p, query, additive.prepare(p, memory)).get(b, s), bahdanau, 'additive');
        const luong = np.dot(np.matmul(step, q.kernel), state);
        assertAllClose(general.score(q, query, general.prepare(q, memory)).get(b, s), luong, 'multiplicative');
      }
  });
  test('weights are shares of the real steps', () => {
    const decoder = nn.attentiveDecoder(nn.gruCell(2), nn.multiplicativeAttention());
    const made = decoder.init(key, { x: [3, 2], memory: [4, 5] });
    expect(made.outputShape).toEqual({ y: [3, 7], weights: [3, 4], carry: [2] });
    const input = { x: np.ones([2, 3, 2]), memory: random.normal(key, [2, 4, 5]), memoryMask: mask };
    const [{ weights }] = decoder.apply(made.params, null, input, {});
    assertAllClose(weights.sum(-1), np.ones([2, 3]));
    const unseen = np.where(np.expandDims(mask, 1), 0, weights);
    assertAllClose(unseen, np.zerosLike(unseen), 'padding', exact);
  });
  test('what is padded has no influence', () => {
    const whole = model.apply(params, null, { source, mask, target }, {})[0];
    const short = { source: source.get('1:', ':2'), target: target.get('1:') };
    assertAllClose(whole.get('1:'), model.apply(params, null, short, {})[0]);
  });
  test('the gradient in every parameter', () =>
    checkGrads((p: typeof params) => model.apply(p, null, { source, mask, target }, {})[0], [params], { order: 1 }));
  test('what is written greedily is what teacher forcing with it finds likeliest', () => {
    const { tokens, logits } = jit((p: typeof params) => model.translate(p, source, { mask, steps: 5 }))(params);
    const [forced] = model.apply(params, null, { source, mask, target: nn.shiftRight(tokens) }, {});
    assertAllClose(logits, forced, 'logits');
    assertAllClose(tokens, np.argmax(forced, -1), 'tokens', exact);
  });
  test('drawn tokens depend on the key', () => {
    const drawn = (seed: number): unknown =>
      model.translate(params, source, { mask, steps: 8, key: random.key(seed), temperature: 2 }).tokens.toNested();
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });
  test('learns to reverse', () => {
    const net = nn.seq2seq({
      source: 4,
      target: 4,
      width: 8,
      cell: nn.gruCell(16),
      attention: nn.multiplicativeAttention(),
    });
    // All strings of three letters from 1 to 3.
    const all = np.stack(np.meshgrid(...[1, 2, 3].map(() => np.arange(1, 4)), { indexing: 'ij' }), -1).reshape(27, 3);
    const reversed = np.flip(all, 1);
    const start = net.init(key, { source: [3], target: [3] }).params;
    const optimizer = optim.adam(0.02);
    const loss = (p: typeof start): NDArray =>
      nn
        .softmaxCrossEntropy(net.apply(p, null, { source: all, target: nn.shiftRight(reversed) }, {})[0], reversed)
        .mean();
    let now = { p: start, memory: optimizer.init(start) };
    const step = jit(({ p, memory }: typeof now): typeof now => {
      const [updates, next] = optimizer.update(valueAndGrad(loss)(p)[1], memory, p);
      return { p: optim.applyUpdates(p, updates), memory: next };
    });
    for (let n = 0; n < 150; n++) now = step(now);
    const written = net.translate(now.p, all, { steps: 3 }).tokens;
    expect(np.mean(np.equal(written, reversed).astype('float32')).item()).toBe(1);
  });
});
