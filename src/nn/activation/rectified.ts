/** Activations with a corner at 0, and their smooth relatives by pieces; as in JAX. */
import { splat, type ArrayLike, type NDArray } from '../../array/ndarray.ts';
import {
  divide,
  expm1,
  greater,
  greaterEqual,
  logicalAnd,
  less,
  multiply,
  add,
  where,
} from '../../operations/arithmetic.ts';
import { asOperand } from '../../operations/promotion.ts';
import { le, select } from '../../primitives/logic.ts';

/** `max(x, 0)`, with slope 0 at 0 as in JAX; NaN stays. */
export const relu = (value: NDArray): NDArray => {
  const x = asOperand(value);
  const zero = splat(x.type, 0);
  return select(le(x, zero), zero, x);
};
/** `min(max(x, 0), 6)`, with slope 0 at both corners; NaN stays. */
export const relu6 = (x: NDArray): NDArray =>
  where(logicalAnd(greater(x, 0), less(x, 6)), x, where(greaterEqual(x, 6), 6, where(less(x, 1), 0, x)));
/** `x` from 0 on, `slope x` below; default slope 0.01. The slope at 0 is 1. */
export const leakyRelu = (x: NDArray, slope: number = 0.01): NDArray =>
  where(greaterEqual(x, 0), x, multiply(x, slope));
/** `x` from 0 on, `slope x` below, where the slopes are learnt (He et al. 2015): one, or one for each of the last axes. */
export const prelu = (x: NDArray, slope: ArrayLike): NDArray => where(greaterEqual(x, 0), x, multiply(x, slope));

/** What is not above 0, else 0: exponentials of it stay small. */
const below = (x: NDArray): NDArray => where(greater(x, 0), 0, x);

/** `x` above 0, `alpha (exp(x) - 1)` below; default alpha 1 (Clevert et al. 2015, eq. 15). */
export const elu = (x: NDArray, alpha: number = 1): NDArray =>
  where(greater(x, 0), x, multiply(expm1(below(x)), alpha));
/** `x` above 0, `alpha (exp(x / alpha) - 1)` below, with a continuous slope; default alpha 1 (Barron 2017). */
export const celu = (x: NDArray, alpha: number = 1): NDArray =>
  where(greater(x, 0), x, multiply(expm1(divide(below(x), alpha)), alpha));
const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;
/** `elu` with the alpha and the scale under which layers keep mean 0 and variance 1 (Klambauer et al. 2017, eq. 2). */
export const selu = (x: NDArray): NDArray => multiply(elu(x, seluAlpha), seluScale);

/** `relu6(x + 3) / 6`: 0 up to -3, 1 from 3 on. */
export const hardSigmoid = (x: NDArray): NDArray => divide(relu6(add(x, 3)), 6);
/** `x hardSigmoid(x)` (Howard et al. 2019). */
export const hardSilu = (x: NDArray): NDArray => multiply(x, hardSigmoid(x));
export const hardSwish = hardSilu;
