/** What must hold of datasets: those of the library and those that users make. */
import * as fc from 'fast-check';
import { pipe } from 'fp-ts/lib/function.js';
import { isNDArray, tree } from 'fluxion';
import { dataset, type Dataset } from 'fluxion/data';
import { keys } from './arbitrary.ts';
import { fact, law, type Law } from './law.ts';

export interface DatasetCase<T> {
  readonly name: string;
  /** Datasets with an end. */
  readonly datasets: fc.Arbitrary<Dataset<T>>;
  /** An element as text, different for different elements. By default its JSON, with arrays in full. */
  readonly show?: (element: unknown) => string;
  /** Whether elements are trees of arrays and numbers of one structure, so that they can be batched. Default true. */
  readonly stackable?: boolean;
}

/** An element as JSON, arrays with type, shape and every value. */
const asText = (element: unknown): string =>
  JSON.stringify(element, function (this: Readonly<Record<string, unknown>>, key, value: unknown) {
    // An array makes JSON of itself before it gets here.
    const original = this[key];
    return isNDArray(original) ? [original.dtype, original.shape, Array.from(original.dataSync(), String)] : value;
  }) ?? 'undefined';

type Show = (element: unknown) => string;
const texts = (elements: Iterable<unknown>, show: Show): readonly string[] => Array.from(elements, (e) => show(e));
const expectSame = (got: Iterable<unknown>, expected: Iterable<unknown>, show: Show): void => {
  const [a, b] = [texts(got, show), texts(expected, show)];
  const at = a.findIndex((text, i) => text !== b[i]);
  if (at >= 0) throw new Error(`element ${at}: expected ${b[at] ?? 'no element'}, got ${a[at] ?? 'no element'}`);
  if (a.length !== b.length) throw new Error(`expected ${b.length} elements, got ${a.length}`);
};
const counts = fc.integer({ min: 0, max: 8 });
const sizes = fc.integer({ min: 1, max: 5 });

const interfaceLaws = <T>({ name, datasets, show = asText }: DatasetCase<T>): readonly Law[] => [
  law(
    `${name}: every pass gives the same elements, also when another is under way`,
    fc.property(datasets, (d) => {
      const first = texts(d, show);
      const broken = d[Symbol.iterator]();
      broken.next();
      expectSame(d, d, show);
      broken.return?.();
      if (texts(d, show).join() !== first.join()) throw new Error('a later pass gave other elements');
    }),
  ),
  law(
    `${name}: size is the number of elements, where it is known`,
    fc.property(datasets, (d) => {
      const count = [...d].length;
      if (d.size !== null && d.size !== count) throw new Error(`expected size ${count}, got ${d.size}`);
    }),
  ),
  law(
    `${name}: access by position gives the elements in order, and gather stacks them`,
    fc.property(datasets, fc.array(fc.nat()), (d, some) => {
      const { access, size } = d;
      if (access === null || size === null) return;
      expectSame(
        Array.from({ length: size }, (_, i) => access.at(i)),
        d,
        show,
      );
      if (access.gather === null || size === 0 || some.length === 0) return;
      const positions = Int32Array.from(some, (n) => n % size);
      const stacked = dataset.stack(Array.from(positions, (i) => access.at(i)));
      expectSame([access.gather(positions)], [stacked], show);
    }),
  ),
];

const elementLaws = <T>({ name, datasets, show = asText }: DatasetCase<T>): readonly Law[] => [
  law(
    `${name}: map is a functor`,
    fc.property(datasets, (d) => {
      const [f, g] = [(element: T) => [element], (element: unknown) => ({ element })];
      expectSame(dataset.map((element: T) => element)(d), d, show);
      expectSame(pipe(d, dataset.map(f), dataset.map(g)), dataset.map((element: T) => g(f(element)))(d), show);
      expectSame(dataset.map(f)(d), Array.from(d, f), show);
    }),
  ),
  law(
    `${name}: filters compose, and keep what lists keep`,
    fc.property(datasets, (d) => {
      const isLong = (element: T): boolean => show(element).length % 2 === 0;
      const isOther = (element: T): boolean => show(element).length % 3 !== 0;
      expectSame(
        pipe(d, dataset.filter(isLong), dataset.filter(isOther)),
        [...d].filter((element) => isLong(element) && isOther(element)),
        show,
      );
    }),
  ),
];

const partLaws = <T>({ name, datasets, show = asText }: DatasetCase<T>): readonly Law[] => [
  law(
    `${name}: take and skip part a dataset, concatenate joins it`,
    fc.property(datasets, counts, counts, (d, n, m) => {
      expectSame(dataset.concatenate(dataset.take<T>(n)(d), dataset.skip<T>(n)(d)), d, show);
      expectSame(dataset.take<T>(n)(d), [...d].slice(0, n), show);
      expectSame(pipe(d, dataset.skip<T>(n), dataset.skip<T>(m)), dataset.skip<T>(n + m)(d), show);
      expectSame(pipe(d, dataset.take<T>(n), dataset.take<T>(m)), dataset.take<T>(Math.min(n, m))(d), show);
    }),
  ),
  law(
    `${name}: concatenate is a monoid, repeat its powers`,
    fc.property(datasets, datasets, datasets, counts, (a, b, c, n) => {
      const { concatenate, repeat } = dataset;
      expectSame(concatenate(concatenate(a, b), c), concatenate(a, concatenate(b, c)), show);
      expectSame(concatenate(a, concatenate<T>()), a, show);
      expectSame(repeat<T>(n)(a), concatenate(...Array.from({ length: n }, () => a)), show);
      expectSame(pipe(a, repeat<T>(), dataset.take<T>(n)), pipe(a, repeat<T>(n), dataset.take<T>(n)), show);
    }),
  ),
];

const togetherLaws = <T>({ name, datasets, show = asText }: DatasetCase<T>): readonly Law[] => [
  law(
    `${name}: zip pairs, enumerate counts`,
    fc.property(datasets, datasets, (a, b) => {
      const [left, right] = [[...a], [...b]];
      const length = Math.min(left.length, right.length);
      expectSame(
        dataset.zip(a, b),
        left.slice(0, length).map((element, i) => [element, right[i]]),
        show,
      );
      expectSame(
        dataset.enumerate(a),
        left.map((element, i) => [i, element]),
        show,
      );
    }),
  ),
];

const keepingLaws = <T>({ name, datasets, show = asText }: DatasetCase<T>): readonly Law[] => [
  law(
    `${name}: windows are the slices of the list`,
    fc.property(datasets, sizes, sizes, (d, size, shift) => {
      const all = [...d];
      const starts = all.flatMap((_, i) => (i % shift === 0 && i + size <= all.length ? [i] : []));
      expectSame(
        dataset.window<T>(size, { shift })(d),
        starts.map((i) => all.slice(i, i + size)),
        show,
      );
    }),
  ),
  law(
    `${name}: cache and prefetch change nothing`,
    fc.property(datasets, counts, (d, n) => {
      const kept = dataset.cache(d);
      expectSame(dataset.take<T>(n)(kept), dataset.take<T>(n)(d), show);
      expectSame(kept, d, show);
      expectSame(kept, d, show);
      expectSame(dataset.prefetch<T>(n + 1)(d), d, show);
    }),
  ),
];

const orderLaws = <T>({ name, datasets, show = asText }: DatasetCase<T>): readonly Law[] => [
  law(
    `${name}: shuffle is a permutation that depends on the key alone`,
    fc.property(datasets, keys(), (d, key) => {
      const shuffled = dataset.shuffle<T>(key)(d);
      expectSame(texts(shuffled, show).toSorted(), texts(d, show).toSorted(), String);
      expectSame(dataset.shuffle<T>(key)(d), shuffled, show);
      // The order is one of positions: it commutes with map.
      expectSame(
        pipe(d, dataset.map(show), dataset.shuffle(key)),
        pipe(d, dataset.shuffle<T>(key), dataset.map(show)),
        String,
      );
    }),
  ),
  law(
    `${name}: split puts every element into one part, and every class into all parts by its share`,
    fc.property(datasets, keys(), fc.integer({ min: 0, max: 10 }), (d, key, tenths) => {
      const share = tenths / 10;
      const stratify = (element: T): number => show(element).length % 2;
      const parts = dataset.split<T>([share, 1 - share], { key, stratify })(d);
      expectSame(texts(dataset.concatenate(...parts), show).toSorted(), texts(d, show).toSorted(), String);
      for (const stratum of [0, 1]) {
        const count = (elements: Iterable<T>): number => [...elements].filter((e) => stratify(e) === stratum).length;
        const [got, wanted] = [count(parts[0] ?? []), share * count(d)];
        if (Math.abs(got - wanted) > 0.5 + 1e-9) throw new Error(`expected ${wanted} of class ${stratum}, got ${got}`);
      }
      const [head, tail] = dataset.split<T, readonly [number, number]>([share, 1 - share])(d);
      expectSame(dataset.concatenate(head, tail), d, show);
    }),
  ),
];

const batchLaws = <T>({ name, datasets, show = asText }: DatasetCase<T>): readonly Law[] => [
  law(
    `${name}: unbatch after batch is the identity`,
    fc.property(datasets, sizes, (d, size) => {
      // What is batched are arrays: numbers have become such.
      const wanted = Array.from(d, (element) => dataset.stack([element])).flatMap((one) => [
        ...dataset.fromArrays(one),
      ]);
      expectSame(pipe(d, dataset.batch(size), dataset.unbatch), wanted, show);
    }),
  ),
  law(
    `${name}: batches are stacked chunks; the last is kept, left out or filled`,
    fc.property(datasets, sizes, (d, size) => {
      const chunks = [...dataset.chunk<T>(size)(d)];
      const full = chunks.filter(({ length }) => length === size);
      expectSame(
        dataset.batch<T>(size)(d),
        chunks.map((elements) => dataset.stack(elements)),
        show,
      );
      expectSame(
        dataset.batch<T>(size, { dropRemainder: true })(d),
        full.map((elements) => dataset.stack(elements)),
        show,
      );
      const filled = [...dataset.batch<T>(size, { pad: 0 })(d)];
      for (const batch of filled)
        for (const leaf of tree.leaves(batch))
          if (isNDArray(leaf) && leaf.shape[0] !== size)
            throw new Error(`expected ${size} rows, got ${leaf.shape[0] ?? 0}`);
      expectSame(
        pipe(dataset.fromIterable(filled), dataset.unbatch, dataset.take([...d].length)),
        pipe(d, dataset.batch<T>(size), dataset.unbatch),
        show,
      );
    }),
  ),
];

/** The laws of the interface, and of every function on datasets applied to these. */
export const datasetLaws = <T>(given: DatasetCase<T>): readonly Law[] => [
  ...interfaceLaws(given),
  ...elementLaws(given),
  ...partLaws(given),
  ...togetherLaws(given),
  ...keepingLaws(given),
  ...orderLaws(given),
  ...(given.stackable === false ? [] : batchLaws(given)),
  fact(`${given.name}: the empty dataset stays empty`, () => {
    const empty: Dataset<T> = dataset.fromIterable<T>([]);
    const stages = [
      dataset.repeat<T>(),
      dataset.repeat<T>(3),
      dataset.take<T>(2),
      dataset.skip<T>(2),
      dataset.cache<T>,
    ];
    for (const stage of stages) expectSame(stage(empty), [], asText);
    expectSame(dataset.zip(empty, empty), [], asText);
  }),
];
