/** Nobody can write to the shape of an array, and no array takes a list that a user goes on to change. */
import { expect, test } from 'vitest';
import { grad, jit, np, random, vmap, type NDArray } from 'fluxion';

const x = np.ones([2, 3]);
const made: readonly (readonly [string, () => NDArray])[] = [
  ['full', () => x],
  ['array', () => np.array([[1, 2]])],
  ['a list of arrays', () => np.array([x, x])],
  ['a view', () => x.T],
  ['a reshape', () => x.reshape(3, 2)],
  ['a broadcast', () => np.broadcastTo(x, [2, 2, 3])],
  ['an element by element result', () => np.add(np.array([1, 2]), 1)],
  ['a reduction', () => np.array([[1, 2]]).sum(0)],
  ['a compiled result', () => jit((y: NDArray) => y.matmul(y.T))(x)],
  ['a gradient', () => grad((y: NDArray) => y.sum())(x)],
  ['a mapped result', () => vmap((y: NDArray) => y.mul(2))(x)],
  ['random numbers', () => random.normal(random.key(0), [4])],
];
test.each(made)('of %s', (_, make) => {
  const y = make();
  expect(Object.isFrozen(y.shape)).toBe(true);
  expect(() => {
    (y.shape as number[])[0] = 9; // sound for this test: it tries what the types forbid
  }).toThrow(TypeError);
});

test('the shapes that users give stay theirs', () => {
  const shape = [2, 3];
  const all = [
    np.zeros(shape),
    np.broadcastTo(1, shape),
    np.ones([6]).reshape(shape),
    np.fullLike(x, 1, { shape }),
    np.resize([1], shape),
    random.uniform(random.key(0), shape),
    random.normal(random.key(0), shape),
  ];
  shape[0] = 7;
  expect(all.map((y) => y.shape)).toEqual(all.map(() => [2, 3]));
});
