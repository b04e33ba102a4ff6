/** The array vocabulary, by NumPy's names. */
export * from './operations/arithmetic.ts';
export * from './operations/creation.ts';
export * from './operations/manipulation.ts';
export * from './operations/products.ts';
export { einsum, einsumPath, type EinsumPath } from './operations/einsum.ts';
export {
  all,
  any,
  argmax,
  argmin,
  cummax,
  cummin,
  cumprod,
  cumsum,
  logsumexp,
  max,
  mean,
  min,
  prod,
  std,
  sum,
  variance_ as var,
} from './operations/reduction.ts';
export { argsort, oneHot, sort, take, takeAlongAxis } from './operations/indexing.ts';
export { argwhere, flatnonzero, nonzero, type SizeOptions } from './operations/nonzero.ts';
/** The ratio of a circle's circumference to its diameter. */
export const pi = Math.PI;
/** Euler's number. */
export const e = Math.E;
export const inf = Infinity;
export const nan = NaN;
