import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { encode } from 'fast-png';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FluxionError, np, type NDArray } from 'fluxion';
import { decodePng, encodePng, orThrow, readPng, writePng } from 'fluxion/io';
import { arrays } from 'fluxion/laws';

const left = (either: E.Either<string, unknown>): string => (E.isLeft(either) ? either.left : 'a value');
const contents = (x: NDArray) => [x.dtype, x.shape, Array.from(x.dataSync())];

const images = fc
  .constantFrom([1, 1], [3, 5], [2, 3, 2], [4, 2, 3], [1, 3, 4])
  .chain((shape) => arrays({ dtype: 'uint8', shape: fc.constant(shape), range: 'all' }));

describe('PNG images', () => {
  test('decode after encode is the image', () =>
    fc.assert(
      fc.asyncProperty(images, async (x) => {
        expect(contents(await orThrow(decodePng(await orThrow(encodePng(x)))))).toEqual(contents(x));
      }),
      { numRuns: 30 },
    ));

  test('a file cut anywhere, or with any byte changed, is Left or the image', async () => {
    const x = np.arange(24).reshape(4, 2, 3).astype('uint8');
    const whole = await orThrow(encodePng(x));
    for (let at = 0; at < whole.length; at++) {
      expect(left(await decodePng(whole.slice(0, at))())).toMatch(
        /^expected a PNG image, got .+\. The file is damaged/,
      );
      const flipped = whole.map((byte, i) => (i === at ? byte ^ 0x41 : byte));
      const read = await decodePng(flipped)();
      if (E.isRight(read)) expect(contents(read.right)).toEqual(contents(x));
    }
  });

  test('palettes, bits and 16 bits', async () => {
    const read = async (image: Parameters<typeof encode>[0]) => contents(await orThrow(decodePng(encode(image))));
    const palette = [[9, 8, 7], [1, 2, 3]]; // prettier-ignore
    expect(await read({ width: 2, height: 1, data: Uint8Array.of(0x40), depth: 1, channels: 1, palette })).toEqual([
      'uint8',
      [1, 2, 3],
      [9, 8, 7, 1, 2, 3],
    ]);
    expect(await read({ width: 3, height: 1, data: Uint8Array.of(0b00011100), depth: 2, channels: 1 })).toEqual([
      'uint8',
      [1, 3],
      [0, 85, 255],
    ]);
    expect(await read({ width: 1, height: 2, data: Uint16Array.of(5, 65535), depth: 16, channels: 1 })).toEqual([
      'uint32',
      [2, 1],
      [5, 65535],
    ]);
  });

  test.each<[string, NDArray]>([
    ['floats', np.ones([2, 2])],
    ['a batch', np.zeros([5, 2, 2, 3], 'uint8')],
    ['five channels', np.zeros([2, 2, 5], 'uint8')],
    ['no rows', np.zeros([0, 2], 'uint8')],
  ])('%s are refused in a sentence', async (_, x) =>
    expect(left(await encodePng(x)())).toMatch(/^encodePng: expected .+, got .+\. .+\.$/),
  );
});

describe('PNG files', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fluxion-png-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('write, then read', async () => {
    const path = join(folder, 'grey.png');
    const x = np.array([[0, 128, 255]], 'uint8');
    await orThrow(writePng(path, x));
    expect(contents(await orThrow(readPng(path)))).toEqual(contents(x));
  });
  test('a missing file is a sentence, and orThrow throws it', async () => {
    const path = join(folder, 'none.png');
    const sentence = `${path}: expected an image that can be read, got no such file. Check the path.`;
    expect(left(await readPng(path)())).toBe(sentence);
    const thrown: unknown = await orThrow(readPng(path)).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(FluxionError);
    expect(thrown).toMatchObject({ code: 'io' });
    expect(String(thrown)).toContain(sentence);
  });
});
