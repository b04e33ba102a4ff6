/** Examples to learn from: trees of arrays, and how they are taken apart. */
import { ShapeError } from '../array/errors.ts';
import { isNDArray, splat, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { flattenArrays } from '../lift.ts';
import type { ShapesOf } from '../nn/layer.ts';
import { take } from '../operations/indexing.ts';
import { concatenate } from '../operations/stacking.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { keystr } from '../tree/path.ts';
import { unflatten } from '../tree/structure.ts';
import { leavesWithPath, map } from '../tree/traverse.ts';

/** Examples and targets: trees of arrays with one of each along axis 0. */
export interface Data<In = NDArray, Y = NDArray> {
  readonly x: In;
  readonly y: Y;
  /** How much each example counts, `[n]`, in loss and metrics; 0 takes it away. Default 1. */
  readonly weight?: NDArray;
}

/** Batches from elsewhere, which can be gone through once for each epoch: a dataset of `fluxion/data`, a list, anything iterable. */
export type Batches<In = NDArray, Y = NDArray> = Iterable<Data<In, Y>> | AsyncIterable<Data<In, Y>>;

/** What training and evaluation read: examples as arrays, or batches. */
export type Source<In = NDArray, Y = NDArray> = Data<In, Y> | Batches<In, Y>;

export const isBatches = <In, Y>(source: Source<In, Y>): source is Batches<In, Y> =>
  Symbol.iterator in source || Symbol.asyncIterator in source;

/** The arrays of a tree, each with its place in words: `data.x.story`. */
export const placesOf = (name: string, tree: unknown): readonly (readonly [place: string, array: NDArray])[] =>
  leavesWithPath(tree).flatMap(([path, leaf]) => (isNDArray(leaf) ? [[`${name}${keystr(path)}`, leaf] as const] : []));

/** The number of examples along the first axis of every array of a tree; throws if they differ or there are none. */
export const rowCount = (operation: string, name: string, tree: unknown): number => {
  const places = placesOf(name, tree);
  const [first] = places;
  const count = first?.[1].shape[0];
  if (first === undefined || count === undefined)
    throw new ShapeError(
      `${operation}: ${first?.[0] ?? name}: expected an array with an axis of examples, got ${first === undefined ? 'none' : showType(first[1].type)}. Examples stand along axis 0.`,
      'shape.data',
    );
  const odd = places.find(([, x]) => x.shape[0] !== count);
  if (odd !== undefined)
    throw new ShapeError(
      `${operation}: ${odd[0]}: expected ${count} examples as in ${first[0]}, got ${showType(odd[1].type)}. The first axes of all inputs and targets pair.`,
      'shape.data',
    );
  if (count === 0)
    throw new ShapeError(
      `${operation}: ${first[0]}: expected at least one example, got ${showType(first[1].type)}. Load the data first.`,
      'shape.data',
    );
  return count;
};

/** The number of examples of data. */
export const exampleCount = <In, Y>({ x, y, weight }: Data<In, Y>, operation = 'fit', name = 'data'): number => {
  const count = rowCount(operation, name, { x, y });
  if (weight !== undefined && (weight.ndim !== 1 || weight.shape[0] !== count))
    throw new ShapeError(
      `${operation}: ${name}.weight: expected one number for each of ${count} examples, got ${showType(weight.type)}. Give a list of numbers.`,
      'shape.data',
    );
  return count;
};

/** The shape of one example of each array. */
export const exampleShapes = <T>(tree: T): ShapesOf<T> => {
  const { leaves, structure } = flattenArrays(tree);
  // Sound: a shape at the place of each array.
  return unflatten(
    structure,
    leaves.map((x) => x.shape.slice(1)),
  ) as ShapesOf<T>;
};

/** The rows at these positions, in every array of a tree. */
export const rowsAt = <T>(tree: T, positions: NDArray): T => map((x: NDArray) => take(x, positions, 0), tree);
/** The rows from one position to before another, in every array of a tree. */
export const rowsBetween = <T>(tree: T, start: number, end: number): T =>
  map((x: NDArray) => sliceAxis(x, 0, start, end), tree);

/** The rows of a tree, and behind them rows of another until there are `size`. */
export const filledUp = <T>(tree: T, from: T, count: number, size: number): T =>
  count >= size
    ? tree
    : map((x: NDArray, more: NDArray) => sliceAxis(concatenate([x, more], 0), 0, 0, size), tree, from);

/** 1 for each of `count` examples. */
export const ones = (count: number): NDArray => splat({ dtype: 'float32', shape: [count] }, 1);

/** The last share of the examples apart, as they stand: they are held back before anything is shuffled. */
export const splitData = <In, Y>(
  data: Data<In, Y>,
  share: number,
): { readonly data: Data<In, Y>; readonly validation: Data<In, Y> } => {
  const count = exampleCount(data);
  const at = Math.floor(count * (1 - share));
  if (!(share > 0 && share < 1) || at < 1 || at >= count)
    throw new ShapeError(
      `fit: validationSplit: expected a share that leaves examples on both sides, got ${share} of ${count}. It is between 0 and 1, as in 0.2.`,
      'shape.data',
    );
  const between = (start: number, end: number): Data<In, Y> => ({
    x: rowsBetween(data.x, start, end),
    y: rowsBetween(data.y, start, end),
    ...(data.weight === undefined ? {} : { weight: rowsBetween(data.weight, start, end) }),
  });
  return { data: between(0, at), validation: between(at, count) };
};
