/** Polynomials as vectors of coefficients, the highest power first. */
import { ShapeError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { axesOf, showType } from '../array/type.ts';
import { add, mul } from '../primitives/arithmetic.ts';
import { broadcast, reshape } from '../primitives/broadcast.ts';
import { cumprod } from '../primitives/cumulation.ts';
import { like } from '../primitives/elementwise.ts';
import { concatenate, reverse, sliceAxis } from '../primitives/slicing.ts';
import { asOperand, broadcastShapes, broadcastTo, promote } from './promotion.ts';

/** The values of a polynomial, by Horner's rule; leading coefficients `p[0]` may have axes that broadcast with `x`. */
export const polyval = (coefficients: ArrayLike, at: ArrayLike): NDArray => {
  const [p, x] = promote(coefficients, at) as readonly [NDArray, NDArray]; // sound: two in, two out
  if (p.ndim === 0)
    throw new ShapeError(`polyval: expected coefficients in a vector, got ${showType(p.type)}. Put it in a list.`);
  const own = p.shape.slice(1);
  const shape = broadcastShapes('polyval', [{ dtype: p.dtype, shape: own }, x]);
  const point = broadcastTo(x, shape);
  return Array.from({ length: p.shape[0] ?? 0 }, (_, i) =>
    broadcastTo(reshape(sliceAxis(p, 0, i, i + 1), own), shape),
  ).reduce((value, c) => add(mul(value, point), c), like(point, 0));
};

export interface VanderOptions {
  /** How many powers. Default: as many as there are numbers. */
  readonly n?: number;
  /** Whether the powers go up. Default false. */
  readonly increasing?: boolean;
}
/** The powers of each number of a vector in a row. */
export const vander = (value: ArrayLike, { n, increasing = false }: VanderOptions = {}): NDArray => {
  const x = asOperand(value);
  if (x.ndim !== 1)
    throw new ShapeError(`vander: expected a vector, got ${showType(x.type)}. Use ravel.`, 'shape.rank');
  const count = n ?? x.size;
  const repeated = broadcast(x, [x.size, Math.max(0, count - 1)], axesOf(x.shape));
  const one = like({ dtype: x.dtype, shape: [x.size, Math.min(1, count)] }, 1);
  const powers = cumprod(concatenate([one, repeated], 1), 1);
  return increasing ? powers : reverse(powers, [1]);
};
