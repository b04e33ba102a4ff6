/** Metrics: like losses, one value for each example, but only looked at. */
import type { NDArray } from '../array/ndarray.ts';
import { equal } from '../operations/arithmetic.ts';
import { astype } from '../operations/manipulation.ts';
import { argmax } from '../operations/reduction.ts';

/** From predictions and targets to one value for each example. */
export type Metric = (predictions: NDArray, targets: NDArray) => NDArray;

/** 1 where the largest of `[..., classes]` stands at the integer label. */
export const accuracy: Metric = (logits, labels) =>
  astype(equal(argmax(logits, -1), astype(labels, 'int32')), 'float32');
