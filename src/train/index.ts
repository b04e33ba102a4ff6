/** Training: fit, evaluate, predict, policies, observers. */
// Arrays that come from here have their methods, though `fluxion` itself were not imported.
import '../operations/methods.ts';
import '../runtime/install.ts';

export { batches, type Batch } from './batches.ts';
export type { Batches, Data, Source } from './data.ts';
export { epochs, fit, type FitResult } from './fit.ts';
export {
  fitEnsemble,
  memberOf,
  predictEnsemble,
  type EnsembleOptions,
  type PredictEnsembleOptions,
} from './ensemble.ts';
export type { FitOptions, Start } from './options.ts';
export { evaluate, predict, type EvaluateOptions, type Fitted, type PredictOptions } from './evaluate.ts';
export type { ClassWeight } from './class-weight.ts';
export { gradientPenalty } from './gradient-penalty.ts';
export type { LossFor, LossWeights, MetricsFor } from './heads.ts';
export { policies, type Decision, type Mode, type Policy, type Watch } from './policy.ts';
export {
  earlyStopping,
  keepBest,
  learningRateSchedule,
  nanGuard,
  reduceLrOnPlateau,
  type Best,
  type EarlyStopping,
  type Plateau,
  type ReduceLrOnPlateau,
} from './policies.ts';
export { monitored, type EpochRecord, type Figures, type Monitor } from './record.ts';
export type { Observer, Plan, StepReport } from './observer.ts';
export type { Training } from './training.ts';
export {
  evaluationStep,
  trainStep,
  type EvaluationStep,
  type Objective,
  type StepOptions,
  type Tally,
  type TrainState,
  type TrainStep,
} from './step.ts';
export { csvLog, modelCheckpoint, type ModelCheckpoint } from './files.ts';
export { progressBar } from './progress.ts';
