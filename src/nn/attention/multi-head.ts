/** Multi-head attention (Vaswani et al. 2017, section 3.2.2): of a sequence to itself or to another. */
import { FluxionError } from '../../array/errors.ts';
import { isNDArray, type NDArray } from '../../array/ndarray.ts';
import type { Shape } from '../../array/type.ts';
import { add, logicalAnd } from '../../operations/arithmetic.ts';
import { expandDims, reshape } from '../../operations/manipulation.ts';
import { matmul } from '../../operations/products.ts';
import { split, type Key } from '../../random/key.ts';
import { glorotUniform, zeros, type Initializer } from '../initializer.ts';
import type { Layer, ShapesOf } from '../layer.ts';
import type { Sequence } from '../recurrent/sequence.ts';
import { dotProductAttention } from './dot-product.ts';
import { rope, type RopeOptions } from './positions.ts';

/** Who asks whom. */
export interface AttentionInput {
  /** `[..., T, width]` */
  readonly query: NDArray;
  /** `[..., S, width]`; the query unless said. */
  readonly key?: NDArray;
  /** `[..., S, width]`; the key unless said. */
  readonly value?: NDArray;
  /** bool `[..., T, S]`: which keys each query may see. */
  readonly mask?: NDArray;
  /** bool `[..., S]`: which keys are real. */
  readonly keyMask?: NDArray;
}
/** A sequence attends to itself: its mask says which keys are real. */
export type Attended = Sequence | AttentionInput;

/** One projection. */
export interface ProjectionParams {
  /** `[width, heads dim]`; of the output `[heads dim, width]`. */
  readonly kernel: NDArray;
  readonly bias: NDArray | null;
}
/** The projections of multi-head attention. */
export interface AttentionParams {
  readonly query: ProjectionParams;
  readonly key: ProjectionParams;
  readonly value: ProjectionParams;
  readonly output: ProjectionParams;
}

export interface MultiHeadOptions {
  /** Features of queries and keys in each head; the width of the query over the number of heads unless said. */
  readonly headSize?: number;
  /** Features of the output; the width of the query unless said. */
  readonly units?: number;
  /** Whether projections have biases. Default true. */
  readonly bias?: boolean;
  /** Whether a query sees no later keys. Default false. */
  readonly causal?: boolean;
  /** The share of weights dropped in training. Default 0. */
  readonly dropout?: number;
  /** Turns queries and keys by their positions: see `rope`. Default false. */
  readonly rope?: boolean | Omit<RopeOptions, 'positions'>;
  /** Default `glorotUniform()`. */
  readonly kernel?: Initializer;
}

/** The input as who asks whom. */
const asked = (input: Attended): AttentionInput => {
  if (isNDArray(input)) return { query: input };
  if ('query' in input) return input;
  return input.mask === undefined ? { query: input.x } : { query: input.x, keyMask: input.mask };
};
const shapesAsked = (shapes: ShapesOf<Attended>): { query: Shape; key: Shape; value: Shape } => {
  if ('query' in shapes) {
    const key = shapes.key ?? shapes.query;
    return { query: shapes.query, key, value: shapes.value ?? key };
  }
  const one: Shape = 'x' in shapes ? shapes.x : shapes;
  return { query: one, key: one, value: one };
};

/** `x kernel + bias`. */
const projection = ({ kernel, bias }: ProjectionParams, x: NDArray): NDArray =>
  bias === null ? matmul(x, kernel) : add(matmul(x, kernel), bias);

/** `[..., T, width]` projected to `[..., T, heads, dim]`. */
export const inHeads = (params: ProjectionParams, x: NDArray, heads: number): NDArray => {
  const y = projection(params, x);
  return reshape(y, [...y.shape.slice(0, -1), heads, (y.shape.at(-1) ?? 0) / heads]);
};
/** Heads side by side, projected. */
export const fromHeads = (params: ProjectionParams, x: NDArray): NDArray =>
  projection(params, reshape(x, [...x.shape.slice(0, -2), (x.shape.at(-2) ?? 0) * (x.shape.at(-1) ?? 0)]));

/** Both masks as one that broadcasts to `[..., heads, T, S]`. */
const seenBy = ({ mask, keyMask }: AttentionInput): NDArray | undefined => {
  const pairs = mask === undefined ? [] : [expandDims(mask, -3)];
  const keys = keyMask === undefined ? [] : [expandDims(keyMask, [-3, -2])];
  const all = [...pairs, ...keys];
  return all.length === 0 ? undefined : all.reduce(logicalAnd);
};

const attentionParams = (
  key: Key,
  shapes: { readonly query: Shape; readonly key: Shape; readonly value: Shape },
  sizes: { readonly inner: number; readonly units: number },
  { bias = true, kernel = glorotUniform() }: MultiHeadOptions,
): AttentionParams => {
  const keys = split(key, 4);
  const made = (i: number, from: number, to: number): ProjectionParams => ({
    kernel: kernel(keys[i] ?? key, [from, to]),
    bias: bias ? zeros(key, [to]) : null,
  });
  const { inner, units } = sizes;
  return {
    query: made(0, shapes.query.at(-1) ?? 0, inner),
    key: made(1, shapes.key.at(-1) ?? 0, inner),
    value: made(2, shapes.value.at(-1) ?? 0, inner),
    output: made(3, inner, units),
  };
};

/**
 * Attention in several heads: of an array or a masked sequence to itself, or of a query to keys and values. Projections have the names
 * `query`, `key`, `value`, `output`; heads stand side by side in them.
 */
export const multiHeadAttention = (
  heads: number,
  options: MultiHeadOptions = {},
): Layer<AttentionParams, null, Attended> => {
  const { causal = false, dropout = 0, rope: turn = false } = options;
  const turned = (x: NDArray): NDArray => (turn === false ? x : rope(x, turn === true ? {} : turn));
  return {
    anatomy: { kind: 'multiHeadAttention', settings: { heads, causal } },
    init: (key, given) => {
      const shapes = shapesAsked(given);
      const width = shapes.query.at(-1) ?? 0;
      const { headSize = width / heads, units = width } = options;
      if (!Number.isInteger(headSize))
        throw new FluxionError(
          'nn.attention',
          `multiHeadAttention: expected a width that ${heads} heads share evenly, got ${width}. Say headSize.`,
        );
      const params = attentionParams(key, shapes, { inner: heads * headSize, units }, options);
      return { params, state: null, outputShape: [...shapes.query.slice(0, -1), units] };
    },
    apply: (params, state, input, context) => {
      const given = asked(input);
      const { query, key = query, value = key } = given;
      const mask = seenBy(given);
      const mixed = dotProductAttention(
        turned(inHeads(params.query, query, heads)),
        turned(inHeads(params.key, key, heads)),
        inHeads(params.value, value, heads),
        {
          causal,
          ...(mask === undefined ? {} : { mask }),
          ...(context.training === true ? { dropout: { rate: dropout, key: context.key } } : {}),
        },
      );
      return [fromHeads(params.output, mixed), state];
    },
  };
};
