/** Slow movements: moving averages, and the filter of Hodrick and Prescott. */
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { add, divide, multiply, square, subtract } from '../operations/arithmetic.ts';
import { zeros } from '../operations/creation.ts';
import { correlate } from '../operations/signal.ts';
import { scan } from '../scan.ts';
import { countOf, seriesOf, vectorOf } from './input.ts';

/**
 * The centred moving average over `length` values, only where it lies wholly inside: `n - length + 1` values, or `n - length` where `length`
 * is even and the two ends count half each.
 */
export const movingAverage = (x: ArrayLike, length: number): NDArray => {
  countOf('movingAverage', 'length', length, 1);
  const isEven = length % 2 === 0;
  const series = seriesOf('movingAverage', x, isEven ? length + 1 : length);
  const weights = isEven ? [0.5, ...Array.from({ length: length - 1 }, () => 1), 0.5] : Array.from({ length }, () => 1);
  return correlate(series, divide(vectorOf(weights), length), 'valid');
};

export interface HodrickPrescott {
  readonly trend: NDArray;
  /** The series less its trend. */
  readonly cycle: NDArray;
}

/** The three upper diagonals of `I + lambda D'D`, `D` taking second differences. */
const penalised = (n: number, lambda: number): readonly [NDArray, NDArray, NDArray] => {
  const seconds = (i: number): readonly number[] =>
    [1, -2, 1].map((weight, j) => (i - j >= 0 && i - j <= n - 3 ? weight : 0));
  const along = (gap: number): NDArray =>
    vectorOf(
      Array.from({ length: n }, (_, i) => {
        const [here, there] = [seconds(i), seconds(i + gap)];
        const sum = here.reduce((total, weight, j) => total + weight * (there[j + gap] ?? 0), 0);
        return lambda * sum + (gap === 0 ? 1 : 0);
      }),
    );
  return [along(0), along(1), along(2)];
};

interface Factor {
  readonly d: NDArray;
  readonly near: NDArray;
  readonly far: NDArray;
  readonly z: NDArray;
}

/** Solves a positive definite system of five diagonals: `L D L'` on the way forward, back substitution on the way back. */
const solveFiveDiagonals = (diagonals: readonly [NDArray, NDArray, NDArray], x: NDArray): NDArray => {
  const none = zeros([], 'float64');
  const start: Factor = { d: none, near: none, far: none, z: none };
  const [, factors] = scan(
    ([last, before]: readonly [Factor, Factor], [a, b, c, value]: readonly [NDArray, NDArray, NDArray, NDArray]) => {
      const fromLast = multiply(square(last.near), last.d);
      const d = subtract(subtract(a, fromLast), multiply(square(before.far), before.d));
      const near = divide(subtract(b, multiply(multiply(last.near, last.d), last.far)), d);
      const z = subtract(subtract(value, multiply(last.near, last.z)), multiply(before.far, before.z));
      const now: Factor = { d, near, far: divide(c, d), z };
      return [[now, last] as const, now] as const;
    },
    [start, start],
    [...diagonals, x],
  );
  const [, solution] = scan(
    ([next, after]: readonly [NDArray, NDArray], { d, near, far, z }: Factor) => {
      const y = subtract(divide(z, d), add(multiply(near, next), multiply(far, after)));
      return [[y, next] as const, y] as const;
    },
    [none, none],
    factors,
    { reverse: true },
  );
  return solution;
};

/**
 * The trend that comes nearest to the series while its second differences, weighted by `lambda`, stay small (Hodrick and Prescott 1997). Usual
 * values of `lambda`: 1600 for quarters (default), 129,600 for months, 6.25 for years (Ravn and Uhlig 2002).
 */
export const hodrickPrescott = (
  x: ArrayLike,
  { lambda = 1600 }: { readonly lambda?: number } = {},
): HodrickPrescott => {
  const series = seriesOf('hodrickPrescott', x, 3);
  const trend = solveFiveDiagonals(penalised(series.size, lambda), series);
  return { trend, cycle: subtract(series, trend) };
};
