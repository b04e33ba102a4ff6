import * as fc from 'fast-check';
import { pipe } from 'fp-ts/lib/function.js';
import { describe, expect, test } from 'vitest';
import { FluxionError, np, random, type NDArray } from 'fluxion';
import { dataset, type Dataset } from 'fluxion/data';
import { datasetLaws } from 'fluxion/laws';

const {
  batch,
  cache,
  chunk,
  filter,
  fromArrays,
  fromIterable,
  map,
  prefetch,
  repeat,
  shuffle,
  skip,
  split,
  take,
  unbatch,
  window,
  zip,
} = dataset;
const key = random.key(7);
const codeOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    if (error instanceof FluxionError) return `${error.code}: ${error.message}`;
  }
  return 'nothing was thrown';
};
const nested = (d: Iterable<NDArray>) => Array.from(d, (x) => x.toNested());

const lengths = fc.integer({ min: 0, max: 9 });
const pairs = lengths.map((n) => fromArrays({ x: np.arange(2 * n).reshape(n, 2), y: np.arange(n).mul(10) }));
const lists = fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 9 });
const generators = lists.map((list) =>
  fromIterable(function* () {
    for (const n of list) yield { n, twice: [np.array(2 * n)] };
  }),
);
const words = fc.array(fc.string({ maxLength: 3 }), { maxLength: 9 }).map((list) => fromIterable(new Set(list)));
const composed = fc.tuple(pairs, lengths).map(([d, n]) => pipe(d, shuffle(key), skip(1), repeat(2), take(n)));

const suites = [
  datasetLaws({ name: 'arrays', datasets: pairs }),
  datasetLaws({ name: 'generators', datasets: generators }),
  datasetLaws({ name: 'words', datasets: words, stackable: false }),
  datasetLaws({ name: 'arrays shuffled, cut and repeated', datasets: composed }),
  datasetLaws({ name: 'pairs of datasets', datasets: fc.tuple(pairs, pairs).map(([a, b]) => zip(a, b)) }),
  datasetLaws({ name: 'kept generators', datasets: generators.map((d) => cache(d)) }),
];
describe('the laws of datasets', () => {
  for (const { name, check } of suites.flat()) test(name, () => check({ runs: 15 }));
});

describe('datasets', () => {
  test('a pipeline is lazy: what is not asked for is not computed', () => {
    const seen: number[] = [];
    const d = pipe(
      fromIterable([1, 2, 3, 4, 5]),
      map((n) => {
        seen.push(n);
        return n * n;
      }),
      filter((n) => n % 2 === 1),
      take(2),
    );
    expect(seen).toEqual([]);
    expect([...d]).toEqual([1, 9]);
    expect(seen).toEqual([1, 2, 3]);
  });
  test('cache computes once, also for two who take turns, and not after an error', () => {
    let computed = 0;
    let isBroken = true;
    const d = cache(
      fromIterable(function* () {
        for (const n of [1, 2, 3]) {
          computed += 1;
          if (n === 2 && isBroken) throw new Error('torn cable');
          yield n;
        }
      }),
    );
    expect(() => [...d]).toThrow('torn cable');
    isBroken = false;
    computed = 0;
    const [a, b] = [d[Symbol.iterator](), d[Symbol.iterator]()];
    expect([a.next().value, b.next().value, a.next().value, a.next().value, b.next().value]).toEqual([1, 1, 2, 3, 2]);
    expect([[...d], computed]).toEqual([[1, 2, 3], 3]);
  });
  test('batches of slices in order are views, of others copies in one operation', () => {
    const d = fromArrays({ x: np.arange(6), y: np.arange(12).reshape(6, 2) });
    const [first] = pipe(d, skip(1), batch(3));
    expect([first?.x.toNested(), first?.y.toNested()]).toEqual([[1, 2, 3], [[2, 3], [4, 5], [6, 7]]]); // prettier-ignore
    expect(d.access?.gather?.(Int32Array.of(5, 0)).x.toNested()).toEqual([5, 0]);
  });
  test('a filled batch carries weights that tell', () => {
    const d = fromArrays({ x: np.array([5, 6, 7]), weight: np.ones([3]) });
    const last = [...batch<{ x: NDArray; weight: NDArray }>(2, { pad: 0 })(d)].at(-1);
    expect([last?.x.toNested(), last?.weight.toNested()]).toEqual([[7, 0], [1, 0]]); // prettier-ignore
  });
  test('numbers and typed arrays in records are batched as arrays', () => {
    const [first] = batch<{ a: number; b: Int32Array }>(2)(
      fromIterable([
        { a: 1, b: Int32Array.of(1, 2) },
        { a: 2.5, b: Int32Array.of(3, 4) },
      ]),
    );
    expect([first?.a.dtype, first?.a.toNested(), first?.b.dtype, first?.b.toNested()]).toEqual(['float32', [1, 2.5], 'int32', [[1, 2], [3, 4]]]); // prettier-ignore
    expect(first?.a.weak).toBe(false);
  });
  test('another key is another order, and each part of a stratified split has its share', () => {
    const labels = Array.from({ length: 40 }, (_, i) => (i < 30 ? 'common' : 'rare'));
    const d = fromIterable(labels);
    const orders = [1, 2].map((seed) =>
      [...shuffle<readonly [number, string]>(random.key(seed))(dataset.enumerate(d))].map(([i]) => i),
    );
    expect(orders[0]).not.toEqual(orders[1]);
    const parts = split<string>([0.5, 0.3, 0.2], { key, stratify: (label) => label })(d);
    expect(parts.map((part) => [...part].filter((label) => label === 'rare').length)).toEqual([5, 3, 2]);
    expect(parts.map(({ size }) => size)).toEqual([20, 12, 8]);
  });
  test('windows of a series, stacked', () => {
    const series = fromArrays(np.arange(5));
    expect(nested(pipe(series, window(3, { shift: 2 }), map((w) => np.stack(w))))).toEqual([[0, 1, 2], [2, 3, 4]]); // prettier-ignore
  });
  test('unbatch of batches of other sizes', () => {
    expect(nested(unbatch(fromIterable([np.array([1, 2]), np.array([3])])))).toEqual([1, 2, 3]);
  });
  test('chunks of values that are no arrays', () => {
    expect([...chunk<string>(2)(fromIterable(['a', 'b', 'c']))]).toEqual([['a', 'b'], ['c']]);
  });

  test.each<[string, () => unknown, string]>([
    [
      'a batch of none',
      () => batch(0)(fromIterable([1])),
      'data.count: batch: expected a size as a whole number of at least 1, got 0.',
    ],
    [
      'half an element',
      () => take(1.5)(fromIterable([1])),
      'data.count: take: expected a count as a whole number of at least 0, got 1.5.',
    ],
    [
      'a generator that runs once',
      () => [...fromIterable([1].values())],
      'data.once: fromIterable: expected values to go through many times',
    ],
    [
      'arrays that do not pair',
      () => fromArrays({ x: np.ones([3, 2]), y: np.ones([2]) }),
      'shape.data: fromArrays: .y: expected 3 elements along axis 0 as in .x, got float32[2].',
    ],
    [
      'a scalar',
      () => fromArrays(np.ones([])),
      'shape.data: fromArrays: expected arrays with a first axis, got float32[].',
    ],
    ['no arrays', () => fromArrays({}), 'shape.data: fromArrays: expected arrays with a first axis, got no arrays.'],
    [
      'fractions beyond the whole',
      () => split([0.9, 0.2])(fromIterable([1])),
      'data.fractions: split: expected fractions of at least 0 that sum to 1, got [0.9, 0.2].',
    ],
    [
      'shuffling without end',
      () => [...shuffle(key)(repeat()(fromIterable([1])))],
      'data.endless: shuffle: expected a dataset with an end',
    ],
    [
      'arrays of unequal shapes',
      () => [...batch(2)(fromIterable([np.ones([2]), np.ones([3])]))],
      'shape.data: stack: element: expected [2] in every element, got [3] at 1.',
    ],
    [
      'texts to be stacked',
      () => [...batch(2)(fromIterable(['a', 'b']))],
      'data.structure: stack: expected elements of one structure, got another at 1.',
    ],
  ])('%s is one sentence', (_, body, sentence) => expect(codeOf(body)).toContain(sentence));
});

describe('going through a dataset with for await', () => {
  const gather = async <T>(d: Dataset<T>): Promise<readonly T[]> => {
    const seen: T[] = [];
    for await (const element of d) seen.push(element);
    return seen;
  };
  const numbers = fromIterable([1, 2, 3, 4, 5]);

  test('gives what for gives, prefetched or not, however slow the body is', async () => {
    expect(await gather(numbers)).toEqual([...numbers]);
    expect(await gather(prefetch<number>(2)(numbers))).toEqual([...numbers]);
    const seen: number[] = [];
    for await (const n of prefetch<number>(2)(numbers)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(n);
    }
    expect(seen).toEqual([...numbers]);
  });
  test('prefetch computes ahead while the body waits, and no further than it was told', async () => {
    const computed: number[] = [];
    const d = pipe(
      numbers,
      map((n) => {
        computed.push(n);
        return n;
      }),
      prefetch(2),
    );
    const iterator = d[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(computed).toEqual([1, 2, 3]);
    await iterator.return?.();
    expect((await iterator.next()).done).toBe(true);
  });
  test('an error comes where its element would have come', async () => {
    const d = pipe(
      numbers,
      map((n) => {
        if (n === 3) throw new Error('three');
        return n;
      }),
      prefetch(2),
    );
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const n of d) {
          seen.push(n);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      })(),
    ).rejects.toThrow('three');
    expect(seen).toEqual([1, 2]);
  });
});
