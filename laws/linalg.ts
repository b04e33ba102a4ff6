/** What linear algebra must be: factors multiply to the matrix, solutions solve, and whatever transformations promise. */
import * as fc from 'fast-check';
import { jit, linalg, np, random, vmap, type NDArray } from 'fluxion';
import { withReference } from 'fluxion/reference';
import { assertAllClose } from './close.ts';
import { derivativeLaws } from './derivative.ts';
import { looped } from './examples.ts';
import { law, type Law } from './law.ts';
import type { Flat } from './numeric.ts';

type Float = 'float32' | 'float64';

/** Few shapes, so that few programs are compiled; the largest has more than one panel. */
const squares = [
  [0, 0],
  [1, 1],
  [2, 3, 3],
  [35, 35],
] as const;
const shapes = [...squares, [2, 2, 4], [5, 3], [36, 34]] as const;

const normal = (seed: number, shape: readonly number[], dtype: Float = 'float64'): NDArray =>
  random.normal(random.key(seed), shape, dtype);
const turned = (x: NDArray): NDArray => np.swapaxes(x, -1, -2);
/** Away from singular: the diagonal outweighs the rest. */
const regular = (x: NDArray): NDArray => {
  const n = x.shape.at(-1) ?? 0;
  return x.add(np.eye(n, n, 0, x.dtype).mul(2 * Math.sqrt(n) + 1));
};
const positive = (x: NDArray): NDArray => regular(x.matmul(turned(x)));

const drawn = (choices: readonly (readonly number[])[]): fc.Arbitrary<NDArray> =>
  fc
    .tuple(fc.nat(1e6), fc.constantFrom(...choices), fc.constantFrom<Float>('float32', 'float64'))
    .map(([seed, shape, dtype]) => normal(seed, shape, dtype));

/** The first columns of the identity over a batch. */
const identityLike = (x: NDArray): NDArray => {
  const [rows = 0, columns = 0] = x.shape.slice(-2);
  return np.broadcastTo(np.eye(rows, columns, 0, x.dtype), x.shape);
};
const assertOrthonormal = (q: NDArray, what: string): void => {
  const product = turned(q).matmul(q);
  assertAllClose(product, identityLike(product), `${what}: orthonormal`);
};
const diagonal = (s: NDArray, rows: number, columns: number): NDArray => {
  const wide = np
    .broadcastTo(np.expandDims(s, -1), [...s.shape, columns])
    .mul(np.eye(s.shape.at(-1) ?? 0, columns, 0, s.dtype));
  const missing = rows - (s.shape.at(-1) ?? 0);
  return missing === 0
    ? wide
    : np.concatenate([wide, np.zeros([...s.shape.slice(0, -1), missing, columns], s.dtype)], -2);
};

const choleskyLaw = law(
  'cholesky: the factor is lower triangular and times its transpose gives the matrix',
  fc.property(drawn(squares), (x) => {
    const a = positive(x);
    const l = linalg.cholesky(a);
    assertAllClose(l.matmul(turned(l)), a, 'l l^T');
    assertAllClose(l, np.tril(l), 'triangular');
    assertAllClose(linalg.cholesky(a, { upper: true }), turned(l), 'upper');
  }),
);

const luLaw = law(
  'lu: the factors multiply to the matrix with its rows exchanged, no multiple is above 1',
  fc.property(drawn(shapes), (x) => {
    const [m = 0, n = 0] = x.shape.slice(-2);
    const k = Math.min(m, n);
    const [both, pivots, permutation] = linalg.lu(x);
    const [left = both] = np.split(both, [k], -1);
    const [top = both] = np.split(both, [k], -2);
    const lower = np.tril(left, -1);
    const rows = np.takeAlongAxis(x, np.broadcastTo(np.expandDims(permutation, -1), x.shape), -2);
    assertAllClose(lower.add(identityLike(lower)).matmul(np.triu(top)), rows, 'l u');
    if (lower.size > 0 && Number(np.abs(lower).max().item()) > 1) throw new Error('a multiple is above 1');
    if (pivots.shape.at(-1) !== k) throw new Error('pivots: one for each column expected');
  }),
);

const qrLaw = law(
  'qr: orthonormal times upper triangular gives the matrix, reduced and complete',
  fc.property(drawn(shapes), (x) => {
    for (const mode of ['reduced', 'complete'] as const) {
      const { q, r } = linalg.qr(x, { mode });
      assertAllClose(q.matmul(r), x, `${mode}: q r`);
      assertAllClose(r, np.triu(r), `${mode}: triangular`);
      assertOrthonormal(q, mode);
    }
  }),
);

const descending = (s: NDArray): void => assertAllClose(np.flip(np.sort(s), -1), s, 'descending');

const svdLaw = law(
  'svd: the factors multiply to the matrix, vectors are orthonormal, values descend',
  fc.property(drawn(shapes), fc.boolean(), (x, fullMatrices) => {
    const { u, s, vt } = linalg.svd(x, { fullMatrices });
    assertAllClose(u.matmul(diagonal(s, u.shape.at(-1) ?? 0, vt.shape.at(-2) ?? 0)).matmul(vt), x, 'u s vt');
    assertOrthonormal(u, 'u');
    assertOrthonormal(turned(vt), 'vt');
    descending(s);
    assertAllClose(linalg.svdvals(x), s, 'svdvals');
  }),
);

const eighLaw = law(
  'eigh: vectors are orthonormal and diagonalise the matrix, values ascend',
  fc.property(drawn(squares), (x) => {
    const a = x.add(turned(x));
    const { eigenvalues, eigenvectors } = linalg.eigh(a);
    const scaled = eigenvectors.mul(np.expandDims(eigenvalues, -2));
    assertAllClose(scaled.matmul(turned(eigenvectors)), a, 'v w v^T');
    assertOrthonormal(eigenvectors, 'v');
    assertAllClose(np.sort(eigenvalues), eigenvalues, 'ascending');
    assertAllClose(linalg.eigvalsh(a, { symmetrizeInput: false, uplo: 'U' }), eigenvalues, 'eigvalsh of a triangle');
  }),
);

const solveLaw = law(
  'solve(a, a x) = x, inv is two-sided, triangularSolve solves for each triangle',
  fc.property(drawn(squares), (x) => {
    const a = regular(x);
    assertAllClose(linalg.solve(a, a.matmul(x)), x, 'solve');
    const inverse = linalg.inv(a);
    assertAllClose(a.matmul(inverse), identityLike(a), 'a inv(a)');
    assertAllClose(inverse.matmul(a), identityLike(a), 'inv(a) a');
    for (const lower of [false, true])
      for (const transposeA of [false, true]) {
        const own = lower ? np.tril(a) : np.triu(a);
        const t = transposeA ? turned(own) : own;
        const options = { lower, transposeA };
        assertAllClose(linalg.triangularSolve(a, t.matmul(x), { ...options, leftSide: true }), x, 'left');
        assertAllClose(linalg.triangularSolve(a, x.matmul(t), options), x, 'right');
      }
  }),
);

const determinantLaw = law(
  'det(a b) = det(a) det(b), slogdet agrees with det, and is that of the triangle',
  fc.property(
    drawn([
      [1, 1],
      [2, 3, 3],
      [5, 5],
    ]),
    fc.nat(1e6),
    (x, seed) => {
      const y = normal(seed, x.shape, x.dtype === 'float32' ? 'float32' : 'float64');
      assertAllClose(linalg.det(x.matmul(y)), linalg.det(x).mul(linalg.det(y)), 'product');
      const { sign, logabsdet } = linalg.slogdet(x);
      assertAllClose(sign.mul(np.exp(logabsdet)), linalg.det(x), 'slogdet');
      assertAllClose(np.abs(linalg.det(x)), np.prod(linalg.svdvals(x), -1), 'singular values');
    },
  ),
);

const pseudoInverseLaw = law(
  'pinv: the four equations of Penrose, also for less than full rank; lstsq is pinv times the right side',
  fc.property(fc.constantFrom([5, 3], [3, 5], [4, 4]), fc.nat(1e6), ([m = 0, n = 0], seed) => {
    const a = normal(seed, [m, 2]).matmul(normal(seed + 1, [2, n]));
    const p = linalg.pinv(a);
    const [ap, pa] = [a.matmul(p), p.matmul(a)];
    assertAllClose(ap.matmul(a), a, 'a p a');
    assertAllClose(pa.matmul(p), p, 'p a p');
    assertAllClose(ap, turned(ap), 'a p symmetric');
    assertAllClose(pa, turned(pa), 'p a symmetric');
    const b = normal(seed + 2, [m, 2]);
    const { solution, rank } = linalg.lstsq(a, b, { rcond: 1e-9 });
    assertAllClose(solution, p.matmul(b), 'lstsq');
    assertAllClose(rank, np.array(2, 'int32'), 'rank');
    assertAllClose(linalg.matrixRank(a), np.array(2, 'int32'), 'matrixRank');
  }),
);

interface Subject {
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

const subjects: readonly Subject[] = [
  { name: 'cholesky', shape: [3, 3], f: (x) => [linalg.cholesky(x)], prepare: positive },
  { name: 'lu', shape: [3, 3], f: (x) => [linalg.lu(x)[0]] },
  { name: 'lu of a tall and a wide matrix', shape: [4, 2], f: (x) => [linalg.lu(x)[0], linalg.lu(turned(x))[0]] },
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
  { name: 'multiDot', shape: [3, 2], f: (x) => [linalg.multiDot([np.ones(2, 'float64'), turned(x), x, turned(x)])] },
  { name: 'trace', shape: [3, 4], f: (x) => [linalg.trace(np.sin(x)), linalg.trace(np.cos(x), { offset: 1 })] },
  { name: 'matrixNorm', shape: [3, 2], f: (x) => matrixOrders.map((ord) => linalg.matrixNorm(x, { ord })) },
  { name: 'norm', shape: [3, 2], f: (x) => [linalg.norm(x), linalg.norm(x, { ord: 1, axis: [0, 1], keepdims: true })] },
  { name: 'vectorNorm', shape: [3, 2], f: (x) => vectorOrders.map((ord) => linalg.vectorNorm(x, { ord, axis: 0 })) },
  { name: 'cond', shape: [3, 3], f: (x) => [linalg.cond(x), linalg.cond(x, { p: 1 })], prepare: regular },
];

const pointOf = ({ shape, prepare = (x) => x }: Subject, seed: number): NDArray => prepare(normal(seed, shape));

const transformedLaw = (subject: Subject): Law =>
  law(
    `${subject.name}: vmap is a loop, jit is the identity, compiled equals reference`,
    fc.property(fc.nat(1e6), (seed) => {
      const one = (x: NDArray): NDArray =>
        np.concatenate(
          subject.f(x).map((y) => np.ravel(y)),
          0,
        );
      const many = np.stack([0, 1, 2].map((i) => pointOf(subject, seed + i)));
      const batched = vmap(one)(many);
      assertAllClose(
        batched,
        looped((x = many) => one(x), [many], [true]),
        'vmap',
      );
      assertAllClose(jit(vmap(one))(many), batched, 'jit');
      const point = pointOf(subject, seed);
      assertAllClose(
        one(point),
        withReference(() => one(point)),
        'reference',
      );
    }),
  );

/** The laws of `linalg`. */
export const linalgLaws = (): readonly Law[] => [
  choleskyLaw,
  luLaw,
  qrLaw,
  svdLaw,
  eighLaw,
  solveLaw,
  determinantLaw,
  pseudoInverseLaw,
  ...subjects.flatMap((subject) => [
    transformedLaw(subject),
    ...derivativeLaws({
      name: subject.name,
      function: ([x]) => (x === undefined ? [] : subject.f(x)),
      points: fc.nat(1e6).map((seed) => [pointOf(subject, seed)]),
    }),
  ]),
];
