/** Derivatives by differences, and inner products, over flat lists of float64 arrays. */
import { np, type NDArray } from 'fluxion';

export type Flat = readonly NDArray[];
export type FlatFunction = (xs: Flat) => Flat;

/** Small, so that few kinks lie between the points; rounding costs about 1e-16 / 1e-4. */
const step = 1e-4;

const along = (f: FlatFunction, xs: Flat, dxs: Flat, h: number): readonly Float64Array[] => {
  const at = (sign: number): readonly Float64Array[] =>
    f(xs.map((x, i) => x.add((dxs[i] ?? x).mul(sign * h)))).map((y) => Float64Array.from(y.dataSync()));
  const [ahead, behind] = [at(1), at(-1)];
  return ahead.map((y, i) => y.map((v, j) => (v - (behind[i]?.[j] ?? 0)) / (2 * h)));
};

/** The derivative of `f` at `xs` in the direction of `dxs`: central differences, extrapolated twice (Richardson). */
export const differential = (f: FlatFunction, xs: Flat, dxs: Flat): Flat => {
  const [wide, middle, narrow] = [along(f, xs, dxs, step), along(f, xs, dxs, step / 2), along(f, xs, dxs, step / 4)];
  const outputs = f(xs);
  return outputs.map((y, i) => {
    const data = Float64Array.from(narrow[i] ?? [], (n, j) => {
      const [w, m] = [wide[i]?.[j] ?? 0, middle[i]?.[j] ?? 0];
      const [first, second] = [(4 * m - w) / 3, (4 * n - m) / 3];
      return (16 * second - first) / 15;
    });
    return np.reshape(np.array(data), y.shape);
  });
};

/** The inner product over all elements of two lists. */
export const inner = (xs: Flat, ys: Flat): number =>
  xs.reduce((sum, x, i) => sum + Number(np.vdot(x, ys[i] ?? x).item()), 0);
