/** Which classes are taken for which, and what follows from it. */
import type { NDArray } from '../../array/ndarray.ts';
import { add, subtract, where } from '../../operations/arithmetic.ts';
import { diagonalOfLast } from '../../operations/einsum.ts';
import { isnan } from '../../operations/floating.ts';
import { oneHot } from '../../operations/indexing.ts';
import { astype, broadcastTo, reshape } from '../../operations/manipulation.ts';
import { matmul, matrixTranspose } from '../../operations/products.ts';
import { sum } from '../../operations/reduction.ts';
import { classOf } from './mean.ts';
import { metricFold, none, ratio, weighed, type MetricFold } from './metric.ts';

/** The weight of each pair of classes: rows are targets, columns predictions. */
const measureMatrix =
  (classes: number) =>
  (predictions: NDArray, targets: NDArray, weight: NDArray): { readonly matrix: NDArray } => {
    const rows = weighed(oneHot(classOf(targets), classes, 'bool'), weight);
    const columns = astype(oneHot(classOf(predictions), classes, 'bool'), 'float64');
    const flat = (x: NDArray): NDArray => reshape(x, [-1, classes]);
    return { matrix: matmul(matrixTranspose(flat(rows)), flat(columns)) };
  };

const ofMatrix = (classes: number, result: (matrix: NDArray) => NDArray): MetricFold =>
  metricFold({
    empty: { matrix: none },
    measure: measureMatrix(classes),
    result: ({ matrix }) => result(broadcastTo(matrix, [classes, classes])),
  });

/**
 * How often each class (row) is taken for each (column), as in scikit-learn. Predictions and targets are scores `[n, ..., classes]`, of which the largest
 * counts, or integers `[n, ...]`; what is out of range is not counted.
 */
export const confusionMatrix = (classes: number): MetricFold => ofMatrix(classes, (matrix) => matrix);

const overlaps = (matrix: NDArray): NDArray => {
  const both = diagonalOfLast(matrix);
  return ratio(both, subtract(add(sum(matrix, 0), sum(matrix, 1)), both));
};

/** Of each class the overlap of predictions and targets over their union, `[classes]`; NaN for a class in neither. Operands as in `confusionMatrix`. */
export const iou = (classes: number): MetricFold => ofMatrix(classes, overlaps);
/** The mean of `iou` over the classes that occur in predictions or targets; NaN if none does. */
export const meanIou = (classes: number): MetricFold =>
  ofMatrix(classes, (matrix) => {
    const all = overlaps(matrix);
    const isAbsent = isnan(all);
    return ratio(sum(where(isAbsent, 0, all)), astype(sum(where(isAbsent, 0, 1)), 'float64'));
  });
