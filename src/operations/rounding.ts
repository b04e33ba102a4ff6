/** Rounding, and taking numbers apart into whole and rest. */
import { isFloat } from '../array/dtype.ts';
import { type ArrayLike, withWeak, type NDArray } from '../array/ndarray.ts';
import * as p from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import { eq, select } from '../primitives/logic.ts';
import { copysign } from './floating.ts';
import { rounding } from './lifting.ts';
import { asFloat, asOperand } from './promotion.ts';

export const floor = rounding(p.floor);
export const ceil = rounding(p.ceil);
export const trunc = rounding(p.trunc);
/** To the nearest whole number, halves to even. */
export const rint = rounding(p.round);

/** To so many decimals, halves to even; to tens, hundreds, ... for a negative number of them. The slope is 0. */
export const round = (value: ArrayLike, decimals = 0): NDArray => {
  const x = asOperand(value);
  if (decimals === 0) return rint(x);
  if (!isFloat(x.dtype)) return decimals > 0 ? x : p.convert(round(p.convert(x, 'float64'), decimals), x.dtype);
  const factor = like(x, 10 ** Math.abs(decimals));
  const [up, down] = decimals > 0 ? [p.mul, p.div] : [p.div, p.mul];
  return withWeak(down(p.round(up(x, factor)), factor), x.weak);
};

/** The part behind the point and the whole part, both with the sign of `x`; behind the point of infinity there is 0. */
export const modf = (value: ArrayLike): readonly [NDArray, NDArray] => {
  const x = asFloat(value);
  const whole = p.trunc(x);
  const isInfinite = eq(p.abs(x), like(x, Infinity));
  return [copysign(select(isInfinite, like(x, 0), p.sub(x, whole)), x), whole];
};
