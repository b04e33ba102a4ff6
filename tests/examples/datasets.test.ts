import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { orThrow } from 'fluxion/data';
import { iris, mnist } from '../../examples/shared/datasets.ts';

test('the irises are those that Fisher measured', async () => {
  const { x, y, species, features } = await orThrow(iris());
  expect([x.shape, y.shape, species]).toEqual([[150, 4], [150], ['setosa', 'versicolor', 'virginica']]);
  expect(features).toHaveLength(4);
  // The means of table I: 5.843, 3.057, 3.758, 1.199.
  const means = [...x.mean(0).dataSync()].map((mean) => mean.toFixed(3));
  expect(means).toEqual(['5.843', '3.057', '3.758', '1.199']);
});
test('MNIST is at hand', async () => {
  const read = await mnist()();
  expect(E.isRight(read) && [read.right.train.images.shape, read.right.test.images.shape]).toEqual([
    [60_000, 28, 28],
    [10_000, 28, 28],
  ]);
});
