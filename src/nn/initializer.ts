/** How parameters start: pure draws, named as in JAX. */
export {
  constant,
  normal,
  ones,
  truncatedNormal,
  uniform,
  zeros,
  type Initializer,
  type TruncationOptions,
} from './initializer/plain.ts';
export {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  kaimingNormal,
  kaimingUniform,
  lecunNormal,
  lecunUniform,
  varianceScaling,
  xavierNormal,
  xavierUniform,
  type FanOptions,
  type VarianceScaling,
} from './initializer/variance.ts';
export { deltaOrthogonal, identity, orthogonal, type OrthogonalOptions } from './initializer/orthogonal.ts';
