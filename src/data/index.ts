/** Reading data, guarded: whatever is wrong with a file comes back as a sentence. */
export { decodeIdx, pairUp, readIdx, readMnist, type IdxBytes, type LabelledImages, type Mnist } from './idx.ts';
