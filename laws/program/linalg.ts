/** Operations of random programs on matrices: factorisations and what is solved by them, of matrices that are far from singular. */
import { linalg, np, type NDArray } from 'fluxion';
import { at, type Params } from './program.ts';
import { floatsOf, floatType, pick, sizeOf, withExtent, type Known, type Maker, type Operation } from './operation.ts';

/** Vectors in the last axis, at most one axis of them: each shape of a factorisation is compiled apart. */
const vectorsOf = (maker: Maker): readonly Known[] =>
  floatsOf(maker).filter(({ type: { shape } }) => {
    const [n, batch = 1, ...more] = shape.toReversed();
    return n !== undefined && n <= 3 && batch <= 3 && more.length === 0;
  });

const columns = (x: NDArray): NDArray => np.expandDims(x, -1);
const rows = (x: NDArray): NDArray => np.expandDims(x, -2);
const turned = (x: NDArray): NDArray => np.swapaxes(x, -1, -2);
const identity = (x: NDArray): NDArray => np.identity(at(x.shape, x.ndim - 1), x.dtype);
/** A diagonal of 3, 6, 9 ...: whatever is added below stays far from bringing two of them together. */
const ladder = (x: NDArray): NDArray => {
  const n = at(x.shape, x.ndim - 1);
  return np.diag(np.arange(3, 3 * n + 3, 3, x.dtype));
};
/** The product of sines as a column with sines as a row, in each matrix. */
const squareOf = (x: NDArray): NDArray => columns(np.sin(x)).mul(rows(np.sin(x)));
/** The product of sines as a column with cosines as a row. With up to three elements no singular value is above 1.5. */
const skewedOf = (x: NDArray): NDArray => columns(np.sin(x)).mul(rows(np.cos(x)));

/** Eigenvalues of 2 and once up to 5. */
const positive = (x: NDArray): NDArray => squareOf(x).add(identity(x).mul(2));
/** Not symmetric; singular values from 1.5 to 4.5. */
const regular = (x: NDArray): NDArray => skewedOf(x).add(identity(x).mul(3));
/** Symmetric; eigenvalues at least 1.5 apart. */
const spread = (x: NDArray): NDArray => squareOf(x).mul(0.5).add(ladder(x));
/** Not symmetric; singular values at least 1.5 apart and 2.25 from 0. */
const spreadApart = (x: NDArray): NDArray => skewedOf(x).mul(0.5).add(ladder(x));

type Grow = (shape: readonly number[]) => readonly number[];
const vector: Grow = (shape) => shape;
const scalar: Grow = (shape) => shape.slice(0, -1);
const matrix: Grow = (shape) => [...shape, at(shape, shape.length - 1)];

/** A function of the matrices that are made of vectors. */
const ofVectors = (name: string, f: (x: NDArray) => NDArray, grow: Grow, bound: number): Operation => ({
  name,
  apply: ({ inputs }) => [f(at(inputs, 0))],
  choose: (maker) => {
    const x = pick(maker.draw, vectorsOf(maker));
    return x === null ? null : { inputs: [x], outputs: [{ type: floatType(grow(x.type.shape)), bound }] };
  },
});

/** A system whose matrices are made of one array of vectors, and whose right sides are another of the same shape. */
const solving = (name: string, f: (x: NDArray, b: NDArray) => NDArray): Operation => ({
  name,
  apply: ({ inputs }) => [np.squeeze(f(at(inputs, 0), columns(at(inputs, 1))), -1)],
  choose: (maker) => {
    const x = pick(maker.draw, vectorsOf(maker));
    if (x === null) return null;
    const b = pick(
      maker.draw,
      floatsOf(maker).filter((v) => v.type.shape.join() === x.type.shape.join()),
    );
    return b === null ? null : { inputs: [x, b], outputs: [{ type: x.type, bound: 2 * b.bound }] };
  },
});

/** Each column less its projections on those before it: what does not depend on the signs that a factorisation chooses. */
const orthogonalised = (x: NDArray): NDArray => {
  const { q, r } = linalg.qr(x);
  return q.mul(rows(np.diagonal(r, { axis1: -2, axis2: -1 }))).sum(-1);
};
const sineOfSymmetric = (x: NDArray): NDArray => {
  const { eigenvalues, eigenvectors } = linalg.eigh(x);
  return eigenvectors.mul(rows(np.sin(eigenvalues))).matmul(turned(eigenvectors));
};
const sineOfSingular = (x: NDArray): NDArray => {
  const { u, s, vt } = linalg.svd(x, { fullMatrices: false });
  return u.mul(rows(np.sin(s))).matmul(vt);
};

const orderOf = (params: Params): number => Number(params['ord']);

/** The norm along an axis of positive numbers, which keeps away from the kink at 0. */
const norm: Operation = {
  name: 'vectorNorm',
  apply: ({ inputs, params }) => {
    const x = at(inputs, 0);
    return [
      linalg.vectorNorm(x.mul(x).add(0.5), { ord: orderOf(params), axis: Number(params['axis']), keepdims: true }),
    ];
  },
  choose: (maker) => {
    const x = pick(
      maker.draw,
      floatsOf(maker).filter(({ type: { shape } }) => shape.length > 0 && sizeOf(shape) > 0),
    );
    if (x === null) return null;
    const { shape } = x.type;
    const [axis, ord] = [maker.draw.below(shape.length), 1 + maker.draw.below(3)];
    const bound = at(shape, axis) * (x.bound * x.bound + 0.5);
    return { inputs: [x], params: { axis, ord }, outputs: [{ type: floatType(withExtent(shape, axis, 1)), bound }] };
  },
};

export const linalgOperations: readonly Operation[] = [
  norm,
  ofVectors('inv', (x) => linalg.inv(regular(x)), matrix, 1),
  ofVectors('det', (x) => linalg.det(regular(x)), scalar, 41),
  ofVectors('slogdet', (x) => linalg.slogdet(regular(x)).logabsdet, scalar, 4),
  ofVectors('cholesky', (x) => linalg.cholesky(positive(x)).sum(-1), vector, 3),
  ofVectors('qr', (x) => orthogonalised(regular(x)).mul(0.25), vector, 3),
  ofVectors('eigvalsh', (x) => linalg.eigvalsh(spread(x)).mul(0.5), vector, 6),
  ofVectors('eigh', (x) => sineOfSymmetric(spread(x)).sum(-1), vector, 2),
  ofVectors('svd', (x) => sineOfSingular(spreadApart(x)).sum(-1), vector, 2),
  solving('solve', (x, b) => linalg.solve(regular(x), b)),
  solving('triangularSolve', (x, b) =>
    linalg.triangularSolve(linalg.cholesky(positive(x)), b, { leftSide: true, lower: true }),
  ),
];
