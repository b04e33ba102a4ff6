/** Convolutions as layers, and what stands around them. */
import { describe, expect, test } from 'vitest';
import { jit, lax, nn, np, random, type NDArray } from 'fluxion';
import { image } from 'fluxion/data';
import { assertAllClose, captureLaws, convolutionLayerLaws, layerLaws, type LayerCase } from 'fluxion/laws';

const cases: readonly LayerCase[] = [
  { name: 'conv1d causal', layer: nn.conv1d(2, 3, { padding: 'causal', dilation: 2 }), inputShape: [5, 2] },
  { name: 'conv2d', layer: nn.conv2d(4, [3, 2], { padding: 'same', strides: 2, groups: 2 }), inputShape: [4, 3, 2] },
  {
    name: 'conv3d',
    layer: nn.conv3d(2, 2, {
      padding: [
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      bias: false,
    }),
    inputShape: [2, 3, 2, 1],
  },
  { name: 'conv of unknown rank', layer: nn.conv(2, 2), inputShape: [3, 3, 2] },
  { name: 'convTranspose1d', layer: nn.convTranspose1d(2, 3, { strides: 2 }), inputShape: [3, 2] },
  { name: 'convTranspose2d', layer: nn.convTranspose2d(2, 3, { strides: 2, padding: 'same' }), inputShape: [2, 3, 2] },
  {
    name: 'convTranspose3d',
    layer: nn.convTranspose3d(1, 2, {
      padding: [
        [1, 1],
        [0, 1],
        [1, 2],
      ],
      dilation: 2,
    }),
    inputShape: [2, 3, 2, 1],
  },
  { name: 'depthwiseConv1d', layer: nn.depthwiseConv1d(2, { multiplier: 2 }), inputShape: [4, 2] },
  { name: 'depthwiseConv2d', layer: nn.depthwiseConv2d([2, 3], { padding: 'same' }), inputShape: [3, 3, 3] },
  { name: 'separableConv1d', layer: nn.separableConv1d(3, 2), inputShape: [4, 2] },
  { name: 'separableConv2d', layer: nn.separableConv2d(2, 2, { strides: 2, bias: false }), inputShape: [4, 4, 2] },
  { name: 'zeroPadding1d', layer: nn.zeroPadding1d([[1, 2]]), inputShape: [2, 2] },
  { name: 'zeroPadding2d', layer: nn.zeroPadding2d([1, [0, 2]]), inputShape: [2, 2, 1] },
  { name: 'zeroPadding3d', layer: nn.zeroPadding3d(1), inputShape: [1, 2, 1, 2] },
  { name: 'cropping1d', layer: nn.cropping1d(1), inputShape: [4, 2] },
  { name: 'cropping2d', layer: nn.cropping2d([1, [0, 2]]), inputShape: [3, 4, 2] },
  { name: 'cropping3d', layer: nn.cropping3d([[1, 0], 0, 1]), inputShape: [2, 1, 3, 1] },
  { name: 'upSampling1d', layer: nn.upSampling1d(3), inputShape: [2, 2] },
  { name: 'upSampling2d', layer: nn.upSampling2d([2, 3]), inputShape: [2, 2, 2] },
  {
    name: 'upSampling2d bilinear',
    layer: nn.upSampling2d([2, 3], { interpolation: 'bilinear' }),
    inputShape: [3, 2, 2],
  },
  { name: 'upSampling3d', layer: nn.upSampling3d(), inputShape: [1, 2, 2, 1] },
  { name: 'resizing', layer: nn.resizing(2, 5), inputShape: [3, 2, 2] },
  { name: 'resizing nearest', layer: nn.resizing(2, 3, { method: 'nearest' }), inputShape: [4, 2, 1] },
  { name: 'resizing of one pixel', layer: nn.resizing(1, 3, { antialias: false }), inputShape: [1, 1, 2] },
] as readonly LayerCase[];

describe('laws', () => {
  for (const { name, check } of cases.flatMap(layerLaws)) test(name, () => check({ runs: 2 }));
  for (const { name, check } of convolutionLayerLaws()) test(name, () => check({ runs: 12 }));
  const inception = nn.serial(
    nn.fanOut(
      nn.conv2d(2, 1),
      nn.serial(nn.conv2d(1, 1), nn.relu, nn.conv2d(3, 3, { padding: 'same' })),
      nn.serial(nn.conv2d(1, 1), nn.relu, nn.conv2d(1, 5, { padding: 'same' })),
    ),
    nn.fanIn('concatenate'),
  );
  for (const { name, check } of captureLaws('a block of branches', inception as nn.Layer, [5, 4, 3]))
    test(name, () => check({ runs: 2 }));
  test('a block of branches joins channels', () => {
    expect(inception.init(random.key(0), [5, 4, 3]).outputShape).toEqual([5, 4, 6]);
  });
});

describe('shapes as in Keras', () => {
  const shapeOf = (layer: nn.Layer, inputShape: readonly number[]) => layer.init(random.key(0), inputShape).outputShape;
  test.each<[string, nn.Layer, readonly number[], readonly number[]]>([
    ['Conv2D(32, 3) of [28, 28, 1]', nn.conv2d(32, 3) as nn.Layer, [28, 28, 1], [26, 26, 32]],
    ['strides 2, same', nn.conv2d(8, 3, { strides: 2, padding: 'same' }) as nn.Layer, [7, 8, 1], [4, 4, 8]],
    ['transposed, valid', nn.convTranspose2d(3, 5, { strides: 2 }) as nn.Layer, [7, 7, 2], [17, 17, 3]],
    ['transposed, same', nn.convTranspose2d(3, 5, { strides: 2, padding: 'same' }) as nn.Layer, [7, 7, 2], [14, 14, 3]],
  ])('%s', (_, layer, input, output) => expect(shapeOf(layer, input)).toEqual(output));
});

test('causal outputs do not see what comes later', () => {
  const layer = nn.conv1d(1, 3, { padding: 'causal', dilation: 2 });
  const { params } = layer.init(random.key(0), [8, 1]);
  const x = random.normal(random.key(1), [8, 1]);
  const use = (z: NDArray): NDArray => layer.apply(params, null, z, {})[0];
  const changed = use(x.at('5:').set(100));
  expect(changed.get(':5').toNested()).toEqual(use(x).get(':5').toNested());
});

test('bilinear interpolation as jax.image.resize', () => {
  const layer = nn.upSampling2d([1, 2], { interpolation: 'bilinear' });
  const x = np.array([0, 4]).reshape([1, 2, 1]);
  expect(layer.apply(null, null, x, {})[0].dataSync()).toEqual(new Float32Array([0, 1, 3, 4]));
});

test('bilinear interpolation is that of resize', () => {
  const x = random.normal(random.key(4), [2, 4, 3, 2]);
  const layer = nn.upSampling2d([2, 3], { interpolation: 'bilinear' });
  assertAllClose(layer.apply(null, null, x, {})[0], image.resize(x, [8, 9]), 'resize');
});

test('resizing makes images of one size of any, and tells which', () => {
  const layer = nn.resizing(2, 3);
  for (const shape of [
    [4, 5, 2],
    [1, 1, 2],
    [2, 3, 2],
  ]) {
    const x = random.normal(random.key(4), [2, ...shape]);
    expect(layer.init(random.key(0), shape).outputShape).toEqual([2, 3, 2]);
    assertAllClose(layer.apply(null, null, x, {})[0], image.resize(x, [2, 3]), 'resize');
  }
  // Two pixels in one: their mean with averaging, and without it the linear function in the middle between them.
  const pair = np.array([1, 3, 5, 9]).reshape(1, 4, 1);
  const row = (options: image.ResizeOptions) => nn.resizing(1, 2, options).apply(null, null, pair, {})[0].ravel();
  expect(row({ method: 'nearest' }).toNested()).toEqual([3, 9]);
  expect(row({ antialias: false }).toNested()).toEqual([2, 7]);
  // Weights 3/4, 3/4, 1/4 over their sum, and the same from the other end.
  assertAllClose(row({}), np.array([(3 * 1 + 3 * 3 + 5) / 7, (3 + 3 * 5 + 3 * 9) / 7]), 'triangles');
  expect(() => nn.resizing(0, 2).init(random.key(0), [2, 2, 1])).toThrow(
    'resizing: expected a height and width of at least 1, got [2, 2] to [0, 2].',
  );
});

test('one convolution of images is the program of lax alone', () => {
  const layer = nn.conv2d(4, 3, { padding: 'same', bias: false });
  const { params } = layer.init(random.key(0), [6, 6, 2]);
  const x = random.normal(random.key(1), [3, 6, 6, 2]);
  const plain = jit((at: NDArray, kernel: NDArray) =>
    lax.convGeneralDilated(at, kernel, { padding: 'SAME', dimensionNumbers: ['NHWC', 'HWIO', 'NHWC'] }),
  );
  const y = jit((at: NDArray) => layer.apply(params, null, at, {})[0])(x);
  expect(y.toNested()).toEqual(plain(x, params.kernel).toNested());
});

describe('what does not fit is refused', () => {
  const key = random.key(0);
  test.each<[string, () => unknown, string]>([
    [
      'an unknown padding',
      () => nn.conv2d(4, 3, { padding: 'SAME' as 'same' }),
      "conv2d: expected padding 'valid', 'same', 'causal' or pairs, got 'SAME'.",
    ],
    [
      'causal images',
      () => nn.conv2d(4, 3, { padding: 'causal' }),
      "conv2d: expected 'causal' padding along one spatial axis, got 2 axes.",
    ],
    [
      'causal transposed',
      () => nn.convTranspose1d(4, 3, { padding: 'causal' as 'same' }),
      "convTranspose1d: expected padding 'valid', 'same' or pairs, got 'causal'.",
    ],
    [
      'no channels',
      () => nn.conv2d(4, 3).init(key, [28, 28]),
      'conv2d: expected examples of 2 spatial axes and channels behind, got [28, 28].',
    ],
    [
      'pairs for another rank',
      () =>
        nn
          .conv1d(1, 3, {
            padding: [
              [1, 1],
              [1, 1],
            ],
          })
          .init(key, [5, 1]),
      'conv1d: expected padding of 1 pairs',
    ],
    [
      'groups',
      () => nn.conv2d(4, 3, { groups: 3 }).init(key, [5, 5, 4]),
      'conv2d: expected groups that divide 4 input channels and 4 features, got 3.',
    ],
    [
      'a window too large',
      () => nn.conv2d(4, 3).init(key, [2, 5, 1]),
      'conv2d: expected spatial axes of at least the window [3, 3], got [2, 5].',
    ],
    ['no features', () => nn.conv(0, 3), 'conv: expected a whole number of features of at least 1, got 0.'],
    [
      'no multiplier',
      () => nn.depthwiseConv2d(3, { multiplier: 0 }),
      'depthwiseConv2d: expected a multiplier of at least 1, got 0.',
    ],
    [
      'too few axes in use',
      () => nn.conv2d(1, 1).apply({ kernel: np.ones([1, 1, 1, 1]), bias: null }, null, np.ones([2, 2]), {}),
      'conv2d: expected examples of 3 axes, got [2, 2].',
    ],
    [
      'cut to nothing',
      () => nn.cropping1d(2).init(key, [4, 1]),
      'cropping1d: expected to leave at least one element along each axis, got [4, 1]',
    ],
    [
      'negative sides',
      () => nn.zeroPadding2d(-1),
      'zeroPadding2d: expected whole numbers of at least 0 for 2 axes, got -1.',
    ],
    [
      'an unknown interpolation',
      () => nn.upSampling2d(2, { interpolation: 'cubic' as 'nearest' }),
      "upSampling2d: expected interpolation 'nearest' or 'bilinear', got 'cubic'.",
    ],
  ])('%s', (_, body, message) => expect(body).toThrow(message));
});
