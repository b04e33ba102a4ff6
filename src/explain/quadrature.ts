/** Integrals from 0 to 1 as sums. */

/** The Legendre polynomial of degree `n` at `x`, and its derivative, by the three-term recurrence. */
const legendre = (n: number, x: number): readonly [value: number, slope: number] => {
  let [before, value] = [1, x];
  for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  return [value, (n * (x * value - before)) / (x * x - 1)];
};

/** The zero of the polynomial near a first guess, by Newton's method. */
const zeroNear = (n: number, guess: number): number => {
  let x = guess;
  for (let i = 0; i < 20; i++) {
    const [value, slope] = legendre(n, x);
    x -= value / slope;
    if (Math.abs(value / slope) < 1e-15) break;
  }
  return x;
};

export interface Node {
  readonly at: number;
  readonly weight: number;
}

/**
 * Places and weights of the Gauss-Legendre rule with `n` points on [0, 1] (Abramowitz and Stegun 25.4.29): exact for
 * polynomials of degree `2 n - 1`.
 */
export const gaussLegendre = (n: number): readonly Node[] =>
  Array.from({ length: n }, (_, i) => {
    const x = n === 1 ? 0 : zeroNear(n, Math.cos((Math.PI * (i + 0.75)) / (n + 0.5)));
    const slope = n === 1 ? 1 : legendre(n, x)[1];
    return { at: (1 - x) / 2, weight: 1 / ((1 - x * x) * slope * slope) };
  });
