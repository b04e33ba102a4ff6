/** Recurrent layers at the corners: what they give, what they refuse, and the five arrangements of sequences. */
import { describe, expect, test } from 'vitest';
import { jit, nn, np, random, vmap, type NDArray } from 'fluxion';
import { assertAllClose, exact } from 'fluxion/laws';

const key = random.key(0);
const x = random.normal(random.key(1), [2, 4, 3]);

describe('parameters', () => {
  test('have names, and the forget gate starts open', () => {
    const { params } = nn.lstm(2).init(key, [4, 3]);
    expect([params.kernel.shape, params.recurrentKernel.shape]).toEqual([
      [3, 8],
      [2, 8],
    ]);
    expect(params.bias.toNested()).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    expect(nn.lstm(1, { forgetBias: 3 }).init(key, [4, 3]).params.bias.toNested()).toEqual([0, 3, 0, 0]);
  });
  test('of a gru depend on its convention', () => {
    expect(nn.gru(2).init(key, [4, 3]).params.recurrentBias?.shape).toEqual([6]);
    expect(nn.gru(2, { resetAfter: false }).init(key, [4, 3]).params.recurrentBias).toBeNull();
  });
  test('of both directions differ', () => {
    const { params, outputShape } = nn.bidirectional(nn.simpleRnn(2)).init(key, [4, 3]);
    expect(params.forward.kernel.toNested()).not.toEqual(params.backward.kernel.toNested());
    expect(outputShape).toEqual([4]);
  });
});

describe('what is given', () => {
  test('follows the options', () => {
    const state = nn.lstm(2, { returnState: true, returnSequences: true });
    const { params, outputShape } = state.init(key, [4, 3]);
    expect(outputShape).toEqual({ y: [4, 2], carry: { h: [2], c: [2] } });
    const [{ y, carry }] = state.apply(params, null, x, {});
    expect([y.shape, carry.h.shape, carry.c.shape]).toEqual([
      [2, 4, 2],
      [2, 2],
      [2, 2],
    ]);
    assertAllClose(y.get(':', -1), carry.h, 'last', exact);
  });
  test('both directions apart', () => {
    const layer = nn.bidirectional(nn.gru(2, { returnSequences: true, returnState: true }), { merge: null });
    const { params, outputShape } = layer.init(key, [4, 3]);
    expect(outputShape).toEqual({
      y: { forward: [4, 2], backward: [4, 2] },
      carry: { forward: [2], backward: [2] },
    });
    const [{ y, carry }] = layer.apply(params, null, x, {});
    assertAllClose(y.backward.get(':', 0), carry.backward, 'the first step is read last', exact);
  });
  test('no steps, one step, no batch, an empty batch', () => {
    const layer = nn.gru(2, { returnSequences: true });
    const { params } = layer.init(key, [4, 3]);
    const shapes = [
      [2, 0, 3],
      [1, 3],
      [5, 1, 4, 3],
      [0, 4, 3],
    ].map((shape) => layer.apply(params, null, np.ones(shape), {})[0].shape);
    expect(shapes).toEqual([
      [2, 0, 2],
      [1, 2],
      [5, 1, 4, 2],
      [0, 4, 2],
    ]);
    expect(
      nn
        .gru(2)
        .apply(params, null, np.ones([0, 3]), {})[0]
        .toNested(),
    ).toEqual([0, 0]);
  });
  test('a sequence of which nothing is real gives what its carry shows', () => {
    const layer = nn.simpleRnn(2);
    const { params } = layer.init(key, [4, 3]);
    const mask = np.zeros([2, 4], 'bool');
    expect(layer.apply(params, null, { x, mask }, {})[0].toNested()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    const carry = np.ones([2, 2]);
    assertAllClose(layer.apply(params, null, { x, mask, carry }, {})[0], carry, 'carry', exact);
  });
  test('tokens, lengths and padding as masks', () => {
    expect(nn.lengthsToMask([0, 2], 3).toNested()).toEqual([
      [false, false, false],
      [true, true, false],
    ]);
    expect(nn.maskZero(np.array([[3, 0, 1]], 'int32')).toNested()).toEqual([[true, false, true]]);
    const padded = np.array([
      [
        [1, 0],
        [0, 0],
        [0, 2],
      ],
    ]);
    const [masked] = nn.masking().apply(null, null, padded, {});
    expect(masked.mask.toNested()).toEqual([[true, false, true]]);
    const pool = (layer: nn.Layer<null, null, nn.Sequence>, sequence: nn.Sequence): unknown =>
      layer.apply(null, null, sequence, {})[0].toNested();
    expect(pool(nn.maskedMean(), masked)).toEqual([[0.5, 1]]);
    expect(pool(nn.maskedMean(), padded.mul(3))).toEqual([[1, 2]]);
    expect(pool(nn.lastStep(), masked)).toEqual([[0, 2]]);
    expect(pool(nn.lastStep(), padded.get(':', ':2'))).toEqual([[0, 0]]);
    const nothing = { x: padded, mask: np.zeros([1, 3], 'bool') };
    expect([pool(nn.maskedMean(), nothing), pool(nn.lastStep(), nothing)]).toEqual([[[0, 0]], [[0, 0]]]);
  });
  test('masks pass through layers, and through all of them to the end', () => {
    const sequence = nn.lengthsToMask([2, 4], 4);
    const net = nn.serial(
      nn.keepMask(nn.lstm(3, { returnSequences: true })),
      nn.keepMask(nn.timeDistributed(nn.dense(2))),
      nn.gru(2),
    );
    const { params, state } = net.init(key, { x: [4, 3], mask: [4] });
    const whole = net.apply(params, state, { x, mask: sequence }, {})[0];
    const short = net.apply(params, state, { x: x.get(':1', ':2'), mask: np.ones([1, 2], 'bool') }, {})[0];
    assertAllClose(whole.get(':1'), short, 'the shorter one');
  });
  test('in training the noise depends on the key, and is one factor for each feature', () => {
    const layer = nn.lstm(2, { recurrentDropout: 0.5, dropout: 0.5, returnSequences: true });
    const { params } = layer.init(key, [4, 3]);
    const run = (seed: number): NDArray => layer.apply(params, null, x, { training: true, key: random.key(seed) })[0];
    expect(run(1).toNested()).toEqual(run(1).toNested());
    expect(run(1).toNested()).not.toEqual(run(2).toNested());
    const [{ input, recurrent }] = [
      nn.lstmCell(2, { dropout: 0.5, recurrentDropout: 0.5 }).noise(key, { dtype: 'float32', shape: [1, 3] }),
    ];
    expect([input?.shape, recurrent?.shape]).toEqual([
      [1, 3],
      [1, 2],
    ]);
    for (const factor of [...(input?.dataSync() ?? []), ...(recurrent?.dataSync() ?? [])])
      expect([0, 2]).toContain(factor);
  });
  test('carries and masks are arguments like others under vmap and jit', () => {
    const layer = nn.gru(2);
    const { params } = layer.init(key, [4, 3]);
    const mask = nn.lengthsToMask([1, 4], 4);
    const one = (at: NDArray, real: NDArray, carry: NDArray): NDArray =>
      layer.apply(params, null, { x: at, mask: real, carry }, {})[0];
    const carry = random.normal(key, [2, 2]);
    assertAllClose(jit(vmap(one))(x, mask, carry), one(x, mask, carry), 'vmap');
  });
});

test('tokens embedded and masked, and all parts by their names', () => {
  const net = nn.serial(
    nn.named('tokens', nn.fanOut({ x: nn.embedding(9, 4), mask: nn.maskZero })),
    nn.named('first', nn.keepMask(nn.bidirectional(nn.gru(3, { returnSequences: true })))),
    nn.named('second', nn.lstm(2)),
  );
  const { params, state } = net.init(key, [5]);
  const tokens = np.array([[3, 8, 0, 0, 0]], 'int32');
  const short = net.apply(params, state, tokens.get(':', ':2'), {})[0];
  const [[y], seen] = nn.capture(net)(params, state, tokens);
  assertAllClose(y, short);
  expect(Object.keys(seen)).toEqual([
    'tokens.x',
    'tokens.mask',
    'tokens',
    'first.layer.forward',
    'first.layer.backward',
    'first.layer',
    'first',
    'second',
  ]);
});

test("a cell of one's own: a leaky sum", () => {
  const leaky = nn.cellOf<{ readonly leak: NDArray }, NDArray>({
    kind: 'leaky',
    rank: 1,
    init: () => ({ leak: np.array(0.5) }),
    zero: (shape, dtype = 'float32') => np.zeros(shape, dtype),
    noise: () => ({}),
    project: (_, at) => at,
    step: ({ leak }, carry, at) => carry.mul(leak).add(at),
    output: (carry) => carry,
  });
  const layer = nn.rnn(leaky, { returnSequences: true });
  const { params } = layer.init(key, [3, 1]);
  expect(layer.apply(params, null, np.array([[1], [1], [1]]), {})[0].toNested()).toEqual([[1], [1.5], [1.75]]);
});

describe('what does not fit is refused', () => {
  const layer = nn.lstm(2);
  const { params } = layer.init(key, [4, 3]);
  test.each<[string, () => unknown, string]>([
    [
      'one step',
      () => layer.apply(params, null, np.ones([3]), {}),
      'lstm: expected a sequence of [..., time, features], got float32[3].',
    ],
    [
      'a batch as example',
      () => layer.init(key, [2, 4, 3]),
      'lstm: expected examples of [time, features], got [2, 4, 3].',
    ],
    [
      'a mask of another shape',
      () => layer.apply(params, null, { x, mask: np.ones([4], 'bool') }, {}),
      'lstm: expected a mask of [2, 4], got bool[4].',
    ],
    [
      'a carry without batch',
      () => layer.apply(params, null, { x, carry: { h: np.ones([2]), c: np.ones([2]) } }, {}),
      'rnn: expected a carry of [2, 2], got float32[2].',
    ],
    ['a rate', () => nn.lstm(2, { recurrentDropout: 1 }), 'recurrentDropout: expected a rate from 0 below 1, got 1.'],
    ['a window', () => nn.gru(2, { truncate: 0 }), 'rnn: expected truncate to be a whole number from 1, got 0.'],
  ])('%s', (_, body, message) => {
    expect(body).toThrow(message);
  });
});
