/** What linear algebra must be: factors multiply to the matrix, solutions solve, and whatever transformations promise. */
import * as fc from 'fast-check';
import { jit, linalg, np, vmap, type NDArray } from 'fluxion';
import { withReference } from 'fluxion/reference';
import { assertAllClose } from './close.ts';
import { derivativeLaws } from './derivative.ts';
import { looped } from './examples.ts';
import { law, type Law } from './law.ts';
import { normal, pointOf, positive, regular, subjects, turned, type Float, type Subject } from './linalg-cases.ts';

/** Few shapes, so that few programs are compiled; the largest has more than one panel. */
const squares = [
  [0, 0],
  [1, 1],
  [2, 3, 3],
  [35, 35],
] as const;
const shapes = [...squares, [2, 2, 4], [5, 3], [36, 34]] as const;

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

/** The sum of `x^k / k!`, by the definition. */
const exponentialSeries = (x: NDArray): NDArray => {
  let [total, term] = [identityLike(x), identityLike(x)];
  for (let k = 1; k < 120; k++) {
    term = term.matmul(x).div(k);
    total = total.add(term);
  }
  return total;
};

const exponentialLaw = law(
  'expm: the series; the inverse is that of the negative matrix',
  fc.property(fc.nat(1e6), fc.constantFrom(0.01, 1, 5), (seed, size) => {
    const x = normal(seed, [2, 3, 3]).mul(size);
    const y = linalg.expm(x);
    assertAllClose(y, exponentialSeries(x), 'series');
    const small = x.div(size);
    assertAllClose(linalg.expm(small).matmul(linalg.expm(small.neg())), identityLike(x), 'inverse');
  }),
);

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
  exponentialLaw,
  ...subjects.flatMap((subject) => [
    transformedLaw(subject),
    ...derivativeLaws({
      name: subject.name,
      function: ([x]) => (x === undefined ? [] : subject.f(x)),
      points: fc.nat(1e6).map((seed) => [pointOf(subject, seed)]),
    }),
  ]),
];
