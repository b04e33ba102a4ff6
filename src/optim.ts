/** Optimizers as pure gradient transformations. */
export {
  applyUpdates,
  chain,
  identity,
  scale,
  scaleByLearningRate,
  stateless,
  withLearningRate,
  type Chained,
  type GradientTransformation,
  type MemoryKind,
  type MemoryOf,
  type RateKind,
} from './optim/transformation.ts';
export { adam, scaleByAdam, type AdamOptions, type Moments } from './optim/adam.ts';
export { momentum, sgd, trace, type TraceKind } from './optim/sgd.ts';
export { transformationMonoid } from './optim/monoid.ts';
