/** fluxion: functional automatic differentiation over immutable n-d arrays. */
import './operations/methods.ts';
import './runtime/install.ts';

export { NDArray, isNDArray } from './array/ndarray.ts';
export type { ArrayLike } from './array/ndarray.ts';
export type { Axis } from './array/methods.ts';
export type { Index, IndexOptions, Indices, SliceText, Updates } from './array/index-expression.ts';
export type { DType, TypedArray } from './array/dtype.ts';
export type { ArrayType, Shape } from './array/type.ts';
export {
  DTypeError,
  FluxionError,
  IndexError,
  InternalError,
  ShapeError,
  TraceError,
  TreeError,
  UnsupportedError,
} from './array/errors.ts';
export { grad, valueAndGrad, type GradOptions } from './grad.ts';
export { jvp, linearize, vjp } from './linearize.ts';
export { hessian, hvp, jacfwd, jacrev, jacrev as jacobian } from './jacobian.ts';
export { vmap, type VmapOptions } from './vmap.ts';
export { axisIndex, pmean, psum } from './axes.ts';
export { jit, type Jitted, type JitOptions } from './jit.ts';
export type { Lowered } from './lowered.ts';
export { profile, type Profile, type ProfileOptions } from './profile.ts';
export type { KernelTime } from './runtime/profiler.ts';
export {
  checkpoint,
  checkpoint as remat,
  checkpointPolicies,
  type CheckpointOptions,
  type CheckpointPolicy,
} from './checkpoint.ts';
export { customJvp, customVjp, stopGradient, type RuleOptions, type VjpRule } from './custom.ts';
export { RuleError } from './rule-check.ts';
export { cond, switchCase } from './cond.ts';
export { scan, type ScanOptions } from './scan.ts';
export { foriLoop, map, whileLoop, type ForiLoopOptions, type MapOptions, type WhileLoopOptions } from './loops.ts';
export { LoopError } from './bounded-loop.ts';
export { associativeScan, type AssociativeScanOptions } from './associative-scan.ts';
export { closureConvert, customGradient } from './custom-gradient.ts';
export { linearTranspose } from './linear-transpose.ts';
export { evalShape, makeGraph, makeJaxpr, shapeDtype, type ShownGraph } from './program.ts';
export { ravelPytree } from './ravel.ts';
export { finfo, iinfo, promoteTypes, resultType, type FloatInfo, type IntegerInfo } from './operations/types.ts';
export { debug, debugNans, NaNError } from './debug.ts';
export { ioCallback, pureCallback, type Announced } from './callback.ts';
export { configure, disableJit, type Configuration, type Settings } from './configuration.ts';
export { clearCaches } from './caches.ts';
export type { Axes, AxesOf, Gradient, Input, Inputs, Jacobian, Output } from './types.ts';
export * as np from './np.ts';
export * as einops from './einops.ts';
export * as lax from './lax.ts';
export * as linalg from './linalg.ts';
export * as random from './random.ts';
export * as special from './special.ts';
export * as tree from './tree.ts';
export * as nn from './nn.ts';
export * as optim from './optim.ts';
