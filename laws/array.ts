/** What must hold of arrays as values: views are like copies, nothing changes them, broadcasting is NumPy's. */
import * as fc from 'fast-check';
import { np, type NDArray, type Shape } from 'fluxion';
import { allDTypes, arrays, broadcastableShapes, shapes } from './arbitrary.ts';
import { assertAllClose, exact } from './close.ts';
import { law, type Law } from './law.ts';

/** A row-major array of the same elements, made from numbers. */
const copied = (x: NDArray): NDArray => np.reshape(np.array(x.dataSync(), x.dtype), x.shape);
const same = (x: NDArray, y: NDArray, what: string): void => assertAllClose(x, y, what, exact);

/** Functions of one array of any type and shape, each a different way to read elements. */
const readings: { readonly [name: string]: (x: NDArray) => NDArray } = {
  transpose: (x) => x.T,
  flip: (x) => np.flip(x),
  ravel: (x) => x.ravel(),
  reshape: (x) => x.reshape(-1, 1),
  stack: (x) => np.stack([x, x], -1),
  compare: (x) => np.equal(x, x),
  cast: (x) => x.astype('float32'),
  negate: (x) => np.negative(x.astype('int32')),
  where: (x) => np.where(x, x, np.zerosLike(x)),
  outer: (x) => np.outer(x.astype('float64'), [1, 2]),
  sum: (x) => np.sum(x.astype('float64'), { axis: null, keepdims: true }),
  sort: (x) => np.sort(x.ravel()),
  repeat: (x) => np.tile(x, 2),
  take: (x) => np.take(x, [0, -1], undefined, { mode: 'clip' }),
  pad: (x) => np.pad(x, 1),
};
const reading = fc.constantFrom(...Object.keys(readings));
const any = arrays({ dtype: allDTypes, range: 'all', shape: shapes({ minExtent: 0 }) });
const filled = arrays({ dtype: allDTypes, shape: shapes({ minExtent: 1 }) });

/** The element at an index as nested lists have it. */
const at = (x: NDArray, index: Shape): unknown =>
  index.reduce<unknown>((list, i) => (list as readonly unknown[])[i], x.toNested()); // sound: the index is within the shape

const indices = (shape: Shape): readonly Shape[] =>
  shape.reduce<readonly Shape[]>(
    (all, extent) => all.flatMap((index) => Array.from({ length: extent }, (_, i) => [...index, i])),
    [[]],
  );

const viewLaws = (): readonly Law[] => [
  law(
    'a view and a copy of it cannot be told apart',
    fc.property(filled, reading, (x, name) => {
      const f = readings[name] ?? ((y: NDArray) => y);
      same(f(x), f(copied(x)), name);
    }),
  ),
  law(
    'a view of a view is the view of a copy',
    fc.property(filled, reading, reading, (x, first, second) => {
      const [f, g] = [readings[first], readings[second]];
      if (f !== undefined && g !== undefined) same(g(f(x)), g(copied(f(x))), `${second} of ${first}`);
    }),
  ),
  law(
    'transpose turns indices round',
    fc.property(any, (x) => {
      for (const index of indices(x.shape)) {
        const [there, here] = [at(x.T, index.toReversed()), at(x, index)];
        if (!Object.is(there, here))
          throw new Error(`at ${index.join()}: expected ${String(here)}, got ${String(there)}`);
      }
    }),
  ),
  law(
    'flip twice and transpose twice change nothing',
    fc.property(any, (x) => {
      same(np.flip(np.flip(x)), x, 'flip twice');
      same(x.T.T, x, 'transpose twice');
    }),
  ),
  law(
    'iteration gives the slices along axis 0, which stack to the whole',
    fc.property(arrays({ dtype: allDTypes, range: 'all', shape: shapes({ minRank: 1, minExtent: 1 }) }), (x) =>
      same(np.stack([...x]), x, 'stack of the slices'),
    ),
  ),
];

/** Everything that a user may write to after it has been in touch with an array. */
const immutabilityLaws = (): readonly Law[] => [
  law(
    'no function changes what it is given',
    fc.property(filled, reading, (x, name) => {
      const before = copied(x);
      readings[name]?.(x);
      same(x, before, name);
    }),
  ),
  law(
    'what reads elements gives a copy',
    fc.property(any, (x) => {
      const before = copied(x);
      x.dataSync().fill(1);
      x.ravel().dataSync().fill(1);
      const nested = x.toNested();
      // Sound: lists are lists at run time, whatever their type says.
      if (Array.isArray(nested)) (nested as unknown[]).fill(1);
      same(x, before, 'after writing to what was read');
    }),
  ),
  law(
    'what makes arrays takes a copy',
    fc.property(fc.array(fc.integer({ min: 0, max: 255 })), (values) => {
      for (const store of [Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array, Uint8ClampedArray]) {
        const given = store.from(values);
        const x = np.array(given);
        const y = np.add(given, 0);
        given.fill(7);
        same(x, np.array(values, x.dtype), `array of a ${store.name}`);
        same(y, np.array(values, x.dtype), `sum of a ${store.name}`);
      }
      const shape = [values.length];
      const z = np.zeros(shape);
      shape[0] = 9;
      if (z.shape[0] !== values.length) throw new Error('a shape was kept, not copied');
    }),
  ),
];

const broadcastLaws = (): readonly Law[] => [
  law(
    'an element of a sum is the sum of the elements that NumPy pairs',
    fc.property(
      broadcastableShapes(2).chain(([a = [], b = []]) =>
        fc.tuple(arrays({ dtype: 'int32', shape: a }), arrays({ dtype: 'int32', shape: b })),
      ),
      ([x, y]) => {
        const sum = np.add(x, y);
        const rank = Math.max(x.ndim, y.ndim);
        const extent = (z: NDArray, axis: number): number => z.shape[axis - rank + z.ndim] ?? 1;
        const expected = Array.from({ length: rank }, (_, axis) =>
          extent(x, axis) === 1 ? extent(y, axis) : extent(x, axis),
        );
        if (sum.shape.join() !== expected.join())
          throw new Error(`expected shape [${expected.join()}], got [${sum.shape.join()}]`);
        const part = (z: NDArray, index: Shape): unknown =>
          at(
            z,
            index.slice(rank - z.ndim).map((i, axis) => (z.shape[axis] === 1 ? 0 : i)),
          );
        for (const index of indices(expected))
          if (at(sum, index) !== Number(part(x, index)) + Number(part(y, index)))
            throw new Error(`at ${index.join()}: the elements do not add up`);
      },
    ),
  ),
];

/** The laws of arrays. */
export const arrayLaws = (): readonly Law[] => [...viewLaws(), ...immutabilityLaws(), ...broadcastLaws()];
