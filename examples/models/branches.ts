/**
 * Branches as compositions: an inception block, `fanOut` of convolutions of several sizes and `fanIn` of what they give, and a residual block, which adds
 * its input to its output. Read on MNIST, drawn by `plotModel`.
 */
import { join } from 'node:path';
import { nn, optim, random } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { dotChart, plotModel, saveChart } from 'fluxion/plot';
import { evaluate, fit } from 'fluxion/train';
import { asPictures, digits, percent } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';

const conv = (features: number, size: number) => nn.conv2d(features, [size, size], { padding: 'same' });

/** Szegedy et al. 2014: a pixel alone, its neighbours near and far, and the largest of them, side by side. */
const inception = (features: number) =>
  nn.serial(
    nn.named(
      'branches',
      nn.fanOut({
        point: nn.serial({ conv1: conv(features, 1), act: nn.relu }),
        near: nn.serial({ conv1: conv(features / 2, 1), act: nn.relu, conv3: conv(features, 3), act2: nn.relu }),
        far: nn.serial({ conv1: conv(features / 2, 1), act: nn.relu, conv5: conv(features, 5), act2: nn.relu }),
        most: nn.serial({ pool: nn.maxPool2d([3, 3], { strides: 1, padding: 'same' }), conv1: conv(features, 1) }),
      }),
    ),
    nn.named('joined', nn.fanIn('concatenate')),
  );

/** He et al. 2015: what is learnt is what to add. */
const block = (features: number) =>
  nn.residual(nn.serial({ conv: conv(features, 3), act: nn.relu, conv2: conv(features, 3) }));

const model = nn.serial({
  asPictures,
  stem: nn.conv2d(8, [5, 5], { strides: 2, padding: 'same' }),
  act: nn.relu,
  shrink: nn.maxPool2d([2, 2]),
  inception: inception(8),
  block: block(32),
  act2: nn.relu,
  pool: nn.globalAvgPool2d(),
  head: nn.dense(10),
});

export const run: Example = async ({ budget, out, write }) => {
  const isFull = budget === 'full';
  const { train, test } = await digits(isFull ? 60_000 : 4000, isFull ? 10_000 : 1000);
  write(String(nn.summary(model, test.x.get(0))));
  const compiled = { loss: nn.softmaxCrossEntropy, metrics: { accuracy: nn.accuracy } };
  const fitted = await fit(model, {
    ...compiled,
    data: train,
    optimizer: optim.adam(0.004),
    epochs: 3,
    batchSize: 64,
    key: random.key(0),
  });
  const { accuracy = NaN } = await evaluate(model, fitted, { ...compiled, data: test });
  write(`${nn.countParams(fitted.params)} parameters: test accuracy ${percent(accuracy)}`);
  const picture = plotModel(model, test.x.get(0), { title: 'An inception block and a residual block' });
  await orThrow(saveChart(join(out, 'model.png'), dotChart(picture)));
  return { accuracy };
};
