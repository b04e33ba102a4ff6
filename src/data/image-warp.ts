/** Images `[..., h, w, c]` turned, moved and zoomed: every pixel is looked up where it comes from, between four neighbours. */
import { showType } from '../array/type.ts';
import { ShapeError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { take } from '../operations/indexing.ts';
import { abs, clip, cos, sin } from '../operations/arithmetic.ts';
import { asFloat } from '../operations/promotion.ts';
import { floor, round } from '../operations/rounding.ts';
import { like } from '../primitives/elementwise.ts';
import { and, ge, le, select } from '../primitives/logic.ts';
import { arange } from '../operations/ranges.ts';
import { extentsOf } from '../operations/image-resize.ts';

/** Places closer to a pixel than this, in pixels, are that pixel: turns by a right angle are exact though their cosine is not 0. */
const nearness = 1e-4;
const snapped = (x: NDArray): NDArray => {
  const whole = round(x);
  return select(le(abs(x.sub(whole)), like(x, nearness)), whole, x);
};

export interface WarpOptions {
  /** What stands outside of the image. Default 0. */
  readonly fill?: number;
}

/** Where the pixels of the result come from: row and column, each `[h * w]`. */
interface Places {
  readonly y: NDArray;
  readonly x: NDArray;
}

/** The image at places, linear between pixels; outside stands `fill`, which the outermost half pixel blends into. */
const sampled = (image: NDArray, { y, x }: Places, fill: number): NDArray => {
  const { h, w, c } = extentsOf('warp', image);
  const lead = image.shape.slice(0, -3);
  const flat = asFloat(image).reshape(...lead, h * w, c);
  const [rows, columns] = [snapped(y), snapped(x)];
  const [top, left] = [floor(rows), floor(columns)];
  const isInside = (at: NDArray, end: number): NDArray => and(ge(at, like(at, 0)), le(at, like(at, end - 1)));
  const corners = [top, top.add(1)].flatMap((row) =>
    [left, left.add(1)].map((column) => {
      const weight = like(rows, 1)
        .sub(abs(rows.sub(row)))
        .mul(like(rows, 1).sub(abs(columns.sub(column))));
      const share = weight.mul(and(isInside(row, h), isInside(column, w)).astype('float32')).astype(flat.dtype);
      const index = clip(row, 0, h - 1)
        .mul(w)
        .add(clip(column, 0, w - 1))
        .astype('int32');
      const column1 = share.reshape(h * w, 1);
      return { value: take(flat, index, lead.length).mul(column1), share: column1 };
    }),
  );
  const [value, share] = [corners.map((corner) => corner.value), corners.map((corner) => corner.share)].map((parts) =>
    parts.reduce((sum, part) => sum.add(part)),
  ) as [NDArray, NDArray]; // sound: two in, two out
  const whole = fill === 0 ? value : value.add(like(share, 1).sub(share).mul(fill));
  return whole.reshape(...lead, h, w, c);
};

/** Rows and columns of all pixels from the middle of the image, each `[h * w]`. */
const centered = (h: number, w: number): Places => {
  const at = arange(0, h * w, 1, 'float32');
  const row = floor(at.add(0.5).div(w));
  return { y: row.sub((h - 1) / 2), x: at.sub(row.mul(w)).sub((w - 1) / 2) };
};

const fromCenter = ({ y, x }: Places, h: number, w: number): Places => ({
  y: y.add((h - 1) / 2),
  x: x.add((w - 1) / 2),
});

const amount = (operation: string, value: ArrayLike): NDArray => {
  const x = asFloat(value);
  if (x.ndim !== 0)
    throw new ShapeError(
      `${operation}: expected one number, got ${showType(x.type)}. Map over images by vmap.`,
      'shape.image',
    );
  return x;
};

/**
 * An image turned counterclockwise about its middle by an angle in radians, linear between pixels. Turns of square images by right angles
 * are exact. Floats come back.
 */
export const rotate = (image: NDArray, angle: ArrayLike, { fill = 0 }: WarpOptions = {}): NDArray => {
  const { h, w } = extentsOf('rotate', image);
  const { y, x } = centered(h, w);
  const a = amount('rotate', angle);
  const [c, s] = [cos(a), sin(a)];
  return sampled(image, fromCenter({ y: y.mul(c).add(x.mul(s)), x: x.mul(c).sub(y.mul(s)) }, h, w), fill);
};

/** An image moved down and to the right by so many pixels, which may be fractions. Floats come back. */
export const translate = (
  image: NDArray,
  [down, right]: readonly [ArrayLike, ArrayLike],
  { fill = 0 }: WarpOptions = {},
): NDArray => {
  const { h, w } = extentsOf('translate', image);
  const { y, x } = fromCenter(centered(h, w), h, w);
  return sampled(image, { y: y.sub(amount('translate', down)), x: x.sub(amount('translate', right)) }, fill);
};

/** An image made larger about its middle by a factor above 1, smaller below. Floats come back. */
export const zoom = (image: NDArray, factor: ArrayLike, { fill = 0 }: WarpOptions = {}): NDArray => {
  const { h, w } = extentsOf('zoom', image);
  const { y, x } = centered(h, w);
  const by = amount('zoom', factor);
  return sampled(image, fromCenter({ y: y.div(by), x: x.div(by) }, h, w), fill);
};
