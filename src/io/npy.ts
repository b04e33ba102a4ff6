/** NumPy's files of one array (NEP 1): read in versions 1, 2 and 3, written in version 1. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import type { DType, TypedArray } from '../array/dtype.ts';
import { concrete, copyElements, fromStore, strided, type NDArray } from '../array/ndarray.ts';
import { sizeOf, type Shape } from '../array/type.ts';
import { bytesOfKind, dtypeOfKind, Extent, isStoredKind, readElements, type StoredKind } from './elements.ts';
import { explain } from './explain.ts';
import { readWith } from './read.ts';
import { writeAtomically } from './write.ts';

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;

const Header = t.strict({
  descr: t.string,
  fortran_order: t.boolean,
  shape: t.readonlyArray(Extent),
});
type Header = t.TypeOf<typeof Header>;

/** A dictionary as Python writes it, by way of JSON. */
const readLiteral = (text: string): E.Either<string, unknown> => {
  const json = text
    .replaceAll("'", '"')
    .replaceAll(/\bTrue\b/g, 'true')
    .replaceAll(/\bFalse\b/g, 'false')
    .replaceAll('(', '[')
    .replaceAll(')', ']')
    .replaceAll(/,\s*(?=[\]}])/g, '');
  return E.tryCatch(
    (): unknown => JSON.parse(json),
    () => 'header: expected a dictionary as Python writes it, got other text. The file is damaged.',
  );
};

interface Head {
  readonly header: Header;
  /** Where the elements start. */
  readonly start: number;
}

const readHead = (bytes: Uint8Array): E.Either<string, Head> => {
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte))
    return E.left(
      `file: expected the mark of an NPY file, got ${bytes.length < 12 ? `${bytes.length} bytes` : 'other bytes'}. The file is truncated or of another kind.`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3 || bytes[7] !== 0)
    return E.left(
      `file: expected version 1.0, 2.0 or 3.0, got ${version}.${bytes[7] ?? 0}. Write the array anew with numpy.save.`,
    );
  const from = version === 1 ? 10 : 12;
  const start = from + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > bytes.length)
    return E.left(`header: expected ${start} bytes, got ${bytes.length} bytes in all. The file is truncated.`);
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(from, start));
  return pipe(
    readLiteral(text),
    E.flatMap((literal) =>
      pipe(
        Header.decode(literal),
        E.mapLeft((errors) => explain(errors, 'header')),
      ),
    ),
    E.map((header) => ({ header, start })),
  );
};

interface Stored {
  readonly kind: StoredKind;
  readonly little: boolean;
}
const storedOf = (descr: string): E.Either<string, Stored> => {
  const [order, kind] = [descr.slice(0, 1), descr.slice(1)];
  if (!['<', '>', '|', '='].includes(order) || !isStoredKind(kind) || kind === 'bf2')
    return E.left(
      `header.descr: expected a type of floats, integers or booleans, got ${JSON.stringify(descr)}. Convert the array in NumPy with astype.`,
    );
  return E.right({ kind, little: order !== '>' });
};

/** Strides of an array whose first axis runs fastest. */
const columnMajor = (shape: Shape): readonly number[] => shape.map((_, axis) => sizeOf(shape.slice(0, axis)));

const arrayOf = ({ shape, fortran_order: isFortran }: Header, dtype: DType, store: TypedArray): NDArray =>
  isFortran ? strided({ dtype, shape }, store, columnMajor(shape)) : fromStore({ dtype, shape }, store);

/**
 * The array in the bytes of an NPY file, of either byte order, stored by rows or by columns. float16 becomes float32, int8 and int16
 * int32, uint16 uint32; int64 becomes int32 and uint64 uint32 where every element fits, else `Left`.
 */
export const decodeNpy = (bytes: Uint8Array): E.Either<string, NDArray> =>
  pipe(
    E.Do,
    E.bind('head', () => readHead(bytes)),
    E.bind('stored', ({ head }) => storedOf(head.header.descr)),
    E.flatMap(({ head: { header, start }, stored: { kind, little } }) => {
      const expected = sizeOf(header.shape) * bytesOfKind(kind);
      const got = bytes.length - start;
      if (got !== expected)
        return E.left(
          `data: expected ${expected} bytes for ${header.descr}[${header.shape.join(',')}], got ${got}. The file is ${got < expected ? 'truncated' : 'too long'}.`,
        );
      return pipe(
        readElements(kind, bytes.subarray(start), little),
        E.bimap(
          (fault) => `data: ${fault}`,
          (store) => arrayOf(header, dtypeOfKind(kind), store),
        ),
      );
    }),
  );

const descrOf = {
  float32: '<f4',
  float64: '<f8',
  int32: '<i4',
  uint32: '<u4',
  uint8: '|u1',
  bool: '|b1',
} as const satisfies { readonly [D in DType]: string };

/** The bytes of an NPY file (version 1.0, by rows, little endian) that `numpy.load` reads. Forces traced values. */
export const encodeNpy = (value: NDArray): Uint8Array => {
  const x = concrete(value, 'encodeNpy');
  const shape = x.shape.length === 1 ? `(${x.shape.join()},)` : `(${x.shape.join(', ')})`;
  const header = `{'descr': '${descrOf[x.dtype]}', 'fortran_order': False, 'shape': ${shape}, }`;
  // The elements stand at a multiple of 64, as NumPy asks.
  const start = Math.ceil((10 + header.length + 1) / 64) * 64;
  const store = copyElements(x);
  const data = new Uint8Array(store.buffer, store.byteOffset, store.byteLength);
  const out = new Uint8Array(start + data.length).fill(0x20, 10, start);
  out.set([...magic, 1, 0]);
  new DataView(out.buffer).setUint16(8, start - 10, true);
  out.set(new TextEncoder().encode(header), 10);
  out[start - 1] = 0x0a;
  out.set(data, start);
  return out;
};

/** Read an NPY file as an array, as `decodeNpy` does (`numpy.load`). */
export const readNpy = (path: string): TE.TaskEither<string, NDArray> =>
  readWith(path, 'an NPY file', (bytes) => TE.fromEither(decodeNpy(bytes)));

/** Write an array as an NPY file (`numpy.save`); whatever happens, the file is whole or as it was. */
export const writeNpy = (path: string, x: NDArray): TE.TaskEither<string, void> => writeAtomically(path, encodeNpy(x));
