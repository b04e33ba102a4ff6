/** NumPy's archives of several arrays by name, through the optional package `fflate`. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type * as Fflate from 'fflate';
import { messageOf } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { later, peer } from '../peer.ts';
import { decodeNpy, encodeNpy } from './npy.ts';
import { readWith } from './read.ts';
import { writeAtomically } from './write.ts';
import { unzip } from './zip.ts';

/** Arrays by name. */
export interface NamedArrays {
  readonly [name: string]: NDArray;
}

const loadFflate = (operation: string): TE.TaskEither<string, typeof Fflate> =>
  TE.tryCatch(() => peer(operation, 'fflate', () => import('fflate').catch(later)), messageOf);

const arraysOf = (files: ReadonlyMap<string, Uint8Array>): E.Either<string, NamedArrays> => {
  const arrays: (readonly [string, NDArray])[] = [];
  for (const [name, bytes] of files) {
    const array = decodeNpy(bytes);
    if (E.isLeft(array)) return E.left(`${name}: ${array.left}`);
    arrays.push([name.replace(/\.npy$/, ''), array.right]);
  }
  return E.right(Object.fromEntries(arrays));
};

/** The arrays in the bytes of an NPZ file by name, packed or not; `Left` if a checksum or an array is wrong. */
export const decodeNpz = (bytes: Uint8Array): TE.TaskEither<string, NamedArrays> =>
  pipe(
    loadFflate('decodeNpz'),
    TE.flatMapEither(({ inflateSync }) =>
      pipe(
        unzip(bytes, (packed, size) => inflateSync(packed, { out: new Uint8Array(size) })),
        E.flatMap(arraysOf),
      ),
    ),
  );

export interface NpzOptions {
  /** Pack the arrays, as `numpy.savez_compressed` does. Default false. */
  readonly compressed?: boolean;
}

/** Zip keeps the time of each file; the same arrays shall give the same bytes. */
const noTime = '1980-01-02T00:00:00';

/** The bytes of an NPZ file that `numpy.load` reads. Forces traced values. */
export const encodeNpz = (
  arrays: NamedArrays,
  { compressed = false }: NpzOptions = {},
): TE.TaskEither<string, Uint8Array> =>
  pipe(
    loadFflate('encodeNpz'),
    TE.map(({ zipSync }) =>
      zipSync(Object.fromEntries(Object.entries(arrays).map(([name, x]) => [`${name}.npy`, encodeNpy(x)])), {
        level: compressed ? 6 : 0,
        mtime: noTime,
      }),
    ),
  );

/** Read the arrays of an NPZ file by name (`numpy.load`). */
export const readNpz = (path: string): TE.TaskEither<string, NamedArrays> => readWith(path, 'an NPZ file', decodeNpz);

/** Write arrays by name as an NPZ file (`numpy.savez`); whatever happens, the file is whole or as it was. */
export const writeNpz = (path: string, arrays: NamedArrays, options: NpzOptions = {}): TE.TaskEither<string, void> =>
  pipe(
    encodeNpz(arrays, options),
    TE.flatMap((bytes) => writeAtomically(path, bytes)),
  );
