/** Convolutions over volumes: noisy balls, cubes and shells of 12 by 12 by 12 voxels, drawn by a key and told apart. */
import { join } from 'node:path';
import { jit, nn, np, optim, random, vmap, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { captionedImages, saveChart } from 'fluxion/plot';
import { evaluate, fit, predict } from 'fluxion/train';
import { percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

const shapes = ['ball', 'cube', 'shell'];
const side = 12;

/** One body of a kind, of chance size and place, in noise: `[12, 12, 12, 1]`. */
const volume = (key: random.Key, kind: NDArray): NDArray => {
  const [a, b, c] = random.split(key, 3);
  const centre = random.uniform(a, [3, 1, 1, 1], { minval: 4.5, maxval: 6.5 });
  const radius = random.uniform(b, [], { minval: 2.5, maxval: 4 });
  const from = np.abs(np.indices([side, side, side]).astype('float32').sub(centre));
  const [distance, farthest] = [np.sqrt(np.square(from).sum(0)), from.max(0)];
  const ball = np.less(distance, radius);
  const cube = np.less(farthest, radius.mul(0.8));
  const shell = np.logicalAnd(ball, np.greater(distance, radius.sub(1.2)));
  const body = np.where(np.equal(kind, 0), ball, np.where(np.equal(kind, 1), cube, shell)).astype('float32');
  return np.expandDims(body.add(random.normal(c, [side, side, side]).mul(0.4)), -1);
};

/** `n` volumes and what they show. */
const drawVolumes = jit(
  (key: random.Key, n: number) => {
    const [kinds, bodies] = random.split(key);
    const y = random.randint(kinds, [n], 0, shapes.length);
    return { x: vmap(volume)(random.split(bodies, [n]), y), y };
  },
  { staticArgnums: [1] },
);

const model = nn.serial({
  conv1: nn.conv3d(8, 3, { padding: 'same' }),
  act1: nn.relu,
  pool1: nn.maxPool3d(2),
  conv2: nn.conv3d(16, 3, { padding: 'same' }),
  act2: nn.relu,
  pool2: nn.maxPool3d(2),
  flat: nn.flatten(4),
  head: nn.dense(shapes.length),
});

export const run: Example = async ({ budget, out, write }) => {
  const [data, test] = [drawVolumes(random.key(1), budget === 'full' ? 2000 : 800), drawVolumes(random.key(2), 300)];
  const options = { loss: nn.softmaxCrossEntropy, metrics: { accuracy: nn.accuracy } };
  const fitted = await fit(model, {
    ...options,
    data,
    optimizer: optim.adam(5e-3),
    epochs: budget === 'full' ? 8 : 6,
    key: random.key(0),
    observers: [
      {
        onEpoch: ({ epoch, training }) => write(`epoch ${epoch}: training accuracy ${percent(training['accuracy'])}`),
      },
    ],
  });
  const { accuracy = NaN } = await evaluate(model, fitted, { ...options, data: test });
  write(`accuracy on ${test.y.size} new volumes: ${percent(accuracy)}`);
  const answers = np.argmax(await predict(model, fitted, test.x.get(':10')), -1).dataSync();
  const captions = Array.from(answers, (answer, i) => `${shapes[answer]} (${shapes[test.y.dataSync()[i] ?? 0]})`);
  const slices = test.x.get(':10', ':', ':', side / 2);
  const chart = captionedImages(np.clip(slices.add(1).div(3), 0, 1), captions, {
    scale: 12,
    title: 'The middle slice: answer (truth)',
  });
  await orThrow(saveChart(join(out, 'slices.png'), chart));
  return { accuracy };
};
