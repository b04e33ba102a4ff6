/** Metrics that are means over examples: functions to one value for each. */
import type { NDArray } from '../../array/ndarray.ts';
import { equal } from '../../operations/arithmetic.ts';
import { astype } from '../../operations/manipulation.ts';
import { argmax } from '../../operations/reduction.ts';
import { perExample, type ExampleMetric } from './metric.ts';

/** 1 where the largest of `[n, ..., classes]` stands at the integer label `[n, ...]`; of several labels the share that is right. */
export const accuracy: ExampleMetric = (logits: NDArray, labels: NDArray) =>
  perExample(astype(equal(argmax(logits, -1), astype(labels, 'int32')), 'float32'));
