/** Stable sorting of several arrays together along one axis. */
import type { NDArray } from '../array/ndarray.ts';
import type { SortKernel } from '../kernels/kernel.ts';
import { arrayOf, eachIndex, freshView, nth, viewOf } from './view.ts';

/** Ascending; NaN after everything else; -0 equals 0. */
const order = (x: number, y: number): number => {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return x < y ? -1 : x > y ? 1 : 0;
};

/** JavaScript's own sort is stable; it sorts the positions along the axis by the keys there, the first key first. */
export const runSort = ({ axis, keys }: SortKernel, operands: readonly NDArray[]): readonly NDArray[] => {
  const { shape } = nth(operands, 0);
  const pairs = operands.map((x) => ({ dtype: x.dtype, from: viewOf(x), to: freshView(x.type) }));
  eachIndex(
    shape.map((extent, a) => (a === axis ? Math.min(extent, 1) : extent)),
    (index) => {
      const at = (position: number): number[] => index.map((i, a) => (a === axis ? position : i));
      const line = Array.from({ length: nth(shape, axis) }, (_, position) => position);
      line.sort(
        (p, q) =>
          pairs
            .slice(0, keys)
            .map(({ from }) => order(from.get(...at(p)), from.get(...at(q))))
            .find((sign) => sign !== 0) ?? 0,
      );
      for (const { from, to } of pairs)
        line.forEach((source, position) => to.set(...at(position), from.get(...at(source))));
    },
  );
  return pairs.map(({ dtype, to }) => arrayOf(dtype, to));
};
