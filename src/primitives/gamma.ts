/** The logarithm of gamma and its derivatives. */
import type { NDArray } from '../array/ndarray.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import * as approximations from '../kernels/approximations/gamma.ts';
import { mul } from './arithmetic.ts';
import { elementwise } from './elementwise.ts';
import { nth } from './record.ts';

export const lgammaPrimitive: Primitive<null> = elementwise({
  name: 'lgamma',
  accepts: 'float',
  formula: () => (s, inputs) => [approximations.logGamma(s, nth(inputs, 0))],
  partials: [(dx, { inputs }) => mul(dx, digamma(nth(inputs, 0)))],
});

interface Order {
  readonly order: number;
}
export const polygammaPrimitive: Primitive<Order> = elementwise<Order>({
  name: 'polygamma',
  accepts: 'float',
  formula:
    ({ order }) =>
    (s, inputs) => [approximations.polygamma(s, nth(inputs, 0), order)],
  partials: [(dx, { inputs, params: { order } }) => mul(dx, polygamma(order + 1, nth(inputs, 0)))],
});

/** `log |gamma(x)|`; infinite at 0 and the negative whole numbers. */
export const lgamma = (x: NDArray): NDArray => bind1(lgammaPrimitive, null, x);
/** The derivative of digamma of a fixed order, 0 being digamma itself. */
export const polygamma = (order: number, x: NDArray): NDArray => bind1(polygammaPrimitive, { order }, x);
/** The derivative of `lgamma`; NaN at 0 and the negative whole numbers. */
export const digamma = (x: NDArray): NDArray => polygamma(0, x);
