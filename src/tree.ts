/** Working with trees of arrays: the names of `jax.tree`. The fp-ts instances are in `fluxion/tree`. */
export { flatten, unflatten, type Flattened, type LeafOptions, type Structure } from './tree/structure.ts';
export type { Leaf } from './tree/node.ts';
export { sameStructure } from './tree/compare.ts';
export { showStructure } from './tree/show.ts';
export { keystr, type KeyPath } from './tree/path.ts';
export { register, type NodeType } from './tree/registry.ts';
export type { LeafOf, Mapped } from './tree/type.ts';
export {
  all,
  flattenWithPath,
  leaves,
  leavesWithPath,
  map,
  mapUntil,
  mapWithPath,
  reduce,
  structure,
  transpose,
} from './tree/traverse.ts';
