/** What a metric is: a fold over batches, so that means, ratios, areas and matrices are gathered in one way. */
import { ShapeError } from '../../array/errors.ts';
import { splat, type NDArray } from '../../array/ndarray.ts';
import { sameShape, showType } from '../../array/type.ts';
import { add, divide, greater, multiply, where } from '../../operations/arithmetic.ts';
import { astype, reshape } from '../../operations/manipulation.ts';
import { sum } from '../../operations/reduction.ts';

/** From predictions `[n, ...]` and targets to one value for each example, `[n]`. It stands for its weighted mean over examples. */
export type ExampleMetric = (predictions: NDArray, targets: NDArray) => NDArray;

/** What a metric remembers of examples: arrays that add up over batches. */
export interface MetricTally {
  readonly [name: string]: NDArray;
}

/**
 * A metric as a fold: measure each batch, add the tallies, read the result at the end. Measuring in batches and adding is measuring at once, for any
 * batches: `measure` is a homomorphism from examples to tallies under addition, whose neutral element is `empty`.
 */
export interface MetricFold {
  /** The tally of no examples. Its arrays may be scalars, which broadcast to those of `measure` where they are added. */
  readonly empty: MetricTally;
  /**
   * The tally of examples `[n, ...]`, of which each counts its weight `[n]`: 0 takes it away, whatever its values. A pure function of arrays, which may
   * be compiled. Tallies are float64, so that large counts stay exact.
   */
  readonly measure: (predictions: NDArray, targets: NDArray, weight: NDArray) => MetricTally;
  /** What was asked for: a scalar, or an array such as a confusion matrix. Pure too; NaN where no example says it, if nothing else is told. */
  readonly result: (tally: MetricTally) => NDArray;
}

/** What `fit` and `evaluate` take: a fold, or a function whose mean over examples is meant. */
export type Metric = MetricFold | ExampleMetric;

/** A fold whose `result` is given by the names of its tally. */
export const metricFold = <K extends string>(fold: {
  readonly empty: { readonly [N in K]: NDArray };
  readonly measure: (predictions: NDArray, targets: NDArray, weight: NDArray) => { readonly [N in K]: NDArray };
  readonly result: (tally: { readonly [N in K]: NDArray }) => NDArray;
}): MetricFold =>
  // Sound: `result` is given what `measure` made and addition kept, which has the names K.
  fold as unknown as MetricFold;

/** 0 as a float64 scalar. */
export const none: NDArray = splat({ dtype: 'float64', shape: [] }, 0);

/** A weight for each example, along all axes of `values`, in float64. */
const weightsFor = (values: NDArray, weight: NDArray): NDArray =>
  reshape(astype(weight, 'float64'), [...weight.shape, ...values.shape.slice(weight.ndim).map(() => 1)]);

/** Values in float64 times the weights of their examples; what weighs nothing is 0, whatever it was. */
export const weighed = (values: NDArray, weight: NDArray): NDArray => {
  const weights = weightsFor(values, weight);
  return where(greater(weights, 0), multiply(astype(values, 'float64'), weights), 0);
};

/** The weighted sum over all axes. */
export const total = (values: NDArray, weight: NDArray): NDArray => sum(weighed(values, weight));

const checkPerExample = (name: string, values: NDArray, weight: NDArray): void => {
  if (!sameShape(values.shape, weight.shape))
    throw new ShapeError(
      `${name}: expected one value for each of ${weight.size} examples, got ${showType(values.type)}. Leave the mean over examples to the metric.`,
      'shape.metric',
    );
};

/** The quotient; `otherwise` where nothing is divided by nothing. */
export const ratio = (top: NDArray, bottom: NDArray, otherwise = NaN): NDArray => {
  const isNone = where(greater(bottom, 0), false, true);
  return where(isNone, otherwise, divide(top, where(isNone, 1, bottom)));
};

/** The weighted mean over examples of a function of each; NaN of none. */
export const meanOf = (f: ExampleMetric): MetricFold =>
  metricFold({
    empty: { total: none, weight: none },
    measure: (predictions, targets, weight) => {
      const values = f(predictions, targets);
      checkPerExample(f.name === '' ? 'metric' : f.name, values, weight);
      return { total: total(values, weight), weight: sum(astype(weight, 'float64')) };
    },
    result: (tally) => ratio(tally.total, tally.weight),
  });

/** The weighted sum over examples of a function of each. */
export const sumOf = (f: ExampleMetric): MetricFold =>
  metricFold({
    empty: { total: none },
    measure: (predictions, targets, weight) => {
      const values = f(predictions, targets);
      checkPerExample(f.name === '' ? 'metric' : f.name, values, weight);
      return { total: total(values, weight) };
    },
    result: (tally) => tally.total,
  });

/** Any metric as a fold: of a function the mean over examples. */
export const asMetric = (metric: Metric): MetricFold => (typeof metric === 'function' ? meanOf(metric) : metric);

/** The tally of the examples of both. */
export const combineTallies = (a: MetricTally, b: MetricTally): MetricTally =>
  Object.fromEntries(
    Object.entries(a).map(([name, value]) => {
      const other = b[name];
      if (other === undefined)
        throw new ShapeError(
          `combineTallies: expected tallies of one metric, got one without ${name}. Keep a tally for each metric.`,
          'shape.metric',
        );
      return [name, add(value, other)];
    }),
  );

/** The result over whole arrays, all examples at once; each counts 1 if no weights are given. */
export const measure = (metric: Metric, predictions: NDArray, targets: NDArray, weight?: NDArray): NDArray => {
  const { measure: measureIn, result } = asMetric(metric);
  const all = weight ?? splat({ dtype: 'float64', shape: predictions.shape.slice(0, 1) }, 1);
  return result(measureIn(predictions, targets, all));
};
