/** Losses: one value for each example; `fit` takes the weighted mean. */
export type { Loss } from './loss/shape.ts';
export {
  cosineDistance,
  cosineSimilarity,
  halfSumOfSquares,
  huberLoss,
  l2Loss,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredLogarithmicError,
  poisson,
  squaredError,
  type HuberOptions,
} from './loss/regression.ts';
export {
  binaryCrossEntropy,
  categoricalHinge,
  diceLoss,
  hingeLoss,
  sigmoidBinaryCrossEntropy,
  sigmoidFocalLoss,
  squaredHinge,
  type DiceOptions,
  type FocalOptions,
  type ProbabilityOptions,
} from './loss/binary.ts';
export {
  categoricalCrossEntropy,
  multiclassHingeLoss,
  polyLoss,
  safeSoftmaxCrossEntropy,
  smoothLabels,
  softmaxCrossEntropy,
  softmaxCrossEntropyWithIntegerLabels,
  type PolyOptions,
} from './loss/categorical.ts';
export { convexKl, gaussianKl, generalizedKl, klDivergence } from './loss/divergence.ts';
export { ganLoss, type GanLoss } from './loss/adversarial.ts';
export { ntxent, tripletMarginLoss, type NtxentOptions, type TripletOptions } from './loss/embedding.ts';
export { ctcLoss, type CtcOptions } from './loss/ctc.ts';
export { classWeighted, masked, perPosition } from './loss/combinators.ts';
