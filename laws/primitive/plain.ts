/** What primitives that move or fold elements give, element by element from plain indices: kept apart from kernels and their readers. */
import type { DType, NDArray, Shape } from 'fluxion';
import type { Case } from './specimen.ts';

type Index = readonly number[];

/** All indices of a shape in row-major order. */
const indices = (shape: Shape): readonly Index[] =>
  shape.reduce<readonly Index[]>(
    (all, extent) => all.flatMap((index) => Array.from({ length: extent }, (_, i) => [...index, i])),
    [[]],
  );

/** The element at an index; `undefined` outside. */
const reader = (x: NDArray): ((index: Index) => number | undefined) => {
  const values = x.dataSync();
  return (index) => {
    const isInside = index.every((i, axis) => Number.isInteger(i) && i >= 0 && i < (x.shape[axis] ?? 0));
    return isInside ? values[index.reduce((at, i, axis) => at * (x.shape[axis] ?? 1) + i, 0)] : undefined;
  };
};

/** The elements of the first output from its index. */
const each =
  <P>(f: (index: Index, params: P, inputs: readonly NDArray[]) => number) =>
  ({ params, inputs, results }: Case): readonly number[] =>
    // Sound: the specimens draw the params of their primitives.
    indices(results[0]?.shape ?? []).map((index) => f(index, params as P, inputs));

/** The first operand at an index. */
const from = ([x]: readonly NDArray[], index: Index): number => (x === undefined ? undefined : reader(x)(index)) ?? NaN;
const clamp = (value: number, most: number): number => Math.max(0, Math.min(value, most));
const startsOf = (starts: readonly NDArray[], whole: Shape, part: Shape): Index =>
  starts.map((start, axis) => clamp(start.dataSync()[0] ?? 0, (whole[axis] ?? 0) - (part[axis] ?? 0)));

interface Lists {
  readonly axes: Index;
  readonly order: Index;
  readonly start: Index;
  readonly stride: Index;
  readonly low: Index;
  readonly interior: Index;
  readonly sizes: Shape;
  readonly axis: number;
  readonly reverse: boolean;
}

const padded = (index: Index, { low, interior }: Lists, [x, value]: readonly NDArray[]): number => {
  const place = index.map((i, axis) => (i - (low[axis] ?? 0)) / ((interior[axis] ?? 0) + 1));
  return (x === undefined ? undefined : reader(x)(place)) ?? value?.dataSync()[0] ?? NaN;
};

const joined = (index: Index, { axis }: Lists, inputs: readonly NDArray[]): number => {
  let rest = index[axis] ?? 0;
  for (const x of inputs) {
    const extent = x.shape[axis] ?? 0;
    if (rest < extent) return from([x], index.with(axis, rest));
    rest -= extent;
  }
  return NaN;
};

const updated = (index: Index, _: unknown, [x, part, ...starts]: readonly NDArray[]): number => {
  if (x === undefined || part === undefined) return NaN;
  const start = startsOf(starts, x.shape, part.shape);
  return reader(part)(index.map((i, axis) => i - (start[axis] ?? 0))) ?? from([x], index);
};

const flat = ({ inputs: [x] }: Case): readonly number[] => Array.from(x?.dataSync() ?? []);

/** By the names of primitives that move elements. */
export const moved: { readonly [name: string]: (drawn: Case) => readonly number[] } = {
  broadcast: each((index, { axes }: Lists, inputs) =>
    from(
      inputs,
      axes.map((axis, i) => (inputs[0]?.shape[i] === 1 ? 0 : (index[axis] ?? 0))),
    ),
  ),
  transpose: each((index, { order }: Lists, inputs) =>
    from(
      inputs,
      order.map((_, axis) => index[order.indexOf(axis)] ?? 0),
    ),
  ),
  reshape: flat,
  barrier: flat,
  slice: each((index, { start, stride }: Lists, inputs) =>
    from(
      inputs,
      index.map((i, axis) => (start[axis] ?? 0) + i * (stride[axis] ?? 1)),
    ),
  ),
  reverse: each((index, { axes }: Lists, inputs) =>
    from(
      inputs,
      index.map((i, axis) => (axes.includes(axis) ? (inputs[0]?.shape[axis] ?? 0) - 1 - i : i)),
    ),
  ),
  pad: each(padded),
  concatenate: each(joined),
  dynamicSlice: each((index, { sizes }: Lists, [x, ...starts]) => {
    if (x === undefined) return NaN;
    const start = startsOf(starts, x.shape, sizes);
    return from(
      [x],
      index.map((i, axis) => i + (start[axis] ?? 0)),
    );
  }),
  dynamicUpdateSlice: each(updated),
};

type Join = (dtype: DType, elements: readonly number[]) => number;
const isFloat = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64';

const ends: { readonly [D in DType]: readonly [lowest: number, highest: number] } = {
  float32: [-Infinity, Infinity],
  float64: [-Infinity, Infinity],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
  uint8: [0, 255],
  bool: [0, 1],
};
const sum: Join = (_, elements) => elements.reduce((a, b) => a + b, 0);
const product: Join = (dtype, elements) => elements.reduce((a, b) => (isFloat(dtype) ? a * b : Math.imul(a, b)), 1);
const largest: Join = (dtype, elements) => Math.max(ends[dtype][0], ...elements);
const smallest: Join = (dtype, elements) => Math.min(ends[dtype][1], ...elements);
const firstWhere = (elements: readonly number[], wanted: number): number =>
  elements.findIndex((v) => v === wanted || (Number.isNaN(v) && Number.isNaN(wanted)));

const reduced = (join: Join) =>
  each((index, { axes }: Lists, [x]) => {
    if (x === undefined) return NaN;
    const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
    const read = reader(x);
    const all = indices(axes.map((axis) => x.shape[axis] ?? 1)).map((inner) =>
      x.shape.map((_, axis) => (axes.includes(axis) ? inner[axes.indexOf(axis)] : index[kept.indexOf(axis)]) ?? 0),
    );
    return join(
      x.dtype,
      all.flatMap((place) => read(place) ?? []),
    );
  });

const lineOf = (x: NDArray, axis: number, at: (i: number) => Index): readonly number[] => {
  const read = reader(x);
  return Array.from({ length: x.shape[axis] ?? 0 }, (_, i) => read(at(i)) ?? NaN);
};

const positioned = (join: Join) =>
  each((index, { axis }: Lists, [x]) => {
    if (x === undefined) return NaN;
    const line = lineOf(x, axis, (i) => [...index.slice(0, axis), i, ...index.slice(axis)]);
    return firstWhere(line, join(x.dtype, line));
  });

const running = (join: Join) =>
  each((index, { axis, reverse }: Lists, [x]) => {
    if (x === undefined) return NaN;
    const at = index[axis] ?? 0;
    const line = lineOf(x, axis, (i) => index.with(axis, i));
    return join(x.dtype, reverse ? line.slice(at).reverse() : line.slice(0, at + 1));
  });

/** By the names of primitives that fold elements. */
export const folded: { readonly [name: string]: (drawn: Case) => readonly number[] } = {
  reduceSum: reduced(sum),
  reduceProd: reduced(product),
  reduceMax: reduced(largest),
  reduceMin: reduced(smallest),
  reduceAnd: reduced(smallest),
  reduceOr: reduced(largest),
  argmax: positioned(largest),
  argmin: positioned(smallest),
  cumsum: running(sum),
  cumprod: running(product),
  cummax: running(largest),
  cummin: running(smallest),
};
