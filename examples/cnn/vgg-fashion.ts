/** The network of `vgg` with more channels on Fashion-MNIST: above 91 %. */
import { fashionMnist } from '../shared/datasets.ts';
import { orThrow } from 'fluxion/data';
import { first } from '../shared/digits.ts';
import type { Example } from '../shared/example.ts';
import { learn } from './vgg.ts';

export const run: Example = async ({ budget, ...setting }) => {
  const full = budget === 'full';
  const { train, test } = await orThrow(fashionMnist());
  const data = {
    train: first({ x: train.images, y: train.labels }, full ? 60_000 : 3000),
    test: first({ x: test.images, y: test.labels }, full ? 10_000 : 1000),
  };
  return learn({ name: 'Fashion-MNIST', ...data, width: full ? 12 : 4, epochs: full ? 5 : 3 }, setting);
};
