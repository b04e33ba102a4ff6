/** What must hold of chance changes of images. */
import * as fc from 'fast-check';
import { jit, np, random, vmap } from 'fluxion';
import { image, type Augmentation } from 'fluxion/data';
import { arrays, keys } from './arbitrary.ts';
import { assertAllClose, exact } from './close.ts';
import { law, type Law } from './law.ts';

export interface AugmentationCase {
  readonly name: string;
  readonly change: Augmentation;
}

const images = arrays({ dtype: 'float32', shape: [4, 5, 2] });
const batches = arrays({ dtype: 'float32', shape: [3, 4, 5, 2] });

/** A change is a function of key and image: repeated, compiled and mapped over a batch it is the same. */
export const augmentationLaws = ({ name, change }: AugmentationCase): readonly Law[] => [
  law(
    `${name}: the same key gives the same image`,
    fc.property(keys(), images, (key, x) => assertAllClose(change(key, x), change(random.clone(key), x), name, exact)),
  ),
  law(
    `${name}: jit gives the same image`,
    fc.property(keys(), images, (key, x) => assertAllClose(jit(change)(key, x), change(key, x), name)),
  ),
  law(
    `${name}: vmap over keys and images is a loop`,
    fc.property(keys(), batches, (key, batch) => {
      const own = random.split(key, [3]);
      const looped = Array.from(own, (k, i) => change(k, batch.get(i)));
      assertAllClose(vmap(change)(own, batch), np.stack(looped), name);
    }),
  ),
  law(
    `${name}: augment changes every image of a batch by a key of its own`,
    fc.property(keys(), batches, (key, batch) => {
      const own = random.split(key, [3]);
      const looped = Array.from(own, (k, i) => change(random.split(k, 1)[0] ?? k, batch.get(i)));
      assertAllClose(image.augment(key, batch, [change]), np.stack(looped), name);
    }),
  ),
];
