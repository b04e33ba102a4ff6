/**
 * An autoencoder: 784 pixels through 16 numbers and back. In training noise goes in and the digit is asked for, so that what comes back has no noise
 * (Vincent et al. 2008).
 */
import { join } from 'node:path';
import { nn, np, optim, random, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { hconcat, historyChart, imageChart, imageGrid, saveChart, vconcat } from 'fluxion/plot';
import { fit, predict } from 'fluxion/train';
import { asRows, digits, type Examples } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

const encoder = nn.serial({
  asRows,
  noise: nn.gaussianNoise(0.4),
  hidden: nn.dense(128),
  act: nn.relu,
  code: nn.dense(16),
});
const decoder = nn.serial({ hidden: nn.dense(128), act: nn.relu, pixels: nn.dense(784) });
const model = nn.serial(encoder, decoder);

/** Bytes as numbers from 0 to 1 in rows: what the pixels should be. */
const rowsOf = (images: NDArray): NDArray => images.reshape(-1, 784).astype('float32').div(255);
const loss = (logits: NDArray, images: NDArray): NDArray => nn.sigmoidBinaryCrossEntropy(logits, rowsOf(images));
const squares = (a: NDArray, b: NDArray): number => Number(np.mean(np.square(a.sub(b))).item());

/** Digits above what became of them. */
const pictureOf = (x: NDArray, back: NDArray, title: string) =>
  imageChart(imageGrid(np.concatenate([rowsOf(x), back]).reshape(-1, 28, 28), { columns: x.shape[0] ?? 1 }), {
    title,
    scale: 1.6,
  });

export const run: Example = async ({ budget, out, write }) => {
  const isFull = budget === 'full';
  const { train, test } = await digits(isFull ? 60_000 : 4000, isFull ? 10_000 : 1000);
  const itself = ({ x }: Examples) => ({ x, y: x });
  const fitted = await fit(model, {
    data: itself(train),
    validation: itself(test),
    loss,
    optimizer: optim.adam(0.002),
    epochs: isFull ? 5 : 6,
    batchSize: isFull ? 128 : 64,
    key: random.key(0),
  });
  const back = nn.sigmoid(await predict(model, fitted, test.x));
  const [error, spread] = [squares(back, rowsOf(test.x)), squares(np.mean(rowsOf(train.x), 0), rowsOf(test.x))];
  write(`mean squared error of a pixel ${error.toFixed(4)}; of the mean digit ${spread.toFixed(4)}`);

  const few = test.x.get(':16');
  const noise = random.normal(random.key(1), few.shape).mul(100);
  const noisy = np.clip(few.astype('float32').add(noise), 0, 255).astype('uint8');
  const cleaned = nn.sigmoid(await predict(model, fitted, noisy));
  const [before, after] = [squares(rowsOf(noisy), rowsOf(few)), squares(cleaned, rowsOf(few))];
  write(`with noise: ${before.toFixed(4)} from the digit, ${after.toFixed(4)} after the autoencoder`);
  const pictures = [
    pictureOf(few, back.get(':16'), 'Test digits, and from 16 numbers'),
    pictureOf(noisy, cleaned, 'With noise, and from 16 numbers'),
  ];
  const training = historyChart(fitted.history, { title: 'Cross entropy of a pixel', width: 300, height: 180 });
  await orThrow(saveChart(join(out, 'digits.png'), hconcat([vconcat(pictures), training])));
  return { error, spread, before, after };
};
