/** Metrics: what is looked at in training and evaluation, gathered over batches. */
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
export { accuracy } from './metric/mean.ts';
