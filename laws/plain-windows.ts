/** Convolutions and window reductions by their definitions, in plain loops over all indices. */
import { np, type lax, type NDArray } from 'fluxion';
import type { ConvCase, WindowCase } from './window-cases.ts';

type Index = readonly number[];

const at = (list: Index, i: number): number => list[i] ?? 0;

/** Every index of a shape, the last axis running fastest. */
const indicesOf = (shape: Index): readonly Index[] =>
  shape.reduce<readonly Index[]>(
    (lists, extent) => lists.flatMap((list) => Array.from({ length: extent }, (_, i) => [...list, i])),
    [[]],
  );

const reader = (x: NDArray): ((index: Index) => number) => {
  const data = x.dataSync();
  return (index) => data[index.reduce((sum, i, axis) => sum * at(x.shape, axis) + i, 0)] ?? NaN;
};

/** How much is added in front, and how many windows there are, along one axis. */
const along = (
  padding: lax.Padding,
  axis: number,
  extent: number,
  spread: number,
  span: number,
  stride: number,
): readonly [low: number, count: number] => {
  let pair: readonly [number, number] = [0, 0];
  if (typeof padding !== 'string') pair = padding[axis] ?? pair;
  else if (padding !== 'VALID') {
    const total = Math.max(0, (Math.ceil(extent / stride) - 1) * stride + span - extent);
    const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
    pair = padding === 'SAME' ? [less, more] : [more, less];
  }
  return [pair[0], Math.max(0, Math.floor((spread + pair[0] + pair[1] - span) / stride) + 1)];
};

/** The position in an array whose elements are `dilation` apart; `null` between and outside. */
const undilated = (position: number, dilation: number, extent: number): number | null => {
  const index = position / dilation;
  return Number.isInteger(index) && index >= 0 && index < extent ? index : null;
};

/** A convolution's sizes by name. */
const sizesOf = ({ lhs, rhs, options }: ConvCase) => {
  const [left = [], right = [], out = []] = options.dimensionNumbers.map((letters) => letters.split(''));
  const spatial = left.filter((c) => c !== 'N' && c !== 'C');
  const windows = spatial.map((c, i) => {
    const [input, kernel] = [at(lhs.shape, left.indexOf(c)), at(rhs.shape, right.indexOf(c))];
    const spread = (input - 1) * at(options.lhsDilation, i) + 1;
    const span = (kernel - 1) * at(options.rhsDilation, i) + 1;
    const [low, count] = along(options.padding, i, input, spread, span, at(options.windowStrides, i));
    return { input, kernel, low, count };
  });
  const made = at(rhs.shape, right.indexOf('O'));
  return {
    left,
    right,
    out,
    spatial,
    windows,
    read: at(rhs.shape, right.indexOf('I')),
    made,
    batch: at(lhs.shape, left.indexOf('N')) / options.batchGroupCount,
    perGroup: made / (options.featureGroupCount * options.batchGroupCount),
  };
};

/** The convolution of a case. */
export const plainConvolution = (given: ConvCase): NDArray => {
  const { lhs, rhs, options } = given;
  const { left, right, out, spatial, windows, read, made, batch, perGroup } = sizesOf(given);
  const [getLeft, getRight] = [reader(lhs), reader(rhs)];
  const arranged = (letters: readonly string[], named: { readonly [c: string]: number }, s: Index): Index =>
    letters.map((c) => named[c] ?? at(s, spatial.indexOf(c)));
  const shape = arranged(
    out,
    { N: batch, C: made },
    windows.map((w) => w.count),
  );
  const place = (o: number, k: number, i: number): number | null =>
    undilated(
      o * at(options.windowStrides, i) + k * at(options.rhsDilation, i) - (windows[i]?.low ?? 0),
      at(options.lhsDilation, i),
      windows[i]?.input ?? 0,
    );
  const kernels = indicesOf(windows.map((w) => w.kernel));
  const values = indicesOf(shape).map((index) => {
    const of = (c: string): number => at(index, out.indexOf(c));
    const group = Math.floor(of('C') / perGroup);
    let sum = 0;
    for (const k of kernels) {
      const inside = spatial.map((c, i) => place(of(c), at(k, i), i)).filter((i) => i !== null);
      if (inside.length < spatial.length) continue;
      for (let c = 0; c < read; c++) {
        const N = options.batchGroupCount > 1 ? group * batch + of('N') : of('N');
        const C = options.featureGroupCount > 1 ? group * read + c : c;
        sum += getLeft(arranged(left, { N, C }, inside)) * getRight(arranged(right, { O: of('C'), I: c }, k));
      }
    }
    return sum;
  });
  return np.reshape(np.array(values, lhs.dtype), shape);
};

/** What each window of a case holds: the indices inside the array, first to last. */
export const plainWindows = ({
  x,
  options,
}: WindowCase): { readonly shape: Index; readonly windows: readonly (readonly Index[])[] } => {
  const { windowDimensions, windowStrides, windowDilation, padding } = options;
  const axes = x.shape.map((extent, axis) =>
    along(
      padding,
      axis,
      extent,
      extent,
      (at(windowDimensions, axis) - 1) * at(windowDilation, axis) + 1,
      at(windowStrides, axis),
    ),
  );
  const shape = axes.map(([, count]) => count);
  const offsets = indicesOf(windowDimensions);
  const windows = indicesOf(shape).map((o) =>
    offsets
      .map((k) =>
        o.map(
          (i, axis) => i * at(windowStrides, axis) + at(k, axis) * at(windowDilation, axis) - (axes[axis]?.[0] ?? 0),
        ),
      )
      .filter((p) => p.every((i, axis) => i >= 0 && i < at(x.shape, axis))),
  );
  return { shape, windows };
};

/** One number for each window of a case. */
export const plainReduction = (given: WindowCase, reduce: (values: readonly number[]) => number): NDArray => {
  const { shape, windows } = plainWindows(given);
  const get = reader(given.x);
  return np.reshape(
    np.array(
      windows.map((w) => reduce(w.map(get))),
      given.x.dtype,
    ),
    shape,
  );
};
