/** Smooth activations, element by element; as in JAX. What tends to `0 * inf` or `inf / inf` at infinity is NaN there. */
import { ShapeError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { showType } from '../../array/type.ts';
import {
  abs,
  add,
  divide,
  erfc,
  greater,
  multiply,
  negative,
  sigmoid,
  sqrt,
  square,
  subtract,
  tanh,
  where,
} from '../../operations/arithmetic.ts';
import { axisOf } from '../../operations/axes.ts';
import { logaddexp } from '../../operations/functions.ts';
import { split } from '../../operations/stacking.ts';

/** `1 / (1 + exp(-x))`. */
export { sigmoid };
export { tanh };

/** `log(1 + exp(x))`, without overflow. */
export const softplus = (x: NDArray): NDArray => logaddexp(x, 0);
/** `log(sigmoid(x)) = -softplus(-x)`, exact where the sigmoid is 0. */
export const logSigmoid = (x: NDArray): NDArray => negative(softplus(negative(x)));
/** `x / (1 + |x|)`. */
export const softSign = (x: NDArray): NDArray => divide(x, add(abs(x), 1));
/** `x sigmoid(x)` (Elfwing et al. 2017), also called swish. */
export const silu = (x: NDArray): NDArray => multiply(x, sigmoid(x));
export const swish = silu;
/** `x tanh(softplus(x))` (Misra 2019). */
export const mish = (x: NDArray): NDArray => multiply(x, tanh(softplus(x)));
/** `(x + sqrt(x^2 + b)) / 2` (Barron 2021); `b` above 0 is by default 4. Below 0 as `b / 2 / (sqrt(x^2 + b) - x)`, which loses no digits. */
export const squareplus = (x: NDArray, b: number = 4): NDArray => {
  const root = sqrt(add(square(x), b));
  const low = divide(b / 2, subtract(root, where(greater(x, 0), 0, x)));
  return where(greater(x, 0), multiply(add(x, root), 0.5), low);
};

export interface GeluOptions {
  /** Whether by tanh (the default, as in JAX), rather than by the error function. */
  readonly approximate?: boolean;
}
/**
 * `x` times the normal distribution function (Hendrycks and Gimpel 2016, section 2): `0.5 x erfc(-x / sqrt(2))`, by default nearly so:
 * `0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`.
 */
export const gelu = (x: NDArray, { approximate = true }: GeluOptions = {}): NDArray => {
  const half = multiply(x, 0.5);
  if (!approximate) return multiply(half, erfc(multiply(x, -Math.SQRT1_2)));
  const cube = multiply(multiply(multiply(x, x), x), 0.044715);
  return multiply(half, add(tanh(multiply(add(x, cube), Math.sqrt(2 / Math.PI))), 1));
};

/** The first half along an axis (by default the last) times the sigmoid of the second (Dauphin et al. 2016). */
export const glu = (x: NDArray, axis: number = -1): NDArray => {
  const at = axisOf('glu', x.type, axis);
  const extent = x.shape[at] ?? 0;
  if (extent % 2 !== 0)
    throw new ShapeError(
      `glu: expected an even extent along axis ${at}, got ${showType(x.type)}. One half gates the other.`,
      'shape.glu',
    );
  const [values = x, gates = x] = split(x, 2, at);
  return multiply(values, sigmoid(gates));
};
