/** A block of a transformer, with the normalisation before each part (Xiong et al. 2020). */
import type { NDArray } from '../../array/ndarray.ts';
import { add } from '../../operations/arithmetic.ts';
import { foldIn } from '../../random/key.ts';
import { gelu } from '../activation.ts';
import { dense, type DenseParams } from '../dense.ts';
import { dropout as dropoutLayer } from '../dropout.ts';
import type { Context, Layer } from '../layer.ts';
import { layerNorm } from '../norm.ts';
import type { NormParams } from '../norm-params.ts';
import { applyPart, contexts } from '../parts.ts';
import { sequenceParts, sequenceShape, type Sequence } from '../recurrent/sequence.ts';
import { multiHeadAttention, type AttentionParams, type MultiHeadOptions } from './multi-head.ts';

export interface BlockParams {
  readonly norm1: NormParams;
  readonly attention: AttentionParams;
  readonly norm2: NormParams;
  readonly hidden: DenseParams;
  readonly output: DenseParams;
}

export interface BlockOptions extends Pick<MultiHeadOptions, 'causal' | 'rope' | 'headSize'> {
  /** Features between the two dense layers; 4 times the width unless said. */
  readonly inner?: number;
  /** Default `gelu`. */
  readonly activation?: (x: NDArray) => NDArray;
  /** The share of attention weights, and of what each part adds, dropped in training. Default 0. */
  readonly dropout?: number;
}

/** The normalisation that transformers use. */
export const blockNorm = layerNorm({ epsilon: 1e-5 });

const partNames = ['norm1', 'attention', 'norm2', 'hidden', 'output', 'drop1', 'drop2'] as const;

/** What a block adds behind its attention: `x + output(activation(hidden(norm2(x))))`. */
export const feedForward = (
  params: Pick<BlockParams, 'norm2' | 'hidden' | 'output'>,
  x: NDArray,
  activation: (x: NDArray) => NDArray = gelu,
): NDArray => {
  const [normed] = blockNorm.apply(params.norm2, null, x, {});
  const [inner] = dense(0).apply(params.hidden, null, normed, {});
  return dense(0).apply(params.output, null, activation(inner), {})[0];
};

/**
 * `y = x + attention(norm1(x))`, then `y + output(activation(hidden(norm2(y))))`: `[..., time, width]` to the same, alone or with a mask of
 * real steps.
 */
export const transformerBlock = (heads: number, options: BlockOptions = {}): Layer<BlockParams, null, Sequence> => {
  const { inner, activation = gelu, dropout = 0 } = options;
  const attention = multiHeadAttention(heads, options);
  const drop = dropoutLayer(dropout);
  return {
    anatomy: { kind: 'transformerBlock', settings: { heads, ...(inner === undefined ? {} : { inner }) } },
    init: (key, shapes) => {
      const shape = sequenceShape('transformerBlock', shapes);
      const width = shape.at(-1) ?? 0;
      const params = {
        norm1: blockNorm.init(foldIn(key, 0), shape).params,
        attention: attention.init(foldIn(key, 1), shape).params,
        norm2: blockNorm.init(foldIn(key, 2), shape).params,
        hidden: dense(inner ?? 4 * width).init(foldIn(key, 3), shape).params,
        output: dense(width).init(foldIn(key, 4), [inner ?? 4 * width]).params,
      };
      return { params, state: null, outputShape: shape };
    },
    apply: (params, state, sequence, context) => {
      const { x, mask } = sequenceParts('transformerBlock', sequence);
      const own = contexts(context, partNames);
      const at = (i: number): Context => own[i] ?? context;
      const [normed] = blockNorm.apply(params.norm1, null, x, at(0));
      const asked = mask === undefined ? normed : { x: normed, mask };
      const [seen] = applyPart(attention, params.attention, null, asked, at(1));
      const y = add(x, drop.apply(null, null, seen as NDArray, at(5))[0]); // sound: attention gives an array
      return [add(y, drop.apply(null, null, feedForward(params, y, activation), at(6))[0]), state];
    },
  };
};
