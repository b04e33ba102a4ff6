/** The exponential of matrices by Padé's approximation, scaled down and squared up again (Higham 2005, algorithm 2.3). */
import { type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { foriLoop } from '../loops.ts';
import { matmul } from '../operations/products.ts';
import { max, sum } from '../operations/reduction.ts';
import { abs, add, convert, div, floor, max as larger, scale, sub } from '../primitives/arithmetic.ts';
import { broadcast } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { log } from '../primitives/exponential.ts';
import { gt, select } from '../primitives/logic.ts';
import { stopGradientOf } from '../primitives/stop-gradient.ts';
import { eyeLike } from './lu.ts';
import { requireSquare } from './matrix-primitive.ts';
import { factored, solveWith } from './solve.ts';
import { asMatrix } from './system.ts';

/** Coefficients of the numerator of degree 7, for float32, and 13, for float64; those of the denominator alternate in sign. */
const pade = {
  float32: [17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1],
  float64: [
    64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
    670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
  ],
} as const;
/** Up to these norms the approximation is exact to rounding (Higham's theta). */
const theta = { float32: 3.92572478313866, float64: 5.371920351148152 } as const;
/** As in JAX: beyond `2 ** 16 theta` the result is NaN. */
const mostSquarings = 16;

/** Sums of even and of odd powers, as polynomials in the square by Horner's rule. */
const halves = (x: NDArray, coefficients: readonly number[]): readonly [even: NDArray, odd: NDArray] => {
  const identity = eyeLike(x, x.shape.at(-1) ?? 0);
  const square = matmul(x, x);
  const horner = (parity: number): NDArray => {
    const own = coefficients.filter((_, k) => k % 2 === parity).reverse();
    const [first = 0, ...rest] = own;
    return rest.reduce((sum_, c) => add(matmul(sum_, square), scale(identity, c)), scale(identity, first));
  };
  return [horner(0), matmul(x, horner(1))];
};

const overMatrix = (x: NDArray, matrix: NDArray): NDArray =>
  broadcast(
    x,
    matrix.shape,
    x.shape.map((_, axis) => axis),
  );

/** `2 ** n` for whole numbers in float, exactly. */
const powerOfTwo = (n: NDArray): NDArray =>
  foriLoop(
    0,
    mostSquarings,
    (i, p: NDArray) => select(gt(n, broadcast(convert(i, n.dtype), n.shape, [])), scale(p, 2), p),
    like(n, 1),
  );

/** The exponential of square matrices `[..., n, n]`, differentiable in both modes; NaN for norms above some 250,000, as in JAX. */
export const expm = (a: ArrayLike): NDArray => {
  const x = asMatrix('expm', a);
  requireSquare('expm', x.type);
  if (x.size === 0) return x;
  const type = x.dtype === 'float64' ? 'float64' : 'float32';
  const norms = stopGradientOf(max(sum(abs(x), -2), -1));
  const binary = div(log(div(norms, like(norms, theta[type]))), like(norms, Math.LN2));
  const squarings = larger(like(norms, 0), add(floor(binary), like(norms, 1)));
  const scaled = div(x, overMatrix(powerOfTwo(squarings), x));
  const [even, odd] = halves(scaled, pade[type]);
  const small = solveWith(factored(sub(even, odd)), add(even, odd));
  const counts = overMatrix(squarings, x);
  const grown = foriLoop(
    0,
    mostSquarings,
    (i, y: NDArray) => select(gt(counts, broadcast(convert(i, x.dtype), x.shape, [])), matmul(y, y), y),
    small,
  );
  return select(gt(counts, like(counts, mostSquarings)), like(x, NaN), grown);
};
