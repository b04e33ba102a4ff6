/** The state space of an ARMA process (Harvey 1989, section 3.3; Gardner, Harvey and Phillips 1980), with shifts in place of matrix products. */
import type { NDArray } from '../array/ndarray.ts';
import { solve } from '../linalg/solve.ts';
import { add, multiply, subtract } from '../operations/arithmetic.ts';
import { array, ones, zeros } from '../operations/creation.ts';
import { eye } from '../operations/grids.ts';
import { expandDims } from '../operations/manipulation.ts';
import { take } from '../operations/indexing.ts';
import { convolve } from '../operations/signal.ts';
import { concatenate } from '../operations/stacking.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { scan } from '../scan.ts';

/**
 * `w_t = sum_k phi_k w_(t-k) + e_t + sum_k theta_k e_(t-k)`. The state has `r = max(p, q + 1)` entries: the value, and what is known now of the next
 * ones. `a' = T a + R e`, `T = [phi | shift]`, `R = (1, theta)`; variances are in units of that of `e`.
 */
export interface Arma {
  /** `[r]`, zeros behind the coefficients. */
  readonly phi: NDArray;
  /** `[r]`: 1, the coefficients, zeros. */
  readonly impact: NDArray;
}

const padded = (x: NDArray, length: number): NDArray => concatenate([x, zeros([length - x.size], 'float64')], 0);

/** The process of these coefficients. */
export const armaOf = (phi: NDArray, theta: NDArray): Arma => {
  const r = Math.max(phi.size, theta.size + 1);
  return { phi: padded(phi, r), impact: padded(concatenate([ones([1], 'float64'), theta], 0), r) };
};

/** `T a` for a state `[r]`, or states in columns `[r, k]`. */
export const advance = ({ phi }: Arma, a: NDArray): NDArray => {
  const [r = 1, ...rest] = a.shape;
  const next = concatenate([sliceAxis(a, 0, 1, r), zeros([1, ...rest], 'float64')], 0);
  const here = sliceAxis(a, 0, 0, 1);
  return add(next, multiply(a.ndim === 1 ? phi : expandDims(phi, 1), here));
};

/** The first `count` weights of past shocks in the process, `theta(B) / phi(B)`: 1 first. */
export const psiWeights = (arma: Arma, count: number): NDArray =>
  scan((a: NDArray, _: null) => [advance(arma, a), a.get(0)] as const, arma.impact, null, { length: count })[1];

/** Where in `(0, phi, 0)` the weights of the equations for the autocovariances stand. */
const equationPlaces = (r: number): readonly [below: NDArray, above: NDArray] => {
  const at = (place: (k: number, j: number) => number): NDArray => {
    const rows = Array.from({ length: r + 1 }, (_, k) =>
      Array.from({ length: r + 1 }, (__, j) => Math.min(Math.max(place(k, j), 0), r + 1)),
    );
    return array(rows, 'int32');
  };
  return [at((k, j) => k - j), at((k, j) => (j === 0 ? 0 : k + j))];
};

/** Autocovariances at lags `0..r` (Brockwell and Davis 1991, equation 3.3.8), in units of the variance of the shocks. */
const theoreticalAutocovariances = (arma: Arma): NDArray => {
  const r = arma.phi.size;
  const bounded = concatenate([zeros([1], 'float64'), arma.phi, zeros([1], 'float64')], 0);
  const [below, above] = equationPlaces(r);
  const system = subtract(eye(r + 1).astype('float64'), add(take(bounded, below), take(bounded, above)));
  // sum over j >= k of theta_j psi_(j - k): a correlation of the impacts with their consequences.
  const psi = psiWeights(arma, r);
  const mixed = sliceAxis(convolve(arma.impact, psi.get('::-1')), 0, r - 1, 2 * r - 1);
  return solve(system, concatenate([mixed, zeros([1], 'float64')], 0));
};

/** The first column of the stationary covariance of the state: that of each entry with the value. */
export const stationaryColumn = (arma: Arma): NDArray => {
  const r = arma.phi.size;
  const gamma = sliceAxis(theoreticalAutocovariances(arma), 0, 0, r);
  const polynomial = concatenate([ones([1], 'float64'), sliceAxis(arma.phi, 0, 0, r - 1).neg()], 0);
  return sliceAxis(convolve(polynomial, gamma), 0, 0, r);
};
