/** The strict operations under JAX's names: operands of one type and shape, nothing is converted or broadcast. */
import { cholesky } from './linalg/cholesky.ts';
import { eigh } from './linalg/eigh.ts';
import { lu } from './linalg/lu.ts';
import { qr } from './linalg/qr.ts';
import { svd } from './linalg/svd.ts';
import { triangularSolve } from './linalg/triangular.ts';

export {
  abs,
  add,
  bitcast as bitcastConvertType,
  ceil,
  convert as convertElementType,
  div,
  floor,
  isFinite,
  max,
  min,
  mul,
  neg,
  rem,
  round,
  sign,
  sub,
} from './primitives/arithmetic.ts';
export {
  and as bitwiseAnd,
  eq,
  ge,
  gt,
  le,
  lt,
  ne,
  not as bitwiseNot,
  or as bitwiseOr,
  select,
  shiftLeft,
  shiftRightArithmetic,
  shiftRightLogical,
  xor as bitwiseXor,
} from './primitives/logic.ts';
export {
  cbrt,
  exp,
  exp2,
  expm1,
  integerPow,
  log,
  log1p,
  log2,
  logistic,
  pow,
  rsqrt,
  sqrt,
  square,
  tanh,
} from './primitives/exponential.ts';
export { acos, asin, atan, atan2, cos, sin, tan } from './primitives/trigonometric.ts';
export { acosh, asinh, atanh, cosh, sinh } from './primitives/hyperbolic.ts';
export { erf, erfc, erfInv } from './primitives/error-function.ts';
export { digamma, lgamma, polygamma } from './primitives/gamma.ts';
export { besselI0e, besselI1e } from './primitives/bessel.ts';
export { broadcast as broadcastInDim, reduceSum, reshape, transpose } from './primitives/broadcast.ts';
export { concatenate, pad, reverse as rev, slice } from './primitives/slicing.ts';
export { iota } from './primitives/iota.ts';
export {
  broadcast,
  broadcastedIota,
  clamp,
  dynamicIndexInDim,
  dynamicSlice,
  dynamicSliceInDim,
  dynamicUpdateIndexInDim,
  dynamicUpdateSlice,
  dynamicUpdateSliceInDim,
  full,
  indexInDim,
  reciprocal,
  selectN,
  sliceInDim,
} from './operations/strict.ts';
export { countLeadingZeros as clz, populationCount } from './operations/integers.ts';
export { nextafter } from './operations/floating.ts';
export { fullLike } from './operations/creation.ts';
export { expandDims, squeeze, tile } from './operations/manipulation.ts';
export { split } from './operations/stacking.ts';
export { argmax, argmin, reduceAnd, reduceMax, reduceMin, reduceOr, reduceProd } from './primitives/reduction.ts';
export { cummax, cummin, cumprod, cumsum } from './primitives/cumulation.ts';
export { cumlogsumexp } from './operations/log-sum.ts';
export { contract, dotGeneral } from './primitives/contraction.ts';
export { batchMatmul, plainDot as dot } from './operations/products.ts';
export { gather, scatter } from './primitives/indexing.ts';
export { scatterAdd, scatterMax, scatterMin, scatterMul, type ScatterOptions } from './operations/scatters.ts';
export { sort } from './primitives/sorting.ts';
export { sortKeyVal, topK } from './operations/sorting.ts';
export { windowArgmax, windowArgmin, windowMax, windowMin, windowSum } from './primitives/windowing.ts';
export {
  conv,
  convGeneralDilated,
  convTranspose,
  convWithGeneralPadding,
  type ConvTransposeOptions,
} from './operations/convolution.ts';
export type { ConvOptions } from './operations/convolution-plan.ts';
export { convDimensionNumbers, type ConvDimensionNumbers, type ConvLetters } from './operations/convolution-layout.ts';
export {
  reduceWindow,
  selectAndScatterAdd,
  type ReduceWindowOptions,
  type WindowOptions,
} from './operations/pooling.ts';
export type { Padding } from './operations/window-padding.ts';
export { barrier as optimizationBarrier } from './primitives/barrier.ts';
export { cond, switchCase, switchCase as switch } from './cond.ts';
export { scan } from './scan.ts';
export { associativeScan } from './associative-scan.ts';
export { reduce } from './reduction.ts';
export { foriLoop, map, whileLoop } from './loops.ts';
export { stopGradient } from './custom.ts';

/** The factorisations themselves; `fluxion.linalg` has these and what is made of them. */
export const linalg = { cholesky, eigh, lu, qr, svd, triangularSolve };
export { gammainc as igamma, gammaincc as igammac } from './special/incomplete.ts';
export { betainc } from './special/incomplete-beta.ts';
