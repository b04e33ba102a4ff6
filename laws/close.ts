/** When two results count as equal: the one place for tolerances, each with its reason. */
import type { DType, NDArray } from 'fluxion';

/** Allowed difference: `absolute + relative * size`. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/**
 * Results of the same arithmetic in another order (jit, vmap, another fold): a few hundred roundings of the type.
 * float32 rounds at 6e-8, float64 at 1.1e-16.
 */
export const reordered: { readonly [D in DType]: Tolerance } = {
  float32: { relative: 2e-5, absolute: 2e-5 },
  float64: { relative: 1e-11, absolute: 1e-11 },
  int32: { relative: 0, absolute: 0 },
  uint32: { relative: 0, absolute: 0 },
  uint8: { relative: 0, absolute: 0 },
  bool: { relative: 0, absolute: 0 },
};

/** The same values; NaN equals NaN, and -0 equals 0. */
export const exact: Tolerance = { relative: 0, absolute: 0 };

/** Differences in float64 with step 1e-4 and two extrapolations: truncation is far below, rounding about 1e-16 / 1e-4 times the size of the function and the extrapolation weights. */
export const differenced: Tolerance = { relative: 2e-6, absolute: 2e-7 };
/** Second derivatives by differences of exact first ones: as above. */
export const differencedTwice: Tolerance = { relative: 2e-5, absolute: 2e-6 };

const isClose = (x: number, y: number, { relative, absolute }: Tolerance, size: number): boolean => {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) && Number.isNaN(y);
  return x === y || Math.abs(x - y) <= absolute + relative * Math.max(size, Math.abs(x), Math.abs(y));
};

/** The largest finite element in size, or 0. */
const sizeOf = (values: Iterable<number>): number => {
  let size = 0;
  for (const v of values) if (Number.isFinite(v)) size = Math.max(size, Math.abs(v));
  return size;
};

/** A sentence saying how two arrays differ, or `null` if they are close. */
export const difference = (x: NDArray, y: NDArray, tolerance: Tolerance = reordered[x.dtype]): string | null => {
  if (x.dtype !== y.dtype || x.shape.join() !== y.shape.join())
    return `expected ${y.dtype}[${y.shape.join(',')}], got ${x.dtype}[${x.shape.join(',')}]`;
  const [a, b] = [x.dataSync(), y.dataSync()];
  // Elements of one array were computed together: what cancels in one loses digits on the scale of all.
  const size = sizeOf(b);
  const at = a.findIndex((v, i) => !isClose(v, b[i] ?? NaN, tolerance, tolerance.relative === 0 ? 0 : size));
  return at < 0 ? null : `expected ${b[at] ?? NaN} at ${at}, got ${a[at] ?? NaN}`;
};

/** Throws an error that names `what` if two arrays are not close. */
export const assertAllClose = (x: NDArray, y: NDArray, what = 'arrays', tolerance?: Tolerance): void => {
  const fault = difference(x, y, tolerance);
  if (fault !== null) throw new Error(`${what}: ${fault}\ngot:\n${String(x)}\nexpected:\n${String(y)}`);
};
