/** What index expressions must do: read and write what the plain definition says, under every transformation. */
import * as fc from 'fast-check';
import {
  isNDArray,
  jit,
  np,
  vmap,
  type Index,
  type IndexOptions,
  type Indices,
  type NDArray,
  type Updates,
} from 'fluxion';
import { withReference } from 'fluxion/reference';
import { assertAllClose, exact } from './close.ts';
import { checkGrads } from './derivative.ts';
import { distinct, indexCases, type IndexCase } from './index-expression.ts';
import { law, type Law } from './law.ts';
import { flatPosition, sourcesOf } from './plain-indexing.ts';

/** Sound: the arguments are indices, with options behind them. */
const indicesOf = (list: readonly Index<NDArray>[], options?: IndexOptions): Indices<NDArray> =>
  (options === undefined ? list : [...list, options]) as Indices<NDArray>;
const read = (x: NDArray, list: readonly Index<NDArray>[], options?: IndexOptions): NDArray =>
  x.get(...indicesOf(list, options));
const ready = (x: NDArray, list: readonly Index<NDArray>[], options?: IndexOptions): Updates<NDArray> =>
  x.at(...indicesOf(list, options));
const arrayOf = (shape: readonly number[], values: readonly number[]): NDArray =>
  np.reshape(np.array([...values], 'float64'), shape);

/** The nearest coordinates in range. */
const nearest = (shape: readonly number[], coordinates: readonly number[]): readonly number[] =>
  coordinates.map((at, axis) => Math.min(Math.max(at, 0), (shape[axis] ?? 1) - 1));

const plainRead = ({ x, indices }: IndexCase, isClipped: boolean): NDArray => {
  const { shape, coordinates } = sourcesOf(x.shape, indices);
  const data = x.dataSync();
  return arrayOf(
    shape,
    coordinates.map((place) => data[flatPosition(x.shape, isClipped ? nearest(x.shape, place) : place) ?? -1] ?? NaN),
  );
};

type Join = (a: number, b: number) => number;
const plainWrite = ({ x, indices }: IndexCase, join: Join, values: NDArray): NDArray => {
  const out = [...x.dataSync()];
  const from = values.dataSync();
  sourcesOf(x.shape, indices).coordinates.forEach((place, i) => {
    const at = flatPosition(x.shape, place);
    if (at !== null) out[at] = join(out[at] ?? NaN, from[i] ?? NaN);
  });
  return arrayOf(x.shape, out);
};

/** Values for all of a part, none near an element of the array. */
const valuesFor = ({ x, indices }: IndexCase): NDArray => distinct(sourcesOf(x.shape, indices).shape).add(1 / 16);

type Write = readonly [name: Exclude<keyof Updates<NDArray>, 'get' | 'apply'>, join: Join];
const writes: readonly Write[] = [
  ['set', (_, b) => b],
  ['add', (a, b) => a + b],
  ['subtract', (a, b) => a - b],
  ['multiply', (a, b) => a * b],
  ['divide', (a, b) => a / b],
  ['min', Math.min],
  ['max', Math.max],
];
const someWrite = fc.constantFrom(...writes);

const valueLaws = (): readonly Law[] => [
  law(
    'get: the elements that the plain definition says, the nearest out of range',
    fc.property(indexCases({ outside: true }), (c) => {
      const expected = plainRead(c, true);
      assertAllClose(read(c.x, c.indices), expected, 'get', exact);
      assertAllClose(ready(c.x, c.indices).get(), expected, 'at.get', exact);
      assertAllClose(read(c.x, c.indices, { mode: 'fill' }), plainRead(c, false), 'fill', exact);
      withReference(() => assertAllClose(read(c.x, c.indices), expected, 'reference', exact));
    }),
  ),
  law(
    'at: writes where the plain definition says, in order, nothing out of range',
    fc.property(indexCases({ outside: true }), someWrite, (c, [name, join]) => {
      const values = valuesFor(c);
      assertAllClose(ready(c.x, c.indices)[name](values), plainWrite(c, join, values), name);
      const one = np.array(0.75, 'float64');
      assertAllClose(
        ready(c.x, c.indices)[name](0.75),
        plainWrite(c, join, np.broadcastTo(one, values.shape)),
        `${name} of a number`,
      );
    }),
  ),
  law(
    'at: apply writes what a function makes of what is read',
    fc.property(indexCases(), (c) => {
      const tripled = plainRead(c, true).mul(3);
      assertAllClose(
        ready(c.x, c.indices).apply((z) => z.mul(3)),
        plainWrite(c, (_, b) => b, tripled),
      );
    }),
  ),
];

/** The expression as a function of its positions, numbers among them as scalars; masks are held. */
const positionsIn = (
  indices: readonly Index<NDArray>[],
): {
  readonly positions: readonly NDArray[];
  readonly using: (positions: readonly NDArray[]) => readonly Index<NDArray>[];
} => {
  const isMoving = (index: Index<NDArray>): boolean =>
    typeof index === 'number' || (isNDArray(index) && index.dtype === 'int32');
  const positions = indices.flatMap((index) =>
    typeof index === 'number' ? [np.array(index, 'int32')] : isNDArray(index) && isMoving(index) ? [index] : [],
  );
  const using = (given: readonly NDArray[]): readonly Index<NDArray>[] => {
    let next = 0;
    return indices.map((index) => (isMoving(index) ? (given[next++] ?? index) : index));
  };
  return { positions, using };
};

const jitLaws = (): readonly Law[] => [
  law(
    'get and at: jit is the identity, with computed positions too',
    fc.property(indexCases({ outside: true }), someWrite, (c, [name]) => {
      const values = valuesFor(c);
      const { positions, using } = positionsIn(c.indices);
      const reads = (x: NDArray, at: readonly NDArray[]): NDArray => read(x, using(at));
      const write = (x: NDArray, at: readonly NDArray[], v: NDArray): NDArray => ready(x, using(at))[name](v);
      assertAllClose(jit(reads)(c.x, positions), read(c.x, c.indices), 'get', exact);
      assertAllClose(jit(write)(c.x, positions, values), ready(c.x, c.indices)[name](values), name);
    }),
  ),
];

/** Other positions of the same kind for each of three examples. */
const threeOf = (positions: NDArray, extent: number): NDArray =>
  np.stack([positions, positions.sub(1), positions.add(2)].map((p) => np.clip(p, -extent, extent)));

const batchLaws = (): readonly Law[] => [
  law(
    'get and at: vmap is a loop, over arrays, values and positions',
    fc.property(indexCases({ outside: true }), someWrite, fc.integer({ min: 1, max: 7 }), (c, [name], bits) => {
      const { positions, using } = positionsIn(c.indices);
      const all = [c.x, valuesFor(c), ...positions];
      const isMapped = all.map((_, i) => (bits & (1 << Math.min(i, 2))) !== 0);
      if (!isMapped.includes(true)) return;
      const stacked = all.map((value, i) => {
        if (isMapped[i] !== true) return value;
        return i < 2 ? np.stack([value, value.mul(2), value.add(1)]) : threeOf(value, 4);
      });
      const f = (args: readonly NDArray[]): readonly NDArray[] => {
        const [x = c.x, v = c.x, ...at] = args;
        return [read(x, using(at)), ready(x, using(at))[name](v)];
      };
      const got = vmap(f, { inAxes: [isMapped.map((mapped) => (mapped ? 0 : null))] })(stacked);
      const each = [0, 1, 2].map((n) => f(stacked.map((value, i) => (isMapped[i] === true ? value.get(n) : value))));
      got.forEach((y, i) => assertAllClose(y, np.stack(each.map((row) => row[i] ?? y)), i === 0 ? 'get' : name));
    }),
  ),
];

/** Whether no position is meant twice. */
const isUnique = ({ x, indices }: IndexCase): boolean => {
  const { coordinates } = sourcesOf(x.shape, indices);
  return new Set(coordinates.map(String)).size === coordinates.length;
};

const derivativeOf = (name: Write[0], c: IndexCase): void => {
  const values = valuesFor(c);
  const options = isUnique(c) ? { uniqueIndices: true } : {};
  const isFactor = name === 'multiply' || name === 'divide';
  // The derivative in factors that meet is not known to the engine: they are held.
  if (isFactor && !isUnique(c)) checkGrads((x: NDArray) => ready(x, c.indices, options)[name](values), [c.x]);
  else checkGrads((x: NDArray, v: NDArray) => ready(x, c.indices, options)[name](v), [c.x, values], { directions: 1 });
};

const derivativeLaws = (): readonly Law[] => [
  law(
    'get: derivatives of both orders, with repeated positions',
    fc.property(indexCases({ maxRank: 2 }), (c) => {
      const f = (x: NDArray): readonly NDArray[] => [np.sin(read(x, c.indices)), read(x, c.indices, { mode: 'fill' })];
      checkGrads(f, [c.x], { directions: 1 });
    }),
  ),
  law(
    'at: derivatives of both orders in the array and the values, with repeated positions',
    fc.property(indexCases({ maxRank: 2 }), someWrite, (c, [name]) => derivativeOf(name, c)),
  ),
];

/** The laws of `get` and `at`. */
export const indexingLaws = (): readonly Law[] => [...valueLaws(), ...jitLaws(), ...batchLaws(), ...derivativeLaws()];
