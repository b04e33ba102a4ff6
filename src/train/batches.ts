/** Minibatches of one size: shuffled by a key, the last one padded and masked so that nothing is compiled twice. */
import { ShapeError } from '../array/errors.ts';
import { fromStore, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { take } from '../operations/indexing.ts';
import type { Key } from '../random/key.ts';
import { permutation } from '../random/choice.ts';
import type { Batch } from './step.ts';

/** Examples and targets, one of each along axis 0. */
export interface Data {
  readonly x: NDArray;
  readonly y: NDArray;
}

/** The number of examples; throws if examples and targets do not pair or there are none. */
export const exampleCount = ({ x, y }: Data): number => {
  const [n, m] = [x.shape[0], y.shape[0]];
  if (n === undefined || n !== m)
    throw new ShapeError(
      `fit: expected one target for each example, got ${showType(x.type)} and ${showType(y.type)}. Their first axes pair.`,
      'shape.data',
    );
  if (n === 0)
    throw new ShapeError(
      `fit: expected at least one example, got ${showType(x.type)}. Load the data first.`,
      'shape.data',
    );
  return n;
};

/** The batches of one pass, in an order drawn by `key`, or as they stand without one. */
export function* batches(data: Data, batchSize: number, key?: Key): Generator<Batch> {
  const count = exampleCount(data);
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new ShapeError(
      `fit: expected a batch size of at least 1, got ${batchSize}. It is the number of examples in a step.`,
      'shape.batch',
    );
  const size = Math.min(batchSize, count);
  const order =
    key === undefined
      ? Int32Array.from({ length: count }, (_, i) => i)
      : Int32Array.from(permutation(key, count).dataSync());
  for (let at = 0; at < count; at += size) {
    const picked = new Int32Array(size);
    picked.set(order.subarray(at, at + size));
    const weight = new Float32Array(size).fill(1, 0, Math.min(size, count - at));
    const indices = fromStore({ dtype: 'int32', shape: [size] }, picked);
    yield {
      x: take(data.x, indices, 0),
      y: take(data.y, indices, 0),
      weight: fromStore({ dtype: 'float32', shape: [size] }, weight),
    };
  }
}
