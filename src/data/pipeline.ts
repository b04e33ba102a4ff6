/** Datasets by name: `dataset.map`, `dataset.batch`, ... . */
export { fromArrays, fromIterable, type Access, type Dataset } from './dataset.ts';
export { concatenate, enumerate, filter, map, repeat, skip, take, window, zip } from './elements.ts';
export { cache, prefetch } from './keeping.ts';
export { batch, chunk, stack, unbatch, type BatchOptions } from './batching.ts';
export { shuffle, split, type SplitOptions, type Stratum } from './order.ts';
