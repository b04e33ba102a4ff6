/** Methods of arrays are the functions of their names, with the array as first argument. */
import { grad, jit, np, type NDArray } from 'fluxion';
import { assertAllClose, exact } from 'fluxion/laws';
import { expect, test } from 'vitest';

const x = np.array([
  [3, 1, 2],
  [6, -5, 4.5],
]);
const thin = np.array([[[2], [-1]]]);
const isBig = np.array([true, false, true]);

type Case = readonly [name: string, method: (x: NDArray) => NDArray, plain: (x: NDArray) => NDArray, on?: NDArray];
const cases: readonly Case[] = [
  ['var', (a) => a.var(), (a) => np.var(a)],
  ['var of an axis', (a) => a.var({ axis: 1, ddof: 1 }), (a) => np.var(a, { axis: 1, ddof: 1 })],
  ['std', (a) => a.std({ axis: 0, keepdims: true }), (a) => np.std(a, { axis: 0, keepdims: true })],
  ['std where', (a) => a.std({ where: isBig }), (a) => np.std(a, { where: isBig })],
  ['any', (a) => a.greater(4).any(1), (a) => np.any(a.greater(4), 1)],
  ['all', (a) => a.greater(0).all({ axis: 0 }), (a) => np.all(a.greater(0), { axis: 0 })],
  ['ptp', (a) => a.ptp(-1), (a) => np.ptp(a, -1)],
  ['cumsum', (a) => a.cumsum(), (a) => np.cumsum(a)],
  [
    'cumsum of an axis',
    (a) => a.cumsum({ axis: 1, dtype: 'float64' }),
    (a) => np.cumsum(a, { axis: 1, dtype: 'float64' }),
  ],
  ['cumprod', (a) => a.cumprod(0), (a) => np.cumprod(a, 0)],
  ['sort', (a) => a.sort(), (a) => np.sort(a)],
  [
    'sort downwards',
    (a) => a.sort({ axis: null, descending: true }),
    (a) => np.sort(a, { axis: null, descending: true }),
  ],
  ['argsort', (a) => a.argsort(0), (a) => np.argsort(a, 0)],
  ['clip', (a) => a.clip(0, 4), (a) => np.clip(a, 0, 4)],
  ['clip from below', (a) => a.clip(2), (a) => np.clip(a, 2)],
  ['clip from above', (a) => a.clip(null, 2), (a) => np.clip(a, null, 2)],
  ['round', (a) => a.round(), (a) => np.round(a)],
  ['round to tens', (a) => a.round(-1), (a) => np.round(a, -1)],
  ['flatten', (a) => a.flatten(), (a) => np.ravel(a)],
  ['squeeze', (a) => a.squeeze(), (a) => np.squeeze(a), thin],
  ['squeeze of an axis', (a) => a.squeeze(-1), (a) => np.squeeze(a, -1), thin],
  ['swapaxes', (a) => a.swapaxes(0, -1), (a) => np.swapaxes(a, 0, -1), thin],
  ['repeat', (a) => a.repeat(2), (a) => np.repeat(a, 2)],
  ['repeat along an axis', (a) => a.repeat([1, 0, 2], 1), (a) => np.repeat(a, [1, 0, 2], 1)],
  ['take', (a) => a.take([5, 0, -1]), (a) => np.take(a, [5, 0, -1])],
  ['take along an axis', (a) => a.take([3, 0], 1, { mode: 'wrap' }), (a) => np.take(a, [3, 0], 1, { mode: 'wrap' })],
  ['diagonal', (a) => a.diagonal({ offset: 1 }), (a) => np.diagonal(a, { offset: 1 })],
  ['trace', (a) => a.trace(), (a) => np.trace(a)],
  ['copy', (a) => a.copy(), (a) => np.copy(a)],
];

test.for(cases)('%s', ([name, method, plain, on = x]) => {
  const expected = plain(on);
  assertAllClose(method(on), expected, name, exact);
  assertAllClose(jit(method)(on), jit(plain)(on), `${name} under jit`, exact);
  expect([method(on).dtype, method(on).shape]).toEqual([expected.dtype, expected.shape]);
});

test('methods differentiate', () => {
  expect(grad((a: NDArray) => a.clip(0, 4).cumsum().sum())(x).toNested()).toEqual([
    [6, 5, 4],
    [0, 0, 0],
  ]);
  expect(grad((a: NDArray) => a.var())(np.array([1, 3])).toNested()).toEqual([-1, 1]);
});
