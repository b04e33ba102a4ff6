/** Random numbers with explicit keys. */
export { bits, foldIn, key, split, type Key } from './random/key.ts';
export {
  bernoulli,
  categorical,
  exponential,
  gumbel,
  normal,
  permutation,
  randint,
  truncatedNormal,
  uniform,
  type UniformOptions,
} from './random/sample.ts';
