/** What is new in each value of an ARMA process: exactly, by two forms of the Kalman filter, and approximately, given the first values. */
import type { NDArray } from '../array/ndarray.ts';
import { checkpoint } from '../checkpoint.ts';
import { add, divide, multiply, subtract, where } from '../operations/arithmetic.ts';
import { ones, zeros } from '../operations/creation.ts';
import { expandDims } from '../operations/manipulation.ts';
import { matmul, outer } from '../operations/products.ts';
import { concatenate, stack } from '../operations/stacking.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { scan } from '../scan.ts';
import { advance, stationaryColumn, type Arma } from './state.ts';

/** The filter is linear in the data: it takes the series and its regressors as columns `[n, k]` at once. */
export interface Innovations {
  /** `[n, k]`: each value less its prediction from those before. */
  readonly v: NDArray;
  /** `[n]`: the variance of the first column's, in units of that of the shocks. */
  readonly f: NDArray;
}

/** What is known behind the last value: states in columns `[r, k]`, and their common covariance `[r, r]`. */
export interface Known {
  readonly state: NDArray;
  readonly covariance: NDArray;
}

interface Fast {
  readonly state: NDArray;
  readonly gain: NDArray;
  readonly f: NDArray;
  readonly w: NDArray;
  readonly m: NDArray;
}

/**
 * By the recursions of Chandrasekhar type (Morf, Sidhu and Kailath 1974; Pearlman 1980): the covariance of the state changes by a matrix of rank 1 in
 * each step, so that vectors of `r` entries do for matrices. Exact, for series without missing values.
 */
export const fastInnovations = (arma: Arma, data: NDArray): Innovations => {
  const start = stationaryColumn(arma);
  const gain = advance(arma, start);
  const f = start.get(0);
  const r = start.size;
  const initial: Fast = { state: zeros([r, data.shape[1] ?? 1], 'float64'), gain, f, w: gain, m: divide(-1, f) };
  const step = (now: Fast, row: NDArray): readonly [Fast, Innovations] => {
    const v = subtract(row, now.state.get(0));
    const first = now.w.get(0);
    const share = multiply(now.m, first);
    const moved = advance(arma, now.w);
    const nextF = add(now.f, multiply(share, first));
    const nextGain = add(now.gain, multiply(moved, share));
    const next: Fast = {
      state: add(advance(arma, now.state), outer(divide(now.gain, now.f), v)),
      gain: nextGain,
      f: nextF,
      w: subtract(moved, multiply(nextGain, divide(first, nextF))),
      m: add(now.m, divide(multiply(share, share), now.f)),
    };
    return [next, { v, f: now.f }];
  };
  return scan(step, initial, data)[1];
};

/** `T P T' + news` */
const advanceCovariance = (arma: Arma, p: NDArray, news: NDArray): NDArray =>
  add(advance(arma, advance(arma, p).T).T, news);

/** The stationary covariance of the state: column by column from the first, by the equation that it solves. */
export const stationaryCovariance = (arma: Arma): NDArray => {
  const r = arma.phi.size;
  const first = stationaryColumn(arma);
  // P_(i+1, j+1) = P_ij - phi_i phi_j P_00 - phi_i P_(0, j+1) - phi_j P_(i+1, 0) - R_i R_j: each row from the one above.
  const shifted = concatenate([sliceAxis(first, 0, 1, r), zeros([1], 'float64')], 0);
  const known = add(
    add(multiply(outer(arma.phi, arma.phi), first.get(0)), outer(arma.phi, shifted)),
    add(outer(shifted, arma.phi), outer(arma.impact, arma.impact)),
  );
  const below = (row: NDArray, [terms, start]: readonly [NDArray, NDArray]): readonly [NDArray, NDArray] => {
    const next = concatenate([expandDims(start, 0), sliceAxis(subtract(row, terms), 0, 0, r - 1)], 0);
    return [next, next];
  };
  const slices: readonly [NDArray, NDArray] = [sliceAxis(known, 0, 0, r - 1), sliceAxis(first, 0, 1, r)];
  const [, rows] = scan(below, first, slices);
  return concatenate([expandDims(first, 0), rows], 0);
};

interface Step {
  readonly row: NDArray;
  readonly isSeen: NDArray;
}

/** The Kalman filter with the whole covariance of the state, for series with gaps: where nothing was seen, nothing is learned (`v` 0, `f` 1). */
export const gappedInnovations = (arma: Arma, data: NDArray, seen: NDArray): readonly [Known, Innovations] => {
  const news = outer(arma.impact, arma.impact);
  const step = ({ state, covariance }: Known, { row, isSeen }: Step): readonly [Known, Innovations] => {
    const f = covariance.get(0).get(0);
    const v = where(isSeen, subtract(row, state.get(0)), 0);
    const weight = divide(covariance.get(0), where(isSeen, f, 1));
    const learned = where(isSeen, weight, 0);
    const updated = add(state, outer(learned, v));
    const left = subtract(covariance, outer(learned, covariance.get(0)));
    const next = { state: advance(arma, updated), covariance: advanceCovariance(arma, left, news) };
    return [next, { v, f: where(isSeen, f, 1) }];
  };
  const state = zeros([arma.phi.size, data.shape[1] ?? 1], 'float64');
  // The way back computes each step anew: kept are covariances, not all that was made of them.
  return scan(checkpoint(step), { state, covariance: stationaryCovariance(arma) }, { row: data, isSeen: seen });
};

/**
 * Shocks given the first `p` values and no shocks before them: what conditional least squares adds up. `v` has `n - p` rows, `f` is 1.
 */
export const conditionalInnovations = (phi: NDArray, theta: NDArray, data: NDArray): Innovations => {
  const [n = 0, k = 1] = data.shape;
  const p = phi.size;
  const past = Array.from({ length: p }, (_, i) => sliceAxis(data, 0, p - 1 - i, n - 1 - i));
  const now = sliceAxis(data, 0, p, n);
  const w = p === 0 ? now : subtract(now, matmul(stack(past, 2), phi));
  const f = ones([n - p], 'float64');
  if (theta.size === 0) return { v: w, f };
  const step = (shocks: NDArray, row: NDArray): readonly [NDArray, NDArray] => {
    const shock = subtract(row, matmul(theta, shocks));
    return [concatenate([expandDims(shock, 0), sliceAxis(shocks, 0, 0, theta.size - 1)], 0), shock];
  };
  return { v: scan(step, zeros([theta.size, k], 'float64'), w)[1], f };
};
