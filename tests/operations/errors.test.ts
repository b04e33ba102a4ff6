/** What messages say: the operation, what it expected, what it got, and a remedy. */
import { describe, expect, test } from 'vitest';
import { FluxionError, np } from 'fluxion';

const message = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    // Without the place, which changes with every edit of this file.
    if (error instanceof FluxionError)
      return `${error.name} ${error.code}: ${error.message.replace(/ \([^()]*:\d+:\d+\)$/, '')}`;
    throw error;
  }
  return 'no error';
};
const x = np.ones([2, 3]);
// Sound for these tests only: they pass on purpose what the types forbid.
const wrong = (value: unknown): never => value as never;

describe('messages', () => {
  test.each<[string, () => unknown]>([
    ['shapes that do not broadcast', () => np.add(x, np.ones([2]))],
    ['an axis out of range', () => np.sum(x, 2)],
    ['an axis twice', () => np.sum(x, [0, -2])],
    ['a bad reshape', () => x.reshape(4, 2)],
    ['a reshape that does not divide', () => x.reshape(4, -1)],
    ['two open extents', () => x.reshape(-1, -1)],
    ['mismatched contraction', () => np.matmul(x, x)],
    ['a scalar product by matmul', () => np.matmul(x, 2)],
    ['a ragged list', () => np.array([[1, 2], [3]])],
    ['an unknown type', () => np.array([1], wrong('float16'))],
    ['text', () => np.array(wrong(['a']))],
    ['null', () => np.add(x, wrong(null))],
    ['a null in a list', () => np.array(wrong([1, null]))],
    ['a bigint', () => np.add(x, wrong(1n))],
    ['a typed array that we have no type for', () => np.array(wrong(new Int16Array(2)))],
    ['a negative extent', () => np.zeros([-1])],
    ['a step of nothing', () => np.arange(0, 1, 0)],
    ['the largest of nothing', () => np.max(np.zeros([0]))],
    ['the place of the largest of nothing', () => np.argmax(np.zeros([0]))],
    ['negating booleans', () => np.negative([true])],
    ['uneven parts', () => np.split(np.arange(5), 2)],
    ['squeezing what is long', () => np.squeeze(x, 0)],
    ['broadcasting to less', () => np.broadcastTo(x, [3])],
    ['joining nothing', () => np.concatenate([])],
    ['joining what does not fit', () => np.concatenate([x, np.ones([2, 2])])],
    [
      'padding other axes',
      () =>
        np.pad(x, [
          [1, 1],
          [1, 1],
          [1, 1],
        ]),
    ],
    ['a triangle of a vector', () => np.tril([1, 2])],
    ['letters that do not fit', () => np.einsum('ijk->i', x)],
    ['letters of two extents', () => np.einsum('ij,ij->i', x, x.T)],
    ['positions that are no integers', () => np.take(x, np.ones([1]), 0)],
    ['a transpose of too few axes', () => x.transpose([0])],
  ])('%s', (_, run) => expect(message(run)).toMatchSnapshot());
});
