/** Histograms over several axes. */
import { ShapeError } from '../array/errors.ts';
import { isNDArray, splat, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { add, convert, div, scale, sub } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum, reshape } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { scatter } from '../primitives/indexing.ts';
import { and, select } from '../primitives/logic.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { binsOf, histogramBinEdges, type HistogramOptions } from './interpolation.ts';
import { asFloat, asOperand } from './promotion.ts';

export interface HistogramddOptions extends Omit<HistogramOptions, 'bins' | 'range'> {
  /** A number of bins for all axes, or for each axis a number or its edges. Default 10. */
  readonly bins?: number | readonly (number | ArrayLike)[];
  /** For each axis, from where to where bins of one width go; `null`: from the smallest to the largest. */
  readonly range?: readonly (readonly [number, number] | null)[];
}

/** The coordinates of the samples, a vector for each axis. */
const coordinates = (sample: ArrayLike | readonly ArrayLike[]): readonly NDArray[] => {
  if (Array.isArray(sample) && sample.every((x) => isNDArray(x)))
    return sample.map((x) => reshape(asFloat(x), [x.size]));
  const points = asFloat(sample as ArrayLike); // sound: nested lists are what is left
  const [n = 0, axes = 1] = points.shape;
  if (points.ndim > 2)
    throw new ShapeError(
      `histogramdd: expected points [n, axes], got ${showType(points.type)}. Reshape it, a row for each point.`,
      'shape.rank',
    );
  return Array.from({ length: axes }, (_, i) =>
    reshape(points.ndim === 2 ? sliceAxis(points, 1, i, i + 1) : points, [n]),
  );
};

const perAxis = <A>(name: string, count: number, given: readonly A[]): readonly A[] => {
  if (given.length === count) return given;
  throw new ShapeError(`histogramdd: expected ${name} for ${count} axes, got ${given.length}. Give one for each axis.`);
};

const edgesOf = (xs: readonly NDArray[], { bins = 10, range }: HistogramddOptions): readonly NDArray[] => {
  const counts = typeof bins === 'number' ? xs.map(() => bins) : perAxis('bins', xs.length, bins);
  const ranges = range === undefined ? xs.map(() => null) : perAxis('ranges', xs.length, range);
  return xs.map((x, i) => {
    const own = ranges[i] ?? null;
    return histogramBinEdges(x, { bins: counts[i] ?? 10, ...(own === null ? {} : { range: own }) });
  });
};

/** One factor for each bin along an axis, in the shape of all. */
const along = (values: NDArray, shape: readonly number[], axis: number): NDArray => broadcast(values, shape, [axis]);

/**
 * How many points fall into each box, as int32 (or the sums of their weights), and the edges along each axis. The sample has a row for each
 * point, or is a list of arrays of coordinates, one for each axis. The last bins are closed, and what is outside of one falls into none.
 */
export const histogramdd = (
  sample: ArrayLike | readonly ArrayLike[],
  options: HistogramddOptions = {},
): readonly [counts: NDArray, edges: readonly NDArray[]] => {
  const xs = coordinates(sample);
  const n = xs[0]?.size ?? 0;
  if (xs.some((x) => x.size !== n))
    throw new ShapeError(
      `histogramdd: expected as many coordinates along each axis, got ${xs.map((x) => x.size).join(', ')}. Each point has one for each axis.`,
    );
  const edges = edgesOf(xs, options);
  const shape = edges.map((edge) => edge.size - 1);
  const size = shape.reduce((product, extent) => product * extent, 1);
  const amount = options.weights === undefined ? splat({ dtype: 'int32', shape: [n] }, 1) : asOperand(options.weights);
  if (amount.size !== n)
    throw new ShapeError(
      `histogramdd: expected a weight for each of ${n} points, got ${showType(amount.type)}. Leave them out to count.`,
      'shape.weights',
    );
  let place = splat({ dtype: 'int32', shape: [n] }, 0);
  let isCounted = splat({ dtype: 'bool', shape: [n] }, 1);
  xs.forEach((x, i) => {
    const { bin, isInside } = binsOf(x, edges[i] ?? x);
    place = add(scale(place, shape[i] ?? 1), bin);
    isCounted = and(isCounted, isInside);
  });
  const flat = reshape(amount, [n]);
  const none = splat({ dtype: flat.dtype, shape: [size] }, 0);
  const counted = select(isCounted, flat, like(flat, 0));
  const sums = scatter(none, reshape(place, [n, 1]), counted, { batch: 0, combine: 'add', unique: false });
  const counts = reshape(sums, shape);
  return [options.density === true ? densityOf(counts, edges) : counts, edges];
};

/** Shares of the total by the volume of the boxes. */
const densityOf = (counts: NDArray, edges: readonly NDArray[]): NDArray => {
  const dtype = edges[0]?.dtype ?? 'float32';
  const shares = convert(counts, dtype);
  const total = reduceSum(
    shares,
    counts.shape.map((_, axis) => axis),
  );
  return edges.reduce(
    (density, edge, axis) => {
      const widths = sub(sliceAxis(edge, 0, 1, edge.size), sliceAxis(edge, 0, 0, edge.size - 1));
      return div(density, along(convert(widths, dtype), counts.shape, axis));
    },
    div(shares, broadcast(total, counts.shape, [])),
  );
};

/** How many pairs of coordinates fall into each rectangle, as `histogramdd`: counts `[x bins, y bins]` and the edges along both axes. */
export const histogram2d = (
  x: ArrayLike,
  y: ArrayLike,
  options: HistogramddOptions = {},
): readonly [counts: NDArray, xEdges: NDArray, yEdges: NDArray] => {
  const [counts, [xEdges = counts, yEdges = counts]] = histogramdd([asFloat(x), asFloat(y)], options);
  return [counts, xEdges, yEdges];
};
