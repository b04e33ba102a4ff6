/** Operations of random programs that put elements together: reductions, running ones, products, sorting. */
import { lax, np, type NDArray } from 'fluxion';
import { at, type Params } from './program.ts';
import {
  floatsOf,
  floatType,
  pick,
  pickAxis,
  sizeLimit,
  sizeOf,
  withExtent,
  without,
  type Known,
  type Maker,
  type Operation,
} from './operation.ts';

type Bound = (bound: number, count: number) => number;

const axesOf = (params: Params): readonly number[] | null => params['axis'] as readonly number[] | null; // sound: made so below

/** A reduction over one axis or all, kept as extents of 1 or not. */
const reduction = (
  name: string,
  f: (x: NDArray, options: { axis: readonly number[] | null; keepdims: boolean }) => NDArray,
  bound: Bound,
  least = 0,
  more: Partial<Operation> = {},
): Operation => ({
  name,
  apply: ({ inputs, params }) => [f(at(inputs, 0), { axis: axesOf(params), keepdims: params['keepdims'] === true })],
  choose: (maker) => {
    const x = pick(
      maker.draw,
      floatsOf(maker).filter((v) => v.type.shape.every((n) => n >= least)),
    );
    if (x === null) return null;
    const { shape } = x.type;
    const axis = pick(maker.draw, [
      null,
      ...shape.map((_, i) => [i]),
      ...(shape.length > 1 ? [[0, shape.length - 1]] : []),
    ]);
    const keepdims = maker.draw.below(2) === 1;
    const isReduced = (i: number): boolean => axis === null || axis.includes(i);
    const reduced = keepdims ? shape.map((n, i) => (isReduced(i) ? 1 : n)) : shape.filter((_, i) => !isReduced(i));
    const count = sizeOf(shape.filter((_, i) => isReduced(i)));
    return {
      inputs: [x],
      params: { axis, keepdims },
      outputs: [{ type: floatType(reduced), bound: bound(x.bound, count) }],
    };
  },
  ...more,
});

const running = (
  name: string,
  f: (x: NDArray, axis: number, reverse: boolean) => NDArray,
  bound: Bound,
  more: Partial<Operation> = {},
): Operation => ({
  name,
  apply: ({ inputs, params }) => [f(at(inputs, 0), Number(params['axis']), params['reverse'] === true)],
  choose: (maker) => {
    const found = pickAxis(maker, floatsOf(maker));
    if (found === null) return null;
    const { value, axis, extent } = found;
    return {
      inputs: [value],
      params: { axis, reverse: maker.draw.below(2) === 1 },
      outputs: [{ type: value.type, bound: bound(value.bound, extent) }],
    };
  },
  ...more,
});

const same = (b: number): number => b;
const product: Bound = (b, n) => Math.max(1, b) ** n;

export const smoothReductions: readonly Operation[] = [
  reduction('sum', np.sum, (b, n) => b * n),
  reduction('mean', np.mean, same, 1),
  reduction('logsumexp', np.logsumexp, (b, n) => b + Math.log(n), 1),
  reduction('prod', np.prod, product),
  running('cumsum', lax.cumsum, (b, n) => b * n),
  running('cumprod', lax.cumprod, product),
];

export const kinkedReductions: readonly Operation[] = [
  reduction('max', np.max, same, 1, { kink: true }),
  reduction('min', np.min, same, 1, { kink: true }),
  running('cummax', lax.cummax, same, { kink: true }),
  running('sort', (x, axis) => np.sort(x, axis), same, { kink: true }),
  {
    name: 'argmax',
    kink: true,
    apply: ({ inputs, params }) => [np.argmax(at(inputs, 0), Number(params['axis']))],
    choose: (maker) => {
      const found = pickAxis(maker, floatsOf(maker), 1);
      if (found === null) return null;
      const { value, axis, extent } = found;
      const type = { element: 'int32', shape: without(value.type.shape, axis) } as const;
      return { inputs: [value], params: { axis }, outputs: [{ type, bound: extent - 1 }] };
    },
  },
];

/** The pairs of values that a matrix product accepts: the last axis of one with the one before the last of the other. */
const multiplicands = (maker: Maker): readonly { a: Known; b: Known; shape: readonly number[]; inner: number }[] =>
  floatsOf(maker).flatMap((a) =>
    floatsOf(maker).flatMap((b) => {
      const [x, y] = [a.type.shape, b.type.shape];
      if (x.length < 1 || y.length < 1 || x.length + y.length > 5) return [];
      const inner = at(x, x.length - 1);
      if (inner !== at(y, Math.max(0, y.length - 2))) return [];
      const [lead, tail] = [x.slice(0, -1), y.length > 1 ? y.slice(-1) : []];
      const [batchX, batchY] = [lead.slice(0, -1), y.slice(0, -2)];
      if (batchX.length > 0 && batchY.length > 0 && batchX.join() !== batchY.join()) return [];
      const shape = [...(batchX.length > 0 ? batchX : batchY), ...lead.slice(-1), ...tail];
      return sizeOf(shape) > sizeLimit ? [] : [{ a, b, shape, inner }];
    }),
  );

export const products: readonly Operation[] = [
  {
    name: 'matmul',
    apply: ({ inputs }) => [np.matmul(at(inputs, 0), at(inputs, 1))],
    choose: (maker) => {
      const found = pick(maker.draw, multiplicands(maker));
      if (found === null) return null;
      const { a, b, shape, inner } = found;
      return { inputs: [a, b], outputs: [{ type: floatType(shape), bound: a.bound * b.bound * Math.max(1, inner) }] };
    },
  },
  {
    name: 'outer',
    apply: ({ inputs }) => [
      np.einsum(at(inputs, 0).ndim === 1 ? 'i,j->ij' : 'bi,bj->bij', at(inputs, 0), at(inputs, 1)),
    ],
    choose: (maker) => {
      const a = pick(
        maker.draw,
        floatsOf(maker).filter((v) => [1, 2].includes(v.type.shape.length)),
      );
      if (a === null) return null;
      const [batch, last] = [a.type.shape.slice(0, -1), a.type.shape.length - 1];
      const b = pick(
        maker.draw,
        floatsOf(maker).filter(
          (v) => v.type.shape.length === last + 1 && withExtent(v.type.shape, last, 0).join() === [...batch, 0].join(),
        ),
      );
      if (b === null) return null;
      const shape = [...a.type.shape, at(b.type.shape, last)];
      return sizeOf(shape) > sizeLimit
        ? null
        : { inputs: [a, b], outputs: [{ type: floatType(shape), bound: a.bound * b.bound }] };
    },
  },
  {
    name: 'quadratic',
    apply: ({ inputs }) => [np.einsum('ij,kj,ij->ik', at(inputs, 0), at(inputs, 0), at(inputs, 0))],
    choose: (maker) => {
      const a = pick(
        maker.draw,
        floatsOf(maker).filter((v) => v.type.shape.length === 2),
      );
      if (a === null) return null;
      const [rows, columns] = [at(a.type.shape, 0), at(a.type.shape, 1)];
      return { inputs: [a], outputs: [{ type: floatType([rows, rows]), bound: a.bound ** 3 * Math.max(1, columns) }] };
    },
  },
];
