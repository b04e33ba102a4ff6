/** What a model says of an example: the score of one class. */
import { IndexError, ShapeError } from '../array/errors.ts';
import { isNDArray, type NDArray } from '../array/ndarray.ts';
import { showShape, showType } from '../array/type.ts';
import type { Layer } from '../nn/layer.ts';
import { take, takeAlongAxis } from '../operations/indexing.ts';
import { broadcastTo, expandDims, squeeze } from '../operations/manipulation.ts';

/** A trained model: how it is made, and what it learned. It is used as in evaluation, without chance. */
export interface Trained<P, S> {
  readonly model: Layer<P, S>;
  readonly params: P;
  readonly state: S;
}

/** The class that is asked for: one for all examples, or integers, one for each. */
export type ClassChoice = number | NDArray;

/** The scores `[...]` of a class among outputs `[..., classes]`. */
export const scoresOf = (operation: string, outputs: NDArray, choice: ClassChoice): NDArray => {
  const classes = outputs.shape.at(-1);
  if (classes === undefined)
    throw new ShapeError(
      `${operation}: expected a model that gives scores [..., classes], got ${showType(outputs.type)}. Keep the axis of classes.`,
      'shape.explain',
    );
  if (isNDArray(choice)) {
    const each = broadcastTo(choice, outputs.shape.slice(0, -1));
    return squeeze(takeAlongAxis(outputs, expandDims(each, -1), -1), -1);
  }
  if (!Number.isInteger(choice) || choice < 0 || choice >= classes)
    throw new IndexError(
      `${operation}: expected a class from 0 to ${classes - 1}, got ${choice}. The model gives scores ${showShape(outputs.shape)}.`,
      'index.class',
    );
  return take(outputs, choice, -1);
};

/** The score of a class as a function of the input `[..., example] -> [...]`. */
export const scoreFunction =
  <P, S>(operation: string, { model, params, state }: Trained<P, S>, choice: ClassChoice): ((x: NDArray) => NDArray) =>
  (x) =>
    scoresOf(operation, model.apply(params, state, x, {})[0], choice);
