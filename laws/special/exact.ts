/** The special functions to more digits than a result can show: in double for float32, in 200 bits for float64. */
import { lax, special, type NDArray } from 'fluxion';
import { withReference } from 'fluxion/reference';
import {
  abs,
  add,
  atan,
  big,
  div,
  erf,
  erfc,
  erfInv,
  exp,
  expm1,
  exponentOf,
  log,
  log1p,
  mul,
  neg,
  pi,
  shift,
  sinCos,
  sub,
  tanh,
  toNumber,
  whole,
  type Big,
} from './big-float.ts';

import { besselScaled, digamma, lgamma, trigamma } from './big-gamma.ts';

const one = whole(1);

/** An odd function from its values at positive arguments. */
const odd =
  (f: (x: Big) => Big) =>
  (x: Big): Big =>
    x.m < 0n ? neg(f(neg(x))) : f(x);

const squareRoot = (x: Big): Big => {
  // The square root of an even power of two times a number near 1, by Newton's method.
  const power = 2 * Math.floor(exponentOf(x) / 2);
  const near = shift(x, -power);
  let y = big(Math.sqrt(toNumber(near)));
  for (let step = 0; step < 3; step++) y = shift(add(y, div(near, y)), -1);
  return shift(y, power / 2);
};

/** By Newton's method (with the curvature `-x`) on the logarithm where p is small, from a guess good to 45 bits. */
const ndtri = (p: Big, guess: number): Big => {
  const root = squareRoot(whole(2));
  let x = big(guess);
  for (let step = 0; step < 2; step++) {
    const value = shift(x.m < 0n ? erfc(div(neg(x), root)) : add(one, erf(div(x, root))), -1);
    const slope = div(exp(neg(shift(mul(x, x), -1))), squareRoot(shift(pi, 1)));
    const newton = div(sub(value, p), slope);
    x = sub(x, div(newton, add(one, shift(mul(x, newton), -1))));
  }
  return x;
};

/** With arguments for which the value is finite and not at an end; `y` is the second operand, or the value found for erfInv to start from. */
const exactly: { readonly [name: string]: (x: Big, y: number) => Big } = {
  exp: (x) => exp(x),
  expm1: (x) => expm1(x),
  log: (x) => log(x),
  log1p: (x) => log1p(x),
  sin: (x) => sinCos(x)[0],
  cos: (x) => sinCos(x)[1],
  tan: (x) => {
    const [sine, cosine] = sinCos(x);
    return div(sine, cosine);
  },
  atan: (x) => atan(x),
  tanh: odd(tanh),
  logistic: (x) => div(one, add(one, exp(neg(x)))),
  pow: (x, y) => exp(mul(big(y), log(x))),
  erf: odd(erf),
  erfc: (x) => (x.m < 0n ? add(one, erf(neg(x))) : erfc(x)),
  erfInv: (x, guess) => (x.m < 0n ? neg(erfInv(abs(x), Math.abs(guess))) : erfInv(x, guess)),
  rsqrt: (x) => div(one, squareRoot(x)),
  ndtri,
  lgamma,
  digamma,
  trigamma,
  besselI0e: (x) => besselScaled(0, x),
  besselI1e: (x) => besselScaled(1, x),
};

/** The functions there are. */
export const specialNames: readonly string[] = Object.keys(exactly);

/** Apply a function of `lax` by its name. */
export const applied = (name: string, x: NDArray, y: NDArray): NDArray => {
  if (name === 'pow') return lax.pow(x, y);
  if (name === 'trigamma') return lax.polygamma(1, x);
  if (name === 'ndtri') return special.ndtri(x);
  // Sound: all but pow are functions of one operand in lax.
  const functions = lax as unknown as { readonly [name: string]: (x: NDArray) => NDArray };
  const found = functions[name];
  if (found === undefined) throw new Error(`expected a function of lax, got ${name}`);
  return found(x);
};

const formats = {
  float32: { digits: 24, least: -126, most: 128 },
  float64: { digits: 53, least: -1022, most: 1024 },
} as const;
export type FloatType = keyof typeof formats;

/** By how many units in the last place of its type a value is off. What is too large for the type must be infinite. */
const unitsOff = (dtype: FloatType, value: number, exact: Big): number => {
  const { digits, least, most } = formats[dtype];
  if (Number.isNaN(value)) return Infinity;
  if (exact.m === 0n) return value === 0 ? 0 : Infinity;
  const exponent = exponentOf(exact);
  if (exponent >= most) return Number.isFinite(value) ? Infinity : 0;
  const reached: Big = Number.isFinite(value) ? big(value) : { m: value < 0 ? -1n : 1n, e: most };
  const unit = Math.max(exponent, least) - (digits - 1);
  return toNumber(shift(abs(sub(reached, exact)), -unit));
};

/** The errors of a function in units in the last place, one for each point. */
export const errorsAt = (name: string, x: NDArray, y: NDArray): readonly number[] => {
  const dtype: FloatType = x.dtype === 'float32' ? 'float32' : 'float64';
  const got = applied(name, x, y).dataSync();
  const truth = (): readonly Big[] => {
    if (dtype === 'float32')
      return Array.from(withReference(() => applied(name, x.astype('float64'), y.astype('float64'))).dataSync(), big);
    const [xs, ys, f] = [x.dataSync(), y.dataSync(), exactly[name]];
    return Array.from(got, (value, i) =>
      f === undefined ? big(NaN) : f(big(xs[i] ?? 0), name === 'pow' ? (ys[i] ?? 0) : value),
    );
  };
  return truth().map((exact, i) => unitsOff(dtype, got[i] ?? NaN, exact));
};
