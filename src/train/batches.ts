/** Minibatches of one size: shuffled by a key, the last one padded and masked so that nothing is compiled twice. */
import { FluxionError, ShapeError } from '../array/errors.ts';
import { fromStore, type NDArray } from '../array/ndarray.ts';
import { take } from '../operations/indexing.ts';
import type { Key } from '../random/key.ts';
import { permutation } from '../random/choice.ts';
import { exampleCount, filledUp, isBatches, ones, rowsAt, type Batches, type Data, type Source } from './data.ts';

/** Examples, targets, and how much each example counts (0 for padding). */
export interface Batch<In = NDArray, Y = NDArray> extends Data<In, Y> {
  readonly weight: NDArray;
}

/** Examples in a step, where nothing is said. */
export const defaultBatchSize = 32;

/** `most` is the number of examples, where a larger batch would be a mistake. */
export const checkBatchSize = (operation: string, batchSize: number, most = Infinity): void => {
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new ShapeError(
      `${operation}: expected a batch size of at least 1, got ${batchSize}. It is the number of examples in a step.`,
      'shape.batch',
    );
  if (batchSize > most)
    throw new ShapeError(
      `${operation}: expected a batch size of at most ${most}, the number of examples, got ${batchSize}. Give a smaller one, or none.`,
      'shape.batch',
    );
};

const floats = (values: Float32Array): NDArray => fromStore({ dtype: 'float32', shape: [values.length] }, values);
const integers = (values: Int32Array): NDArray => fromStore({ dtype: 'int32', shape: [values.length] }, values);

/**
 * The batches of one pass, in an order drawn by `key`, or as they stand without one. All have one size: the last is filled up with
 * examples from the start of the order, which weigh 0, so that statistics over a batch see real examples. A batch size beyond the data
 * is that of the data.
 */
export function* batches<In, Y>(data: Data<In, Y>, batchSize: number, key?: Key): Generator<Batch<In, Y>> {
  const count = exampleCount(data);
  checkBatchSize('batches', batchSize);
  const size = Math.min(batchSize, count);
  const order =
    key === undefined
      ? Int32Array.from({ length: count }, (_, i) => i)
      : Int32Array.from(permutation(key, count).dataSync());
  for (let at = 0; at < count; at += size) {
    const picked = Int32Array.from({ length: size }, (_, i) => order[(at + i) % count] ?? 0);
    const indices = integers(picked);
    const isReal = floats(new Float32Array(size).fill(1, 0, Math.min(size, count - at)));
    yield {
      x: rowsAt(data.x, indices),
      y: rowsAt(data.y, indices),
      weight: data.weight === undefined ? isReal : isReal.mul(take(data.weight, indices, 0)),
    };
  }
}

/** Batches from elsewhere, those that are smaller than the first filled up with examples of the first, which weigh 0. */
async function* paddedBatches<In, Y>(source: Batches<In, Y>, epoch: number): AsyncGenerator<Batch<In, Y>> {
  let first: Batch<In, Y> | null = null;
  for await (const given of source) {
    const count = exampleCount(given, 'fit', 'batch');
    const batch = { x: given.x, y: given.y, weight: given.weight ?? ones(count) };
    first ??= batch;
    const size = first.weight.size;
    yield {
      x: filledUp(batch.x, first.x, count, size),
      y: filledUp(batch.y, first.y, count, size),
      weight: filledUp(batch.weight, first.weight.mul(0), count, size),
    };
  }
  if (first === null)
    throw new FluxionError(
      'train.empty',
      `fit: expected at least one batch, got none in pass ${epoch}. Give data that can be gone through once for each epoch, such as a list or a dataset.`,
    );
}

/** The batches of a pass over arrays, or over batches from elsewhere, which have their own size and order. */
export const batchesOf = <In, Y>(
  source: Source<In, Y>,
  batchSize: number,
  key?: Key,
  epoch = 1,
): Iterable<Batch<In, Y>> | AsyncIterable<Batch<In, Y>> =>
  isBatches(source) ? paddedBatches(source, epoch) : batches(source, batchSize, key);
