/** Polynomials in the step back in time, of coefficients that keep a process stationary and invertible. */
import type { NDArray } from '../array/ndarray.ts';
import { add, divide, multiply, negative, sqrt, square, subtract } from '../operations/arithmetic.ts';
import { ones, zeros } from '../operations/creation.ts';
import { expandDims, flip, reshape } from '../operations/manipulation.ts';
import { convolve } from '../operations/signal.ts';
import { concatenate } from '../operations/stacking.ts';
import { sliceAxis } from '../primitives/slicing.ts';

/** Autoregressive coefficients from partial autocorrelations in (-1, 1) (Durbin 1960; Monahan 1984, equation 2). */
const fromPartials = (partials: NDArray): NDArray => {
  let coefficients = sliceAxis(partials, 0, 0, 0);
  for (let k = 0; k < partials.size; k++) {
    const last = sliceAxis(partials, 0, k, k + 1);
    const before = subtract(coefficients, multiply(flip(coefficients, 0), last));
    coefficients = concatenate([before, last], 0);
  }
  return coefficients;
};

/**
 * Any vector to the coefficients of a stationary autoregression: `u / sqrt(1 + u^2)` are its partial autocorrelations (Jones 1980; Monahan 1984).
 * One to one: every stationary process comes from one vector. Its polynomial has all roots outside the unit circle.
 */
export const stationary = (u: NDArray): NDArray => fromPartials(divide(u, sqrt(add(square(u), 1))));
/** The same for the coefficients of an invertible moving average. */
export const invertible = (u: NDArray): NDArray => negative(stationary(u));

/** `1 + c_1 B^s + c_2 B^2s + ...` as a vector, lowest power first. */
const spaced = (coefficients: NDArray, period: number): NDArray => {
  const gaps = zeros([coefficients.size, period - 1], 'float64');
  const spread = reshape(concatenate([gaps, expandDims(coefficients, 1)], 1), [coefficients.size * period]);
  return concatenate([ones([1], 'float64'), spread], 0);
};

const product = (plain: NDArray, seasonal: NDArray, period: number): NDArray => {
  const one = spaced(plain, 1);
  const all = seasonal.size === 0 ? one : convolve(one, spaced(seasonal, period));
  return sliceAxis(all, 0, 1, all.size);
};

/** The coefficients `phi_1, phi_2, ...` of `1 - phi_1 B - ... = (1 - ar(B)) (1 - seasonalAr(B^s))`. */
export const autoregressive = (ar: NDArray, seasonalAr: NDArray, period: number): NDArray =>
  negative(product(negative(ar), negative(seasonalAr), period));
/** The coefficients `theta_1, theta_2, ...` of `1 + theta_1 B + ... = (1 + ma(B)) (1 + seasonalMa(B^s))`. */
export const movingAverages = product;

/** Whether an autoregression of these coefficients is stationary: taken apart, all its partial autocorrelations lie in (-1, 1) (Schur and Cohn). */
export const isStationary = (phi: readonly number[]): boolean => {
  const last = phi.at(-1);
  if (last === undefined) return true;
  if (!(Math.abs(last) < 1)) return false;
  const rest = phi.slice(0, -1);
  return isStationary(rest.map((value, i) => (value + last * (rest[rest.length - 1 - i] ?? 0)) / (1 - last ** 2)));
};
