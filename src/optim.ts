/** Optimizers as pure gradient transformations. */
// Arrays that come from here have their methods, though `fluxion` itself were not imported.
import './operations/methods.ts';
import './runtime/install.ts';

export {
  applyUpdates,
  chain,
  identity,
  namedChain,
  scale,
  stateless,
  type Chained,
  type Extra,
  type GradientTransformation,
  type MemoryKind,
  type MemoryOf,
  type Nothing,
  type Parts,
} from './optim/transformation.ts';
export type { Scalar } from './optim/leaf.ts';
export {
  scaleByLearningRate,
  scaleBySchedule,
  withLearningRate,
  type Rate,
  type RateKind,
  type Schedule,
} from './optim/rate.ts';
export { injectHyperparams, withHyperparams, type Injected } from './optim/hyperparams.ts';
export { scaleByAdam, type AdamOptions, type Moments } from './optim/adam.ts';
export {
  scaleByAdamax,
  scaleByAmsgrad,
  scaleByBelief,
  scaleByRadam,
  scaleByYogi,
  type RadamOptions,
  type YogiOptions,
} from './optim/adam-family.ts';
export {
  scaleByAdadelta,
  scaleByRms,
  scaleByRss,
  scaleByStddev,
  type DeltaOptions,
  type RmsOptions,
  type RssOptions,
} from './optim/rms.ts';
export { scaleByLion, scaleByRprop, scaleBySign, type LionOptions, type RpropOptions } from './optim/signs.ts';
export { ema, scaleByOptimisticGradient, trace, type TraceKind } from './optim/trace.ts';
export { adaptiveGradClip, clip, clipByBlockRms, clipByGlobalNorm } from './optim/clipping.ts';
export {
  addDecayedWeights,
  centralize,
  freeze,
  keepParamsNonnegative,
  scaleByParamBlockRms,
  scaleByTrustRatio,
  setToZero,
  type DecayOptions,
  type TrustOptions,
} from './optim/weights.ts';
export { addNoise } from './optim/noise.ts';
export { masked, multiTransform, partition, type Choice, type Mask, type Wrapped } from './optim/mask.ts';
export {
  applyEvery,
  applyIfFinite,
  multiSteps,
  MultiSteps,
  zeroNans,
  type MultiStepsOptions,
} from './optim/accumulate.ts';
export { flatten } from './optim/flatten.ts';
export { incrementalUpdate, lookahead, periodicUpdate, type LookaheadOptions } from './optim/averaging.ts';
export {
  adabelief,
  adadelta,
  adagrad,
  adam,
  adamax,
  adamaxw,
  adamw,
  amsgrad,
  lamb,
  lars,
  lion,
  momentum,
  nadam,
  nadamw,
  noisySgd,
  radam,
  rmsprop,
  rprop,
  sgd,
  signSgd,
  yogi,
  type LarsOptions,
  type MomentumOptions,
  type RmspropOptions,
} from './optim/optimizers.ts';
export { polyakSgd, scaleByPolyak, type PolyakOptions } from './optim/polyak.ts';
export {
  lbfgs,
  scaleByBacktrackingLinesearch,
  scaleByLbfgs,
  scaleByZoomLinesearch,
  type LbfgsOptions,
} from './optim/lbfgs.ts';
export type { LineSearchOptions } from './optim/line-search.ts';
export { minimize, stopReasons, type MinimizeOptions, type Minimum } from './optim/minimize.ts';
export {
  adan,
  ademamix,
  fromage,
  novograd,
  scaleByAdan,
  scaleByAdemamix,
  scaleByNovograd,
  type AdanOptions,
  type AdemamixOptions,
  type NovogradOptions,
} from './optim/contributed.ts';
export {
  adafactor,
  scaleByFactoredRms,
  scaleBySm3,
  sm3,
  type AdafactorOptions,
  type FactoredOptions,
  type Sm3Options,
} from './optim/factored.ts';
export {
  reduceOnPlateau,
  sam,
  scaleBySophia,
  sophia,
  type PlateauOptions,
  type SophiaOptions,
} from './optim/loss-aware.ts';
export { muon, scaleByMuon, type MuonOptions } from './optim/muon.ts';
export { optimisticAdam, optimisticGradientDescent } from './optim/optimistic.ts';
export { dadaptAdamw, prodigy, type ProdigyOptions, type RateFreeOptions } from './optim/rate-free.ts';
export {
  scheduleFree,
  scheduleFreeAdamw,
  scheduleFreeEvalParams,
  scheduleFreeSgd,
  type ScheduleFreeOptions,
} from './optim/schedule-free.ts';
export { globalNorm } from './optim/vector.ts';
export * as tree from './optim/tree-arithmetic.ts';
export * as schedules from './optim/schedules.ts';
export * as projections from './optim/projections.ts';
export { transformationMonoid } from './optim/monoid.ts';
