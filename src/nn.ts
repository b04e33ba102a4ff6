/** Networks: layers as data, activations, initialisers, losses, metrics. */
// Arrays that come from here have their methods, though `fluxion` itself were not imported.
import './operations/methods.ts';
import './runtime/install.ts';

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
export { summary, type InputShapes, type ModelPart, type Summary } from './nn/summary.ts';
export { capture, intervene, type Activations } from './nn/capture.ts';
export { dense, flatten, type DenseOptions, type DenseParams } from './nn/dense.ts';
export { dropout } from './nn/dropout.ts';
export { conv, conv1d, conv2d, conv3d, type ConvLayerOptions, type ConvParams } from './nn/conv.ts';
export {
  convTranspose,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type ConvTransposeLayerOptions,
} from './nn/conv-transpose.ts';
export {
  depthwiseConv1d,
  depthwiseConv2d,
  separableConv1d,
  separableConv2d,
  type DepthwiseOptions,
  type SeparableOptions,
  type SeparableParams,
} from './nn/depthwise.ts';
export {
  cropping1d,
  cropping2d,
  cropping3d,
  upSampling1d,
  upSampling2d,
  upSampling3d,
  zeroPadding1d,
  zeroPadding2d,
  zeroPadding3d,
  type Interpolation,
  type Sides,
} from './nn/space.ts';
export {
  avgPool1d,
  avgPool2d,
  avgPool3d,
  globalAvgPool1d,
  globalAvgPool2d,
  globalAvgPool3d,
  globalMaxPool1d,
  globalMaxPool2d,
  globalMaxPool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  type AveragePoolOptions,
  type GlobalPoolOptions,
  type PoolOptions,
} from './nn/pool.ts';
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
} from './nn/adaptive-pool.ts';
export { resizing } from './nn/resizing.ts';
export { batchNorm, type BatchNormOptions, type BatchNormState } from './nn/batch-norm.ts';
export {
  groupNorm,
  instanceNorm,
  layerNorm,
  rmsNorm,
  type GroupNormOptions,
  type LayerNormOptions,
  type RmsNormParams,
} from './nn/norm.ts';
export type { NormOptions, NormParams } from './nn/norm-params.ts';
export {
  spectralNorm,
  weightNorm,
  type ByKernel,
  type SpectralNormOptions,
  type SpectralNormState,
  type WeightNormParams,
} from './nn/kernel-norm.ts';
export { countParams, isKernel, labelsOf, maskOf, type Where } from './nn/parameters.ts';
export { permute, repeatVector, rescaling, reshape } from './nn/shape.ts';
export { embedding, type EmbeddingOptions, type EmbeddingTable } from './nn/embedding.ts';
export {
  alphaDropout,
  gaussianDropout,
  gaussianNoise,
  spatialDropout1d,
  spatialDropout2d,
  spatialDropout3d,
} from './nn/noise.ts';
export {
  mlp,
  parametricRelu,
  perceptron,
  type MlpOptions,
  type MlpParams,
  type ParametricReluParams,
} from './nn/perceptron.ts';
export { shared } from './nn/shared.ts';
export { l1, l1l2, l2, maxNorm, type ElasticOptions, type RegularizerOptions } from './nn/regularizer.ts';
export type { LayerPadding, PaddingPairs, PerAxis } from './nn/window.ts';
export * from './nn/activation.ts';
export * from './nn/loss.ts';
export { accuracy } from './nn/metric.ts';
export * as metrics from './nn/metric.ts';
export type { ExampleMetric, Metric, MetricFold, MetricTally } from './nn/metric.ts';
export * as initializers from './nn/initializer.ts';
export {
  keepMask,
  lastStep,
  lengthsToMask,
  maskedMean,
  masking,
  maskZero,
  type Masked,
  type Sequence,
  type SequenceParts,
} from './nn/recurrent/sequence.ts';
export {
  cellOf,
  type Cell,
  type CellOptions,
  type CellRules,
  type GateParams,
  type Noise,
} from './nn/recurrent/cell.ts';
export { simpleRnnCell, type SimpleRnnOptions } from './nn/recurrent/simple.ts';
export { lstmCell, type LstmCarry, type LstmOptions } from './nn/recurrent/lstm.ts';
export { gruCell, type GruOptions, type GruParams } from './nn/recurrent/gru.ts';
export { stackedCells } from './nn/recurrent/stacked.ts';
export { rnn, type Rnn, type RnnOptions, type RnnOutput, type WithCarry } from './nn/recurrent/rnn.ts';
export { gru, lstm, simpleRnn } from './nn/recurrent/layers.ts';
export { bidirectional, type BidirectionalOptions, type Directions } from './nn/recurrent/bidirectional.ts';
export { timeDistributed } from './nn/recurrent/time-distributed.ts';
export {
  attentionWeights,
  causalMask,
  dotProductAttention,
  maskedSoftmax,
  type AttentionOptions,
} from './nn/attention/dot-product.ts';
export {
  positionEmbedding,
  rope,
  sinusoidalEncoding,
  sinusoidalPositions,
  type RopeOptions,
} from './nn/attention/positions.ts';
export {
  multiHeadAttention,
  type Attended,
  type AttentionInput,
  type AttentionParams,
  type MultiHeadOptions,
  type ProjectionParams,
} from './nn/attention/multi-head.ts';
export { transformerBlock, type BlockOptions, type BlockParams } from './nn/attention/block.ts';
export {
  decoderOnly,
  generate,
  type DecoderCache,
  type DecoderOnly,
  type DecoderParams,
  type DecoderSettings,
} from './nn/attention/decoder-only.ts';
export {
  decode,
  sampleToken,
  shiftRight,
  type Decoded,
  type DecodeOptions,
  type SamplingOptions,
} from './nn/attention/sampling.ts';
export {
  additiveAttention,
  multiplicativeAttention,
  type AdditiveParams,
  type Alignment,
  type MultiplicativeParams,
} from './nn/attention/alignment.ts';
export {
  attentiveDecoder,
  type AttentiveDecoder,
  type AttentiveInput,
  type AttentiveOutput,
  type AttentiveParams,
  type AttentiveStep,
  type Memory,
} from './nn/attention/attentive.ts';
export {
  seq2seq,
  type Seq2seq,
  type Seq2seqInput,
  type Seq2seqParams,
  type Seq2seqSettings,
  type TranslateOptions,
} from './nn/attention/seq2seq.ts';
export { convLstm, convLstmCell, type ConvLstmOptions } from './nn/recurrent/conv-lstm.ts';
