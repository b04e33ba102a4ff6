/** MNIST as the examples use it: bytes as they are, brought to numbers by the first layer of a model. */
import { nn, np, type NDArray } from 'fluxion';
import { orThrow, type LabelledImages } from 'fluxion/data';
import { mnist } from './datasets.ts';

/** Images and labels, paired along axis 0. */
export interface Examples {
  readonly x: NDArray;
  readonly y: NDArray;
}

/** The first `n` of them. */
export const first = ({ x, y }: Examples, n: number): Examples => ({ x: x.get(`:${n}`), y: y.get(`:${n}`) });

const examplesOf = ({ images, labels }: LabelledImages): Examples => ({ x: images, y: labels });

/** uint8 images `[n, 28, 28]` and labels `[n]`: `train` of them to train on and `test` to test, or all. */
export const digits = async (
  train = 60_000,
  test = 10_000,
): Promise<{ readonly train: Examples; readonly test: Examples }> => {
  const data = await orThrow(mnist());
  return { train: first(examplesOf(data.train), train), test: first(examplesOf(data.test), test) };
};

/** Bytes `[..., 28, 28]` to numbers from 0 to 1 in a row, `[..., 784]`. */
export const asRows = nn.lambda(
  (x) => np.reshape(np.divide(x.astype('float32'), 255), [...x.shape.slice(0, -2), 784]),
  () => [784],
);

/** Bytes `[..., 28, 28]` to pictures of one channel, `[..., 28, 28, 1]`, from 0 to 1. */
export const asPictures = nn.lambda(
  (x) => np.expandDims(np.divide(x.astype('float32'), 255), -1),
  () => [28, 28, 1],
);

/** A share as per cent. */
export const percent = (share: number | undefined, digitsAfter = 2): string =>
  `${((share ?? NaN) * 100).toFixed(digitsAfter)} %`;
