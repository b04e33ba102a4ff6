/** Scatters by the names of `jax.lax`. */
import type { NDArray } from '../array/ndarray.ts';
import { scatter, type Scatter } from '../primitives/indexing.ts';

export interface ScatterOptions {
  /** How many leading axes operand, positions and updates share. Default 0. */
  readonly batch?: number;
  /** A promise that no position occurs twice, which the derivative of `scatterMul` in its updates needs. Default false. */
  readonly uniqueIndices?: boolean;
}

const scatterBy =
  (combine: Scatter['combine']) =>
  (
    operand: NDArray,
    indices: NDArray,
    updates: NDArray,
    { batch = 0, uniqueIndices = false }: ScatterOptions = {},
  ): NDArray =>
    scatter(operand, indices, updates, { batch, combine, unique: uniqueIndices });

/**
 * `operand: [B..., D1..Dk, rest...]` with `updates: [B..., n..., rest...]` added at int32 `indices: [B..., n..., k]`; what is out of range
 * is dropped. Where JAX takes dimension numbers, ours are fixed: axes that are shared lead, those that are indexed follow.
 */
export const scatterAdd = scatterBy('add');
/** As `scatterAdd`, by products. */
export const scatterMul = scatterBy('mul');
/** As `scatterAdd`, by the smallest. */
export const scatterMin = scatterBy('min');
/** As `scatterAdd`, by the largest. */
export const scatterMax = scatterBy('max');
