/** Chance changes of images `[..., h, w, c]`, each a pure function of a key and an image: the same key gives the same change. */
import type { NDArray } from '../array/ndarray.ts';
import { and, ge, lt, select } from '../primitives/logic.ts';
import { mean } from '../operations/reduction.ts';
import { asFloat, asOperand } from '../operations/promotion.ts';
import { arange } from '../operations/ranges.ts';
import { broadcastTo } from '../operations/manipulation.ts';
import { uniform, randint, bernoulli } from '../random/sample.ts';
import { split, type Key } from '../random/key.ts';
import { vmap } from '../vmap.ts';
import { ShapeError } from '../array/errors.ts';
import { showType } from '../array/type.ts';
import { extentsOf, type Pair } from '../operations/image-resize.ts';
import { crop, flipLeftRight, flipUpDown } from './image-geometry.ts';
import { rotate, translate, zoom, type WarpOptions } from './image-warp.ts';

/** A chance change of an image. */
export type Augmentation = (key: Key, image: NDArray) => NDArray;

const sometimes =
  (change: (image: NDArray) => NDArray, probability: number): Augmentation =>
  (key, image) =>
    select(broadcastTo(bernoulli(key, probability), image.shape), change(image), image);

const between = (key: Key, [low, high]: Pair): NDArray => uniform(key, [], { minval: low, maxval: high });

/** Left and right exchanged with a probability, one half unless said. */
export const randomFlipLeftRight = (probability = 0.5): Augmentation => sometimes(flipLeftRight, probability);
/** Top and bottom exchanged with a probability, one half unless said. */
export const randomFlipUpDown = (probability = 0.5): Augmentation => sometimes(flipUpDown, probability);

/** Moved by at most so many pixels up or down and left or right. */
export const randomTranslate =
  ([vertical, horizontal]: Pair, options: WarpOptions = {}): Augmentation =>
  (key, image) => {
    const [a, b] = split(key);
    return translate(image, [between(a, [-vertical, vertical]), between(b, [-horizontal, horizontal])], options);
  };

/** Turned by at most an angle in radians to either side. */
export const randomRotate =
  (angle: number, options: WarpOptions = {}): Augmentation =>
  (key, image) =>
    rotate(image, between(key, [-angle, angle]), options);

/** Zoomed by a factor from a range, such as `[0.9, 1.1]`. */
export const randomZoom =
  (range: Pair, options: WarpOptions = {}): Augmentation =>
  (key, image) =>
    zoom(image, between(key, range), options);

/** A part of a size from anywhere in the image. */
export const randomCrop =
  (size: Pair): Augmentation =>
  (key, image) => {
    const { h, w } = extentsOf('randomCrop', image);
    const [a, b] = split(key);
    const start = (from: Key, rest: number): NDArray => randint(from, [], 0, Math.max(0, rest) + 1);
    return crop(image, [start(a, h - size[0]), start(b, w - size[1])], size);
  };

/** A number added to all values. */
export const adjustBrightness = (image: NDArray, by: number | NDArray): NDArray => asFloat(image).add(by);
/** At most so much added to all values, or taken away. */
export const randomBrightness =
  (most: number): Augmentation =>
  (key, image) =>
    adjustBrightness(image, between(key, [-most, most]));

/** The distance of all values from the mean of their channel, times a factor. */
export const adjustContrast = (image: NDArray, factor: number | NDArray): NDArray => {
  extentsOf('adjustContrast', image);
  const x = asFloat(image);
  const middle = mean(x, { axis: [-3, -2], keepdims: true });
  return x.sub(middle).mul(factor).add(middle);
};
/** Contrast by a factor from a range, such as `[0.8, 1.2]`. */
export const randomContrast =
  (range: Pair): Augmentation =>
  (key, image) =>
    adjustContrast(image, between(key, range));

/**
 * A rectangle of a size blotted out by a value, 0 unless said, about a pixel drawn from the whole image, so that it may stand out over the
 * edge (DeVries and Taylor, 2017, section 3.2).
 */
export const cutout =
  ([height, width]: Pair, { fill = 0 }: WarpOptions = {}): Augmentation =>
  (key, image) => {
    const { h, w } = extentsOf('cutout', image);
    const [a, b] = split(key);
    const within = (from: Key, extent: number, size: number): NDArray => {
      const at = arange(0, extent, 1, 'int32');
      const start = broadcastTo(randint(from, [], 0, extent).sub(Math.floor(size / 2)), [extent]);
      return and(ge(at, start), lt(at, start.add(size)));
    };
    const [rows, columns] = [within(a, h, height).reshape(h, 1, 1), within(b, w, width).reshape(1, w, 1)];
    const hole = and(broadcastTo(rows, [h, w, 1]), broadcastTo(columns, [h, w, 1]));
    return select(broadcastTo(hole, image.shape), broadcastTo(asOperand(fill).astype(image.dtype), image.shape), image);
  };

/**
 * Changes one after another to every image of a batch `[n, h, w, c]`, each image with keys of its own. Jits; the changes of an image depend on
 * the key and its number alone.
 */
export const augment = (key: Key, images: NDArray, augmentations: readonly Augmentation[]): NDArray => {
  if (images.ndim !== 4)
    throw new ShapeError(
      `augment: expected images [n, h, w, c], got ${showType(images.type)}. Give grey images an axis of one channel.`,
      'shape.image',
    );
  const one = (own: Key, image: NDArray): NDArray =>
    split(own, Math.max(1, augmentations.length)).reduce((x, k, i) => augmentations[i]?.(k, x) ?? x, image);
  return vmap(one)(split(key, [images.shape[0] ?? 0]), images);
};
