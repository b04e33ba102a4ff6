/** Integer labels: checked where they are known, and NaN where one is out of range. */
import { isFloat } from '../../array/dtype.ts';
import { DTypeError, IndexError, ShapeError } from '../../array/errors.ts';
import { isTraced, type NDArray } from '../../array/ndarray.ts';
import { sameShape, showType, type Shape } from '../../array/type.ts';
import { takeAlongAxis } from '../../operations/indexing.ts';
import { astype, expandDims, squeeze } from '../../operations/manipulation.ts';
import { like } from '../../primitives/elementwise.ts';
import { lt, select } from '../../primitives/logic.ts';

/** The multi-index of an element in row-major order. */
const placeOf = (index: number, shape: Shape): readonly number[] =>
  shape.reduceRight<{ readonly rest: number; readonly at: readonly number[] }>(
    ({ rest, at }, extent) => ({ rest: Math.floor(rest / extent), at: [rest % extent, ...at] }),
    { rest: index, at: [] },
  ).at;

/** Throws an `IndexError` for a label that is out of range, if the labels are known. */
const checkRange = (name: string, labels: NDArray, classes: number): void => {
  if (isTraced(labels)) return;
  const values = labels.dataSync();
  const wrong = values.findIndex((label) => !(label >= 0 && label < classes));
  if (wrong >= 0)
    throw new IndexError(
      `${name}: expected labels from 0 below ${classes}, got ${values[wrong] ?? NaN} at [${placeOf(wrong, labels.shape).join(', ')}]. Number the classes from 0, or give the model as many outputs as there are classes.`,
      'index.label',
    );
};

/** Integer labels `[...]` of scores `[..., classes]`, as int32. Throws where they do not fit. */
export const labelsFor = (name: string, scores: NDArray, labels: NDArray): NDArray => {
  if (isFloat(labels.dtype))
    throw new DTypeError(
      `${name}: expected integer labels, got ${showType(labels.type)}. Convert with astype('int32').`,
      'dtype.labels',
    );
  if (!sameShape(labels.shape, scores.shape.slice(0, -1)))
    throw new ShapeError(
      `${name}: expected integer labels for all but the last axis of ${showType(scores.type)}, got ${showType(labels.type)}. Give one label for each example.`,
      'shape.loss',
    );
  checkRange(name, labels, scores.shape.at(-1) ?? 1);
  return astype(labels, 'int32');
};

/** The value at each label, `[..., classes]` to `[...]`; NaN where a label is out of range and could not be checked. */
export const atLabels = (values: NDArray, labels: NDArray): NDArray => {
  const picked = squeeze(takeAlongAxis(values, expandDims(labels, -1), -1), -1);
  // What is beyond the end is NaN already; what is negative must not count from there.
  return select(lt(labels, like(labels, 0)), like(picked, NaN), picked);
};
