/** PNG images as arrays, through the optional package `fast-png`. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type * as Png from 'fast-png';
import { messageOf } from '../array/errors.ts';
import { concrete, copyElements, fromStore, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { later, peer } from '../peer.ts';
import { readWith } from './read.ts';
import { writeAtomically } from './write.ts';

const loadPng = (operation: string): TE.TaskEither<string, typeof Png> =>
  TE.tryCatch(() => peer(operation, 'fast-png', () => import('fast-png').catch(later)), messageOf);

/** Samples of 1, 2 or 4 bits, packed in rows of whole bytes, as bytes from 0 to 255. */
const unpackBits = ({ width, height, depth, data }: Png.DecodedPng): Uint8Array => {
  const rowBytes = Math.ceil((width * depth) / 8);
  const top = 2 ** depth - 1;
  const out = new Uint8Array(width * height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const bit = column * depth;
      const byte = data[row * rowBytes + (bit >> 3)] ?? 0;
      out[row * width + column] = ((byte >> (8 - depth - (bit & 7))) & top) * (255 / top);
    }
  return out;
};

const shapeOf = (height: number, width: number, channels: number): readonly number[] =>
  channels === 1 ? [height, width] : [height, width, channels];

const arrayOf = (png: typeof Png, image: Png.DecodedPng): NDArray => {
  const { width, height, data, depth, palette } = image;
  if (palette !== undefined) {
    const colours = png.convertIndexedToRgb(image);
    return fromStore({ dtype: 'uint8', shape: shapeOf(height, width, palette[0]?.length ?? 3) }, colours);
  }
  const shape = shapeOf(height, width, image.channels);
  if (data instanceof Uint16Array) return fromStore({ dtype: 'uint32', shape }, Uint32Array.from(data));
  return fromStore({ dtype: 'uint8', shape }, depth < 8 ? unpackBits(image) : Uint8Array.from(data));
};

/**
 * The image in the bytes of a PNG file: `uint8[h, w]` for grey, `uint8[h, w, c]` with c = 2 (grey and alpha), 3 (colour) or 4
 * (colour and alpha); `uint32` from 0 to 65535 for images of 16 bits. Palettes are resolved.
 */
export const decodePng = (bytes: Uint8Array): TE.TaskEither<string, NDArray> =>
  pipe(
    loadPng('decodePng'),
    TE.flatMapEither((png) =>
      E.tryCatch(
        () => arrayOf(png, png.decode(bytes, { checkCrc: true })),
        (cause) =>
          `expected a PNG image, got ${messageOf(cause).split('\n')[0] ?? ''}. The file is damaged or of another kind.`,
      ),
    ),
  );

const imageOf = (x: NDArray): E.Either<string, Png.ImageData> => {
  const [height = 0, width = 0, channels = 1] = x.shape;
  if ((x.ndim !== 2 && x.ndim !== 3) || height < 1 || width < 1 || channels < 1 || channels > 4)
    return E.left(
      `encodePng: expected an image [h, w] or [h, w, 1 to 4], got ${showType(x.type)}. Take one image and put channels last.`,
    );
  if (x.dtype !== 'uint8')
    return E.left(
      `encodePng: expected uint8 from 0 to 255, got ${showType(x.type)}. Scale it and convert it with astype('uint8').`,
    );
  return E.right({ width, height, channels, depth: 8, data: Uint8Array.from(copyElements(x)) });
};

/** The bytes of a PNG file for an image `uint8[h, w]` or `uint8[h, w, c]` with up to four channels. Forces traced values. */
export const encodePng = (x: NDArray): TE.TaskEither<string, Uint8Array> =>
  pipe(
    TE.fromEither(imageOf(concrete(x, 'encodePng'))),
    TE.flatMap((image) =>
      pipe(
        loadPng('encodePng'),
        TE.map((png) => png.encode(image)),
      ),
    ),
  );

/** Read a PNG file as an array, as `decodePng` does. */
export const readPng = (path: string): TE.TaskEither<string, NDArray> => readWith(path, 'an image', decodePng);

/** Write an image, as `encodePng` does; whatever happens, the file is whole or as it was. */
export const writePng = (path: string, x: NDArray): TE.TaskEither<string, void> =>
  pipe(
    encodePng(x),
    TE.flatMap((bytes) => writeAtomically(path, bytes)),
  );
