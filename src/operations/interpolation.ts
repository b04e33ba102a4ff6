/** What stands between places: linear interpolation, histograms. */
import { ShapeError } from '../array/errors.ts';
import { splat, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { add, convert, div, max as larger, min as smaller, mul, sub } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum, reshape } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { gather, scatter } from '../primitives/indexing.ts';
import { iota } from '../primitives/iota.ts';
import { and, eq, ge, gt, le, lt, select } from '../primitives/logic.ts';
import { concatenate, sliceAxis } from '../primitives/slicing.ts';
import { sort } from '../primitives/sorting.ts';
import { mod } from './arithmetic.ts';
import { asFloat, asOperand, promote } from './promotion.ts';
import { max, min } from './reduction.ts';
import { searchsorted } from './searching.ts';

const pick = (x: NDArray, at: NDArray): NDArray => gather(x, reshape(at, [...at.shape, 1]), { batch: 0, mode: 'clip' });

const vector = (name: string, x: NDArray): NDArray => {
  if (x.ndim !== 1 || x.size === 0)
    throw new ShapeError(`${name}: expected a vector with elements, got ${showType(x.type)}. Use ravel.`, 'shape.rank');
  return x;
};

export interface InterpOptions {
  /** The value below all places. Default: that at the first. */
  readonly left?: ArrayLike;
  /** The value above all places. Default: that at the last. */
  readonly right?: ArrayLike;
  /** The length after which places repeat; they need not ascend then, and nothing lies outside. */
  readonly period?: number;
}

/** Places within one period in ascending order, with a neighbour beyond each end. */
const unrolled = (xp: NDArray, fp: NDArray, period: number): readonly [NDArray, NDArray] => {
  const [places, values] = sort([mod(xp, period), fp], 0) as readonly [NDArray, NDArray]; // sound: two in, two out
  const n = places.size;
  const moved = (at: number, by: number): NDArray => {
    const one = sliceAxis(places, 0, at, at + 1);
    return add(one, like(one, by));
  };
  return [
    concatenate([moved(n - 1, -period), places, moved(0, period)], 0),
    concatenate([sliceAxis(values, 0, n - 1, n), values, sliceAxis(values, 0, 0, 1)], 0),
  ];
};

/** The value at `x` of the polygon through `(xp, fp)`, where `xp` ascends. */
export const interp = (
  x: ArrayLike,
  xp: ArrayLike,
  fp: ArrayLike,
  { left, right, period }: InterpOptions = {},
): NDArray => {
  const [at, knots, heights] = promote(asFloat(x), xp, fp) as readonly [NDArray, NDArray, NDArray]; // sound: three in, three out
  if (vector('interp', knots).size !== vector('interp', heights).size)
    throw new ShapeError(
      `interp: expected as many values as places, got ${showType(heights.type)} at ${showType(knots.type)}.`,
      'shape.interp',
    );
  const [places, values] = period === undefined ? [knots, heights] : unrolled(knots, heights, period);
  const point = period === undefined ? at : mod(at, period);
  const n = places.size;
  const found = searchsorted(places, point, { side: 'right' });
  const upper = smaller(larger(found, like(found, 1)), like(found, Math.max(1, n - 1)));
  const lower = sub(upper, like(upper, 1));
  const [x0, x1, y0, y1] = [pick(places, lower), pick(places, upper), pick(values, lower), pick(values, upper)];
  const width = sub(x1, x0);
  const isStep = eq(width, like(width, 0));
  const share = div(sub(point, x0), select(isStep, like(width, 1), width));
  const inside = select(isStep, y1, add(y0, mul(share, sub(y1, y0))));
  if (period !== undefined) return inside;
  const end = (i: number): NDArray => broadcast(reshape(sliceAxis(places, 0, i, i + 1), []), point.shape, []);
  const outer = (given: ArrayLike | undefined, i: number): NDArray =>
    broadcast(
      given === undefined ? reshape(sliceAxis(values, 0, i, i + 1), []) : convert(asOperand(given), values.dtype),
      point.shape,
      [],
    );
  const raised = select(lt(point, end(0)), outer(left, 0), inside);
  return select(gt(point, end(n - 1)), outer(right, n - 1), raised);
};

export interface HistogramOptions {
  /** A number of bins of one width, or their edges. Default 10. */
  readonly bins?: number | ArrayLike;
  /** From where to where bins of one width go. Default: from the smallest to the largest. */
  readonly range?: readonly [number, number];
  /** What each element counts. Default 1. */
  readonly weights?: ArrayLike;
  /** Whether to divide by the total and the widths, so that the area is 1. Default false. */
  readonly density?: boolean;
}

/** The edges of the bins of a histogram, one more than bins. */
export const histogramBinEdges = (value: ArrayLike, { bins = 10, range }: HistogramOptions = {}): NDArray => {
  const x = asFloat(value);
  if (typeof bins !== 'number') return vector('histogramBinEdges', convert(asOperand(bins), x.dtype));
  if (!Number.isInteger(bins) || bins < 1)
    throw new ShapeError(`histogram: expected a whole number of bins, got ${bins}. At least one is needed.`);
  const given = (at: 0 | 1): NDArray => splat({ dtype: x.dtype, shape: [] }, range?.[at] ?? at);
  const [from, to] = range !== undefined || x.size === 0 ? [given(0), given(1)] : [min(x), max(x)];
  // Where all are equal, half to each side.
  const isPoint = eq(from, to);
  const half = select(isPoint, like(from, 0.5), like(from, 0));
  const [low, high] = [sub(from, half), add(to, half)].map((edge) => broadcast(edge, [bins + 1], []));
  const [start = from, stop = to] = [low, high];
  const counts = iota({ dtype: x.dtype, shape: [bins + 1] }, 0);
  const line = add(start, mul(counts, div(sub(stop, start), like(stop, bins))));
  return select(eq(counts, like(counts, bins)), stop, line);
};

/** The bin of each element of a vector, and whether it falls into one: the last bin is closed, and NaN falls into none. */
export const binsOf = (x: NDArray, edges: NDArray): { readonly bin: NDArray; readonly isInside: NDArray } => {
  const bins = edges.size - 1;
  const end = (i: number): NDArray => broadcast(reshape(sliceAxis(edges, 0, i, i + 1), []), x.shape, []);
  const found = sub(searchsorted(edges, x, { side: 'right' }), splat({ dtype: 'int32', shape: x.shape }, 1));
  const bin = smaller(found, like(found, bins - 1));
  return { bin: larger(bin, like(bin, 0)), isInside: and(ge(x, end(0)), le(x, end(bins))) };
};

/** How many elements fall into each bin, as int32 (or the sums of their weights), and the edges; the last bin is closed. NaN falls into none. */
export const histogram = (
  value: ArrayLike,
  options: HistogramOptions = {},
): readonly [counts: NDArray, edges: NDArray] => {
  const { weights, density = false } = options;
  const given = asFloat(value);
  const edges = histogramBinEdges(given, options);
  const x = reshape(given, [given.size]);
  const bins = edges.size - 1;
  const { bin, isInside } = binsOf(x, edges);
  const amount = weights === undefined ? splat({ dtype: 'int32', shape: x.shape }, 1) : asOperand(weights);
  if (amount.size !== x.size)
    throw new ShapeError(
      `histogram: expected a weight for each element, got ${showType(amount.type)} for ${showType(given.type)}.`,
      'shape.weights',
    );
  const flat = reshape(amount, [x.size]);
  const counts = scatter(
    splat({ dtype: flat.dtype, shape: [bins] }, 0),
    reshape(bin, [x.size, 1]),
    select(isInside, flat, like(flat, 0)),
    { batch: 0, combine: 'add', unique: false },
  );
  if (!density) return [counts, edges];
  const widths = sub(sliceAxis(edges, 0, 1, bins + 1), sliceAxis(edges, 0, 0, bins));
  const shares = convert(counts, edges.dtype);
  return [div(div(shares, widths), broadcast(reduceSum(shares, [0]), [bins], [])), edges];
};
