/** Tails of the distributions that tests and intervals need, as JavaScript numbers. */
import { erfc } from '../operations/arithmetic.ts';
import { ndtri } from '../special/normal.ts';
import { gammaln } from '../special/gamma.ts';
import { vectorOf } from './input.ts';

const scalar = (value: number): ReturnType<typeof vectorOf> => vectorOf([value]);
const only = (x: ReturnType<typeof vectorOf>): number => Number(x.dataSync()[0]);

/** The quantile of the standard normal distribution. */
export const normalQuantile = (p: number): number => only(ndtri(scalar(p)));

const smallest = 1e-300;
const isSettled = (change: number): boolean => Math.abs(change) < 1e-16;
const mostTerms = 10_000;

/** The lower incomplete gamma function over the complete one, by its series (DLMF 8.7.1). */
const lowerSeries = (a: number, x: number, scale: number): number => {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < mostTerms && !isSettled(term / sum); n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * scale;
};

/** The upper one by its continued fraction (DLMF 8.9.2), by Lentz's method. */
const upperFraction = (a: number, x: number, scale: number): number => {
  let b = x + 1 - a;
  let c = 1 / smallest;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < mostTerms; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b || smallest);
    c = b + numerator / c || smallest;
    h *= d * c;
    if (isSettled(d * c - 1)) break;
  }
  return h * scale;
};

/** How likely a chi-square value with `degrees` degrees of freedom is at least `x`: `Q(degrees / 2, x / 2)`. */
export const chiSquareTail = (x: number, degrees: number): number => {
  if (!(x >= 0 && degrees > 0)) return NaN;
  const [a, half] = [degrees / 2, x / 2];
  if (half === 0) return 1;
  if (half === Infinity) return 0;
  const scale = Math.exp(a * Math.log(half) - half - only(gammaln(scalar(a))));
  return half < a + 1 ? 1 - lowerSeries(a, half, scale) : upperFraction(a, half, scale);
};
/** How likely a standard normal value is at least this far from 0. */
export const normalTail = (z: number): number => only(erfc(scalar(Math.abs(z) / Math.SQRT2)));
