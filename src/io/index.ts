/** Checkpoints as safetensors files, and writing files without losing old ones. */
export { decode, decodeLike, encode, load, save, type Loaded } from './safetensors.ts';
export { writeAtomically } from './write.ts';
