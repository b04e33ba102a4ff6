/** Metrics: what is looked at in training and evaluation, gathered over batches. Those with options are called to get one. */
export {
  asMetric,
  combineTallies,
  measure,
  meanOf as mean,
  metricFold,
  sumOf as sum,
  type ExampleMetric,
  type Metric,
  type MetricFold,
  type MetricTally,
} from './metric/metric.ts';
export {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  cosineSimilarity,
  mae,
  mape,
  mse,
  sparseCategoricalAccuracy,
  topK,
  type ThresholdOptions,
} from './metric/mean.ts';
export { f1, fBeta, precision, recall, type CountOptions } from './metric/counts.ts';
export { confusionMatrix, iou, meanIou } from './metric/confusion.ts';
export { auc, rocAuc, sensitivityAtSpecificity, type CurveOptions } from './metric/curve.ts';
export { pearsonCorrelation, perplexity, r2, rmse, type PerplexityOptions } from './metric/moments.ts';
