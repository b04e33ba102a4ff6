/** Pictures of pixels as charts: titled panels, and grids of captioned images. */
import { FluxionError, ShapeError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { asOperand } from '../operations/promotion.ts';
import { unstack } from '../operations/stacking.ts';
import { gridChart, type GridOptions } from './arrange.ts';
import { sameLength, type Arrangement, type ImagePanel } from './chart.ts';
import { upscale } from './picture.ts';
import { pixelsOf } from './pixels.ts';
import { pictureOf, textAt, textWidth, type Svg } from './svg.ts';

export interface ImageChartOptions {
  readonly title: string;
  /** What stands below the picture, and beside it on the left; default nothing. */
  readonly labels?: { readonly x?: string; readonly y?: string };
  /** How wide a pixel is drawn; by default so that the longer side is about 240. */
  readonly scale?: number;
}

/** A picture `[h, w]` or `[h, w, 1 | 3 | 4]` as a panel with a title: bytes, or floats from 0 to 1. */
export const imageChart = (image: ArrayLike, { title, labels = {}, scale }: ImageChartOptions): ImagePanel => {
  const x = asOperand(image);
  const [h = 0, w = 0, c = 1] = x.shape;
  if ((x.ndim !== 2 && x.ndim !== 3) || h === 0 || w === 0 || ![1, 3, 4].includes(c))
    throw new ShapeError(
      `imageChart: expected a picture [h, w] or [h, w, 1 | 3 | 4], got ${showType(x.type)}. Channels come last.`,
      'shape.picture',
    );
  const usual = Math.max(1, Math.round(240 / Math.max(h, w)));
  return { panel: 'image', image: pixelsOf(x), title, x: labels.x ?? null, y: labels.y ?? null, scale: scale ?? usual };
};

export interface CaptionedOptions extends GridOptions {
  /** How wide a pixel is drawn; by default so that the longer side is about 100. */
  readonly scale?: number;
}

/** Images `[n, h, w]` or `[n, h, w, c]` with a caption above each, in rows. */
export const captionedImages = (
  images: ArrayLike,
  captions: readonly string[],
  { scale, columns = 5, ...rest }: CaptionedOptions = {},
): Arrangement => {
  const x = asOperand(images);
  const each = unstack(x);
  sameLength('captionedImages', each, captions);
  const usual = Math.max(1, Math.round(100 / Math.max(1, x.shape[1] ?? 1, x.shape[2] ?? 1)));
  const parts = each.map((image, i) => imageChart(image, { title: captions[i] ?? '', scale: scale ?? usual }));
  return gridChart(parts, { columns, ...rest });
};

const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/** The picture as the address of a PNG file that holds it. */
const dataUrl = async (image: NDArray): Promise<string> => {
  const { encodePng } = await import('../io/png.ts');
  const result = await encodePng(image)();
  if (result._tag === 'Left') throw new FluxionError('plot.image', result.left);
  return `data:image/png;base64,${base64(result.right)}`;
};

const margin = 8;
/** The panel: title, picture, labels. */
export const imageSvg = async ({ image, title, x, y, scale }: ImagePanel): Promise<Svg> => {
  const [h = 1, w = 1] = image.shape;
  const [tall, wide] = [h * scale, w * scale];
  const size = wide >= 200 ? 15 : 12;
  const left = margin + (y === null ? 0 : 20);
  const top = title === '' ? margin : size + 14;
  const width = Math.max(left + wide + margin, textWidth(title, size) + 2 * margin, textWidth(x ?? '', 13) + left);
  const height = top + tall + margin + (x === null ? 0 : 20);
  const at = left + (width - left - margin - wide) / 2;
  // Squares are drawn as squares by all viewers, which smooth small images when they enlarge them.
  const turned = `translate(${at - 8} ${top + tall / 2}) rotate(-90)`;
  const body = [
    `<image x="${at}" y="${top}" width="${wide}" height="${tall}" preserveAspectRatio="none" xlink:href="${await dataUrl(upscale(image, Math.max(1, Math.round(scale))))}"/>`,
    `<rect x="${at - 0.5}" y="${top - 0.5}" width="${wide + 1}" height="${tall + 1}" fill="none" stroke="#999999"/>`,
    ...(x === null ? [] : [textAt(at + wide / 2, top + tall + 18, x, 13)]),
    ...(y === null ? [] : [textAt(0, 0, y, 13, ` transform="${turned}"`)]),
  ];
  return pictureOf(width, height, body.join(''), title === '' ? null : title, size);
};
