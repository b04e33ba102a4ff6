/** Random numbers with explicit keys. */
export { bits, clone, foldIn, key, keyData, PRNGKey, split, wrapKeyData, type Key } from './random/key.ts';
export {
  bernoulli,
  exponential,
  gumbel,
  normal,
  randint,
  truncatedNormal,
  uniform,
  type UniformOptions,
} from './random/sample.ts';
export {
  categorical,
  choice,
  permutation,
  shuffle,
  type CategoricalOptions,
  type ChoiceOptions,
  type PermutationOptions,
} from './random/choice.ts';
export {
  cauchy,
  laplace,
  logistic,
  lognormal,
  pareto,
  rademacher,
  rayleigh,
  triangular,
  weibullMin,
} from './random/continuous.ts';
export { beta, chisquare, dirichlet, gamma, loggamma, t } from './random/gamma.ts';
export { binomial, geometric, multinomial, poisson } from './random/counting.ts';
export { multivariateNormal, orthogonal } from './random/multivariate.ts';
export { debugKeyReuse, KeyReuseError } from './random/reuse.ts';
