/** Functions of analysis with NumPy's names, promotion and broadcasting. */
import * as p from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import * as e from '../primitives/exponential.ts';
import * as h from '../primitives/hyperbolic.ts';
import * as t from '../primitives/trigonometric.ts';
import { binaryFloating, floating } from './lifting.ts';

export const cbrt = floating(e.cbrt);
export const exp2 = floating(e.exp2);
export const arcsin = floating(t.asin);
export const arccos = floating(t.acos);
/** The angle of the point `(x, y)`, from -pi to pi, of `arctan2(y, x)`. */
export const arctan2 = binaryFloating('arctan2', t.atan2);
export const sinh = floating(h.sinh);
export const cosh = floating(h.cosh);
export const arcsinh = floating(h.asinh);
/** NaN below 1. */
export const arccosh = floating(h.acosh);
/** Infinite at 1 and -1, NaN beyond. */
export const arctanh = floating(h.atanh);
/** `sqrt(x^2 + y^2)` without overflow; its slopes at the origin are 0. */
export const hypot = binaryFloating('hypot', e.hypot);
/** `log(exp(x) + exp(y))` without overflow. */
export const logaddexp = binaryFloating('logaddexp', e.logaddexp);
/** `log2(2^x + 2^y)` without overflow. */
export const logaddexp2 = binaryFloating('logaddexp2', (x, y) => {
  const natural = (z: typeof x): typeof x => p.mul(z, like(z, Math.LN2));
  return p.div(e.logaddexp(natural(x), natural(y)), like(x, Math.LN2));
});
/** `sin(pi x) / (pi x)`, 1 at 0, smooth there to every order. */
export const sinc = floating((x) => t.sinc(p.mul(x, like(x, Math.PI))));
/** Degrees to radians. */
export const deg2rad = floating((x) => p.mul(x, like(x, Math.PI / 180)));
export const radians = deg2rad;
/** Radians to degrees. */
export const rad2deg = floating((x) => p.mul(x, like(x, 180 / Math.PI)));
export const degrees = rad2deg;
