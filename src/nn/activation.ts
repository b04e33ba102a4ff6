/** Activation functions, element by element or along an axis; JAX's names. */
import { splat, type NDArray } from '../array/ndarray.ts';
import {
  add,
  divide,
  exp,
  expm1,
  log1p,
  maximum,
  minimum,
  multiply,
  subtract,
  tanh,
  sigmoid,
  abs,
  negative,
  where,
  greater,
} from '../operations/arithmetic.ts';
import { logsumexp } from '../operations/log-sum.ts';
import { max, sum } from '../operations/reduction.ts';
import { gt, select } from '../primitives/logic.ts';
import { stopGradientOf } from '../primitives/stop-gradient.ts';

export { sigmoid, tanh };

/** `max(x, 0)`, with slope 0 at 0 as in JAX. */
export const relu = (x: NDArray): NDArray => select(gt(x, splat(x.type, 0)), x, splat(x.type, 0));
/** `min(max(x, 0), 6)`. */
export const relu6 = (x: NDArray): NDArray => minimum(maximum(x, 0), 6);
/** `x` above 0, `slope x` below. */
export const leakyRelu = (x: NDArray, slope = 0.01): NDArray => where(greater(x, 0), x, multiply(x, slope));
/** `log(1 + exp(x))`, without overflow. */
export const softplus = (x: NDArray): NDArray => add(maximum(x, 0), log1p(exp(negative(abs(x)))));
/** `x sigmoid(x)`, also called swish. */
export const silu = (x: NDArray): NDArray => multiply(x, sigmoid(x));
/** `x` above 0, `alpha (exp(x) - 1)` below (Clevert et al. 2015). */
export const elu = (x: NDArray, alpha = 1): NDArray => where(greater(x, 0), x, multiply(expm1(minimum(x, 0)), alpha));
/** `0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))` (Hendrycks and Gimpel 2016). */
export const gelu = (x: NDArray): NDArray =>
  multiply(
    multiply(x, 0.5),
    add(tanh(multiply(add(x, multiply(multiply(multiply(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI))), 1),
  );
/** Logarithm of the softmax along an axis, stable for large values. */
export const logSoftmax = (x: NDArray, axis = -1): NDArray => subtract(x, logsumexp(x, { axis, keepdims: true }));
/** `exp(x) / sum(exp(x))` along an axis, stable for large values. */
export const softmax = (x: NDArray, axis = -1): NDArray => {
  const powers = exp(subtract(x, stopGradientOf(max(x, { axis, keepdims: true }))));
  return divide(powers, sum(powers, { axis, keepdims: true }));
};
