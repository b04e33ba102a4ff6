/**
 * A dataset: elements in an order, immutable, lazy, to be gone through as often as one likes. This file is the interface; `fit` and whoever
 * else consumes data needs to know no more.
 */
import { FluxionError, ShapeError } from '../array/errors.ts';
import { fromStore, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { flattenArrays } from '../lift.ts';
import { take } from '../operations/indexing.ts';
import { reshape } from '../primitives/broadcast.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import type { Mapped } from '../tree/type.ts';
import { keystr } from '../tree/path.ts';
import { keyPaths } from '../tree/show.ts';
import { unflatten } from '../tree/structure.ts';

/** Elements by position, where a dataset has them at hand. */
export interface Access<T> {
  /** The element at a position from 0 to `size - 1`. */
  readonly at: (position: number) => T;
  /**
   * The elements at some positions as one tree with a new leading axis at each leaf, in one operation a leaf; `null` where elements must be
   * had one by one.
   */
  readonly gather: ((positions: Int32Array) => T) | null;
}

/**
 * Elements of type `T` in an order. Going through it twice gives the same elements; nothing is computed before it is asked for, and
 * nothing is kept (see `cache`). `for await` gives what `for` gives (see `prefetch`).
 */
export interface Dataset<T> extends Iterable<T>, AsyncIterable<T> {
  /** How many elements there are, if that is known without looking; `Infinity` for one without end. */
  readonly size: number | null;
  /** Elements by position; `null` where they can only be had in order. */
  readonly access: Access<T> | null;
}

/** A fault of a dataset or of what is asked of it. */
export const refuse = (code: string, message: string): never => {
  throw new FluxionError(`data.${code}`, message);
};

/** A whole number of at least `least`, or an error. */
export const checkCount = (operation: string, what: string, count: number, least: number): void => {
  if (!(Number.isInteger(count) && count >= least))
    refuse('count', `${operation}: expected ${what} as a whole number of at least ${least}, got ${count}. Round it.`);
};

/** What a dataset is made of besides its iterator. */
interface Parts<T> {
  readonly access?: Access<T> | null;
  /** How `for await` goes through it; as `for` does unless said. */
  readonly startAsync?: () => AsyncIterator<T>;
}

/** A dataset of what a function starts to generate each time; `size` if it is known. */
export const generated = <T>(
  start: () => Iterator<T>,
  size: number | null = null,
  { access = null, startAsync }: Parts<T> = {},
): Dataset<T> => ({
  size,
  access,
  [Symbol.iterator]: start,
  [Symbol.asyncIterator]:
    startAsync ??
    async function* () {
      yield* { [Symbol.iterator]: start };
    },
});

/** A dataset of elements by position. */
export const indexed = <T>(size: number, access: Access<T>): Dataset<T> =>
  generated(
    function* () {
      for (let position = 0; position < size; position++) yield access.at(position);
    },
    size,
    { access },
  );

/** A dataset of the values of an iterable, such as an array or a set; of a generator, give a function that starts it. */
export const fromIterable = <T>(values: Iterable<T> | (() => Iterable<T>)): Dataset<T> => {
  if (Array.isArray(values)) {
    // Sound: an array that is iterable in T; a copy, so that nobody changes the dataset.
    const list = values.slice() as T[];
    return indexed(list.length, { at: (position) => list[position] as T, gather: null }); // sound: within the list
  }
  if (typeof values === 'function') return generated(() => values()[Symbol.iterator]());
  return generated(() => {
    const iterator = values[Symbol.iterator]();
    // A generator is its own iterator: it would be empty the second time.
    if (iterator === (values as unknown))
      refuse(
        'once',
        'fromIterable: expected values to go through many times, got an iterator. Pass the function that makes it: fromIterable(() => make()).',
      );
    return iterator;
  });
};

/** Whether positions follow one another, so that their slices are one view. */
const isRun = (positions: Int32Array): boolean => {
  const first = positions[0] ?? 0;
  return positions.every((position, i) => position === first + i);
};

const rowsOf = (x: NDArray, positions: Int32Array): NDArray => {
  const first = positions[0] ?? 0;
  return isRun(positions)
    ? sliceAxis(x, 0, first, first + positions.length)
    : take(x, fromStore({ dtype: 'int32', shape: [positions.length] }, positions.slice()), 0);
};

/**
 * A dataset of the slices along axis 0 of a tree of arrays, such as `fromArrays({ x, y })`: its elements are trees of views. The first
 * axes must be of one extent.
 */
export const fromArrays = <T>(arrays: T): Dataset<Mapped<T, NDArray>> => {
  const { leaves, structure } = flattenArrays(arrays, { operation: 'fromArrays' });
  const paths = keyPaths(structure);
  const size = leaves[0]?.shape[0];
  const odd = leaves.findIndex(({ shape }) => shape[0] === undefined || shape[0] !== size);
  const [first] = leaves;
  if (first === undefined || size === undefined || odd >= 0) {
    const [place, x] = [keystr(paths[Math.max(odd, 0)] ?? []), leaves[Math.max(odd, 0)]];
    throw new ShapeError(
      `fromArrays: ${place === '' ? '' : `${place}: `}expected ${size === undefined ? 'arrays with a first axis' : `${size} elements along axis 0 as in ${keystr(paths[0] ?? []) || 'the first'}`}, got ${x === undefined ? 'no arrays' : showType(x.type)}. The first axes pair.`,
      'shape.data',
    );
  }
  // Sound: the structure of the tree, with an array at each leaf.
  const treeOf = (f: (x: NDArray) => NDArray) => unflatten(structure, leaves.map(f)) as Mapped<T, NDArray>;
  return indexed(size, {
    at: (position) => treeOf((x) => reshape(sliceAxis(x, 0, position, position + 1), x.shape.slice(1))),
    gather: (positions) => treeOf((x) => rowsOf(x, positions)),
  });
};
