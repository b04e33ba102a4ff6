/** Pooling to a size that is told, whatever the size of the input. */
import type { NDArray } from '../array/ndarray.ts';
import { reshape } from '../operations/manipulation.ts';
import { asFloat } from '../operations/promotion.ts';
import { max, mean, sum } from '../operations/reduction.ts';
import { along } from '../operations/selection.ts';
import { multiply } from '../operations/arithmetic.ts';
import { array } from '../operations/creation.ts';
import { perAxis } from '../operations/window-padding.ts';
import { nth } from '../primitives/record.ts';
import type { Layer } from './layer.ts';
import { spatialOf, type PerAxis } from './window.ts';

/** PyTorch's bins: the i-th of `count` goes from `floor(i n / count)` to `ceil((i + 1) n / count)`; neighbours may share elements. */
const binsOf = (extent: number, count: number): readonly (readonly [start: number, end: number])[] =>
  Array.from({ length: count }, (_, i) => [Math.floor((i * extent) / count), Math.ceil(((i + 1) * extent) / count)]);

/** An axis as two: bins, and the elements of each, the last one again where a bin is shorter. */
const binned = (x: NDArray, axis: number, count: number): readonly [bins: NDArray, lengths: readonly number[]] => {
  const extent = nth(x.shape, axis);
  const bins = binsOf(extent, count);
  const lengths = bins.map(([start, end]) => end - start);
  const longest = Math.max(...lengths);
  const isEven = extent === count * longest;
  const positions = bins.flatMap(([start, end]) =>
    Array.from({ length: longest }, (_, i) => Math.min(start + i, end - 1)),
  );
  const shape = [...x.shape.slice(0, axis), count, longest, ...x.shape.slice(axis + 1)];
  return [reshape(isEven ? x : along(x, axis, positions), shape), lengths];
};

const largest = (x: NDArray, axis: number, count: number): NDArray => max(binned(x, axis, count)[0], axis + 1);

const average = (x: NDArray, axis: number, count: number): NDArray => {
  const [bins, lengths] = binned(x, axis, count);
  const longest = nth(bins.shape, axis + 1);
  if (lengths.every((length) => length === longest)) return mean(bins, axis + 1);
  const weights = lengths.map((length) => Array.from({ length: longest }, (_, i) => (i < length ? 1 / length : 0)));
  const places = new Array<number>(bins.ndim - axis - 2).fill(1);
  const shaped = reshape(array(weights, x.dtype), [count, longest, ...places]);
  return sum(multiply(bins, shaped), axis + 1);
};

const adaptive = (
  kind: string,
  rank: number,
  size: PerAxis,
  f: (x: NDArray, axis: number, count: number) => NDArray,
): Layer<null, null> => {
  const counts = perAxis(kind, 'an output size', size, rank);
  return {
    anatomy: { kind, settings: { size } },
    init: (_, inputShape) => {
      const [, channels] = spatialOf(kind, inputShape, rank);
      return { params: null, state: null, outputShape: [...counts, channels] };
    },
    apply: (_, state, x) => [counts.reduce((y, count, i) => f(y, x.ndim - rank - 1 + i, count), asFloat(x)), state],
  };
};

/** The largest of each of `size` bins along one axis, as in PyTorch: bins go from `floor(i n / size)` to `ceil((i + 1) n / size)`. */
export const adaptiveMaxPool1d = (size: PerAxis): Layer<null, null> => adaptive('adaptiveMaxPool1d', 1, size, largest);
/** The largest of each bin of an image: `[..., height, width, channels] -> [..., ...size, channels]`; see `adaptiveMaxPool1d`. */
export const adaptiveMaxPool2d = (size: PerAxis): Layer<null, null> => adaptive('adaptiveMaxPool2d', 2, size, largest);
/** The largest of each bin of a volume; see `adaptiveMaxPool1d`. */
export const adaptiveMaxPool3d = (size: PerAxis): Layer<null, null> => adaptive('adaptiveMaxPool3d', 3, size, largest);
/** The mean of each of `size` bins along one axis; bins as for `adaptiveMaxPool1d`. */
export const adaptiveAvgPool1d = (size: PerAxis): Layer<null, null> => adaptive('adaptiveAvgPool1d', 1, size, average);
/** The mean of each bin of an image; see `adaptiveAvgPool1d`. */
export const adaptiveAvgPool2d = (size: PerAxis): Layer<null, null> => adaptive('adaptiveAvgPool2d', 2, size, average);
/** The mean of each bin of a volume; see `adaptiveAvgPool1d`. */
export const adaptiveAvgPool3d = (size: PerAxis): Layer<null, null> => adaptive('adaptiveAvgPool3d', 3, size, average);
