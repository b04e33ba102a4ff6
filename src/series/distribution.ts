/** Tails of the distributions that tests and intervals need. */
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { abs, divide, erfc, greater, where } from '../operations/arithmetic.ts';
import { gammaincc } from '../special/incomplete.ts';
import { ndtri } from '../special/normal.ts';
import { vectorOf } from './input.ts';

/** The quantile of the standard normal distribution, as a JavaScript number. */
export const normalQuantile = (p: number): number => Number(ndtri(vectorOf([p])).dataSync()[0]);

/** How likely a chi-square value with `degrees` degrees of freedom is at least `x`; NaN where no degree of freedom is left. */
export const chiSquareTail = (x: ArrayLike, degrees: ArrayLike): NDArray =>
  where(greater(degrees, 0), gammaincc(divide(degrees, 2), divide(x, 2)), NaN);

/** How likely a standard normal value is at least this far from 0. */
export const normalTail = (z: NDArray): NDArray => erfc(divide(abs(z), Math.SQRT2));
