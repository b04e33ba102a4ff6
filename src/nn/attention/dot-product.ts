/** Scaled dot-product attention (Vaswani et al. 2017, eq. 1), in the layout of `jax.nn.dot_product_attention`. */
import { ShapeError } from '../../array/errors.ts';
import { splat, type NDArray } from '../../array/ndarray.ts';
import { showType } from '../../array/type.ts';
import {
  add,
  divide,
  equal,
  exp,
  greaterEqual,
  logicalAnd,
  multiply,
  subtract,
  where,
} from '../../operations/arithmetic.ts';
import { broadcastTo, repeat, swapaxes } from '../../operations/manipulation.ts';
import { matmul } from '../../operations/products.ts';
import { max, sum } from '../../operations/reduction.ts';
import { iota } from '../../primitives/iota.ts';
import { stopGradientOf } from '../../primitives/stop-gradient.ts';
import type { Key } from '../../random/key.ts';
import { bernoulli } from '../../random/sample.ts';
import { softmax } from '../activation.ts';

export interface AttentionOptions {
  /** bool, broadcasts to `[..., heads, T, S]`: which keys each query may see. A query that may see none gets zeros. */
  readonly mask?: NDArray;
  /** Added to the scaled products; broadcasts to `[..., heads, T, S]`. */
  readonly bias?: NDArray;
  /** Whether query t sees the keys 0 to t alone. Default false. */
  readonly causal?: boolean;
  /** What products are multiplied with. Default `1 / sqrt(dim)`. */
  readonly scale?: number;
  /** Drops weights in training. */
  readonly dropout?: { readonly rate: number; readonly key: Key };
}

/** bool `[T, S]`: which keys stand no later than each query. */
export const causalMask = (queries: number, keys: number): NDArray =>
  greaterEqual(
    iota({ dtype: 'int32', shape: [queries, keys] }, 0),
    iota({ dtype: 'int32', shape: [queries, keys] }, 1),
  );

/** Softmax along the last axis over the places where the mask is true; zeros elsewhere, and in rows without any. */
export const maskedSoftmax = (logits: NDArray, mask: NDArray): NDArray => {
  const seen = broadcastTo(mask, logits.shape);
  if (logits.shape.at(-1) === 0) return logits;
  const top = max(where(seen, logits, -Infinity), { axis: -1, keepdims: true });
  const highest = stopGradientOf(where(equal(top, -Infinity), 0, top));
  const powers = where(seen, exp(where(seen, subtract(logits, highest), 0)), 0);
  const total = sum(powers, { axis: -1, keepdims: true });
  return divide(powers, where(equal(total, 0), 1, total));
};

const checkHeads = (query: NDArray, key: NDArray, value: NDArray): void => {
  const fits =
    query.ndim >= 3 &&
    key.ndim === query.ndim &&
    key.shape.slice(0, -1).join() === value.shape.slice(0, -1).join() &&
    query.shape.slice(0, -3).join() === key.shape.slice(0, -3).join() &&
    query.shape.at(-1) === key.shape.at(-1) &&
    (query.shape.at(-2) ?? 0) % (key.shape.at(-2) ?? 1) === 0;
  if (!fits)
    throw new ShapeError(
      `dotProductAttention: expected queries [..., T, heads, dim], keys [..., S, groups, dim] and values alike, where groups divide heads, got ${[query, key, value].map((x) => showType(x.type)).join(', ')}. Put heads before the last axis.`,
      'shape.attention',
    );
};

/** The softmax of scaled products: `[..., heads, T, S]`. Rows sum to one, or to zero where nothing may be seen. */
export const attentionWeights = (
  query: NDArray,
  key: NDArray,
  {
    mask,
    bias,
    causal = false,
    scale = 1 / Math.sqrt(query.shape.at(-1) ?? 1),
  }: Omit<AttentionOptions, 'dropout'> = {},
): NDArray => {
  const q = swapaxes(multiply(query, scale), -2, -3);
  const k = swapaxes(swapaxes(key, -2, -3), -1, -2);
  const products = matmul(q, k);
  const logits = bias === undefined ? products : add(products, bias);
  const [T = 0, S = 0] = logits.shape.slice(-2);
  const seen = [...(mask === undefined ? [] : [mask]), ...(causal ? [causalMask(T, S)] : [])];
  if (S === 0) return logits;
  return seen.length === 0 ? softmax(logits) : maskedSoftmax(logits, seen.reduce(logicalAnd));
};

const dropped = (weights: NDArray, { rate, key }: { readonly rate: number; readonly key: Key }): NDArray =>
  where(
    bernoulli(key, 1 - rate, weights.shape),
    divide(weights, 1 - rate),
    splat({ dtype: weights.dtype, shape: [] }, 0),
  );

/**
 * Values weighed by how well their keys fit each query: queries `[..., T, heads, dim]`, keys `[..., S, groups, dim]`, values
 * `[..., S, groups, out]` to `[..., T, heads, out]`. Several heads may share a group of keys (Ainslie et al. 2023). Unlike in JAX, a query
 * that may see no key gets zeros, without NaN in value or gradient.
 */
export const dotProductAttention = (
  query: NDArray,
  key: NDArray,
  value: NDArray,
  { dropout, ...options }: AttentionOptions = {},
): NDArray => {
  checkHeads(query, key, value);
  const times = (query.shape.at(-2) ?? 0) / (key.shape.at(-2) ?? 1);
  const spread = (x: NDArray): NDArray => (times === 1 ? x : repeat(x, times, -2));
  const weights = attentionWeights(query, spread(key), options);
  const kept = dropout === undefined || dropout.rate === 0 ? weights : dropped(weights, dropout);
  return swapaxes(matmul(kept, swapaxes(spread(value), -2, -3)), -2, -3);
};
