/** Datasets of datasets: element by element, parts, and several together. Curried, the dataset last, for `pipe`. */
import { checkCount, generated, indexed, type Access, type Dataset } from './dataset.ts';

type Stage<A, B> = (dataset: Dataset<A>) => Dataset<B>;

/** A dataset with as many elements, but in general no access. */
const derived = <A, B>(
  dataset: Dataset<A>,
  size: number | null,
  run: (source: Dataset<A>) => Generator<B>,
): Dataset<B> => generated(() => run(dataset), size);

/** The elements at other positions of a dataset with access. */
export const reindexed = <T>(access: Access<T>, size: number, positionOf: (i: number) => number): Dataset<T> => {
  const { gather } = access;
  return indexed(size, {
    at: (i) => access.at(positionOf(i)),
    gather: gather === null ? null : (positions) => gather(positions.map(positionOf)),
  });
};

/** What a function makes of each element. */
export const map =
  <A, B>(f: (element: A) => B): Stage<A, B> =>
  (dataset) => {
    const { access, size } = dataset;
    if (access !== null && size !== null && size !== Infinity)
      return indexed(size, { at: (position) => f(access.at(position)), gather: null });
    return derived(dataset, size, function* (source) {
      for (const element of source) yield f(element);
    });
  };

/** The elements for which a predicate holds. */
export const filter =
  <A>(predicate: (element: A) => boolean): Stage<A, A> =>
  (dataset) =>
    derived(dataset, dataset.size === 0 ? 0 : null, function* (source) {
      for (const element of source) if (predicate(element)) yield element;
    });

/** The elements with their numbers from 0: `[number, element]`. */
export const enumerate = <A>(dataset: Dataset<A>): Dataset<readonly [number, A]> =>
  derived(dataset, dataset.size, function* (source) {
    let i = 0;
    for (const element of source) yield [i++, element] as const;
  });

/** The first elements, at most so many. */
export const take =
  <A>(count: number): Stage<A, A> =>
  (dataset) => {
    checkCount('take', 'a count', count, 0);
    const size = dataset.size === null ? null : Math.min(count, dataset.size);
    if (dataset.access !== null && size !== null) return reindexed(dataset.access, size, (i) => i);
    return derived(dataset, size, function* (source) {
      let left = count;
      if (left === 0) return;
      for (const element of source) {
        yield element;
        if (--left === 0) return;
      }
    });
  };

/** All elements but the first so many. */
export const skip =
  <A>(count: number): Stage<A, A> =>
  (dataset) => {
    checkCount('skip', 'a count', count, 0);
    const size = dataset.size === null ? null : Math.max(0, dataset.size - count);
    if (dataset.access !== null && size !== null) return reindexed(dataset.access, size, (i) => i + count);
    return derived(dataset, size, function* (source) {
      let left = count;
      for (const element of source) if (left-- <= 0) yield element;
    });
  };

/** The elements over and over, so many times; without end by default. Each time they come in the same order. */
export const repeat =
  <A>(count = Infinity): Stage<A, A> =>
  (dataset) => {
    if (count !== Infinity) checkCount('repeat', 'a count', count, 0);
    const once = dataset.size;
    const size = count === 0 || once === 0 ? 0 : once === null ? null : once * count;
    if (dataset.access !== null && once !== null && once !== Infinity && size !== null)
      return reindexed(dataset.access, size, (i) => i % once);
    return derived(dataset, size, function* (source) {
      for (let i = 0; i < count; i++) {
        let isEmpty = true;
        for (const element of source) {
          isEmpty = false;
          yield element;
        }
        if (isEmpty) return;
      }
    });
  };

/** Windows of consecutive elements, the next one `shift` further (1 unless said); windows at the end that are not full are left out. */
export const window =
  <A>(size: number, { shift = 1 }: { readonly shift?: number } = {}): Stage<A, readonly A[]> =>
  (dataset) => {
    checkCount('window', 'a size', size, 1);
    checkCount('window', 'a shift', shift, 1);
    const total = dataset.size;
    const count = total === null ? null : Math.max(0, Math.floor((total - size) / shift) + 1);
    return derived(dataset, count, function* (source) {
      let held: readonly A[] = [];
      let gap = 0;
      for (const element of source) {
        if (gap > 0) gap -= 1;
        else held = [...held, element];
        if (held.length < size) continue;
        yield held;
        gap = Math.max(0, shift - size);
        held = held.slice(shift);
      }
    });
  };

type ElementsOf<D extends readonly Dataset<unknown>[]> = {
  readonly [I in keyof D]: D[I] extends Dataset<infer T> ? T : never;
};

/** The elements of several datasets side by side, until the first of them ends. */
export const zip = <const D extends readonly Dataset<unknown>[]>(...datasets: D): Dataset<ElementsOf<D>> => {
  const sizes = datasets.map(({ size }) => size);
  const known = sizes.filter((size) => size !== null);
  // Another may end before, if it is not known when.
  const size = datasets.length === 0 ? 0 : known.length === sizes.length ? Math.min(...known) : null;
  const accesses = datasets.map(({ access }) => access).filter((access) => access !== null);
  if (size !== null && size !== Infinity && accesses.length === datasets.length) {
    const gathers = accesses.map(({ gather }) => gather).filter((gather) => gather !== null);
    return indexed<ElementsOf<D>>(size, {
      // Sound: one element of each dataset, in order.
      at: (position) => accesses.map((access) => access.at(position)) as unknown as ElementsOf<D>,
      gather:
        gathers.length === accesses.length
          ? (positions) => gathers.map((gather) => gather(positions)) as unknown as ElementsOf<D> // sound: as above
          : null,
    });
  }
  return generated(function* () {
    const iterators = datasets.map((dataset) => dataset[Symbol.iterator]());
    try {
      for (;;) {
        const row: unknown[] = [];
        for (const iterator of iterators) {
          const next = iterator.next();
          if (next.done === true) return;
          row.push(next.value);
        }
        yield row as ElementsOf<D>; // sound: one element of each dataset, in order
      }
    } finally {
      for (const iterator of iterators) iterator.return?.();
    }
  }, size);
};

/** The elements of one dataset, then those of the next. */
export const concatenate = <T>(...datasets: readonly Dataset<T>[]): Dataset<T> =>
  generated(
    function* () {
      for (const dataset of datasets) yield* dataset;
    },
    datasets.reduce<number | null>((sum, { size }) => (sum === null || size === null ? null : sum + size), 0),
  );
