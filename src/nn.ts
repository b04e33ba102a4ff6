/** Networks: layers as data, activations, initialisers, losses, metrics. */
export {
  asLayer,
  contexts,
  lambda,
  serial,
  type Context,
  type Initialized,
  type Layer,
  type LayerLike,
  type ParamsOf,
  type StateOf,
} from './nn/layer.ts';
export { dense, flatten, type DenseOptions, type DenseParams } from './nn/dense.ts';
export { dropout } from './nn/dropout.ts';
export {
  elu,
  gelu,
  leakyRelu,
  logSoftmax,
  relu,
  relu6,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
} from './nn/activation.ts';
export { softmaxCrossEntropy, squaredError, type Loss } from './nn/loss.ts';
export { accuracy } from './nn/metric.ts';
export * as metrics from './nn/metric.ts';
export type { ExampleMetric, Metric, MetricFold, MetricTally } from './nn/metric.ts';
export * as initializers from './nn/initializer.ts';
