/** Special functions, under the names of `jax.scipy.special` in camelCase. */
export { entr, expit, logit, xlog1py, xlogy } from './special/entropy.ts';
export { erf, erfc, erfinv, logNdtr, ndtr, ndtri } from './special/normal.ts';
export { beta, betaln, digamma, gamma, gammaln, polygamma } from './special/gamma.ts';
export { betainc } from './special/incomplete-beta.ts';
export { gammainc, gammaincc } from './special/incomplete.ts';
export { i0, i0e, i1, i1e } from './special/bessel.ts';
export { logsumexp } from './operations/log-sum.ts';
