/** A recurrent decoder that looks at the steps of an encoder. */
import { ShapeError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { showType } from '../../array/type.ts';
import { expandDims, moveaxis, squeeze } from '../../operations/manipulation.ts';
import { matmul } from '../../operations/products.ts';
import { concatenate } from '../../operations/stacking.ts';
import { asFloat } from '../../operations/promotion.ts';
import { split } from '../../random/key.ts';
import { scan } from '../../scan.ts';
import { map } from '../../tree/traverse.ts';
import { softmax } from '../activation.ts';
import type { Layer, ShapesOf } from '../layer.ts';
import type { Cell, Noise } from '../recurrent/cell.ts';
import type { Alignment } from './alignment.ts';
import { maskedSoftmax } from './dot-product.ts';

/** What a decoder is fed with. */
export interface AttentiveInput<C = unknown> {
  /** `[..., T, features]` */
  readonly x: NDArray;
  /** The steps of an encoder, `[..., S, memory]`. */
  readonly memory: NDArray;
  /** bool `[..., S]`: which of them are real. */
  readonly memoryMask?: NDArray;
  /** The carry to start from; zeros unless said. */
  readonly carry?: C;
}

/** What a decoder shows at each step, with its carry at the end. */
export interface AttentiveOutput<C = unknown> {
  /** The output of the cell beside what it looked at: `[..., T, units + memory]`. */
  readonly y: NDArray;
  /** How much it looked at each step of the encoder: `[..., T, S]`, rows that sum to one. */
  readonly weights: NDArray;
  readonly carry: C;
}

export interface AttentiveParams<P, A> {
  readonly cell: P;
  readonly attention: A;
}

/** The steps of an encoder, ready to be looked at. */
export interface Memory {
  readonly values: NDArray;
  readonly prepared: NDArray;
  readonly mask: NDArray | null;
}
/** What is shown at one step. */
export interface AttentiveStep {
  readonly y: NDArray;
  readonly weights: NDArray;
}

/** A layer over time that looks at a memory, and its single step for decoding. */
export interface AttentiveDecoder<P, C, A> extends Layer<
  AttentiveParams<P, A>,
  null,
  AttentiveInput<C>,
  AttentiveOutput<C>
> {
  /** The steps of an encoder `[..., S, memory]`, with a mask of the real ones. */
  remember(params: AttentiveParams<P, A>, memory: NDArray, mask?: NDArray): Memory;
  /** One step of an input `[..., features]`. */
  step(params: AttentiveParams<P, A>, memory: Memory, carry: C, x: NDArray, noise?: Noise): readonly [C, AttentiveStep];
}

/** What a state looks at. */
const lookBy =
  <A>(attention: Alignment<A>) =>
  (
    params: A,
    query: NDArray,
    { values, prepared, mask }: Memory,
  ): { readonly seen: NDArray; readonly weights: NDArray } => {
    const scores = attention.score(params, query, prepared);
    const weights = mask === null ? softmax(scores) : maskedSoftmax(scores, mask);
    return { weights, seen: squeeze(matmul(expandDims(weights, -2), values), -2) };
  };

const stepBy = <P, C, A>(cell: Cell<P, C>, attention: Alignment<A>): AttentiveDecoder<P, C, A>['step'] => {
  const look = lookBy(attention);
  const move = (params: P, carry: C, x: NDArray, noise: Noise): C =>
    cell.step(params, carry, cell.project(params, x, noise), noise);
  return (params, memory, carry, x, noise = {}) => {
    if (attention.asks === 'before') {
      const { seen, weights } = look(params.attention, cell.output(carry), memory);
      const next = move(params.cell, carry, concatenate([x, seen], -1), noise);
      return [next, { y: concatenate([cell.output(next), seen], -1), weights }];
    }
    const next = move(params.cell, carry, x, noise);
    const h = cell.output(next);
    const { seen, weights } = look(params.attention, h, memory);
    return [next, { y: concatenate([h, seen], -1), weights }];
  };
};

const initBy =
  <P, C, A>(cell: Cell<P, C>, attention: Alignment<A>): AttentiveDecoder<P, C, A>['init'] =>
  (key, shapes) => {
    const [time = 0, features = 0] = shapes.x;
    const [length = 0, remembered = 0] = shapes.memory;
    const [k, l] = split(key);
    const one = [attention.asks === 'before' ? features + remembered : features];
    const zero = cell.zero(one);
    const units = cell.output(zero).shape.at(-1) ?? 0;
    return {
      params: { cell: cell.init(k, one), attention: attention.init(l, units, remembered) },
      state: null,
      outputShape: {
        y: [time, units + remembered],
        weights: [time, length],
        // Sound: a tree of arrays gives a tree of shapes.
        carry: map((leaf: NDArray): unknown => leaf.shape, zero as NDArray) as unknown as ShapesOf<C>,
      },
    };
  };

/**
 * A cell over time that at each step weighs the steps of an encoder and takes their mean beside its input (`additiveAttention`, Bahdanau et al.
 * 2015) or beside its output (`multiplicativeAttention`, Luong et al. 2015). Steps of the encoder that are not real have no weight.
 */
export const attentiveDecoder = <P, C, A>(cell: Cell<P, C>, attention: Alignment<A>): AttentiveDecoder<P, C, A> => {
  const step = stepBy(cell, attention);
  const remember: AttentiveDecoder<P, C, A>['remember'] = (params, values, mask) => ({
    values,
    prepared: attention.prepare(params.attention, values),
    mask: mask ?? null,
  });
  return {
    anatomy: { kind: 'attentiveDecoder', settings: { cell: cell.kind, attention: attention.kind } },
    remember,
    step,
    init: initBy(cell, attention),
    apply: (params, state, input, context) => {
      const { memory, memoryMask, carry } = input;
      const x = asFloat(input.x);
      if (x.ndim < 2 || x.ndim !== memory.ndim)
        throw new ShapeError(
          `attentiveDecoder: expected x [..., T, features] and memory [..., S, features] with the same leading axes, got ${showType(x.type)} and ${showType(memory.type)}. Give both the axes of the batch.`,
          'shape.attention',
        );
      const extra = attention.asks === 'before' ? (memory.shape.at(-1) ?? 0) : 0;
      const one = [...x.shape.slice(0, -2), (x.shape.at(-1) ?? 0) + extra];
      const { dtype } = x;
      const noise = context.training === true ? cell.noise(context.key, { dtype, shape: one }) : {};
      const known = remember(params, memory, memoryMask);
      const start = carry ?? cell.zero(one, dtype === 'float64' ? dtype : 'float32');
      const [last, { y, weights }] = scan<C, NDArray, AttentiveStep>(
        (now, at) => step(params, known, now, at, noise),
        start as never, // sound: a tree of arrays is an input of its own type
        moveaxis(x, -2, 0) as never,
      );
      return [{ y: moveaxis(y, 0, -2), weights: moveaxis(weights, 0, -2), carry: last }, state];
    },
  };
};
