/** Orders and parts of a dataset, drawn with a key: the same key gives the same, every time. */
import { permutation } from '../random/choice.ts';
import type { Key } from '../random/key.ts';
import { fromIterable, generated, refuse, type Access, type Dataset } from './dataset.ts';
import { reindexed } from './elements.ts';

/** A random order of 0 .. n - 1. */
const orderOf = (key: Key, n: number): Int32Array =>
  // Words for as few as no element cannot be drawn.
  n === 0 ? new Int32Array(0) : Int32Array.from(permutation(key, n).dataSync());

interface Positioned<T> {
  readonly access: Access<T>;
  readonly size: number;
}

/** A dataset with its elements by position; one without access is read to its end. */
const positioned = <T>(operation: string, dataset: Dataset<T>): Positioned<T> => {
  if (dataset.size === Infinity)
    return refuse('endless', `${operation}: expected a dataset with an end, got one without. Use take first.`);
  const { access, size } = dataset;
  if (access !== null && size !== null) return { access, size };
  const read = fromIterable([...dataset]);
  return {
    access: read.access ?? refuse('access', `${operation}: expected a list, got none. Use cache.`),
    size: read.size ?? 0,
  };
};

const lazily = <A>(make: () => A): (() => A) => {
  let made: { readonly value: A } | null = null;
  return () => (made ??= { value: make() }).value;
};

/**
 * The elements in a random order of the key. It depends on the key and the number of elements alone, so that each pass gives the same
 * order; for another order in each epoch give `random.foldIn(key, epoch)`. A dataset without access is read whole first.
 */
export const shuffle =
  <T>(key: Key) =>
  (dataset: Dataset<T>): Dataset<T> => {
    if (dataset.access !== null && dataset.size !== null && dataset.size !== Infinity) {
      const { access, size } = dataset;
      const order = lazily(() => orderOf(key, size));
      return reindexed(access, size, (i) => order()[i] ?? i);
    }
    const open = (): Dataset<T> => {
      const { access, size } = positioned('shuffle', dataset);
      const order = orderOf(key, size);
      return reindexed(access, size, (i) => order[i] ?? i);
    };
    return generated(() => open()[Symbol.iterator](), dataset.size);
  };

/** The class of an element, of which every part shall have its share. */
export type Stratum = string | number;

/**
 * Which positions go into which part: the positions in `order`, cut class by class where the running sums of the fractions say. Within a part
 * they keep their order.
 */
export const partsOf = (
  order: Int32Array,
  fractions: readonly number[],
  stratumOf: (position: number) => Stratum,
): readonly Int32Array[] => {
  const sum = fractions.reduce((total, fraction) => total + fraction, 0);
  if (fractions.length === 0 || fractions.some((fraction) => !(fraction >= 0)) || Math.abs(sum - 1) > 1e-9)
    return refuse(
      'fractions',
      `split: expected fractions of at least 0 that sum to 1, got [${fractions.join(', ')}]. Give one for each part.`,
    );
  const strata = Array.from(order, stratumOf);
  const counts = new Map<Stratum, number>();
  for (const stratum of strata) counts.set(stratum, (counts.get(stratum) ?? 0) + 1);
  const ends = fractions.map((_, part) =>
    fractions.slice(0, part + 1).reduce((total, fraction) => total + fraction, 0),
  );
  const seen = new Map<Stratum, number>();
  const parts: number[][] = fractions.map(() => []);
  order.forEach((position, i) => {
    const stratum = strata[i] ?? '';
    const [rank, count] = [seen.get(stratum) ?? 0, counts.get(stratum) ?? 0];
    seen.set(stratum, rank + 1);
    const part = ends.findIndex((end) => rank < Math.round(end * count));
    parts.at(part)?.push(position);
  });
  return parts.map((part) => Int32Array.from(part));
};

export interface SplitOptions<T> {
  /** For a random division; without it the elements are cut as they stand. */
  readonly key?: Key;
  /** The class of an element: each part gets its share of every class, to within one element. */
  readonly stratify?: (element: T) => Stratum;
}

/** The order in which elements are given to the parts. */
export const divisionOrder = (n: number, key?: Key): Int32Array =>
  key === undefined ? Int32Array.from({ length: n }, (_, i) => i) : orderOf(key, n);

type Parts<F extends readonly number[], T> = { readonly [I in keyof F]: Dataset<T> };

/**
 * Parts of a dataset, such as `const [training, validation, test] = split([0.8, 0.1, 0.1], { key })(dataset)`. Every element is in exactly one
 * part. A dataset without access is read whole.
 */
export const split =
  <T, const F extends readonly number[] = readonly number[]>(fractions: F, { key, stratify }: SplitOptions<T> = {}) =>
  (dataset: Dataset<T>): Parts<F, T> => {
    const { access, size } = positioned('split', dataset);
    const stratumOf = (position: number): Stratum => (stratify === undefined ? 0 : stratify(access.at(position)));
    const parts = partsOf(divisionOrder(size, key), fractions, stratumOf).map((positions) =>
      reindexed(access, positions.length, (i) => positions[i] ?? 0),
    );
    return parts as unknown as Parts<F, T>; // sound: one part for each fraction
  };
