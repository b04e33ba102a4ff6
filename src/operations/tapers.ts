/** Window functions of signal processing: weights that fall towards both ends, NumPy's `m` points from 0 to `m - 1`. */
import { checkDType, isFloat, type DType } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import { splat, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { abs, convert, div, mul, scale, sign, sub } from '../primitives/arithmetic.ts';
import { besselI0e } from '../primitives/bessel.ts';
import { broadcast } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { exp, sqrt } from '../primitives/exponential.ts';
import { iota } from '../primitives/iota.ts';
import { cos } from '../primitives/trigonometric.ts';
import { asFloat } from './promotion.ts';

/** The points of a window in float64, by `f` of how far they are along it, from 0 to 1. One point has the weight 1. */
const taper = (name: string, m: number, dtype: DType, f: (along: NDArray) => NDArray): NDArray => {
  if (!Number.isInteger(m))
    throw new ShapeError(`${name}: expected a whole number of points, got ${m}. Round it.`, 'shape.count');
  if (!isFloat(checkDType(dtype, name)))
    throw new DTypeError(`${name}: expected float32 or float64, got ${dtype}. Convert the window with astype.`);
  if (m <= 1) return splat({ dtype, shape: [Math.max(0, m)] }, 1);
  const points = iota({ dtype: 'float64', shape: [m] }, 0);
  return convert(f(div(points, like(points, m - 1))), dtype);
};

/** A sum of cosines of whole numbers of turns, with these weights. */
const cosines =
  (...weights: readonly number[]) =>
  (along: NDArray): NDArray =>
    weights
      .slice(1)
      .reduce(
        (sum, weight, k) => sub(sum, scale(cos(scale(along, 2 * Math.PI * (k + 1))), -weight)),
        like(along, weights[0] ?? 0),
      );

/** Bartlett's triangle: `1 - |2 n / (m - 1) - 1|`. */
export const bartlett = (m: number, dtype: DType = 'float32'): NDArray =>
  taper('bartlett', m, dtype, (along) => sub(like(along, 1), abs(sub(scale(along, 2), like(along, 1)))));
/** `1/2 - 1/2 cos(2 pi n / (m - 1))`, von Hann's. */
export const hanning = (m: number, dtype: DType = 'float32'): NDArray => taper('hanning', m, dtype, cosines(0.5, -0.5));
/** `0.54 - 0.46 cos(2 pi n / (m - 1))`. */
export const hamming = (m: number, dtype: DType = 'float32'): NDArray =>
  taper('hamming', m, dtype, cosines(0.54, -0.46));
/** `0.42 - 0.5 cos(2 pi n / (m - 1)) + 0.08 cos(4 pi n / (m - 1))`. */
export const blackman = (m: number, dtype: DType = 'float32'): NDArray =>
  taper('blackman', m, dtype, cosines(0.42, -0.5, 0.08));

/** Kaiser's: `I0(beta sqrt(1 - (2 n / (m - 1) - 1)^2)) / I0(beta)`; differentiable in `beta`, a scalar. */
export const kaiser = (m: number, beta: ArrayLike, dtype: DType = 'float32'): NDArray => {
  const shape =
    typeof beta === 'number' ? splat({ dtype: 'float64', shape: [] }, beta) : convert(asFloat(beta), 'float64');
  if (shape.ndim > 0)
    throw new ShapeError(
      `kaiser: expected a scalar beta, got [${shape.shape.join(', ')}]. Map over several with vmap.`,
    );
  return taper('kaiser', m, dtype, (along) => {
    const b = broadcast(shape, along.shape, []);
    // 1 - (2 t - 1)^2 without the loss of digits near the ends.
    const inner = sqrt(scale(mul(along, sub(like(along, 1), along)), 4));
    const x = mul(b, inner);
    // I0(x) = I0e(x) exp(|x|): the quotients stay finite where I0 overflows. `x sign(x)` has slope 0 at 0, as I0 has.
    const [inside, whole] = [mul(x, sign(x)), mul(b, sign(b))];
    return mul(div(besselI0e(x), besselI0e(b)), exp(sub(inside, whole)));
  });
};
