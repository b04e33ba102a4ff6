import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grad, jit, np, random, type NDArray } from 'fluxion';
import { image } from 'fluxion/data';
import { arrays, assertAllClose, augmentationLaws, exact, shapes } from 'fluxion/laws';

const key = random.key(3);
const images = shapes({ maxRank: 1, minExtent: 1 }).chain((lead) =>
  arrays({ dtype: ['float32', 'uint8'], shape: fc.constant([...lead, 3, 4, 2]) }),
);
const squares = arrays({ dtype: 'float32', shape: [5, 5, 2] });
const same = (x: NDArray, y: NDArray): void => assertAllClose(x, y, 'images', exact);
const float = (x: NDArray): NDArray => x.astype('float32');
const holds = <T>(values: fc.Arbitrary<T>, body: (value: T) => void): void =>
  fc.assert(fc.property(values, body), { numRuns: 10 });

const changes: readonly (readonly [string, image.Augmentation])[] = [
  ['randomFlipLeftRight', image.randomFlipLeftRight()],
  ['randomFlipUpDown', image.randomFlipUpDown(0.9)],
  ['randomTranslate', image.randomTranslate([1, 2])],
  ['randomRotate', image.randomRotate(0.3, { fill: 1 })],
  ['randomZoom', image.randomZoom([0.8, 1.2])],
  ['randomCrop', image.randomCrop([2, 3])],
  ['randomBrightness', image.randomBrightness(0.5)],
  ['randomContrast', image.randomContrast([0.5, 1.5])],
  ['cutout', image.cutout([2, 3], { fill: 7 })],
];
describe('chance changes', () => {
  for (const [name, change] of changes)
    for (const { name: title, check } of augmentationLaws({ name, change })) test(title, () => check({ runs: 3 }));

  test('two images of a batch are changed differently, and under jit the same', () => {
    const batch = np.ones([2, 8, 8, 1]);
    const augment = (k: random.Key, x: NDArray) =>
      image.augment(k, x, [image.randomTranslate([4, 4]), image.cutout([2, 2])]);
    const [a, b] = [...augment(key, batch)];
    expect(String(a)).not.toBe(String(b));
    assertAllClose(jit(augment)(key, batch), augment(key, batch));
  });
  test('no changes change nothing', () => same(image.augment(key, np.ones([2, 3, 3, 1]), []), np.ones([2, 3, 3, 1])));
  test('a part that is the whole', () => holds(squares, (x) => same(image.randomCrop([5, 5])(key, x), x)));
  test('a hole covers as many pixels as its size says, or fewer at the edge', () => {
    const holes = np.arange(20).toNested() as readonly number[]; // sound: a list of numbers
    const counts = holes.map(
      (seed) =>
        100 -
        Number(
          image
            .cutout([3, 4])(random.key(seed), np.ones([10, 10, 1]))
            .sum()
            .item(),
        ),
    );
    expect(Math.max(...counts)).toBe(12);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
  });
});

describe('moving images', () => {
  test('flipped twice is the image', () =>
    holds(images, (x) => {
      same(image.flipLeftRight(image.flipLeftRight(x)), x);
      same(image.flipUpDown(image.flipUpDown(x)), x);
    }));
  test('both flips are half a turn', () =>
    holds(squares, (x) => same(image.rotate(x, Math.PI), image.flipUpDown(image.flipLeftRight(x)))));
  test('moved by 0, turned by 0 and zoomed by 1 is the image', () =>
    holds(images, (x) => {
      same(image.translate(x, [0, 0]), float(x));
      same(image.rotate(x, 0), float(x));
      same(image.zoom(x, 1), float(x));
    }));
  test('a quarter turn is np.rot90, four are the image', () =>
    holds(squares, (x) => {
      same(image.rotate(x, Math.PI / 2), np.rot90(x));
      same(image.rotate(x, -Math.PI / 2), np.rot90(x, 3));
      same(image.rotate(x, 2 * Math.PI), x);
    }));
  test('moved by whole pixels, and by half a one', () => {
    const row = np.array([[1, 2, 3]]).reshape(1, 3, 1);
    same(image.translate(row, [0, 1]), np.array([0, 1, 2]).reshape(1, 3, 1));
    same(image.translate(row, [0, -1], { fill: 9 }), np.array([2, 3, 9]).reshape(1, 3, 1));
    same(image.translate(row, [0, 0.5]), np.array([0.5, 1.5, 2.5]).reshape(1, 3, 1));
    same(image.translate(row, [5, 0]), np.zeros([1, 3, 1]));
  });
  test('zoomed by 2, a pixel in the middle stands for its neighbourhood', () => {
    const x = np.array([0, 0, 4, 0, 0]).reshape(1, 5, 1);
    same(image.zoom(x, 2), np.array([0, 2, 4, 2, 0]).reshape(1, 5, 1));
  });
  test('the gradient of a turned image goes back to its pixels', () =>
    holds(squares, (x) => {
      const loss = (y: NDArray) =>
        image
          .rotate(y, Math.PI / 2)
          .mul(np.arange(50).reshape(5, 5, 2))
          .sum();
      same(grad(loss)(x), np.rot90(float(np.arange(50).reshape(5, 5, 2)), 3));
    }));
  test('the middle of an image', () => {
    const x = np.arange(20).reshape(4, 5, 1);
    expect(image.centerCrop(x, [2, 2]).reshape(4).toNested()).toEqual([6, 7, 11, 12]);
    expect(image.crop(x, [9, 9], [1, 1]).item()).toBe(19);
  });
  test('contrast about the mean of each channel', () => {
    const x = np.array([1, 3]).reshape(1, 2, 1);
    same(image.adjustContrast(x, 2), np.array([0, 4]).reshape(1, 2, 1));
    same(image.adjustBrightness(x, 1), np.array([2, 4]).reshape(1, 2, 1));
  });
});

describe('resize', () => {
  const x = np.array([1, 2, 4]).reshape(1, 3, 1);
  const row = (width: number, options: image.ResizeOptions = {}) => image.resize(x, [1, width], options).reshape(width);

  test('to its own size is the image', () =>
    holds(images, (y) => {
      same(image.resize(y, [3, 4]), float(y));
      same(image.resize(y, [3, 4], { method: 'nearest' }), y);
    }));
  // By the formula of jax.image.scale_and_translate: triangles about (i + 1/2) from / to - 1/2, weights normalised.
  test('larger, between the middles of pixels', () => assertAllClose(row(6), np.array([1, 1.25, 1.75, 2.5, 3.5, 4])));
  test('smaller, averaging over what falls together', () => {
    // One pixel at 1 with reach 3: weights 2/3, 1, 2/3 of 7/3.
    assertAllClose(
      row(1),
      np
        .array([(2 + 6 + 8) / 7])
        .reshape(1)
        .mul(1),
    );
    assertAllClose(row(1, { antialias: false }), np.array([2]));
  });
  test('nearest', () => {
    expect(row(6, { method: 'nearest' }).toNested()).toEqual([1, 1, 2, 2, 4, 4]);
    expect(row(2, { method: 'nearest' }).toNested()).toEqual([1, 4]);
  });
});

describe('what is refused', () => {
  test.each<[string, () => unknown, string]>([
    [
      'no channels',
      () => image.flipLeftRight(np.ones([2, 2])),
      'flipLeftRight: expected an image [..., h, w, c], got float32[2,2].',
    ],
    [
      'a part too large',
      () => image.centerCrop(np.ones([2, 2, 1]), [3, 1]),
      'centerCrop: expected a part of float32[2,2,1], got [3, 1].',
    ],
    [
      'angles for a batch',
      () => image.rotate(np.ones([2, 2, 1]), np.ones([2])),
      'rotate: expected one number, got float32[2].',
    ],
    [
      'one image to augment',
      () => image.augment(key, np.ones([2, 2, 1]), []),
      'augment: expected images [n, h, w, c], got float32[2,2,1].',
    ],
    [
      'nothing to resize to',
      () => image.resize(np.ones([2, 2, 1]), [0, 2]),
      'resize: expected a height and width of at least 1, got [2, 2] to [0, 2].',
    ],
  ])('%s', (_, body, sentence) => expect(body).toThrow(sentence));
});
