/** Pooling as layers. */
import { describe, expect, test } from 'vitest';
import { grad, jit, lax, nn, np, random, type NDArray } from 'fluxion';
import { layerLaws, poolingLayerLaws, type LayerCase } from 'fluxion/laws';

const cases: readonly LayerCase[] = [
  { name: 'maxPool1d', layer: nn.maxPool1d(2, { strides: 1 }) as nn.Layer, inputShape: [4, 2] },
  { name: 'maxPool2d', layer: nn.maxPool2d([2, 3], { padding: 'same' }) as nn.Layer, inputShape: [3, 4, 2] },
  { name: 'maxPool3d', layer: nn.maxPool3d() as nn.Layer, inputShape: [2, 2, 3, 1] },
  { name: 'avgPool1d', layer: nn.avgPool1d(3, { strides: 2, padding: 'same' }) as nn.Layer, inputShape: [4, 2] },
  {
    name: 'avgPool2d',
    layer: nn.avgPool2d(2, {
      padding: [
        [1, 0],
        [0, 1],
      ],
      countIncludePad: true,
    }) as nn.Layer,
    inputShape: [3, 3, 2],
  },
  { name: 'avgPool3d', layer: nn.avgPool3d([1, 2, 2]) as nn.Layer, inputShape: [2, 2, 3, 1] },
  { name: 'globalMaxPool1d', layer: nn.globalMaxPool1d() as nn.Layer, inputShape: [4, 2] },
  { name: 'globalMaxPool2d', layer: nn.globalMaxPool2d({ keepdims: true }) as nn.Layer, inputShape: [2, 3, 2] },
  { name: 'globalMaxPool3d', layer: nn.globalMaxPool3d() as nn.Layer, inputShape: [2, 1, 3, 2] },
  { name: 'globalAvgPool1d', layer: nn.globalAvgPool1d() as nn.Layer, inputShape: [4, 2] },
  { name: 'globalAvgPool2d', layer: nn.globalAvgPool2d() as nn.Layer, inputShape: [2, 3, 2] },
  { name: 'globalAvgPool3d', layer: nn.globalAvgPool3d({ keepdims: true }) as nn.Layer, inputShape: [2, 1, 3, 2] },
  { name: 'adaptiveMaxPool1d', layer: nn.adaptiveMaxPool1d(3) as nn.Layer, inputShape: [5, 2] },
  { name: 'adaptiveMaxPool2d', layer: nn.adaptiveMaxPool2d([2, 3]) as nn.Layer, inputShape: [5, 3, 2] },
  { name: 'adaptiveMaxPool3d', layer: nn.adaptiveMaxPool3d(2) as nn.Layer, inputShape: [2, 3, 1, 1] },
  { name: 'adaptiveAvgPool1d', layer: nn.adaptiveAvgPool1d(3) as nn.Layer, inputShape: [4, 2] },
  { name: 'adaptiveAvgPool2d', layer: nn.adaptiveAvgPool2d([2, 3]) as nn.Layer, inputShape: [5, 6, 1] },
  { name: 'adaptiveAvgPool3d', layer: nn.adaptiveAvgPool3d(2) as nn.Layer, inputShape: [2, 3, 1, 1] },
];

describe('laws', () => {
  for (const { name, check } of cases.flatMap(layerLaws)) test(name, () => check({ runs: 2 }));
  for (const { name, check } of poolingLayerLaws()) test(name, () => check({ runs: 12 }));
});

test('pooling of images is the program of lax alone', () => {
  const x = random.normal(random.key(1), [3, 6, 6, 2]);
  const window = { windowDimensions: [1, 2, 2, 1], windowStrides: [1, 2, 2, 1] };
  const program = (f: (at: NDArray) => NDArray): NDArray => jit(f)(x);
  expect(program((at) => nn.maxPool2d().apply(null, null, at, {})[0]).toNested()).toEqual(
    program((at) => lax.reduceWindow(at, 'max', window)).toNested(),
  );
});

test('ties, integers and infinities', () => {
  const ones = np.ones([4, 1]);
  const total = (x: NDArray): NDArray => nn.maxPool1d(4).apply(null, null, x, {})[0].sum();
  expect(grad(total)(ones).reshape([-1]).toNested()).toEqual([1, 0, 0, 0]);
  const pixels = np.array([[1], [2], [4], [5]], 'uint8');
  expect(nn.avgPool1d().apply(null, null, pixels, {})[0].toNested()).toEqual([[1.5], [4.5]]);
  expect(nn.maxPool1d().apply(null, null, pixels, {})[0].toNested()).toEqual([[2], [5]]);
  const low = np.full([2, 1], -Infinity);
  expect(nn.maxPool1d(2, { padding: 'same' }).apply(null, null, low, {})[0].toNested()).toEqual([[-Infinity]]);
  const sides = nn.avgPool1d(3, { strides: 2, padding: 'same' });
  expect(sides.apply(null, null, np.array([[1], [2], [4]]), {})[0].toNested()).toEqual([[1.5], [3]]);
});

test.each<[string, () => unknown, string]>([
  [
    'padding',
    () => nn.maxPool2d(2, { padding: 'causal' as 'same' }),
    "maxPool2d: expected padding 'valid', 'same' or pairs, got 'causal'.",
  ],
  [
    'size',
    () => nn.avgPool2d([2, 2, 2]),
    'avgPool2d: expected a window of 2 whole numbers of at least 1, got [2, 2, 2].',
  ],
  [
    'too small',
    () => nn.maxPool2d(3).init(random.key(0), [2, 2, 1]),
    'maxPool2d: expected spatial axes of at least the window [3, 3], got [2, 2].',
  ],
  [
    'rank',
    () => nn.globalAvgPool2d().init(random.key(0), [4, 2]),
    'globalAvgPool2d: expected examples of 2 spatial axes and channels behind, got [4, 2].',
  ],
  [
    'empty',
    () => nn.globalMaxPool1d().init(random.key(0), [0, 2]),
    'globalMaxPool1d: expected spatial axes that are not empty, got [0, 2].',
  ],
  [
    'use',
    () => nn.maxPool2d().apply(null, null, np.ones([2, 2]), {}),
    'maxPool2d: expected examples of 3 axes, got [2, 2].',
  ],
])('%s that does not fit is refused', (_, body, message) => expect(body).toThrow(message));
