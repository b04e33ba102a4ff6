/** Data made ready for training: scaling that is fitted once and kept, weights of classes, a division into training and test. */
import { isFloat } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import { fromStore, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { flattenArrays } from '../lift.ts';
import { take } from '../operations/indexing.ts';
import { asFloat } from '../operations/promotion.ts';
import { max, mean, min, std } from '../operations/reduction.ts';
import { like } from '../primitives/elementwise.ts';
import { eq, select } from '../primitives/logic.ts';
import type { Key } from '../random/key.ts';
import { unflatten } from '../tree/structure.ts';
import type { Mapped } from '../tree/type.ts';
import { refuse } from './dataset.ts';
import { divisionOrder, partsOf } from './order.ts';

/** What `standardize` takes away and divides by, feature by feature. */
export interface Standard {
  readonly mean: NDArray;
  /** The population's; 1 for a feature that does not vary. */
  readonly deviation: NDArray;
}

/** 1 where a divisor is 0. */
const orOne = (x: NDArray): NDArray => select(eq(x, like(x, 0)), like(x, 1), x);

const checkRows = (operation: string, x: NDArray): void => {
  if (x.ndim < 1 || x.size === 0)
    throw new ShapeError(
      `${operation}: expected at least one example, got ${showType(x.type)}. Load the data first.`,
      'shape.data',
    );
};

/** Mean and deviation of each feature over axis 0. Fit on the training data, then use them for all. */
export const fitStandard = (x: NDArray): Standard => {
  checkRows('fitStandard', x);
  const floats = asFloat(x);
  return { mean: mean(floats, { axis: 0 }), deviation: orOne(std(floats, { axis: 0 })) };
};
/** Features of mean 0 and deviation 1, as far as `x` is like what was fitted: `(x - mean) / deviation`. */
export const standardize = (x: NDArray, { mean: middle, deviation }: Standard = fitStandard(x)): NDArray =>
  asFloat(x).sub(middle).div(deviation);
/** The inverse of `standardize`. */
export const unstandardize = (z: NDArray, { mean: middle, deviation }: Standard): NDArray =>
  asFloat(z).mul(deviation).add(middle);

/** Where `scaleMinMax` begins, and how far it goes, feature by feature. */
export interface Extent {
  readonly minimum: NDArray;
  /** 1 for a feature that does not vary. */
  readonly range: NDArray;
}

/** Minimum and range of each feature over axis 0. */
export const fitMinMax = (x: NDArray): Extent => {
  checkRows('fitMinMax', x);
  const floats = asFloat(x);
  const minimum = min(floats, { axis: 0 });
  return { minimum, range: orOne(max(floats, { axis: 0 }).sub(minimum)) };
};
/** Features from 0 to 1, as far as `x` is like what was fitted: `(x - minimum) / range`. */
export const scaleMinMax = (x: NDArray, { minimum, range }: Extent = fitMinMax(x)): NDArray =>
  asFloat(x).sub(minimum).div(range);
/** The inverse of `scaleMinMax`. */
export const unscaleMinMax = (z: NDArray, { minimum, range }: Extent): NDArray => asFloat(z).mul(range).add(minimum);

const labelsOf = (operation: string, labels: NDArray): readonly number[] => {
  if (labels.ndim !== 1 || isFloat(labels.dtype))
    throw new DTypeError(
      `${operation}: expected integer labels [n], got ${showType(labels.type)}. Take argmax of one-hot rows, or astype('int32').`,
    );
  return Array.from(labels.dataSync());
};

/**
 * Weights under which every class counts the same: `n / (classes * count)`, as scikit-learn's `balanced`; float32 `[classes]`. A class
 * without examples has weight 0. Reads the labels.
 */
export const classWeights = (labels: NDArray, classes?: number): NDArray => {
  const values = labelsOf('classWeights', labels);
  const total = classes ?? values.reduce((most, label) => Math.max(most, label + 1), 0);
  const at = values.findIndex((label) => label < 0 || label >= total);
  if (at >= 0)
    refuse(
      'labels',
      `classWeights: expected labels from 0 to ${total - 1}, got ${values[at] ?? 0} at ${at}. Count the classes.`,
    );
  const counts = new Float32Array(total);
  for (const label of values) counts[label] = (counts[label] ?? 0) + 1;
  const present = counts.filter((count) => count > 0).length;
  return fromStore(
    { dtype: 'float32', shape: [total] },
    counts.map((count) => (count === 0 ? 0 : values.length / (present * count))),
  );
};

export interface TrainTestSplitOptions {
  /** The share of the test data. Default 0.25. */
  readonly testSize?: number;
  /** Integer labels `[n]`: training and test have the same share of every class, to within one example. */
  readonly stratify?: NDArray;
}

/** Training and test data, two trees like the one that was divided. */
export interface TrainTest<T> {
  readonly train: T;
  readonly test: T;
}

/** A tree of arrays such as `{ x, y }`, of one extent along axis 0, divided at random by a key. */
export const trainTestSplit = <T>(
  key: Key,
  data: T,
  { testSize = 0.25, stratify }: TrainTestSplitOptions = {},
): TrainTest<Mapped<T, NDArray>> => {
  const { leaves, structure } = flattenArrays(data, { operation: 'trainTestSplit' });
  const n = leaves[0]?.shape[0];
  const odd = [...leaves, ...(stratify === undefined ? [] : [stratify])].find(({ shape }) => shape[0] !== n);
  if (n === undefined || odd !== undefined)
    throw new ShapeError(
      `trainTestSplit: expected arrays of one extent along axis 0, got ${[...leaves, ...(odd === undefined ? [] : [odd])].map(({ type }) => showType(type)).join(', ') || 'none'}. The first axes pair.`,
      'shape.data',
    );
  const strata = stratify === undefined ? null : labelsOf('trainTestSplit', stratify);
  const parts = partsOf(divisionOrder(n, key), [1 - testSize, testSize], (i) => strata?.[i] ?? 0);
  const [train, test] = parts.map((positions) => {
    const indices = fromStore({ dtype: 'int32', shape: [positions.length] }, positions);
    return unflatten(
      structure,
      leaves.map((x) => take(x, indices, 0)),
    );
  });
  return { train, test } as TrainTest<Mapped<T, NDArray>>; // sound: the structure of the data, an array at each leaf
};
