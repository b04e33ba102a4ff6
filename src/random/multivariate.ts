/** Distributions of vectors and matrices, by factorisations. */
import { ShapeError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { showType, type Shape } from '../array/type.ts';
import { cholesky } from '../linalg/cholesky.ts';
import { qr } from '../linalg/qr.ts';
import { diagonal } from '../operations/grids.ts';
import { matmul } from '../operations/products.ts';
import { asFloat, broadcastTo, promote } from '../operations/promotion.ts';
import { add, mul, sign } from '../primitives/arithmetic.ts';
import { reshape } from '../primitives/broadcast.ts';
import { parameters } from './continuous.ts';
import type { Key } from './key.ts';
import { normal, type Float } from './sample.ts';

/**
 * Normal vectors with this mean and covariance, `mean + L z` with Cholesky's factor L; differentiable in both. `shape` is that of the result
 * without its last axis, and ends with the axes of a batch of means or covariances, which it is unless given.
 */
export const multivariateNormal = (key: Key, mean: ArrayLike, covariance: ArrayLike, shape?: Shape): NDArray => {
  const [m, c] = promote(asFloat(mean), asFloat(covariance)) as readonly [NDArray, NDArray]; // sound: two in, two out
  const n = m.shape.at(-1) ?? 0;
  if (m.ndim < 1 || c.ndim < 2 || c.shape.at(-1) !== n || c.shape.at(-2) !== n)
    throw new ShapeError(
      `multivariateNormal: expected a mean [..., n] and a covariance [..., n, n], got ${showType(m.type)} and ${showType(c.type)}. Give one variance or covariance for each pair.`,
      'shape.random',
    );
  const batch = m.ndim - 1 >= c.ndim - 2 ? m.shape.slice(0, -1) : c.shape.slice(0, -2);
  const full = [...(shape ?? batch), n];
  const { dtype, all } = parameters('multivariateNormal', full, m);
  const z = normal(key, full, dtype);
  const moved = reshape(matmul(cholesky(c), reshape(z, [...full, 1])), full);
  return add(broadcastTo(all[0] ?? z, full), moved);
};

/** Orthogonal n by n matrices, all equally likely: Q of a matrix of normal numbers, its columns with the signs of R's diagonal. */
export const orthogonal = (key: Key, n: number, shape: Shape = [], dtype: Float = 'float32'): NDArray => {
  const { q, r } = qr(normal(key, [...shape, n, n], dtype));
  const signs = sign(diagonal(r, { axis1: -2, axis2: -1 }));
  return mul(q, broadcastTo(reshape(signs, [...shape, 1, n]), q.shape));
};
