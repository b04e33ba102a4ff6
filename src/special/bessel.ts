/** Modified Bessel functions of the first kind, orders 0 and 1. */
import type { NDArray } from '../array/ndarray.ts';
import { mul, sign } from '../primitives/arithmetic.ts';
import * as p from '../primitives/bessel.ts';
import { exp } from '../primitives/exponential.ts';
import { floating } from './operand.ts';

/** `x sign(x)` has slope 0 at 0, where the size has 1. */
const grown = (f: (x: NDArray) => NDArray) => (x: NDArray) => mul(exp(mul(x, sign(x))), f(x));

/** `exp(-|x|) I0(x)`. */
export const i0e = floating(p.besselI0e);
/** `exp(-|x|) I1(x)`. */
export const i1e = floating(p.besselI1e);
/** `I0(x)`; infinite where it overflows. */
export const i0 = floating(grown(p.besselI0e));
/** `I1(x)`; infinite where it overflows. */
export const i1 = floating(grown(p.besselI1e));
