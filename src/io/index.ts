/** Arrays, trees and trainings in files (safetensors, NPY, NPZ, PNG), and writing files without losing old ones. */
// Arrays that come from here have their methods, though `fluxion` itself were not imported.
import '../operations/methods.ts';
import '../runtime/install.ts';

export { decode, decodeLike, decodeTree, encode, type Loaded } from './safetensors.ts';
export { load, loadTree, save } from './checkpoint.ts';
export {
  decodeTraining,
  encodeTraining,
  loadTraining,
  saveTraining,
  type SavedState,
  type SavedTraining,
  type TrainingTemplate,
} from './training.ts';
export { writeAtomically } from './write.ts';
export { orThrow } from './or-throw.ts';
export { decodePng, encodePng, readPng, writePng } from './png.ts';
export { decodeNpy, encodeNpy, readNpy, writeNpy } from './npy.ts';
export { decodeNpz, encodeNpz, readNpz, writeNpz, type NamedArrays, type NpzOptions } from './npz.ts';
