/** Pictures as arrays: grids of images, filters and feature maps, heat over an image. */
import { ShapeError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { abs, add, astype, clip, maximum, multiply, subtract } from '../operations/arithmetic.ts';
import { expandDims, repeat, reshape, transpose } from '../operations/manipulation.ts';
import { pad } from '../operations/padding.ts';
import { matmul } from '../operations/products.ts';
import { asFloat, asOperand, broadcastTo } from '../operations/promotion.ts';
import { arange } from '../operations/ranges.ts';
import { colorMap, type ColorMapName } from './color-map.ts';
import { asBytes, pixelsOf, scaled } from './pixels.ts';

const refuse = (operation: string, expected: string, x: NDArray): never => {
  throw new ShapeError(
    `${operation}: expected ${expected}, got ${showType(x.type)}. Channels come last.`,
    'shape.picture',
  );
};

export interface ImageGridOptions {
  /** How many images stand side by side; by default as many as make the grid about square. */
  readonly columns?: number;
  /** Pixels between images and around them; default 1. */
  readonly padding?: number;
  /** Brightness of what is between the images, from 0 to 255; default 255. */
  readonly background?: number;
  /**
   * What is dark and what is light: the extremes of `'each'` image or of `'all'`; `'none'` takes bytes as they are and floats as shares
   * from 0 to 1. Default `'none'` for `uint8`, else `'all'`.
   */
  readonly normalize?: 'each' | 'all' | 'none';
}

const normalized = (x: NDArray, how: 'each' | 'all' | 'none'): NDArray => {
  if (how === 'none') return pixelsOf(x);
  const axes = Array.from({ length: x.ndim - 1 }, (_, i) => i + 1);
  return asBytes(multiply(scaled(x, how === 'each' ? { axes } : {}), 255));
};

/** Images `[n, h, w]` or `[n, h, w, c]` side by side in rows: `uint8[rows, columns]` or `uint8[rows, columns, c]`. */
export const imageGrid = (images: ArrayLike, options: ImageGridOptions = {}): NDArray => {
  const x = asOperand(images);
  const [n = 0, h = 0, w = 0, c = 1] = x.shape;
  if ((x.ndim !== 3 && x.ndim !== 4) || n === 0)
    return refuse('imageGrid', 'images [n, h, w] or [n, h, w, c] with n of at least 1', x);
  const { columns = Math.ceil(Math.sqrt(n)), padding = 1, background = 255 } = options;
  const pixels = normalized(x, options.normalize ?? (x.dtype === 'uint8' ? 'none' : 'all'));
  const rows = Math.ceil(n / columns);
  // Each image gets its margin on the right and below; the left and upper edge of the whole is added last.
  const filled = pad(
    reshape(pixels, [n, h, w, c]),
    [
      [0, rows * columns - n],
      [0, padding],
      [0, padding],
      [0, 0],
    ],
    { constantValues: background },
  );
  const [tall, wide] = [h + padding, w + padding];
  const laid = transpose(reshape(filled, [rows, columns, tall, wide, c]), [0, 2, 1, 3, 4]);
  const grid = pad(
    reshape(laid, [rows * tall, columns * wide, c]),
    [
      [padding, 0],
      [padding, 0],
      [0, 0],
    ],
    { constantValues: background },
  );
  return x.ndim === 3 ? reshape(grid, [rows * tall + padding, columns * wide + padding]) : grid;
};

/** Each pixel as a square of `k` by `k`: `[h, w]` or `[h, w, c]` to `k` times the height and width. */
export const upscale = (image: ArrayLike, k: number): NDArray => repeat(repeat(image, k, 0), k, 1);

/**
 * The filters of a convolution `[kh, kw, in, out]` as a picture: one image for each output, in colour where there are three
 * inputs, grey where there is one; otherwise a row for each output with an image for each input. By default each image is normalised, and
 * between them stands grey.
 */
export const filterGrid = (kernel: ArrayLike, options: ImageGridOptions = {}): NDArray => {
  const x = asOperand(kernel);
  const [kh = 0, kw = 0, inputs = 0, outputs = 0] = x.shape;
  if (x.ndim !== 4) return refuse('filterGrid', 'a kernel [kh, kw, in, out]', x);
  // Each filter has black and white of its own: between them stands grey.
  const own = { normalize: 'each', background: 128, ...options } as const;
  if (inputs === 3) return imageGrid(transpose(x, [3, 0, 1, 2]), own);
  const images = reshape(transpose(x, [3, 2, 0, 1]), [outputs * inputs, kh, kw]);
  return imageGrid(images, { ...(inputs === 1 ? {} : { columns: inputs }), ...own });
};

/** The feature maps of a layer's output for one example, `[h, w, c]`: one grey image for each channel. */
export const featureMapGrid = (activation: ArrayLike, options: ImageGridOptions = {}): NDArray => {
  const x = asOperand(activation);
  if (x.ndim !== 3) return refuse('featureMapGrid', 'one activation [h, w, c]', x);
  return imageGrid(transpose(x, [2, 0, 1]), { ...options, normalize: options.normalize ?? 'each' });
};

/** How much each of `size` places, at the middle of pixels, takes of each of `given`: linear, constant beyond the ends. */
const interpolation = (size: number, given: number): NDArray => {
  const centre = subtract(multiply(add(arange(0, size, 1, 'float32'), 0.5), given / size), 0.5);
  const place = expandDims(clip(centre, 0, given - 1), 1);
  return maximum(subtract(1, abs(subtract(place, arange(0, given, 1, 'float32')))), 0);
};

/** Bilinear interpolation of `[h, w]` to another size, pixels taken at their middles. */
const resized = (x: NDArray, height: number, width: number): NDArray => {
  const [h = 1, w = 1] = x.shape;
  if (h === height && w === width) return x;
  return matmul(matmul(interpolation(height, h), x), transpose(interpolation(width, w)));
};

export interface OverlayOptions {
  /** Share of the heat in the mixture, from 0 to 1; default 0.5. */
  readonly alpha?: number;
  /** Default `'turbo'`. */
  readonly map?: ColorMapName;
}

/**
 * Heat over an image: `uint8[h, w, 3]`.
 * @param image `[h, w]`, `[h, w, 1]` or `[h, w, 3]`: bytes, or floats from 0 to 1
 * @param heat `[h', w']` of any size, brought to that of the image by bilinear interpolation
 */
export const overlay = (
  image: ArrayLike,
  heat: ArrayLike,
  { alpha = 0.5, map = 'turbo' }: OverlayOptions = {},
): NDArray => {
  const [given, warmth] = [asOperand(image), asFloat(heat)];
  const [h = 0, w = 0, c = 1] = given.shape;
  if ((given.ndim !== 2 && given.ndim !== 3) || (c !== 1 && c !== 3))
    return refuse('overlay', 'an image [h, w], [h, w, 1] or [h, w, 3]', given);
  if (warmth.ndim !== 2) return refuse('overlay', 'heat [h, w]', warmth);
  const pixels = broadcastTo(reshape(pixelsOf(given), [h, w, c]), [h, w, 3]);
  const colours = colorMap(resized(warmth, h, w), map);
  const [below, above] = [astype(pixels, 'float32'), astype(colours, 'float32')];
  return asBytes(add(multiply(below, 1 - alpha), multiply(above, alpha)));
};
