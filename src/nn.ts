/** Networks: layers as data, activations, initialisers, losses, metrics. */
export {
  asLayer,
  lambda,
  named,
  type Anatomy,
  type AnyLayer,
  type Context,
  type Initialized,
  type InputOf,
  type Layer,
  type LayerLike,
  type OutputOf,
  type ParamsOf,
  type ShapesOf,
  type StateOf,
  type Tap,
} from './nn/layer.ts';
export { applyPart, contexts } from './nn/parts.ts';
export { fanOut, parallel, residual, serial, type Residual } from './nn/combine.ts';
export { fanIn, type Branches, type Merge } from './nn/merge.ts';
export { capture, intervene, type Activations } from './nn/capture.ts';
export { dense, flatten, type DenseOptions, type DenseParams } from './nn/dense.ts';
export { dropout } from './nn/dropout.ts';
export * from './nn/activation.ts';
export { softmaxCrossEntropy, squaredError, type Loss } from './nn/loss.ts';
export { accuracy } from './nn/metric.ts';
export * as metrics from './nn/metric.ts';
export type { ExampleMetric, Metric, MetricFold, MetricTally } from './nn/metric.ts';
export * as initializers from './nn/initializer.ts';
