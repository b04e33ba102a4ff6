/**
 * Loops that read along one axis and write along another, as transposes do: blocks of four by four, whose vectors are read as they lie and turned
 * in registers. Four rows are written at once, so that a line of the cache is used whole while it is there.
 */
import { bytesOf } from '../../array/dtype.ts';
import type { Expression } from '../expression.ts';
import type { Held } from './lanes.ts';
import { loadVector, storeVector } from './access.ts';
import { evaluate, vectorReader, walkers, type NestPlan, type Reader } from './evaluate.ts';
import { advance, countLoop, placeKey } from './loops.ts';

const side = 4;

/** The places that lie along `outer` and not along the innermost axis, by their keys. */
const turnedPlaces = ({ places, strides, movers, shape }: NestPlan, outer: number): ReadonlySet<string> => {
  const inner = shape.length - 1;
  const isTurned = (at: number): boolean =>
    strides[at]?.[outer] === 1 && (strides[at]?.[inner] ?? 0) > 1 && movers[at]?.unit === 4;
  return new Set([...places].filter(([, at]) => isTurned(at)).map(([key]) => key));
};

/** The axis along which some place lies that the loop would read element by element; `null` if there is none. */
export const turnedAxis = (plan: NestPlan): number | null => {
  const { shape, lanes, values, strides } = plan;
  const inner = shape.length - 1;
  if (lanes !== 'four' || inner < 1 || (shape[inner] ?? 1) < side) return null;
  if (values.some((v, t) => bytesOf(v.dtype) !== 4 || strides[t]?.[inner] !== 1)) return null;
  const axes = shape.map((_, axis) => axis).slice(0, inner);
  return axes.findLast((axis) => (shape[axis] ?? 1) >= side && turnedPlaces(plan, axis).size > 0) ?? null;
};

/** Four vectors as four others: lane `i` of vector `j` becomes lane `j` of vector `i`. */
const turn = ({ f }: NestPlan, rows: readonly number[]): readonly number[] => {
  const [a = 0, b = 0, c = 0, d = 0] = rows;
  const made = (x: number, y: number, lanes: readonly [number, number, number, number]): number => {
    const local = f.local('v128');
    f.body
      .get(x)
      .get(y)
      .shuffle32(...lanes)
      .set(local);
    return local;
  };
  const [low, high, low2, high2] = [
    made(a, b, [0, 4, 1, 5]),
    made(a, b, [2, 6, 3, 7]),
    made(c, d, [0, 4, 1, 5]),
    made(c, d, [2, 6, 3, 7]),
  ];
  return [
    made(low, low2, [0, 1, 4, 5]),
    made(low, low2, [2, 3, 6, 7]),
    made(high, high2, [0, 1, 4, 5]),
    made(high, high2, [2, 3, 6, 7]),
  ];
};

/** A block of four rows (along `outer`) by one vector, from the places in `locals`. */
const writeBlock = (plan: NestPlan, outer: number, locals: readonly number[]): void => {
  const { f, shape, strides, units, places, values } = plan;
  const inner = shape.length - 1;
  const turned = new Map<string, readonly number[]>();
  for (const key of turnedPlaces(plan, outer)) {
    const at = places.get(key) ?? 0;
    const step = (strides[at]?.[inner] ?? 0) * (units[at] ?? 1);
    const columns = Array.from({ length: side }, (_, i) => {
      const local = f.local('v128');
      loadVector(f.body, 'float32', locals[at] ?? 0, i * step).set(local);
      return local;
    });
    turned.set(key, turn(plan, columns));
  }
  for (let row = 0; row < side; row++) {
    const own = locals.map((local, m) => {
      const step = row * (strides[m]?.[outer] ?? 0) * (units[m] ?? 1);
      if (step === 0) return local;
      const moved = f.local('i32');
      f.body.get(local).i32(step).op('i32.add').set(moved);
      return moved;
    });
    const plain = vectorReader(plan, own, inner);
    const read: Reader = (place) => {
      const vectors = turned.get(placeKey(place));
      return vectors === undefined ? plain(place) : { dtype: place.dtype, local: vectors[row] ?? 0 };
    };
    const seen = new Map<Expression, Held>();
    const results = values.map((v) => evaluate(plan.vector, read, v, seen));
    results.forEach((value, t) => storeVector(f.body, own[t] ?? 0, value));
  }
};

/** Emit all blocks of a range of four rows; `rest` writes the elements behind the last whole vector of each row. */
export const turnedRows = (
  plan: NestPlan,
  outer: number,
  start: readonly number[],
  rest: (locals: readonly number[]) => void,
): void => {
  const { f, shape, strides, units } = plan;
  const inner = shape.length - 1;
  const extent = shape[inner] ?? 1;
  const [along, across] = [strides.map((s) => s[inner] ?? 0), strides.map((s) => s[outer] ?? 0)];
  const own = walkers(f, start, along);
  countLoop(f, Math.floor(extent / side), () => {
    writeBlock(plan, outer, own);
    advance(f, own, start, along, units, side);
  });
  countLoop(f, extent % side, () => {
    const rows = walkers(f, own, across);
    countLoop(f, side, () => {
      rest(rows);
      advance(f, rows, own, across, units, 1);
    });
    advance(f, own, start, along, units, 1);
  });
};
