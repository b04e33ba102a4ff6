/** How far distributions are apart: sums over the last axis, one value for each example, the mean over the axes between. */
import type { NDArray } from '../../array/ndarray.ts';
import { add, exp, multiply, square, subtract } from '../../operations/arithmetic.ts';
import { sum } from '../../operations/reduction.ts';
import { xlogy } from '../../special/entropy.ts';
import { aligned, meanOfRest, sumOfRest, type Loss } from './shape.ts';

const divergence = (logs: NDArray, t: NDArray): NDArray => sum(subtract(xlogy(t, t), multiply(t, logs)), -1);

/** `sum t (log t - log p)` of predicted log-probabilities and of target probabilities (Kullback and Leibler 1951); a target of 0 counts nothing. */
export const klDivergence: Loss = (logPredictions, targets) =>
  meanOfRest(divergence(...aligned('klDivergence', logPredictions, targets)));

/** `klDivergence` plus `sum (p - t)`, at least 0 for positive numbers that do not sum to 1 too (Boyd and Vandenberghe 2004, p. 90). */
export const generalizedKl: Loss = (logPredictions, targets) => {
  const [logs, t] = aligned('generalizedKl', logPredictions, targets);
  return meanOfRest(add(divergence(logs, t), sum(subtract(exp(logs), t), -1)));
};
/** `generalizedKl` under the older name of Optax, where it is a convex function of both. */
export const convexKl = generalizedKl;

/** `1/2 sum (mean^2 + exp(logVariance) - 1 - logVariance)` over all further axes: from a normal distribution to the standard one (Kingma and Welling 2014, appendix B). */
export const gaussianKl = (mean: NDArray, logVariance: NDArray): NDArray => {
  const [m, v] = aligned('gaussianKl', mean, logVariance);
  return multiply(sumOfRest(subtract(add(square(m), subtract(exp(v), 1)), v)), 0.5);
};
