/** Data looked through before training: what is wrong is one sentence. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { isFloat } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showShape, showType } from '../array/type.ts';

/** The index of the element that stands at a place in row-major order. */
const indexOf = (place: number, shape: readonly number[]): readonly number[] =>
  shape.map((extent, axis) => Math.floor(place / shape.slice(axis + 1).reduce((n, e) => n * e, 1)) % extent);

/** An array without NaN and infinities; `Left` gives the index of the first. `name` stands in the sentence. */
export const checkFinite = (x: NDArray, name = 'x'): E.Either<string, NDArray> => {
  if (!isFloat(x.dtype)) return E.right(x);
  const values = x.dataSync();
  const at = values.findIndex((value) => !Number.isFinite(value));
  return at < 0
    ? E.right(x)
    : E.left(
        `${name}: expected finite numbers, got ${values[at] ?? NaN} at ${showShape(indexOf(at, x.shape))}. Fill or leave out what is missing.`,
      );
};

/** Whole labels from 0 to `classes - 1`; `Left` gives the place of the first that is none. */
export const checkLabels = (labels: NDArray, classes: number, name = 'y'): E.Either<string, NDArray> => {
  const values = labels.dataSync();
  const at = values.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  return at < 0
    ? E.right(labels)
    : E.left(
        `${name}: expected whole labels from 0 to ${classes - 1}, got ${values[at] ?? NaN} at ${showShape(indexOf(at, labels.shape))}. Count classes from 0.`,
      );
};

/** Examples and targets. */
export interface Examples {
  readonly x: NDArray;
  readonly y: NDArray;
}

export interface CheckOptions {
  /** For integer targets: how many classes there are. */
  readonly classes?: number;
}

/**
 * Examples and targets that can be trained on: at least one, one target for each example, finite numbers, and labels below `classes` if that is
 * given. `Left` is a sentence. Reads every element once.
 */
export const checkExamples = ({ x, y }: Examples, { classes }: CheckOptions = {}): E.Either<string, Examples> => {
  const [n, m] = [x.shape[0], y.shape[0]];
  if (n === undefined || m === undefined || n !== m)
    return E.left(
      `data: expected one target for each example, got ${showType(x.type)} and ${showType(y.type)}. Their first axes pair.`,
    );
  if (n === 0) return E.left(`data: expected at least one example, got ${showType(x.type)}. Load the data first.`);
  return pipe(
    checkFinite(x, 'x'),
    E.flatMap(() => checkFinite(y, 'y')),
    E.flatMap(() => (classes === undefined ? E.right(y) : checkLabels(y, classes, 'y'))),
    E.map(() => ({ x, y })),
  );
};
