import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { np, type NDArray } from 'fluxion';
import { decodeNpy, decodeNpz, encodeNpy, encodeNpz, orThrow, readNpy, readNpz, writeNpy, writeNpz } from 'fluxion/io';
import { allDTypes, arrays, codecLaws } from 'fluxion/laws';
import { numpyFiles } from './numpy-files.ts';

const left = (either: E.Either<string, unknown>): string => (E.isLeft(either) ? either.left : 'a value');
const contents = (x: NDArray) => [x.dtype, x.shape, Array.from(x.dataSync())];
const read = (bytes: Uint8Array) => {
  const result = decodeNpy(bytes);
  return E.isLeft(result) ? result.left : contents(result.right);
};
const all = arrays({ dtype: allDTypes, range: 'all' });

describe('NPY files', () => {
  for (const { name, check } of codecLaws({
    name: 'NPY',
    values: all,
    encode: encodeNpy,
    decode: decodeNpy,
    // Nothing in the format tells a damaged element from a whole one.
    checked: false,
  }))
    test(name, () => check({ runs: 100 }));

  test('what NumPy wrote', () => {
    expect(read(numpyFiles.halves)).toEqual([
      'float32',
      [5],
      [Math.fround(0.0999755859375), -2, 65504, 2 ** -24, Infinity],
    ]);
    expect(read(numpyFiles.bigEndian)).toEqual(['float32', [2, 2], [1.5, -2, 0.25, 3]]);
    expect(read(numpyFiles.fortran)).toEqual(['int32', [2, 3], [0, 1, 2, 3, 4, 5]]);
    expect(read(numpyFiles.wide)).toEqual(['int32', [2, 3], [0, 1, 2, 3, 4, 5]]);
    expect(read(numpyFiles.version2)).toEqual(['bool', [2], [1, 0]]);
    expect(read(numpyFiles.version3)).toEqual(['uint32', [2], [7, 255]]);
    expect(read(numpyFiles.scalar)).toEqual(['float64', [], [2.5]]);
  });
  test('what is written is what NumPy writes, byte for byte', () => {
    const x = np.array(2.5, 'float64');
    expect(encodeNpy(x)).toEqual(numpyFiles.scalar);
  });
  test('a file of NumPy cut anywhere is Left, and with any byte changed never throws', () => {
    for (const whole of [numpyFiles.version2, numpyFiles.fortran])
      for (let at = 0; at < whole.length; at++) {
        expect(left(decodeNpy(whole.slice(0, at)))).toMatch(/: expected .+, got .+\. /);
        for (const mask of [1, 0x20, 0x80]) decodeNpy(whole.map((byte, i) => (i === at ? byte ^ mask : byte)));
      }
  });
  test.each<[string, Uint8Array, string]>([
    [
      'an integer that does not fit',
      numpyFiles.tooWide,
      'data: expected integers that fit int32, got 1099511627776 at 0. Store them as floats instead.',
    ],
    [
      'records',
      numpyFiles.record,
      'header.descr: expected string, got [["a","<f4"],["b","<i4"]]. The file is damaged or of another kind.',
    ],
    [
      'complex numbers',
      numpyFiles.complex,
      'header.descr: expected a type of floats, integers or booleans, got "<c8". Convert the array in NumPy with astype.',
    ],
    [
      'another kind of file',
      new TextEncoder().encode('<!doctype html>'),
      'file: expected the mark of an NPY file, got other bytes. The file is truncated or of another kind.',
    ],
    [
      'version 9',
      numpyFiles.scalar.map((byte, i) => (i === 6 ? 9 : byte)),
      'file: expected version 1.0, 2.0 or 3.0, got 9.0. Write the array anew with numpy.save.',
    ],
  ])('%s', (_, bytes, sentence) => expect(left(decodeNpy(bytes))).toBe(sentence));
});

describe('NPZ files', () => {
  const both = { x: np.array([1, 2]), y: np.array([[1], [2]], 'uint8') };
  const shown = (arraysByName: { readonly [name: string]: NDArray }) =>
    Object.entries(arraysByName).map(([name, x]) => [name, ...contents(x)]);

  test('what NumPy wrote, packed or not', async () => {
    expect(shown(await orThrow(decodeNpz(numpyFiles.archive)))).toEqual(shown(both));
    expect(shown(await orThrow(decodeNpz(numpyFiles.packed)))).toEqual(shown({ x: np.zeros([40], 'int32') }));
  });
  test('decode after encode is the arrays, and the same arrays are the same bytes', () =>
    fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ maxLength: 5 }), all, { maxKeys: 3 }),
        fc.boolean(),
        async (given, compressed) => {
          const bytes = await orThrow(encodeNpz(given, { compressed }));
          expect(new Map(shown(await orThrow(decodeNpz(bytes))).map(([name, ...rest]) => [name, rest]))).toEqual(
            new Map(shown(given).map(([name, ...rest]) => [name, rest])),
          );
          expect(await orThrow(encodeNpz(given, { compressed }))).toEqual(bytes);
        },
      ),
      { numRuns: 30 },
    ));
  test('an archive cut anywhere is Left; with any byte changed it is Left or holds the same elements', async () => {
    for (const whole of [numpyFiles.archive, numpyFiles.packed]) {
      const elements = Object.values(await orThrow(decodeNpz(whole))).map(contents);
      for (let at = 0; at < whole.length; at++) {
        expect(left(await decodeNpz(whole.slice(0, at))())).toMatch(/: expected .+, got .+\. /);
        const damaged = await decodeNpz(whole.map((byte, i) => (i === at ? byte ^ 0x11 : byte)))();
        if (E.isRight(damaged)) expect(Object.values(damaged.right).map(contents)).toEqual(elements);
      }
    }
  });
  test('foreign bytes never throw', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (bytes) => {
        expect(E.isLeft(await decodeNpz(bytes)())).toBe(true);
      }),
      { numRuns: 50 },
    ));
});

describe('files on disk', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fluxion-npy-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('write, then read', async () => {
    const x = np.arange(6).reshape(2, 3).T;
    await orThrow(writeNpy(join(folder, 'x.npy'), x));
    expect(contents(await orThrow(readNpy(join(folder, 'x.npy'))))).toEqual(contents(x));
    await orThrow(writeNpz(join(folder, 'x.npz'), { x }, { compressed: true }));
    expect(contents((await orThrow(readNpz(join(folder, 'x.npz'))))['x'] ?? np.zeros([]))).toEqual(contents(x));
  });
  test('a missing file is a sentence', async () => {
    const path = join(folder, 'none.npz');
    expect(left(await readNpz(path)())).toBe(
      `${path}: expected an NPZ file that can be read, got no such file. Check the path.`,
    );
  });
});
