/** The identity through which no derivative passes. */
import { isFloat } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { bind1 } from '../core/trace.ts';
import { elementwise } from './elementwise.ts';
import { nth } from './record.ts';

export const stopGradientPrimitive = elementwise({
  name: 'stopGradient',
  accepts: 'any',
  formula: () => (_, inputs) => [nth(inputs, 0)],
  partials: [null],
});

/** `x` itself, constant to every derivative. */
export const stopGradientOf = (x: NDArray): NDArray => (isFloat(x.dtype) ? bind1(stopGradientPrimitive, null, x) : x);
