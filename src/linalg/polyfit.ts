/** Fitting polynomials. */
import { ShapeError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { divide, multiply } from '../operations/arithmetic.ts';
import { expandDims } from '../operations/manipulation.ts';
import { vander } from '../operations/polynomial.ts';
import { matmul } from '../operations/products.ts';
import { asFloat, promote } from '../operations/promotion.ts';
import { sum } from '../operations/reduction.ts';
import { sqrt, square } from '../primitives/exponential.ts';
import { pinv } from './least-squares.ts';

export interface PolyfitOptions {
  /** Singular values up to this times the largest count as zero. Default: that of `pinv`. */
  readonly rcond?: number;
  /** Factors of the distances at each place. */
  readonly w?: ArrayLike;
}

/** The coefficients, highest power first, of the polynomial of a degree that comes nearest to `y` (`[m]` or `[m, k]`) at the places `x`, in least squares. */
export const polyfit = (x: ArrayLike, y: ArrayLike, degree: number, { rcond, w = 1 }: PolyfitOptions = {}): NDArray => {
  const [places, values, weights] = promote(asFloat(x), y, w) as readonly [NDArray, NDArray, NDArray]; // sound: three in, three out
  if (places.ndim !== 1 || values.ndim < 1 || values.ndim > 2 || values.shape[0] !== places.size || !(degree >= 0))
    throw new ShapeError(
      `polyfit: expected a vector of places, as many values and a degree from 0 on, got ${showType(places.type)}, ${showType(values.type)} and ${degree}.`,
      'shape.fit',
    );
  const rows = (z: NDArray): NDArray =>
    multiply(z, weights.ndim === 1 && z.ndim === 2 ? expandDims(weights, 1) : weights);
  const powers = rows(vander(places, { n: degree + 1 }));
  // Columns of one length: the powers of large and small numbers differ by magnitudes.
  const lengths = sqrt(sum(square(powers), 0));
  const coefficients = matmul(pinv(divide(powers, lengths), rcond === undefined ? {} : { rtol: rcond }), rows(values));
  return divide(coefficients, values.ndim === 1 ? lengths : expandDims(lengths, 1));
};
