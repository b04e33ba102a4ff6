/** Products of several matrices, and powers. */
import { ShapeError } from '../array/errors.ts';
import { type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { matmul } from '../operations/products.ts';
import { asOperand } from '../operations/promotion.ts';
import { reshape } from '../primitives/broadcast.ts';
import { eyeLike } from './lu.ts';
import { requireSquare } from './matrix-primitive.ts';
import { inv } from './solve.ts';
import { asMatrixOfAny } from './system.ts';

interface Plan {
  readonly cost: number;
  /** Where the chain is cut last; the product of one matrix has no cut. */
  readonly cut: number;
}

/** The cheapest way to multiply matrices `i` to `j` for all `i <= j`, matrix `i` being `sizes[i]` by `sizes[i + 1]` (dynamic programming). */
const plansFor = (sizes: readonly number[]): ((i: number, j: number) => Plan) => {
  const known = new Map<string, Plan>();
  const plan = (i: number, j: number): Plan => {
    const key = `${i} ${j}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const cuts = Array.from({ length: j - i }, (_, n) => i + n);
    const options = cuts.map((cut): Plan => {
      const product = (sizes[i] ?? 1) * (sizes[cut + 1] ?? 1) * (sizes[j + 1] ?? 1);
      return { cut, cost: plan(i, cut).cost + plan(cut + 1, j).cost + product };
    });
    const best = options.reduce<Plan>((a, b) => (b.cost < a.cost ? b : a), { cut: i, cost: i === j ? 0 : Infinity });
    known.set(key, best);
    return best;
  };
  return plan;
};

/** The product of a chain of matrices in the cheapest order; the first and the last may be vectors. */
export const multiDot = (values: readonly ArrayLike[]): NDArray => {
  const given = values.map(asOperand);
  const [first, last] = [given[0], given.at(-1)];
  if (first === undefined || last === undefined || given.length < 2)
    throw new ShapeError(`multiDot: expected at least two arrays, got ${given.length}. Give a list.`, 'shape.empty');
  const bad = given.findIndex((x, i) => x.ndim !== 2 && !(x.ndim === 1 && (i === 0 || i === given.length - 1)));
  if (bad >= 0)
    throw new ShapeError(
      `multiDot: expected matrices, or vectors at the ends, got ${given.map((x) => showType(x.type)).join(', ')}. Use matmul for batches.`,
      'shape.rank',
    );
  const xs = given.map((x, i) => (x.ndim === 2 ? x : reshape(x, i === 0 ? [1, x.size] : [x.size, 1])));
  const plan = plansFor([xs[0]?.shape[0] ?? 1, ...xs.map((x) => x.shape[1] ?? 1)]);
  const chain = (i: number, j: number): NDArray => {
    const { cut } = plan(i, j);
    return i === j ? (xs[i] ?? first) : matmul(chain(i, cut), chain(cut + 1, j));
  };
  const product = chain(0, xs.length - 1);
  const kept = [
    ...(first.ndim === 2 ? [product.shape[0] ?? 1] : []),
    ...(last.ndim === 2 ? [product.shape[1] ?? 1] : []),
  ];
  return reshape(product, kept);
};

/** `a` times itself `n` times, by squaring; negative powers are those of the inverse, power 0 the identity. */
export const matrixPower = (a: ArrayLike, n: number): NDArray => {
  const x = asMatrixOfAny('matrixPower', a);
  const size = requireSquare('matrixPower', x.type);
  if (!Number.isInteger(n))
    throw new ShapeError(`matrixPower: expected a whole exponent, got ${n}. Round it.`, 'shape.exponent');
  if (n < 0) return matrixPower(inv(x), -n);
  if (n === 0) return eyeLike(x, size);
  const half = n === 1 ? x : matrixPower(x, Math.floor(n / 2));
  if (n === 1) return x;
  const square = matmul(half, half);
  return n % 2 === 0 ? square : matmul(square, x);
};
