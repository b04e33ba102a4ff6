/**
 * One-sided Jacobi (Hestenes 1958): rotations of pairs of rows until all are orthogonal. Half of the rows meet the other half at once, and
 * a tournament brings all pairs together (Brent and Luk 1985), so that a round is a few loops over whole arrays.
 */
import { splat, type NDArray } from '../array/ndarray.ts';
import { whileLoop, foriLoop } from '../loops.ts';
import { eye } from '../operations/grids.ts';
import { concatenate } from '../operations/stacking.ts';
import { abs, add, div, max, mul, sub } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { rsqrt, sqrt, square } from '../primitives/exponential.ts';
import { and, gt, lt, select } from '../primitives/logic.ts';
import { reduceMax } from '../primitives/reduction.ts';
import { sliceAxis } from '../primitives/slicing.ts';
import { index, padded, plus, signOf, where0 } from './panel.ts';

/** Rotations of rounding errors end here; convergence is quadratic, and ten sweeps are many. */
const mostSweeps = 30;

/** How far from orthogonal rows may be, as the cosine of their angle. */
const toleranceFor = (x: NDArray): number =>
  (x.dtype === 'float64' ? 2 ** -52 : 2 ** -23) * Math.sqrt((x.shape[1] ?? 0) + 4);

interface Halves {
  readonly top: NDArray;
  readonly bottom: NDArray;
}
interface State extends Halves {
  /** The largest cosine seen in the sweep. */
  readonly off: NDArray;
}
interface Sweeps extends State {
  readonly count: NDArray;
}

const head = (x: NDArray, columns: number): NDArray => sliceAxis(x, 1, 0, columns);
const dots = (x: NDArray, y: NDArray, columns: number): NDArray =>
  reduceSum(mul(head(x, columns), head(y, columns)), [1]);
const overRows = (x: NDArray, rows: NDArray): NDArray => broadcast(x, rows.shape, [0]);

/** Cosine and sine of the rotation that makes two rows orthogonal, from their products (Rutishauser's formula). */
const rotation = (a: NDArray, b: NDArray, c: NDArray, isNeeded: NDArray): readonly [cos: NDArray, sin: NDArray] => {
  const safe = select(isNeeded, c, like(c, 1));
  const zeta = div(sub(b, a), add(safe, safe));
  const tangent = div(signOf(zeta), add(abs(zeta), sqrt(add(like(zeta, 1), square(zeta)))));
  const t = where0(isNeeded, tangent);
  const cos = rsqrt(add(like(t, 1), square(t)));
  return [cos, mul(cos, t)];
};

/** Each row of the top against the one below it; only the first `columns` count for the angle. */
const rotate = ({ top, bottom, off }: State, columns: number, tolerance: number): State => {
  const [a, b, c] = [dots(top, top, columns), dots(bottom, bottom, columns), dots(top, bottom, columns)];
  const size = mul(sqrt(a), sqrt(b));
  const cosine = where0(gt(size, like(size, 0)), div(abs(c), size));
  const [cos, sin] = rotation(a, b, c, gt(cosine, like(cosine, tolerance / 8)));
  const [u, v] = [overRows(cos, top), overRows(sin, top)];
  return {
    top: sub(mul(u, top), mul(v, bottom)),
    bottom: add(mul(v, top), mul(u, bottom)),
    off: max(off, reduceMax(cosine, [0])),
  };
};

/** The next round of the tournament: all but the first row of the top move on by one place. */
const moveOn = ({ top, bottom }: Halves): Halves => {
  const [half = 0] = top.shape;
  if (half < 2) return { top, bottom };
  const rows = (x: NDArray, from: number, to: number): NDArray => sliceAxis(x, 0, from, to);
  return {
    top: concatenate([rows(top, 0, 1), rows(bottom, 0, 1), rows(top, 1, half - 1)], 0),
    bottom: concatenate([rows(bottom, 1, half), rows(top, half - 1, half)], 0),
  };
};

/** `[n, m]` to `[w, j]` with `w = j x`, the rows of `w` orthogonal, `j` orthogonal. */
export const orthogonalizeRows = (x: NDArray): readonly [w: NDArray, j: NDArray] => {
  const [n = 0, columns = 0] = x.shape;
  const half = Math.max(1, Math.ceil(n / 2));
  const joined = concatenate([padded(x, 2 * half, columns), eye(2 * half, 2 * half, 0, x.dtype)], 1);
  const tolerance = toleranceFor(x);
  const none = splat({ dtype: x.dtype, shape: [] }, 0);
  const sweep = ({ top, bottom, count }: Sweeps): Sweeps => {
    const round = (_: NDArray, state: State): State => {
      const rotated = rotate(state, columns, tolerance);
      return { ...moveOn(rotated), off: rotated.off };
    };
    return { ...foriLoop(0, 2 * half - 1, round, { top, bottom, off: none }), count: plus(count, 1) };
  };
  const isFar = ({ off, count }: Sweeps): NDArray =>
    and(gt(off, like(off, tolerance)), lt(count, like(count, mostSweeps)));
  const start: Sweeps = {
    top: sliceAxis(joined, 0, 0, half),
    bottom: sliceAxis(joined, 0, half, 2 * half),
    off: like(none, 1),
    count: index(0),
  };
  const { top, bottom } = whileLoop<Sweeps>(isFar, sweep, start);
  const rows = sliceAxis(concatenate([top, bottom], 0), 0, 0, n);
  return [head(rows, columns), sliceAxis(rows, 1, columns, columns + n)];
};
