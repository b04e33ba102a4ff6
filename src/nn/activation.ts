/** Activation functions: element by element or along an axis; JAX's names. */
export {
  hardTanh,
  identity,
  linear,
  piecewiseLinear,
  sign,
  step,
  type PiecewiseLinearOptions,
} from './activation/threshold.ts';
export {
  celu,
  elu,
  hardSigmoid,
  hardSilu,
  hardSwish,
  leakyRelu,
  prelu,
  relu,
  relu6,
  selu,
} from './activation/rectified.ts';
export {
  gelu,
  glu,
  logSigmoid,
  mish,
  sigmoid,
  silu,
  softplus,
  softSign,
  squareplus,
  swish,
  tanh,
  type GeluOptions,
} from './activation/smooth.ts';
export {
  logmeanexp,
  logSoftmax,
  logsumexp,
  oneHot,
  softmax,
  standardize,
  type LogSumExpOptions,
  type OneHotOptions,
  type SoftmaxOptions,
  type StandardizeOptions,
} from './activation/normalized.ts';
