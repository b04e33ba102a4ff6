/** The gradient penalty of a critic, and its own gradient. */
import { expect, test } from 'vitest';
import { grad, jit, nn, np, random, tree, type NDArray } from 'fluxion';
import { assertAllClose, checkGrads } from 'fluxion/laws';
import { gradientPenalty } from 'fluxion/train';

const [a, b, c] = random.split(random.key(0), 3);

test('a linear critic has one slope everywhere: (|w| - 1)^2', () => {
  const w = np.array([3, 0, 4]);
  const [real, fake] = [random.normal(a, [5, 3]), random.normal(b, [5, 3])];
  const penalty = (v: NDArray): NDArray => gradientPenalty((x) => np.matmul(x, v), real, fake, c);
  assertAllClose(penalty(w), np.full([5], 16));
  // d/dw (|w| - 1)^2 = 2 (|w| - 1) w / |w|
  assertAllClose(jit(grad((v: NDArray) => penalty(v).mean()))(w), np.array([4.8, 0, 6.4]));
});

test('points stand between real and made examples', () => {
  // The slope of half the square of x is x.
  const half = (x: NDArray): NDArray => np.sum(x.square(), -1).div(2);
  const penalty = gradientPenalty(half, np.full([200, 1], 2), np.full([200, 1], 3), c);
  const slopes = np.sqrt(penalty).add(1);
  expect([Number(slopes.min().item()) >= 2, Number(slopes.max().item()) <= 3]).toEqual([true, true]);
  expect(Number(slopes.mean().item())).toBeCloseTo(2.5, 1);
});

test('each example has its own penalty', () => {
  const critic = (x: NDArray): NDArray => np.sum(np.sin(x), [1, 2]);
  const [real, fake] = [random.normal(a, [4, 2, 3]), random.normal(b, [4, 2, 3])];
  const other = fake.at(0).set(7);
  const [one, two] = [gradientPenalty(critic, real, fake, c), gradientPenalty(critic, real, other, c)];
  assertAllClose(one.get('1:'), two.get('1:'));
  expect(Number(one.get(0).item())).not.toBeCloseTo(Number(two.get(0).item()), 4);
});

test.each([
  ['dense', nn.serial(nn.dense(8), nn.tanh, nn.dense(1)), [3]],
  [
    'convolutions and pooling',
    nn.serial(
      nn.conv2d(3, [3, 3], { strides: 2, padding: 'same' }),
      nn.tanh,
      nn.maxPool2d([2, 2]),
      nn.flatten(),
      nn.dense(1),
    ),
    [8, 8, 1],
  ],
] as const)('its gradient is that of differences: %s', (_, model, shape) => {
  const layer = model as nn.Layer;
  const { params, state } = layer.init(random.key(1), shape);
  const wide = tree.map((leaf: NDArray) => leaf.astype('float64'), params as NDArray);
  const [real, fake] = [random.normal(a, [3, ...shape]), random.normal(b, [3, ...shape])].map((x) =>
    x.astype('float64'),
  );
  const loss = (p: NDArray): NDArray =>
    np.mean(gradientPenalty((x) => layer.apply(p, state, x, {})[0], real as NDArray, fake as NDArray, c));
  checkGrads(loss, [wide]);
});

test('a flat critic is told nothing, not NaN', () => {
  const zero = np.zeros([2]);
  const penalty = (w: NDArray): NDArray =>
    gradientPenalty((x) => np.matmul(x, w), np.ones([3, 2]), np.zeros([3, 2]), c);
  expect(penalty(zero).toNested()).toEqual([1, 1, 1]);
  expect(grad((w: NDArray) => penalty(w).sum())(zero).toNested()).toEqual([0, 0]);
  expect(gradientPenalty((x) => x, np.zeros([0, 1]), np.zeros([0, 1]), c).shape).toEqual([0]);
});

test('real and made examples have one shape', () => {
  expect(() => gradientPenalty((x) => x, np.ones([3, 2]), np.ones([2, 2]), c)).toThrow(
    'gradientPenalty: expected real and made examples [n, ...] of one shape, got float32[3,2] and float32[2,2].',
  );
});
