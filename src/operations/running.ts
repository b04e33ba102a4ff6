/** Running reductions along an axis. */
import type { DType } from '../array/dtype.ts';
import type { RunningOptions } from '../array/methods.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { reshape } from '../primitives/broadcast.ts';
import * as c from '../primitives/cumulation.ts';
import { like } from '../primitives/elementwise.ts';
import { concatenate, sliceAxis } from '../primitives/slicing.ts';
import { axisOf } from './axes.ts';
import { asOperand } from './promotion.ts';
import { asCount } from './reduction.ts';

export type { RunningOptions };
export type Running = (x: ArrayLike, options?: number | null | RunningOptions) => NDArray;

const running =
  (
    name: string,
    f: (x: NDArray, axis: number) => NDArray,
    prepare: (x: ArrayLike, dtype?: DType) => NDArray = asOperand,
  ): Running =>
  (value, given) => {
    const { axis = null, dtype } = typeof given === 'number' ? { axis: given } : (given ?? {});
    const x = prepare(value, dtype);
    return axis === null ? f(reshape(x, [x.size]), 0) : f(x, axisOf(name, x.type, axis));
  };
/** Running sums; of all elements in order without an axis. */
export const cumsum = running('cumsum', (x, axis) => c.cumsum(x, axis), asCount);
/** Running products; of all elements in order without an axis. */
export const cumprod = running('cumprod', (x, axis) => c.cumprod(x, axis), asCount);
/** Running maxima; of all elements in order without an axis. */
export const cummax = running('cummax', (x, axis) => c.cummax(x, axis));
/** Running minima; of all elements in order without an axis. */
export const cummin = running('cummin', (x, axis) => c.cummin(x, axis));

export interface CumulativeSumOptions extends RunningOptions {
  /** Whether to begin with 0, which makes the axis one longer. */
  readonly includeInitial?: boolean;
}
/** Running sums as the array API has them: of arrays with several axes the axis must be said. */
export const cumulativeSum = (
  value: ArrayLike,
  { axis, dtype, includeInitial = false }: CumulativeSumOptions = {},
): NDArray => {
  const x = asCount(value, dtype);
  const at = axisOf('cumulativeSum', x.type, axis ?? (x.ndim === 1 ? 0 : NaN));
  const sums = c.cumsum(x, at);
  return includeInitial ? concatenate([like(sliceAxis(pad1(x, at), at, 0, 1), 0), sums], at) : sums;
};
/** `x` with at least one element along the axis. */
const pad1 = (x: NDArray, axis: number): NDArray =>
  (x.shape[axis] ?? 0) > 0 ? x : like({ dtype: x.dtype, shape: x.shape.map((n, a) => (a === axis ? 1 : n)) }, 0);
