/** Linear algebra on matrices in the last two axes, any axes in front being a batch. */
export { cholesky, type CholeskyOptions, choFactor, choSolve } from './linalg/cholesky.ts';
export { det, slogdet } from './linalg/determinant.ts';
export { trace } from './linalg/diagonal.ts';
export { eigh, eigvalsh, type EighOptions } from './linalg/eigh.ts';
export { expm } from './linalg/expm.ts';
export { cond, lstsq, type LeastSquares, matrixRank, pinv } from './linalg/least-squares.ts';
export { lu } from './linalg/lu.ts';
export { matrixNorm, norm, type NormOptions, type Order, vectorNorm } from './linalg/norm.ts';
export { matrixPower, multiDot } from './linalg/products.ts';
export { qr, type QrOptions } from './linalg/qr.ts';
export { inv, solve } from './linalg/solve.ts';
export { svd, type SvdOptions, svdvals } from './linalg/svd.ts';
export { triangularSolve, type TriangularOptions } from './linalg/triangular.ts';
export { matmul, outer, tensordot } from './operations/products.ts';
