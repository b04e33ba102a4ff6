/** Working with trees of arrays. */
export { flatten, unflatten } from './tree/structure.ts';
export { map } from './tree/traverse.ts';
