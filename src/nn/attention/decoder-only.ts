/** A small decoder-only transformer (Radford et al. 2018, 2019), with a cache of keys and values for generating. */
import { FluxionError, ShapeError } from '../../array/errors.ts';
import { splat, type NDArray } from '../../array/ndarray.ts';
import { showType, type Shape } from '../../array/type.ts';
import { add, lessEqual } from '../../operations/arithmetic.ts';
import { take } from '../../operations/indexing.ts';
import { expandDims, squeeze, swapaxes } from '../../operations/manipulation.ts';
import { matmul } from '../../operations/products.ts';
import { dynamicSliceInDim, dynamicUpdateSliceInDim } from '../../operations/strict.ts';
import { iota } from '../../primitives/iota.ts';
import { sliceAxis } from '../../primitives/slicing.ts';
import { foldIn } from '../../random/key.ts';
import { dropout as dropoutLayer } from '../dropout.ts';
import { normal } from '../initializer.ts';
import type { Layer } from '../layer.ts';
import type { NormParams } from '../norm-params.ts';
import { applyPart, contexts } from '../parts.ts';
import type { Sequence } from '../recurrent/sequence.ts';
import { blockNorm, feedForward, transformerBlock, type BlockParams } from './block.ts';
import { dotProductAttention } from './dot-product.ts';
import { fromHeads, inHeads } from './multi-head.ts';
import { firstPositions, rope } from './positions.ts';
import { decode, type DecodeOptions, type Decoded } from './sampling.ts';

export interface DecoderSettings {
  /** How many tokens there are. */
  readonly vocabulary: number;
  readonly width: number;
  readonly heads: number;
  readonly blocks: number;
  /** The longest sequence. */
  readonly length: number;
  /** Features between the dense layers of a block; 4 times the width unless said. */
  readonly inner?: number;
  /** Default 0. */
  readonly dropout?: number;
  /** Trained rows for positions, or rotations of queries and keys. Default `'learned'`. */
  readonly positions?: 'learned' | 'rope';
}

export interface DecoderParams {
  /** `[vocabulary, width]`; also what logits are products with (Press and Wolf 2017). */
  readonly embedding: NDArray;
  /** `[length, width]`, where positions are trained. */
  readonly positions: NDArray | null;
  readonly blocks: readonly BlockParams[];
  readonly norm: NormParams;
}

/** Keys and values of the tokens that were read, `[..., length, heads, dim]` in each block. */
export interface DecoderCache {
  /** int32: how many tokens were read. */
  readonly position: NDArray;
  readonly blocks: readonly { readonly keys: NDArray; readonly values: NDArray }[];
}

/** A transformer from tokens, int `[..., time]`, to the logits of each next token, `[..., time, vocabulary]`. */
export interface DecoderOnly extends Layer<DecoderParams, null> {
  readonly settings: DecoderSettings;
  /** A cache with nothing read, for sequences with leading axes. */
  start(lead: Shape, dtype?: 'float32' | 'float64'): DecoderCache;
  /** Reads further tokens, int `[..., n]`: the logits `[..., n, vocabulary]` that `apply` gives for them behind what was read. */
  extend(params: DecoderParams, cache: DecoderCache, tokens: NDArray): readonly [DecoderCache, NDArray];
}

const logitsOf = ({ norm, embedding }: DecoderParams, x: NDArray): NDArray =>
  matmul(blockNorm.apply(norm, null, x, {})[0], swapaxes(embedding, 0, 1));

/** A block over new steps, whose keys and values go into the cache. */
const extendBlock = (
  params: BlockParams,
  x: NDArray,
  cache: DecoderCache['blocks'][number],
  position: NDArray,
  { heads, positions }: DecoderSettings,
): readonly [NDArray, DecoderCache['blocks'][number]] => {
  const n = x.shape.at(-2) ?? 0;
  const at = add(position, iota({ dtype: 'int32', shape: [n] }, 0));
  const turned = (y: NDArray): NDArray => (positions === 'rope' ? rope(y, { positions: at }) : y);
  const [normed] = blockNorm.apply(params.norm1, null, x, {});
  const { query, key, value, output } = params.attention;
  const keys = dynamicUpdateSliceInDim(cache.keys, turned(inHeads(key, normed, heads)), position, -3);
  const values = dynamicUpdateSliceInDim(cache.values, inHeads(value, normed, heads), position, -3);
  const mask = lessEqual(iota({ dtype: 'int32', shape: [keys.shape.at(-3) ?? 0] }, 0), expandDims(at, -1));
  const seen = dotProductAttention(turned(inHeads(query, normed, heads)), keys, values, { mask });
  const y = add(x, fromHeads(output, seen));
  return [add(y, feedForward(params, y)), { keys, values }];
};

const extendBy =
  (settings: DecoderSettings): DecoderOnly['extend'] =>
  (params, { position, blocks }, tokens) => {
    const n = tokens.shape.at(-1) ?? 0;
    const embedded = take(params.embedding, tokens, 0);
    const placed =
      params.positions === null ? embedded : add(embedded, dynamicSliceInDim(params.positions, position, n, 0));
    const read: DecoderCache['blocks'][number][] = [];
    const x = params.blocks.reduce((value, block, i) => {
      const cache = blocks[i];
      if (cache === undefined)
        throw new FluxionError(
          'nn.cache',
          `extend: expected a cache of ${params.blocks.length} blocks, got ${blocks.length}. Make it by start.`,
        );
      const [next, after] = extendBlock(block, value, cache, position, settings);
      read.push(after);
      return next;
    }, placed);
    return [{ position: add(position, n), blocks: read }, logitsOf(params, x)];
  };

/** The blocks of a decoder, which all are alike. */
const blockOf = ({ heads, dropout = 0, positions, inner }: DecoderSettings): Layer<BlockParams, null, Sequence> =>
  transformerBlock(heads, {
    causal: true,
    dropout,
    rope: positions === 'rope',
    ...(inner === undefined ? {} : { inner }),
  });

const initBy =
  (settings: DecoderSettings): DecoderOnly['init'] =>
  (key, inputShape) => {
    const { vocabulary, width, length, positions = 'learned' } = settings;
    const [time = 0] = inputShape;
    if (inputShape.length !== 1 || time > length)
      throw new ShapeError(
        `decoderOnly: expected examples of [time] with time up to ${length}, got [${inputShape.join(', ')}]. Cut the tokens.`,
        'shape.tokens',
      );
    const block = blockOf(settings);
    const small = normal(0.02);
    const params = {
      embedding: small(foldIn(key, 0), [vocabulary, width]),
      positions: positions === 'learned' ? small(foldIn(key, 1), [length, width]) : null,
      blocks: Array.from({ length: settings.blocks }, (_, i) => block.init(foldIn(key, 2 + i), [time, width]).params),
      norm: blockNorm.init(key, [width]).params,
    };
    return { params, state: null, outputShape: [time, vocabulary] };
  };

const applyBy =
  (settings: DecoderSettings): DecoderOnly['apply'] =>
  (params, state, tokens, context) => {
    const { dropout = 0 } = settings;
    const block = blockOf(settings);
    const [first = context, ...own] = contexts(context, ['drop', ...params.blocks.map((_, i) => `blocks.${i}`)]);
    const embedded = take(params.embedding, tokens, 0);
    const placed =
      params.positions === null ? embedded : add(embedded, firstPositions(params.positions, tokens.shape.at(-1) ?? 0));
    const [start] = dropoutLayer(dropout).apply(null, null, placed, first);
    const x = params.blocks.reduce(
      // Sound: a block gives an array.
      (value, p, i) => applyPart(block, p, null, value, own[i] ?? context)[0] as NDArray,
      start,
    );
    return [logitsOf(params, x), state];
  };

/**
 * Tokens embedded, placed, sent through causal `transformerBlock`s and a normalisation, and multiplied with the embedding for the logits of
 * the next token at each step: int `[..., time] -> [..., time, vocabulary]`.
 *
 * @example decoderOnly({ vocabulary: 96, width: 128, heads: 4, blocks: 4, length: 256 })
 */
export const decoderOnly = (settings: DecoderSettings): DecoderOnly => ({
  settings,
  anatomy: { kind: 'decoderOnly', settings: { ...settings } },
  init: initBy(settings),
  apply: applyBy(settings),
  start: (lead, dtype = 'float32') => {
    const { blocks, length, heads, width } = settings;
    const nothing = splat({ dtype, shape: [...lead, length, heads, width / heads] }, 0);
    return {
      position: splat({ dtype: 'int32', shape: [] }, 0),
      blocks: Array.from({ length: blocks }, () => ({ keys: nothing, values: nothing })),
    };
  },
  extend: extendBy(settings),
});

/**
 * What a decoder-only transformer writes behind a prompt, int `[..., time]` of at least one token: the prompt is read at once, then one token
 * goes through the model at each step, keys and values of the others coming from the cache. Meant for `jit`.
 *
 * @example jit((p, prompt: NDArray, key: Key) => generate(model, p, prompt, { key, temperature: 0.8, topK: 20, steps: 100 }).tokens)
 */
export const generate = (
  model: DecoderOnly,
  params: DecoderParams,
  prompt: NDArray,
  options: DecodeOptions,
): Decoded => {
  const time = prompt.shape.at(-1) ?? 0;
  const { length } = model.settings;
  if (time < 1 || time + options.steps - 1 > length)
    throw new ShapeError(
      `generate: expected a prompt of at least one token that with ${options.steps} steps fits into ${length}, got ${showType(prompt.type)}. Cut the prompt or ask for fewer steps.`,
      'shape.prompt',
    );
  const axis = prompt.ndim - 1;
  const dtype = params.embedding.dtype === 'float64' ? 'float64' : 'float32';
  const empty = model.start(prompt.shape.slice(0, -1), dtype);
  const [cache] = time === 1 ? [empty] : model.extend(params, empty, sliceAxis(prompt, axis, 0, time - 1));
  const step = (carry: DecoderCache, token: NDArray): readonly [DecoderCache, NDArray] => {
    const [next, logits] = model.extend(params, carry, expandDims(token, -1));
    return [next, squeeze(logits, -2)];
  };
  return decode(step, cache, squeeze(sliceAxis(prompt, axis, time - 1, time), -1), options);
};
