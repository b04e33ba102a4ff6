/** Functions of linear algebra for the laws, each with the points where it is to be looked at. */
import { linalg, np, random, type NDArray } from 'fluxion';
import type { Flat } from './numeric.ts';

/** The element types of linear algebra. */
export type Float = 'float32' | 'float64';

/** Normal numbers in an array of this shape. */
export const normal = (seed: number, shape: readonly number[], dtype: Float = 'float64'): NDArray =>
  random.normal(random.key(seed), shape, dtype);
/** The last two axes exchanged. */
export const turned = (x: NDArray): NDArray => np.swapaxes(x, -1, -2);
/** Away from singular: the diagonal outweighs the rest. */
export const regular = (x: NDArray): NDArray => {
  const n = x.shape.at(-1) ?? 0;
  return x.add(np.eye(n, n, 0, x.dtype).mul(2 * Math.sqrt(n) + 1));
};
/** One element of each column far above the others, not on the diagonal: rows are exchanged, and a small change exchanges no others. */
const pivoted = (x: NDArray): NDArray =>
  np.flip(x.add(np.eye(x.shape.at(-2) ?? 0, x.shape.at(-1) ?? 0, 0, x.dtype).mul(10)), -2);
/** Symmetric and positive definite. */
export const positive = (x: NDArray): NDArray => regular(x.matmul(turned(x)));

/** A small positive part that depends on the point, at most 1. */
const some = (x: NDArray): NDArray => np.abs(np.tanh(x));
/**
 * No element near 0, and no two rows, columns or elements of a column of nearly one sum or size: norms have kinks there, which a random matrix
 * meets once in some thousand.
 */
const apart = (x: NDArray): NDArray =>
  some(x)
    .mul(1 / 16)
    .add(0.5)
    .mul(
      np.array(
        [
          [1, 2],
          [2, -8],
          [-4, 4],
        ],
        x.dtype,
      ),
    );
/** The same of a matrix and of its inverse, by a diagonal that outweighs the rest. */
const apartFromDiagonal = (x: NDArray): NDArray =>
  some(x)
    .mul(0.2)
    .add(0.1)
    .add(np.diag(np.array([2, 4, 8], x.dtype)));

/** A function of one matrix or batch. */
export interface Subject {
  readonly name: string;
  readonly shape: readonly number[];
  readonly f: (x: NDArray) => Flat;
  /** Makes a point where the derivative exists of random numbers. */
  readonly prepare?: (x: NDArray) => NDArray;
}

/** Vectors have signs of their own; this does not depend on them. */
const reassembled = (x: NDArray): Flat => {
  const { u, s, vt } = linalg.svd(x, { fullMatrices: false });
  return [u.mul(np.expandDims(np.sin(s), -2)).matmul(vt), s];
};
const spectral = (x: NDArray): Flat => {
  const { eigenvalues, eigenvectors } = linalg.eigh(x);
  return [eigenvectors.mul(np.expandDims(np.sin(eigenvalues), -2)).matmul(turned(eigenvectors)), eigenvalues];
};
const bothOf = ({ q, r }: { readonly q: NDArray; readonly r: NDArray }): Flat => [q, r];
const matrixOrders = ['fro', 'nuc', 1, -1, 2, -2, Infinity, -Infinity] as const;
const vectorOrders = [0, 0.5, 1, 2, 3, -1, Infinity, -Infinity] as const;

/** What is differentiable, batchable and compiled. */
export const subjects: readonly Subject[] = [
  { name: 'cholesky', shape: [3, 3], f: (x) => [linalg.cholesky(x)], prepare: positive },
  { name: 'lu', shape: [3, 3], f: (x) => [linalg.lu(x)[0]], prepare: pivoted },
  {
    name: 'lu of a tall and a wide matrix',
    shape: [4, 2],
    f: (x) => [linalg.lu(x)[0], linalg.lu(turned(np.flip(x, -2)))[0]],
    prepare: pivoted,
  },
  { name: 'qr', shape: [4, 2], f: (x) => [...bothOf(linalg.qr(x)), ...bothOf(linalg.qr(turned(x)))] },
  { name: 'svd', shape: [3, 2], f: (x) => [...reassembled(x), ...reassembled(turned(x))] },
  { name: 'eigh', shape: [3, 3], f: spectral },
  { name: 'solve, inv', shape: [3, 3], f: (x) => [linalg.solve(x, np.sin(x)), linalg.inv(x)], prepare: regular },
  {
    name: 'triangularSolve, choSolve',
    shape: [3, 3],
    f: (x) => [
      linalg.triangularSolve(x, np.sin(x), { lower: true, transposeA: true, unitDiagonal: true }),
      linalg.triangularSolve(x, np.sin(x), { leftSide: true }),
      linalg.choSolve([x, true], np.cos(x)),
    ],
    prepare: regular,
  },
  { name: 'det, slogdet', shape: [3, 3], f: (x) => [linalg.det(x), linalg.slogdet(x).logabsdet], prepare: regular },
  { name: 'pinv', shape: [4, 2], f: (x) => [linalg.pinv(x), linalg.pinv(turned(x))] },
  { name: 'lstsq', shape: [4, 3], f: (x) => [linalg.lstsq(x, np.sin(x)).solution] },
  {
    name: 'matrixPower',
    shape: [3, 3],
    f: (x) => [linalg.matrixPower(x, 3), linalg.matrixPower(x, -1)],
    prepare: regular,
  },
  { name: 'expm', shape: [2, 3, 3], f: (x) => [linalg.expm(x)], prepare: (x) => x.mul(3) },
  { name: 'multiDot', shape: [3, 2], f: (x) => [linalg.multiDot([np.ones(2, 'float64'), turned(x), x, turned(x)])] },
  { name: 'trace', shape: [3, 4], f: (x) => [linalg.trace(np.sin(x)), linalg.trace(np.cos(x), { offset: 1 })] },
  {
    name: 'matrixNorm',
    shape: [3, 2],
    f: (x) => matrixOrders.map((ord) => linalg.matrixNorm(x, { ord })),
    prepare: apart,
  },
  {
    name: 'norm',
    shape: [3, 2],
    f: (x) => [linalg.norm(x), linalg.norm(x, { ord: 1, axis: [0, 1], keepdims: true })],
    prepare: apart,
  },
  {
    name: 'vectorNorm',
    shape: [3, 2],
    f: (x) => vectorOrders.map((ord) => linalg.vectorNorm(x, { ord, axis: 0 })),
    prepare: apart,
  },
  {
    name: 'cond',
    shape: [3, 3],
    f: (x) => [linalg.cond(x), linalg.cond(x, { p: 1 })],
    prepare: apartFromDiagonal,
  },
];

/** A point from a seed. */
export const pointOf = ({ shape, prepare = (x) => x }: Subject, seed: number): NDArray => prepare(normal(seed, shape));
