/** Sequences: arrays `[..., time, features]`, alone or in a tree with a mask and a carry. Layers over time and attention share these types. */
import { ShapeError } from '../../array/errors.ts';
import { isNDArray, type ArrayLike, type NDArray } from '../../array/ndarray.ts';
import { sameShape, showShape, showType, type Shape } from '../../array/type.ts';
import { astype, divide, less, maximum, multiply, notEqual, where } from '../../operations/arithmetic.ts';
import { takeAlongAxis } from '../../operations/indexing.ts';
import { asBool } from '../../operations/lifting.ts';
import { expandDims, squeeze } from '../../operations/manipulation.ts';
import { asFloat } from '../../operations/promotion.ts';
import { any, max, sum } from '../../operations/reduction.ts';
import { iota } from '../../primitives/iota.ts';
import { sliceAxis } from '../../primitives/slicing.ts';
import { lambda, type Layer, type ShapesOf } from '../layer.ts';
import { applyPart, contexts } from '../parts.ts';

/** A sequence with what goes with it. */
export interface SequenceParts<C = unknown> {
  /** `[..., time, features]` */
  readonly x: NDArray;
  /** bool `[..., time]`: which steps are real; all of them unless said. */
  readonly mask?: NDArray;
  /** The carry to start from, its arrays with the leading axes of `x`; zeros unless said. */
  readonly carry?: C;
}
/** A sequence: an array, or an array with a mask and a carry. */
export type Sequence<C = unknown> = NDArray | SequenceParts<C>;
/** A sequence of which only some steps are real: what `masking` gives. */
export interface Masked {
  readonly x: NDArray;
  readonly mask: NDArray;
}

/** A sequence as its parts, the mask checked. */
export const sequenceParts = <C>(operation: string, sequence: Sequence<C>, rank = 1): SequenceParts<C> => {
  const parts: SequenceParts<C> = isNDArray(sequence) ? { x: sequence } : sequence;
  const { x, mask } = parts;
  if (x.ndim < rank + 1)
    throw new ShapeError(
      `${operation}: expected a sequence of [..., time${', extent'.repeat(rank - 1)}, features], got ${showType(x.type)}. Put the axis of time before ${rank === 1 ? 'that' : 'those'} of one step.`,
      'shape.sequence',
    );
  const expected = x.shape.slice(0, x.ndim - rank);
  if (mask !== undefined && !sameShape(mask.shape, expected))
    throw new ShapeError(
      `${operation}: expected a mask of ${showShape(expected)}, got ${showType(mask.type)}. It says of each step whether it is real.`,
      'shape.mask',
    );
  return parts;
};

/** The shape of `x` in the shapes of a sequence. */
export const sequenceShape = (operation: string, shapes: ShapesOf<Sequence>, rank = 1): Shape => {
  const shape: Shape = 'x' in shapes ? shapes.x : shapes;
  if (shape.length !== rank + 1)
    throw new ShapeError(
      `${operation}: expected examples of [time${', extent'.repeat(rank - 1)}, features], got ${showShape(shape)}. Give one sequence without batch axes.`,
      'shape.sequence',
    );
  return shape;
};

/** bool `[..., time]` of integer lengths `[...]`: the first steps are real. */
export const lengthsToMask = (lengths: ArrayLike, time: number): NDArray => {
  const counts = expandDims(lengths, -1);
  return less(iota({ dtype: 'int32', shape: [time] }, 0), counts);
};

/** Which tokens are none of the padding, 0: bool of the shape of the tokens. With `fanOut({ x: embedding(...), mask: maskZero })` a model masks what is padded. */
export const maskZero = (tokens: NDArray): NDArray => notEqual(tokens, 0);

/** Steps whose features are all `value` are not real, as Keras's Masking says: `[..., time, features]` to `{ x, mask }`. */
export const masking = (value = 0): Layer<null, null, NDArray, Masked> => ({
  ...lambda(
    (x: NDArray): Masked => ({ x, mask: any(notEqual(x, value), -1) }),
    (shape) => ({ x: shape, mask: shape.slice(0, -1) }),
  ),
  anatomy: { kind: 'masking', settings: { value } },
});

/** A layer from sequence to sequence that hands its mask on: `{ x, mask }` to `{ x: y, mask }`. */
export const keepMask = <P, S, C>(layer: Layer<P, S, Sequence<C>>): Layer<P, S, Masked, Masked> => ({
  anatomy: { kind: 'keepMask', parts: [['layer', layer]] },
  init: (key, shapes) => {
    const { params, state, outputShape } = layer.init(key, shapes);
    return { params, state, outputShape: { x: outputShape, mask: shapes.mask } };
  },
  apply: (params, state, { x, mask }, context) => {
    const [own = context] = contexts(context, ['layer']);
    const [y, next] = applyPart(layer, params, state, { x, mask }, own);
    return [{ x: y as NDArray, mask }, next as S]; // sound: the layer gives an array and its state
  },
});

/** Real steps as 1, others as 0, with an axis for the features. */
const weights = (mask: NDArray, x: NDArray): NDArray => astype(expandDims(asBool(mask), -1), asFloat(x).dtype);

/** The mean over the real steps, `[..., time, features] -> [..., features]`; zeros where none is real. */
export const maskedMean = (): Layer<null, null, Sequence> => ({
  anatomy: { kind: 'maskedMean' },
  init: (_, shapes) => {
    const shape = sequenceShape('maskedMean', shapes);
    return { params: null, state: null, outputShape: shape.slice(1) };
  },
  apply: (_, state, sequence) => {
    const { x, mask } = sequenceParts('maskedMean', sequence);
    const time = x.shape.at(-2) ?? 0;
    if (mask === undefined) return [divide(sum(x, -2), Math.max(1, time)), state];
    const real = expandDims(asBool(mask), -1);
    return [divide(sum(where(real, x, 0), -2), maximum(sum(weights(mask, x), -2), 1)), state];
  },
});

/** The last real step, `[..., time, features] -> [..., features]`; zeros where none is real. */
export const lastStep = (): Layer<null, null, Sequence> => ({
  anatomy: { kind: 'lastStep' },
  init: (_, shapes) => {
    const shape = sequenceShape('lastStep', shapes);
    return { params: null, state: null, outputShape: shape.slice(1) };
  },
  apply: (_, state, sequence) => {
    const { x, mask } = sequenceParts('lastStep', sequence);
    const time = x.shape.at(-2) ?? 0;
    if (mask === undefined) return [squeeze(sliceAxis(x, x.ndim - 2, time - 1, time), -2), state];
    const positions = iota({ dtype: 'int32', shape: mask.shape }, mask.ndim - 1);
    const last = max(multiply(astype(asBool(mask), 'int32'), positions), -1);
    const taken = squeeze(takeAlongAxis(x, expandDims(last, [-2, -1]), -2), -2);
    return [where(expandDims(any(mask, -1), -1), taken, 0), state];
  },
});
