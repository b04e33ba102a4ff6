/** Images of another size (`jax.image.resize`). */
import { ShapeError } from '../array/errors.ts';
import { fromStore, type NDArray } from '../array/ndarray.ts';
import { einsum } from '../operations/einsum.ts';
import { take } from '../operations/indexing.ts';
import { asFloat } from '../operations/promotion.ts';
import { extentsOf, type Pair } from './image-geometry.ts';

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

/** An image `[..., h, w, c]` of another height and width. */
export const resize = (
  image: NDArray,
  [height, width]: Pair,
  { method = 'bilinear', antialias = true }: ResizeOptions = {},
): NDArray => {
  const { h, w } = extentsOf('resize', image);
  if (!(Number.isInteger(height) && Number.isInteger(width) && height >= 1 && width >= 1 && h >= 1 && w >= 1))
    throw new ShapeError(
      `resize: expected a height and width of at least 1, got [${h}, ${w}] to [${height}, ${width}]. Round them.`,
      'shape.image',
    );
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
