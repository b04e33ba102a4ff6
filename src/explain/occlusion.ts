/** What is missed when it is covered. */
import { FluxionError, ShapeError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { map } from '../loops.ts';
import type { Layer } from '../nn/layer.ts';
import { divide, greaterEqual, less, logicalAnd, maximum, subtract, where } from '../operations/arithmetic.ts';
import { array } from '../operations/creation.ts';
import { expandDims, reshape } from '../operations/manipulation.ts';
import { matmul } from '../operations/products.ts';
import { asFloat } from '../operations/promotion.ts';
import { arange } from '../operations/ranges.ts';
import { sum } from '../operations/reduction.ts';
import { astype, add } from '../operations/arithmetic.ts';
import { scoreFunction } from './score.ts';

export interface OcclusionOptions {
  /** Height and width of what is covered, in pixels; default 4 by 4. */
  readonly window?: number | readonly [height: number, width: number];
  /** How far apart windows are; default half of the window, at least 1. The last one always ends at the edge. */
  readonly stride?: number;
  /** What covered pixels are; default 0. */
  readonly value?: number;
  /** How many covered copies are treated at once; default 32. */
  readonly batchSize?: number;
}

const startsOf = (extent: number, window: number, stride: number): readonly number[] => {
  const last = extent - window;
  const regular = Array.from({ length: Math.floor(last / stride) + 1 }, (_, i) => i * stride);
  return regular.at(-1) === last ? regular : [...regular, last];
};

/** For each start `[n]`, which of `extent` places the window covers: `bool[n, extent]`. */
const covered = (starts: readonly number[], window: number, extent: number): NDArray => {
  const from = expandDims(array(starts, 'int32'), 1);
  const places = arange(extent);
  return logicalAnd(greaterEqual(places, from), less(places, add(from, window)));
};

/** For each position of the window, which pixels it covers: `bool[n, h, w]`. */
const masksOf = ([h, w]: readonly [number, number], [high, wide]: readonly [number, number], stride: number) => {
  const rows = covered(startsOf(h, high, stride), high, h);
  const columns = covered(startsOf(w, wide, stride), wide, w);
  const all = logicalAnd(expandDims(rows, [1, 3]), expandDims(columns, [0, 2]));
  return reshape(all, [-1, h, w]);
};

/**
 * How much the score of a class falls when a window over the picture is covered (Zeiler and Fergus 2014, section 4.2): for each pixel
 * the mean over the windows that cover it, `[h, w]`.
 * @param x one picture `[h, w, c]`, without batch axis
 */
export const occlusion = <P, S>(
  model: Layer<P, S>,
  params: P,
  state: S,
  x: ArrayLike,
  choice: number,
  { window = 4, stride, value = 0, batchSize = 32 }: OcclusionOptions = {},
): NDArray => {
  const picture = asFloat(x);
  const [h = 0, w = 0] = picture.shape;
  if (picture.ndim !== 3)
    throw new ShapeError(
      `occlusion: expected one picture [h, w, c], got ${showType(picture.type)}. Take one of a batch.`,
      'shape.explain',
    );
  const [high, wide] = typeof window === 'number' ? [window, window] : window;
  const apart = stride ?? Math.max(1, Math.floor(Math.min(high, wide) / 2));
  if (![high, wide, apart].every((n) => Number.isInteger(n) && n >= 1) || high > h || wide > w)
    throw new FluxionError(
      'explain.window',
      `occlusion: expected a window of at least 1 by 1 pixels that fits into ${h} by ${w}, and a stride of at least 1, got ${high} by ${wide} and ${apart}. Count in pixels.`,
    );
  const score = scoreFunction('occlusion', { model, params, state }, choice);
  const masks = masksOf([h, w], [high, wide], apart);
  const hidden = (mask: NDArray): NDArray => score(where(expandDims(mask, -1), value, picture));
  const drops = subtract(score(picture), map(hidden, masks, { batchSize: Math.min(batchSize, masks.shape[0] ?? 1) }));
  const weights = astype(reshape(masks, [-1, h * w]), picture.dtype);
  // With a stride wider than the window, some pixels are never covered: nothing is known of them, and they get 0.
  return reshape(divide(matmul(drops, weights), maximum(sum(weights, 0), 1)), [h, w]);
};
