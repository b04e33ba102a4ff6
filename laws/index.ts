/** The law library: suites of properties that derivatives, transformations and primitives must have. */
export { fact, law, LawError, type Law, type Parameters } from './law.ts';
export {
  assertAllClose,
  difference,
  differenced,
  differencedTwice,
  exact,
  reordered,
  type Tolerance,
} from './close.ts';
export { differential, inner, type Flat, type FlatFunction } from './numeric.ts';
export { checkGrads, derivativeLaws, type CheckGradsOptions, type Differentiable } from './derivative.ts';
export { arrayLaws } from './array.ts';
export { activationCases, activationLaws, softmaxLaws, type ActivationCase } from './activation.ts';
export { augmentationLaws, type AugmentationCase } from './augmentation.ts';
export { codecLaws, type Codec } from './codec.ts';
export { datasetLaws, type DatasetCase } from './dataset.ts';
export { branchLaws, captureLaws, layerLaws, serialLaws, type LayerCase } from './layer.ts';
export { attentionLaws } from './attention.ts';
export { recurrentLaws, type RecurrentCase } from './recurrent.ts';
export { explanationLaws, type ExplainedCase } from './explain.ts';
export { optimizerLaws, sameUpdates, type OptimizerCase } from './optimizer.ts';
export { drawLaws, type NumberSampler } from './drawing.ts';
export { flattenLaw, wrapperLaws } from './optimizer-wrappers.ts';
export { seriesLaws } from './series.ts';
export { seriesModelLaws } from './series-model.ts';
export { projectionLaws, type ProjectionCase } from './projection.ts';
export { arrival, convergenceLaws, parabola, rosenbrock, type ConvergenceCase, type Target } from './convergence.ts';
export { minibatchLaws, policyLaws } from './training.ts';
export { departure, samplerLaws, type Distribution, type Sampler } from './random.ts';
export {
  allDTypes,
  arrays,
  broadcastableShapes,
  elements,
  keys,
  shapes,
  type ArrayBounds,
  type ElementBounds,
  type ShapeBounds,
} from './arbitrary.ts';
export { accuracies, accuracyTable, boundAt, specialLaws, type Accuracy } from './special.ts';
export { primitiveLaws, primitiveSuites, primitiveTable, specimens, type PrimitiveSuite } from './primitive.ts';
export type { Agreement, Case, Specimen } from './primitive/specimen.ts';
export { convCases, wideConvCases, windowCases, type ConvCase, type WindowCase } from './window-cases.ts';
export { convolutionLaws } from './convolution.ts';
export { convolutionLayerLaws } from './convolution-layer.ts';
export { linalgLaws } from './linalg.ts';
export { poolingLaws } from './pooling.ts';
export { poolingLayerLaws } from './pooling-layer.ts';
export { einsumCases, einsumLaws, einsumOperands, type EinsumCase } from './einsum.ts';
export { indexCases, type IndexBounds, type IndexCase } from './index-expression.ts';
export { indexingLaws } from './indexing.ts';
export { programs, operations, runOf, valuesOf, type ProgramOptions, type Sample } from './program/arbitrary.ts';
export {
  functionOf,
  outputTypesOf,
  showProgram,
  type Apply,
  type Element,
  type Float,
  type Instruction,
  type Operands,
  type Params,
  type Program,
  type ValueType,
} from './program/program.ts';
export { transformationLaws } from './transformation.ts';
export { batchingLaws } from './batching.ts';
export { nestingLaws } from './nesting.ts';
export { eqLaws, foldableLaws, functorLaws, monoidLaws, traversableLaws, type InstanceCase } from './algebra.ts';
export { sameTree, treeLaws, trees, type TreeBounds, type TreeCase } from './tree.ts';
export { instructionLaws } from './instruction.ts';
export { graphLaws } from './graph.ts';
export { effectLaws } from './effect.ts';
export { lossLaws, type LossCase, type LossExamples } from './loss.ts';
export { memoryLaws } from './memory.ts';
export { metricLaws, type Measured, type MetricCase } from './metric.ts';
export { relaxedLaws, underRelaxedSimd } from './relaxed.ts';
export {
  anyTexts,
  bpeLaws,
  bpeTrainingLaws,
  ngramLaws,
  normalizeLaws,
  plainTexts,
  textCodecLaws,
  tokenizerLaws,
  vocabularyLaws,
  type TokenizerCase,
} from './text.ts';
export { sequenceLaws, vectorizerLaws, type VectorizerCase } from './text-array.ts';
