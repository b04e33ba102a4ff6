/** Checkpoints as safetensors files, and writing files without losing old ones. */
export { decode, decodeLike, decodeTree, encode, type Loaded } from './safetensors.ts';
export { load, loadTree, save } from './checkpoint.ts';
export { writeAtomically } from './write.ts';
export { orThrow } from './or-throw.ts';
export { decodePng, encodePng, readPng, writePng } from './png.ts';
