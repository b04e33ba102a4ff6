/** The convolutional LSTM: under the laws, and against the LSTM where both are the same. */
import { describe, expect, test } from 'vitest';
import { nn, np, random } from 'fluxion';
import { assertAllClose, layerLaws, recurrentLaws, type LayerCase } from 'fluxion/laws';

const cell = nn.convLstmCell(2, [2, 3], { padding: 'same', recurrentDropout: 0.3 });
const layerCase: LayerCase = {
  name: 'convLstm',
  layer: nn.convLstm(2, [2], { strides: 2, dropout: 0.3 }) as nn.Layer,
  inputShape: [2, 4, 1],
};

describe('convLstm', () => {
  for (const { name, check } of layerLaws(layerCase)) test(name, () => check({ runs: 1 }));
  for (const { name, check } of recurrentLaws({ name: 'convLstm', cell, inputShape: [2, 3, 1] }))
    test(name, () => check({ runs: 1 }));

  test('with windows of one pixel it is an LSTM at each', () => {
    const layer = nn.convLstm(3, [1, 1], { returnSequences: true });
    const { params, outputShape } = layer.init(random.key(0), [4, 2, 5, 2]);
    expect(outputShape).toEqual([4, 2, 5, 3]);
    const x = random.normal(random.key(1), [4, 2, 5, 2]);
    const flat = {
      kernel: params.kernel.reshape(2, 12),
      recurrentKernel: params.recurrentKernel.reshape(3, 12),
      bias: params.bias,
    };
    const pixels = np.moveaxis(x, 0, 2);
    const [ys] = nn.lstm(3, { returnSequences: true }).apply(flat, null, pixels, {});
    assertAllClose(layer.apply(params, null, x, {})[0], np.moveaxis(ys, 2, 0));
  });
  test('the input is convolved as told, the carry keeps its size', () => {
    const layer = nn.convLstm(3, [2, 2], { returnState: true });
    const { params, outputShape } = layer.init(random.key(0), [1, 4, 5, 2]);
    expect(outputShape).toEqual({ y: [3, 4, 3], carry: { h: [3, 4, 3], c: [3, 4, 3] } });
    const x = random.normal(random.key(1), [1, 4, 5, 2]);
    const [{ y }] = layer.apply(params, null, x, {});
    const [sums] = nn.conv2d(12, [2, 2]).apply({ kernel: params.kernel, bias: params.bias }, null, x, {});
    const [i, , g, o] = np.split(sums.get(0), 4, -1);
    // From a carry of zeros there is nothing to forget.
    const c = nn.sigmoid(i ?? y).mul(np.tanh(g ?? y));
    assertAllClose(y, nn.sigmoid(o ?? y).mul(np.tanh(c)));
  });
  test('one step of an image is no sequence', () => {
    const layer = nn.convLstm(3, [2, 2]);
    const { params } = layer.init(random.key(0), [1, 4, 5, 2]);
    expect(() => layer.apply(params, null, np.ones([4, 5, 2]), {})).toThrow(
      'convLstm: expected a sequence of [..., time, extent, extent, features], got float32[4,5,2].',
    );
  });
});
