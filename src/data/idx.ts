/** The IDX format of the MNIST files, read with care: whatever is wrong with a file comes back as one sentence. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { fromStore, type NDArray } from '../array/ndarray.ts';
import { sameShape, sizeOf } from '../array/type.ts';
import { bytesOfKind, dtypeOfKind, Extent, readElements, type StoredKind } from '../io/elements.ts';
import { readUnpacked } from '../io/read.ts';

/** The element types of the format: bytes, short and whole integers, floats of 4 and 8 bytes, all with the highest byte first. */
const kinds: ReadonlyMap<number, StoredKind> = new Map([
  [0x08, 'u1'],
  [0x09, 'i1'],
  [0x0b, 'i2'],
  [0x0c, 'i4'],
  [0x0d, 'f4'],
  [0x0e, 'f8'],
]);

const hex = (n: number): string => `0x${n.toString(16).padStart(8, '0')}`;

interface Head {
  readonly kind: StoredKind;
  readonly extents: readonly number[];
  /** Where the elements start. */
  readonly start: number;
}

const readHead = (bytes: Uint8Array, name: string): E.Either<string, Head> => {
  if (bytes.length < 4)
    return E.left(`${name}: expected an IDX file, got ${bytes.length} bytes. The file is truncated; fetch it again.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const kind = kinds.get(magic >>> 8);
  const rank = magic & 255;
  if (kind === undefined || rank < 1)
    return E.left(
      `${name}: expected the magic number of an IDX file (0x0000ttnn), got ${hex(magic)}. This is another kind of file.`,
    );
  const start = 4 + 4 * rank;
  if (bytes.length < start)
    return E.left(
      `${name}: expected a head of ${start} bytes, got ${bytes.length} bytes. The file is truncated; fetch it again.`,
    );
  const extents = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  return pipe(
    t.readonlyArray(Extent).decode(extents),
    E.bimap(
      () =>
        `${name}: expected extents of an array, got [${extents.join(', ')}]. The head is damaged; fetch the file again.`,
      (shape) => ({ kind, extents: shape, start }),
    ),
  );
};

/**
 * The array in the bytes of an IDX file: uint8, int32, float32 or float64 as stored; int8 and int16 become int32. `Left` says what is
 * wrong with the file `name`.
 */
export const decodeIdx = (bytes: Uint8Array, name: string): E.Either<string, NDArray> =>
  pipe(
    readHead(bytes, name),
    E.flatMap(({ kind, extents, start }) => {
      const expected = start + sizeOf(extents) * bytesOfKind(kind);
      if (bytes.length !== expected)
        return E.left(
          `${name}: expected ${expected} bytes for shape [${extents.join(', ')}], got ${bytes.length}. The file is ${bytes.length < expected ? 'truncated' : 'too long'}; fetch it again.`,
        );
      return pipe(
        readElements(kind, bytes.subarray(start), false),
        E.map((store) => fromStore({ dtype: dtypeOfKind(kind), shape: extents }, store)),
      );
    }),
  );

/** Read an IDX file, gzipped or not, as `decodeIdx` does. */
export const readIdx = (path: string): TE.TaskEither<string, NDArray> =>
  pipe(
    readUnpacked(path),
    TE.flatMapEither((bytes) => decodeIdx(bytes, path)),
  );

export interface LabelledImages {
  /** uint8 `[n, 28, 28]`. */
  readonly images: NDArray;
  /** uint8 `[n]`, from 0 to 9. */
  readonly labels: NDArray;
}

export interface Mnist {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/** Images and labels must be of one number, and labels digits. */
export const pairUp = (
  images: NDArray,
  labels: NDArray,
  imagesName: string,
  labelsName: string,
): E.Either<string, LabelledImages> => {
  const other = images.dtype !== 'uint8' ? ([imagesName, images] as const) : ([labelsName, labels] as const);
  if (other[1].dtype !== 'uint8')
    return E.left(`${other[0]}: expected bytes, got ${other[1].dtype}. This is a file of another kind.`);
  if (images.ndim !== 3)
    return E.left(
      `${imagesName}: expected images [n, rows, columns], got ${images.ndim} axes. Are images and labels swapped?`,
    );
  if (labels.ndim !== 1)
    return E.left(`${labelsName}: expected labels [n], got ${labels.ndim} axes. Are images and labels swapped?`);
  if (images.size === 0)
    return E.left(
      `${imagesName}: expected at least one image, got [${images.shape.join(', ')}]. Fetch the file again.`,
    );
  if (images.shape[0] !== labels.shape[0])
    return E.left(
      `${labelsName}: expected ${images.shape[0] ?? 0} labels, one for each image of ${imagesName}, got ${labels.shape[0] ?? 0}. The files do not belong together.`,
    );
  const values = labels.dataSync();
  const bad = values.findIndex((label) => !(label >= 0 && label <= 9));
  return bad < 0
    ? E.right({ images, labels })
    : E.left(`${labelsName}: expected labels from 0 to 9, got ${values[bad] ?? 0} at ${bad}. The file is damaged.`);
};

const readPair = (folder: string, part: 'train' | 't10k'): TE.TaskEither<string, LabelledImages> => {
  const [imagesName, labelsName] = [`${folder}/${part}-images-idx3-ubyte`, `${folder}/${part}-labels-idx1-ubyte`];
  return pipe(
    TE.Do,
    TE.bind('images', () => readIdx(imagesName)),
    TE.bind('labels', () => readIdx(labelsName)),
    TE.flatMapEither(({ images, labels }) => pairUp(images, labels, imagesName, labelsName)),
  );
};

/** The four files of MNIST from a folder: 60,000 images to train on, 10,000 to test. */
export const readMnist = (folder: string): TE.TaskEither<string, Mnist> =>
  pipe(
    TE.Do,
    TE.bind('train', () => readPair(folder, 'train')),
    TE.bind('test', () => readPair(folder, 't10k')),
    TE.flatMapEither(({ train, test }) => {
      const [expected, got] = [train.images.shape.slice(1), test.images.shape.slice(1)];
      return sameShape(expected, got)
        ? E.right({ train, test })
        : E.left(
            `${folder}: expected test images of [${expected.join(', ')}] as those to train on, got [${got.join(', ')}]. The files do not belong together.`,
          );
    }),
  );
