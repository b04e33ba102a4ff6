/** Images of another size (`jax.image.resize`). */
import { ShapeError } from '../array/errors.ts';
import { fromStore, type NDArray } from '../array/ndarray.ts';
import { showShape, showType, type Shape } from '../array/type.ts';
import { einsum } from './einsum.ts';
import { take } from './indexing.ts';
import { asFloat } from './promotion.ts';

/** Height and width, or row and column. */
export type Pair = readonly [number, number];

/** The extents of an image; throws if there are not three axes. */
export const extentsOf = (
  operation: string,
  image: NDArray,
): { readonly h: number; readonly w: number; readonly c: number } => {
  const [h, w, c] = image.shape.slice(-3);
  if (h === undefined || w === undefined || c === undefined)
    throw new ShapeError(
      `${operation}: expected an image [..., h, w, c], got ${showType(image.type)}. Give grey images an axis of one channel.`,
      'shape.image',
    );
  return { h, w, c };
};

export interface ResizeOptions {
  /** `bilinear` (the default; floats come back) or `nearest` (the element type stays). */
  readonly method?: 'bilinear' | 'nearest';
  /** Whether making an image smaller averages over what falls together, as in JAX. Default true; `nearest` never does. */
  readonly antialias?: boolean;
}

/** How much of each pixel of `from` goes into each of `to`: triangles about the middles of pixels, each row summing to 1. */
const weightsOf = (from: number, to: number, antialias: boolean, dtype: 'float32' | 'float64'): NDArray => {
  const step = from / to;
  const reach = antialias ? Math.max(step, 1) : 1;
  const store = new Float64Array(to * from);
  for (let i = 0; i < to; i++) {
    const at = (i + 0.5) * step - 0.5;
    const row = Array.from({ length: from }, (_, j) => Math.max(0, 1 - Math.abs(at - j) / reach));
    const sum = row.reduce((total, weight) => total + weight, 0);
    row.forEach((weight, j) => (store[i * from + j] = weight / sum));
  }
  return fromStore({ dtype: 'float64', shape: [to, from] }, store).astype(dtype);
};

/** The pixel of `from` in which the middle of each pixel of `to` lies. */
const nearestOf = (from: number, to: number): NDArray =>
  fromStore(
    { dtype: 'int32', shape: [to] },
    Int32Array.from({ length: to }, (_, i) => Math.min(from - 1, Math.floor(((i + 0.5) * from) / to))),
  );

/** Throws unless both sizes have pixels. */
export const checkSizes = (operation: string, from: Shape, to: Shape): void => {
  if (![...from, ...to].every((n) => Number.isInteger(n) && n >= 1))
    throw new ShapeError(
      `${operation}: expected a height and width of at least 1, got ${showShape(from)} to ${showShape(to)}. Round them.`,
      'shape.image',
    );
};

/** An image `[..., h, w, c]` of another height and width. */
export const resize = (
  image: NDArray,
  [height, width]: Pair,
  { method = 'bilinear', antialias = true }: ResizeOptions = {},
): NDArray => {
  const { h, w } = extentsOf('resize', image);
  checkSizes('resize', [h, w], [height, width]);
  const axis = image.ndim - 3;
  if (method === 'nearest') return take(take(image, nearestOf(h, height), axis), nearestOf(w, width), axis + 1);
  const x = asFloat(image);
  const dtype = x.dtype === 'float64' ? 'float64' : 'float32';
  return einsum(
    '...hwc,yh,xw->...yxc',
    x,
    weightsOf(h, height, antialias, dtype),
    weightsOf(w, width, antialias, dtype),
  );
};
