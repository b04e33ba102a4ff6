/** Fills the methods of arrays from one table. Importing this file is what gives arrays their methods. */
import { FluxionError, TraceError } from '../array/errors.ts';
import { formatArray, inspectArray, toNested } from '../array/format.ts';
import type { ArrayMethods } from '../array/methods.ts';
import { type ArrayLike, cellAsIs, cellOf, concrete, copyElements, isTraced, NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { isReadable } from '../core/force.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { reshape as reshapeTo } from '../primitives/broadcast.ts';
import * as a from './arithmetic.ts';
import { copy } from './creation.ts';
import { diagonal } from './grids.ts';
import { take } from './indexing.ts';
import { get } from './lookup.ts';
import { at } from './updates.ts';
import * as m from './manipulation.ts';
import * as p from './products.ts';
import * as r from './reduction.ts';
import { round } from './rounding.ts';
import { cumprod, cumsum } from './running.ts';
import { argsort, sort } from './sorting.ts';

type Method<K extends keyof ArrayMethods<NDArray>> = ArrayMethods<NDArray>[K] extends (
  ...args: infer A extends readonly never[] | readonly unknown[]
) => infer R
  ? (x: NDArray, ...args: A) => R
  : never;
type Table = { readonly [K in Exclude<keyof ArrayMethods<NDArray>, 'T'>]: Method<K> };

const elementsOf = (x: NDArray, reader: string): NDArray => concrete(x, reader);

const item = (x: NDArray): number | boolean => {
  if (x.size !== 1)
    throw new FluxionError(
      'item',
      `item: expected an array of one element, got ${showType(x.type)}. Use toNested or dataSync for more.`,
    );
  const y = elementsOf(x, 'item');
  const { data, value, offset } = cellOf(y);
  const number = data === null ? value : (data[offset] ?? 0);
  return y.dtype === 'bool' ? number === 1 : number;
};

/** What stands for the values in texts where they cannot be had. */
const withoutValues = (x: NDArray): string | null => {
  const { tracer, away } = cellAsIs(x);
  if (away !== null && away.lost !== null) return `${showType(x.type)} ${away.lost}`;
  return tracer === null || isReadable(x) ? null : tracer.describe();
};

const textOf = (x: NDArray): string => withoutValues(x) ?? formatArray(concrete(x, 'toString'));

const toPrimitive = (x: NDArray, hint: string): string | number => {
  if (hint === 'string') return textOf(x);
  if (isTraced(x))
    throw new TraceError(
      `operator: expected methods on a traced ${showType(x.type)}, got a JavaScript operator, which would lose the derivative. Write x.mul(2) for x * 2, and where(x.greater(0), a, b) for a choice.`,
      'trace.operator',
    );
  if (x.size !== 1 || x.ndim > 0)
    throw new FluxionError(
      'operator',
      `operator: expected a scalar for a JavaScript operator, got ${showType(x.type)}. Write x.mul(2) for x * 2.`,
    );
  return Number(item(x));
};

const table: Table = {
  add: a.add,
  subtract: a.subtract,
  sub: a.subtract,
  multiply: a.multiply,
  mul: a.multiply,
  divide: a.divide,
  div: a.divide,
  power: a.power,
  pow: a.power,
  mod: a.mod,
  neg: a.negative,
  abs: a.abs,
  exp: a.exp,
  log: a.log,
  sqrt: a.sqrt,
  square: a.square,
  sin: a.sin,
  cos: a.cos,
  tanh: a.tanh,
  maximum: a.maximum,
  minimum: a.minimum,
  equal: a.equal,
  notEqual: a.notEqual,
  less: a.less,
  lessEqual: a.lessEqual,
  greater: a.greater,
  greaterEqual: a.greaterEqual,
  dot: p.dot,
  matmul: p.matmul,
  sum: r.sum,
  mean: r.mean,
  prod: r.prod,
  var: r.variance_,
  std: r.std,
  any: r.any,
  all: r.all,
  ptp: r.ptp,
  cumsum,
  cumprod,
  sort,
  argsort,
  clip: a.clip,
  round,
  max: r.max,
  min: r.min,
  argmax: r.argmax,
  argmin: r.argmin,
  reshape: m.reshape,
  ravel: m.ravel,
  flatten: m.ravel,
  squeeze: m.squeeze,
  swapaxes: m.swapaxes,
  repeat: m.repeat,
  take,
  diagonal,
  trace: p.trace,
  copy,
  get,
  at,
  transpose: m.transpose,
  astype: a.astype,
  item,
  toNested: (x) => toNested(elementsOf(x, 'toNested')),
  dataSync: (x) => copyElements(elementsOf(x, 'dataSync')),
  data: (x) => Promise.resolve(copyElements(elementsOf(x, 'data'))),
  toJSON: (x) => toNested(elementsOf(x, 'toJSON')),
  toString: textOf,
  [Symbol.iterator]: slices,
  [Symbol.toPrimitive]: toPrimitive,
};

/** Slices along axis 0. */
function* slices(x: NDArray): Generator<NDArray> {
  const [extent] = x.shape;
  if (extent === undefined)
    throw new FluxionError('iterate', 'iterate: expected an array with an axis, got a scalar. Use item().');
  for (let i = 0; i < extent; i++) yield reshapeTo(sliceAxis(x, 0, i, i + 1), x.shape.slice(1));
}

const inspect = Symbol.for('nodejs.util.inspect.custom');

const install = (): void => {
  for (const key of Reflect.ownKeys(table)) {
    // Sound: the keys are those of the table.
    const method = table[key as keyof Table] as (x: NDArray, ...args: readonly ArrayLike[]) => unknown;
    Object.defineProperty(NDArray.prototype, key, {
      configurable: true,
      writable: true,
      value(this: NDArray, ...args: readonly ArrayLike[]) {
        return method(this, ...args);
      },
    });
  }
  Object.defineProperty(NDArray.prototype, 'T', {
    configurable: true,
    get(this: NDArray) {
      return m.transpose(this);
    },
  });
  Object.defineProperty(NDArray.prototype, inspect, {
    configurable: true,
    value(this: NDArray) {
      return withoutValues(this) ?? inspectArray(concrete(this, 'inspect'));
    },
  });
};
install();
