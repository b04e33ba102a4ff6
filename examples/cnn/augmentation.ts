/** Few digits made many: each is shifted, turned and zoomed anew in every epoch, by a layer that does nothing in use. */
import { join } from 'node:path';
import { nn, np, optim, random, type NDArray } from 'fluxion';
import { image, orThrow } from 'fluxion/data';
import { captionedImages, saveChart } from 'fluxion/plot';
import { evaluate, fit } from 'fluxion/train';
import { asPictures, digits, percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';
import { network } from './simple-cnn.ts';

const changes = [image.randomTranslate([2, 2]), image.randomRotate(0.2), image.randomZoom([0.85, 1.15])];

/** Changes by chance in training, each picture by itself. */
const augmented: nn.Layer<null, null> = {
  init: (_, inputShape) => ({ params: null, state: null, outputShape: inputShape }),
  apply: (_, state, x, context) => [context.training === true ? image.augment(context.key, x, changes) : x, state],
};

/** A digit as it is and as it comes out of the layer with nine keys, for five digits. */
const gallery = (digitsOf: NDArray) => {
  const pictures = asPictures.apply(null, null, digitsOf.get(':5'), {})[0];
  const drawn = Array.from({ length: 9 }, (_, i) => image.augment(random.key(i), pictures, changes));
  const rows = np.stack([pictures, ...drawn], 1).reshape(50, 28, 28, 1);
  const captions = Array.from({ length: 50 }, (_, i) => (i % 10 === 0 ? 'as it is' : `key ${(i % 10) - 1}`));
  return captionedImages(np.clip(rows, 0, 1), captions, { columns: 10, title: 'Shifted, turned and zoomed' });
};

export const run: Example = async ({ budget, out, write }) => {
  const full = budget === 'full';
  const { train, test } = await digits(full ? 1000 : 300, full ? 10_000 : 1000);
  await orThrow(saveChart(join(out, 'augmented.png'), gallery(train.x)));
  const options = { loss: nn.softmaxCrossEntropy, metrics: { accuracy: nn.accuracy } };
  /** The accuracy on test images after training with a layer in front. */
  const learn = async (front: nn.Layer<null, null>): Promise<number> => {
    const model = nn.serial({ asPictures, front, network });
    const epochs = full ? 60 : 20;
    const steps = epochs * Math.ceil(train.y.size / 32);
    const fitted = await fit(model, {
      ...options,
      data: train,
      optimizer: optim.adam(optim.schedules.cosineOnecycle(steps, 3e-3)),
      epochs,
      batchSize: 32,
      key: random.key(0),
    });
    const { accuracy = NaN } = await evaluate(model, fitted, { ...options, data: test });
    return accuracy;
  };
  const [plain, changed] = [await learn(nn.lambda((x) => x)), await learn(augmented)];
  write(`test accuracy after training on ${train.y.size} digits as they are: ${percent(plain)}`);
  write(`test accuracy after training on the same, shifted, turned and zoomed: ${percent(changed)}`);
  return { plain, changed };
};
