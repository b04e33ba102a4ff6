/** Elements to batches, and batches to elements. */
import { ShapeError } from '../array/errors.ts';
import { withWeak, type NDArray } from '../array/ndarray.ts';
import { sameShape, showShape } from '../array/type.ts';
import { asLeaf } from '../lift.ts';
import { stack as stackArrays } from '../operations/stacking.ts';
import { pad as padArray } from '../operations/padding.ts';
import { keystr } from '../tree/path.ts';
import { keyPaths } from '../tree/show.ts';
import { flatten, unflatten } from '../tree/structure.ts';
import { sameStructure } from '../tree/compare.ts';
import type { Mapped } from '../tree/type.ts';
import { checkCount, fromArrays, generated, indexed, refuse, type Dataset } from './dataset.ts';

/** Trees of one structure as one tree with a new leading axis at each leaf. Numbers become float32. */
export const stack = <T>(elements: readonly T[]): Mapped<T, NDArray> => {
  const flat = elements.map((element) => flatten(element, { operation: 'stack' }));
  const [first] = flat;
  if (first === undefined) return refuse('empty', 'stack: expected at least one element, got none. Check the data.');
  const odd = flat.findIndex(({ structure }) => !sameStructure(structure, first.structure));
  if (odd >= 0)
    return refuse(
      'structure',
      `stack: expected elements of one structure, got another at ${odd}. Bring texts to numbers by map, or use chunk.`,
    );
  const paths = keyPaths(first.structure);
  const leaves = first.leaves.map((_, place) => {
    const rows = flat.map(({ leaves: row }) => asLeaf(row[place] ?? 0));
    const wanted = rows[0]?.shape ?? [];
    const other = rows.find(({ shape }) => !sameShape(shape, wanted));
    if (other !== undefined)
      throw new ShapeError(
        `stack: ${keystr(paths[place] ?? []) || 'element'}: expected ${showShape(wanted)} in every element, got ${showShape(other.shape)} at ${rows.indexOf(other)}. Pad or cut by map.`,
        'shape.data',
      );
    return withWeak(stackArrays(rows), false);
  });
  // Sound: the structure of the elements, with an array at each leaf.
  return unflatten(first.structure, leaves) as Mapped<T, NDArray>;
};

export interface BatchOptions {
  /** Leave out a last batch that is not full. Default false. */
  readonly dropRemainder?: boolean;
  /**
   * Fill the last batch up with this number, so that all batches are of one size. Carry weights along to tell examples from filling:
   * `fromArrays({ x, y, weight: np.ones([n]) })`, with `pad: 0`.
   */
  readonly pad?: number;
}

/** Lists of so many elements; the last one may be shorter. */
export const chunk =
  <T>(size: number) =>
  (dataset: Dataset<T>): Dataset<readonly T[]> => {
    checkCount('chunk', 'a size', size, 1);
    return generated(
      function* () {
        let held: T[] = [];
        for (const element of dataset) {
          held.push(element);
          if (held.length < size) continue;
          yield held;
          held = [];
        }
        if (held.length > 0) yield held;
      },
      dataset.size === null ? null : Math.ceil(dataset.size / size),
    );
  };

/** Rows of a value at the end of each leaf, up to `size` rows. */
const filled = <T>(batch: T, size: number, value: number): T => {
  const { leaves, structure } = flatten(batch);
  const padded = leaves.map((leaf) => {
    const x = asLeaf(leaf);
    const after = size - (x.shape[0] ?? 0);
    return after <= 0
      ? x
      : padArray(
          x,
          x.shape.map((_, axis) => [0, axis === 0 ? after : 0] as const),
          value,
        );
  });
  return unflatten(structure, padded) as T; // sound: the structure of the batch
};

/**
 * Batches of so many elements: trees with a new leading axis at each leaf. Elements are trees of arrays and numbers, all of one structure; for
 * other values see `chunk`. The last batch may be smaller. A batch of slices of arrays (`fromArrays`, shuffled, in part) is one operation.
 */
export const batch =
  <T>(size: number, { dropRemainder = false, pad }: BatchOptions = {}) =>
  (dataset: Dataset<T>): Dataset<Mapped<T, NDArray>> => {
    checkCount('batch', 'a size', size, 1);
    const { access, size: total } = dataset;
    const count = total === null ? null : dropRemainder ? Math.floor(total / size) : Math.ceil(total / size);
    const finish = (made: Mapped<T, NDArray>) => (pad === undefined ? made : filled(made, size, pad));
    const gather = access?.gather ?? null;
    if (gather !== null && total !== null && count !== null) {
      const at = (i: number) =>
        // Sound: `gather` gives trees of arrays.
        finish(
          gather(Int32Array.from({ length: Math.min(size, total - i * size) }, (_, row) => i * size + row)) as Mapped<
            T,
            NDArray
          >,
        );
      return indexed(count, { at, gather: null });
    }
    return generated(function* () {
      for (const elements of chunk<T>(size)(dataset))
        if (!dropRemainder || elements.length === size) yield finish(stack(elements));
    }, count);
  };

/** The elements of batches, one after another: the slices along axis 0 of every tree. */
export const unbatch = <T>(dataset: Dataset<T>): Dataset<Mapped<T, NDArray>> =>
  generated(function* () {
    for (const element of dataset) yield* fromArrays(element);
  });
