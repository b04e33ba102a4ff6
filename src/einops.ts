/** Axes by name: `einops.rearrange(x, 'b (h w) c -> b h w c', { h: 28 })`. */
export { rearrange, reduce, repeat, type Reduction } from './operations/einops.ts';
export { einsum } from './operations/einsum.ts';
