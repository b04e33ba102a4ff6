/** Training: fit, evaluate, policies, observers. */
export { batches, type Data } from './batches.ts';
export { evaluate, fit, type FitOptions, type FitResult } from './fit.ts';
export { earlyStopping, type Decision, type EarlyStopping, type Policy } from './policy.ts';
export { monitored, type EpochRecord, type Figures, type Monitor, type Observer } from './record.ts';
export {
  evaluationStep,
  trainStep,
  type Batch,
  type Objective,
  type StepOptions,
  type Tally,
  type TrainState,
} from './step.ts';
export { progressBar } from './progress.ts';
