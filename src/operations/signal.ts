/** Convolution and correlation of vectors. */
import { ShapeError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { convert } from '../primitives/arithmetic.ts';
import { reshape } from '../primitives/broadcast.ts';
import { reverse } from '../primitives/slicing.ts';
import { convWithGeneralPadding } from './convolution.ts';
import { promote } from './promotion.ts';

/** Which places of the shorter vector against the longer count: all that touch, as many as the longer has, or where it lies wholly inside. */
export type ConvolveMode = 'full' | 'same' | 'valid';

const paddings: { readonly [M in ConvolveMode]: (n: number) => readonly [number, number] } = {
  full: (n) => [n - 1, n - 1],
  same: (n) => [Math.floor(n / 2), n - Math.floor(n / 2) - 1],
  valid: () => [0, 0],
};

/** Two vectors of one number type. */
const vectors = (name: string, a: ArrayLike, b: ArrayLike): readonly [NDArray, NDArray] => {
  const [x, y] = promote(a, b) as readonly [NDArray, NDArray]; // sound: two in, two out
  if (x.ndim !== 1 || y.ndim !== 1 || x.size === 0 || y.size === 0)
    throw new ShapeError(
      `${name}: expected two vectors with elements, got ${showType(x.type)} and ${showType(y.type)}. Use lax.conv for more axes.`,
      'shape.rank',
    );
  return x.dtype === 'bool' ? [convert(x, 'int32'), convert(y, 'int32')] : [x, y];
};

/** The kernel slid along the line. */
const slide = (line: NDArray, kernel: NDArray, mode: ConvolveMode): NDArray => {
  const whole = convWithGeneralPadding(reshape(line, [1, 1, line.size]), reshape(kernel, [1, 1, kernel.size]), {
    padding: [paddings[mode](kernel.size)],
  });
  return reshape(whole, [whole.size]);
};

/** The convolution of two vectors, whichever comes first: `sum_k a[k] v[n - k]`. */
export const convolve = (a: ArrayLike, v: ArrayLike, mode: ConvolveMode = 'full'): NDArray => {
  const [x, y] = vectors('convolve', a, v);
  const [long, short] = x.size < y.size ? [y, x] : [x, y];
  return slide(long, reverse(short, [0]), mode);
};
/** The correlation of two vectors: `sum_k a[n + k] v[k]`. */
export const correlate = (a: ArrayLike, v: ArrayLike, mode: ConvolveMode = 'valid'): NDArray => {
  const [x, y] = vectors('correlate', a, v);
  return x.size < y.size ? reverse(slide(y, x, mode), [0]) : slide(x, y, mode);
};
