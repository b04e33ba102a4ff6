/** Reading data, guarded: whatever is wrong with a file comes back as a sentence. */
// Arrays that come from here have their methods, though `fluxion` itself were not imported.
import '../operations/methods.ts';
import '../runtime/install.ts';

export { decodeIdx, pairUp, readIdx, readMnist, type LabelledImages, type Mnist } from './idx.ts';
export { orThrow } from '../io/or-throw.ts';
export * as cell from './cell.ts';
export { decodeCsv, readCsv, type Columns, type CsvOptions, type Row } from './csv.ts';
export { decodeTable, readTable, type Category, type Table, type TableOptions } from './table.ts';
export { decodeJson, readJson } from './json.ts';
export type { Access, Dataset } from './dataset.ts';
export type { Augmentation } from './image-random.ts';
export * as dataset from './pipeline.ts';
export * as image from './image.ts';
export {
  classWeights,
  fitMinMax,
  fitStandard,
  scaleMinMax,
  standardize,
  standardize as standardise,
  trainTestSplit,
  unscaleMinMax,
  unstandardize,
  type Extent,
  type Standard,
  type TrainTest,
  type TrainTestSplitOptions,
} from './prepare.ts';
export { checkExamples, checkFinite, checkLabels, type CheckOptions, type Examples } from './validate.ts';
