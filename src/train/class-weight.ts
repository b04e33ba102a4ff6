/** Weights of classes as weights of examples. */
import { FluxionError } from '../array/errors.ts';
import { isFloat } from '../array/dtype.ts';
import { isNDArray, type NDArray } from '../array/ndarray.ts';
import { multiply } from '../operations/arithmetic.ts';
import { array } from '../operations/creation.ts';
import { take } from '../operations/indexing.ts';
import { argmax } from '../operations/reduction.ts';

/** How much examples of each class count: a list, or a record of labels; labels without a weight count 1. */
export type ClassWeight = readonly number[] | { readonly [label: number]: number };

/** The weights of a batch times those of the classes of its targets: integer labels `[n]`, or one-hot `[n, classes]`. */
export const withClassWeight = (weight: NDArray, y: unknown, given: ClassWeight): NDArray => {
  const isOneHot = isNDArray(y) && y.ndim === 2 && isFloat(y.dtype);
  if (!isNDArray(y) || !(isOneHot || (y.ndim === 1 && !isFloat(y.dtype))))
    throw new FluxionError(
      'train.classWeight',
      'fit: classWeight: expected targets that are integer labels [n] or one-hot rows [n, classes], got others. Give data.weight, a weight for each example.',
    );
  const known = Object.keys(given).map(Number);
  const table = Array.from({ length: Math.max(-1, ...known) + 2 }, (_, label) => given[label] ?? 1);
  // Labels beyond the table take its last entry, which is 1.
  const labels = isOneHot ? argmax(y, -1) : y;
  return multiply(weight, take(array(table), labels, 0, { mode: 'clip' }));
};
