import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { np, type NDArray } from 'fluxion';
import { decodeIdx, pairUp, readIdx, readMnist } from 'fluxion/data';
import { arrays, codecLaws, shapes } from 'fluxion/laws';
import { idx, smallMnist } from './files.ts';

const left = (either: E.Either<string, unknown>): string => (E.isLeft(either) ? either.left : 'a value');

const images = arrays({ dtype: 'uint8', range: 'all', shape: shapes({ minRank: 1, maxRank: 4 }) });
const encode = (x: NDArray): Uint8Array => {
  const values = x.dataSync();
  return idx(x.shape, (i) => values[i] ?? 0);
};
/** Bytes of a file of another element type, written one by one. */
const typed = (code: number, data: readonly number[], n: number): Uint8Array =>
  Uint8Array.of(0, 0, code, 1, 0, 0, 0, n, ...data);
const contents = (read: E.Either<string, NDArray>) =>
  E.isLeft(read) ? read.left : [read.right.dtype, Array.from(read.right.dataSync())];

describe('IDX files', () => {
  for (const { name, check } of codecLaws({
    name: 'IDX',
    values: images,
    encode,
    decode: (bytes) => decodeIdx(bytes, 'file'),
    // Nothing in the format tells a damaged pixel from a whole one.
    checked: false,
  }))
    test(name, () => check({ runs: 200 }));

  test('a damaged head gives Left', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        // Signed bytes are a type of their own.
        fc.pre(!(at === 2 && mask === 1));
        const bytes = idx([3], (i) => i);
        bytes[at] = (bytes[at] ?? 0) ^ mask;
        expect(E.isLeft(decodeIdx(bytes, 'file'))).toBe(true);
      }),
    );
  });

  test('every element type of the format', () => {
    expect(contents(decodeIdx(typed(9, [255, 127], 2), 'f'))).toEqual(['int32', [-1, 127]]);
    expect(contents(decodeIdx(typed(11, [255, 254, 1, 2], 2), 'f'))).toEqual(['int32', [-2, 258]]);
    expect(contents(decodeIdx(typed(12, [255, 255, 255, 253], 1), 'f'))).toEqual(['int32', [-3]]);
    expect(contents(decodeIdx(typed(13, [0x3f, 0xc0, 0, 0], 1), 'f'))).toEqual(['float32', [1.5]]);
    expect(contents(decodeIdx(typed(14, [0xc0, 4, 0, 0, 0, 0, 0, 0], 1), 'f'))).toEqual(['float64', [-2.5]]);
  });

  const whole = idx([2, 2, 2], (i) => i);
  test.each<[string, Uint8Array]>([
    ['no bytes', Uint8Array.of()],
    ['half a magic number', whole.slice(0, 3)],
    ['another kind of file', new TextEncoder().encode('<html></html>')],
    ['no type of the format', Uint8Array.of(0, 0, 10, 1, 0, 0, 0, 0)],
    ['no axes', Uint8Array.of(0, 0, 8, 0)],
    ['half a head', whole.slice(0, 10)],
    ['pixels missing', whole.slice(0, -1)],
    ['pixels too many', Uint8Array.of(...whole, 0)],
    ['an extent beyond measure', Uint8Array.of(0, 0, 8, 1, 255, 255, 255, 255)],
  ])('%s', (_, bytes) => expect(left(decodeIdx(bytes, 'data/images'))).toMatchSnapshot());

  test.each<[string, readonly number[], readonly number[]]>([
    ['swapped files', [4], [4, 28, 28]],
    ['labels with axes', [4, 28, 28], [4, 1]],
    ['other counts', [4, 28, 28], [5]],
    ['no images', [0, 28, 28], [0]],
  ])('%s', (_, a, b) =>
    expect(left(pairUp(np.zeros(a, 'uint8'), np.zeros(b, 'uint8'), 'images', 'labels'))).toMatchSnapshot(),
  );
  test('images that are no bytes', () => {
    expect(left(pairUp(np.zeros([2, 1, 1]), np.array([3, 4], 'uint8'), 'images', 'labels'))).toBe(
      'images: expected bytes, got float32. This is a file of another kind.',
    );
  });
  test('a label that is no digit', () => {
    expect(left(pairUp(np.zeros([2, 1, 1], 'uint8'), np.array([3, 10], 'uint8'), 'images', 'labels'))).toBe(
      'labels: expected labels from 0 to 9, got 10 at 1. The file is damaged.',
    );
  });
});

describe('reading files', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fluxion-data-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('plain and gzipped', async () => {
    const bytes = idx([2, 3], (i) => 10 * i);
    await writeFile(join(folder, 'plain'), bytes);
    await writeFile(join(folder, 'packed'), gzipSync(bytes));
    for (const name of ['plain', 'packed']) {
      const read = await readIdx(join(folder, name))();
      expect(E.isRight(read) && [read.right.dtype, read.right.toNested()]).toEqual([
        'uint8',
        [
          [0, 10, 20],
          [30, 40, 50],
        ],
      ]);
    }
  });
  test('a damaged gzip file and a folder are Left with the path', async () => {
    const path = join(folder, 'cut');
    await writeFile(path, gzipSync(idx([100], (i) => i)).subarray(0, 40));
    expect(left(await readIdx(path)())).toMatch(new RegExp(`^${path}: expected a file that can be read, got .*\\.`));
    expect(left(await readIdx(folder)())).toContain(`${folder}: expected a file that can be read`);
    expect(left(await readIdx(join(folder, 'none'))())).toBe(
      `${join(folder, 'none')}: expected a file that can be read, got no such file. Check the path.`,
    );
  });
  test('the four files of MNIST, and test images of another size', async () => {
    const files = smallMnist();
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
    const read = await readMnist(folder)();
    expect(E.isRight(read) && [read.right.train.images.shape, read.right.test.labels.shape]).toEqual([
      [20, 28, 28],
      [10],
    ]);
    await writeFile(
      join(folder, 't10k-images-idx3-ubyte'),
      idx([10, 14, 14], () => 0),
    );
    expect(left(await readMnist(folder)())).toBe(
      `${folder}: expected test images of [28, 28] as those to train on, got [14, 14]. The files do not belong together.`,
    );
  });
});
