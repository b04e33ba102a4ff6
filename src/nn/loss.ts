/** Losses: one value for each example; `fit` takes the weighted mean. */
import { ShapeError } from '../array/errors.ts';
import { isFloat } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { sameShape, showType } from '../array/type.ts';
import { multiply, negative, subtract } from '../operations/arithmetic.ts';
import { takeAlongAxis } from '../operations/indexing.ts';
import { astype, expandDims, squeeze } from '../operations/manipulation.ts';
import { mean, sum } from '../operations/reduction.ts';
import { logSoftmax } from './activation.ts';

/** From predictions `[n, ...]` and targets to losses `[n]`. */
export type Loss = (predictions: NDArray, targets: NDArray) => NDArray;

const checkAlike = (name: string, predictions: NDArray, targets: NDArray): void => {
  if (!sameShape(predictions.shape, targets.shape))
    throw new ShapeError(
      `${name}: expected targets of the shape of the predictions, got ${showType(predictions.type)} and ${showType(targets.type)}. One target for each prediction.`,
      'shape.loss',
    );
};

/** Cross entropy of softmax(logits) `[..., classes]` with integer labels `[...]`, or with probabilities `[..., classes]`. */
export const softmaxCrossEntropy: Loss = (logits, labels) => {
  const logs = logSoftmax(logits);
  if (isFloat(labels.dtype)) {
    checkAlike('softmaxCrossEntropy', logits, labels);
    return negative(sum(multiply(logs, labels), -1));
  }
  if (!sameShape(labels.shape, logits.shape.slice(0, -1)))
    throw new ShapeError(
      `softmaxCrossEntropy: expected integer labels for all but the last axis of ${showType(logits.type)}, got ${showType(labels.type)}. Give one label for each example.`,
      'shape.loss',
    );
  return negative(squeeze(takeAlongAxis(logs, expandDims(astype(labels, 'int32'), -1), -1), -1));
};

/** The mean over all but the first axis of the squared difference. */
export const squaredError: Loss = (predictions, targets) => {
  checkAlike('squaredError', predictions, targets);
  const difference = subtract(predictions, targets);
  const rest = predictions.shape.map((_, axis) => axis).slice(1);
  return rest.length === 0 ? multiply(difference, difference) : mean(multiply(difference, difference), rest);
};
