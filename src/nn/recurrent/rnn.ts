/** Layers over time: a cell in a `scan`. */
import { FluxionError, ShapeError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { sameShape, showShape, showType, sizeOf, type Shape } from '../../array/type.ts';
import { astype, where } from '../../operations/arithmetic.ts';
import { flip, moveaxis, reshape } from '../../operations/manipulation.ts';
import { asBool } from '../../operations/lifting.ts';
import { array } from '../../operations/creation.ts';
import { asFloat } from '../../operations/promotion.ts';
import { stopGradientOf } from '../../primitives/stop-gradient.ts';
import { scan } from '../../scan.ts';
import { map } from '../../tree/traverse.ts';
import type { Context, Layer, ShapesOf } from '../layer.ts';
import type { Cell, Noise } from './cell.ts';
import { sequenceParts, sequenceShape, type Sequence, type SequenceParts } from './sequence.ts';

export interface RnnOptions {
  /** Whether to give the output of every step, `[..., time, units]`, not of the last, `[..., units]`. Default false. */
  readonly returnSequences?: boolean;
  /** Whether to give `{ y, carry }`, so that another call may go on from there. Default false. */
  readonly returnState?: boolean;
  /** Whether to go from the last step to the first; outputs then stand in that order, as in Keras. Default false. */
  readonly goBackwards?: boolean;
  /** How many steps to write out in each turn of the loop: see `scan`. */
  readonly unroll?: number | boolean;
  /** Truncated backpropagation (Williams and Peng 1990): no gradient flows back over the border between windows of this many steps. */
  readonly truncate?: number;
}

/** An output with the carry after it. */
export interface WithCarry<C, Y = NDArray> {
  readonly y: Y;
  readonly carry: C;
}
/** What a layer over time gives by its options. */
export type RnnOutput<C, O, Y = NDArray> = O extends { readonly returnState: true } ? WithCarry<C, Y> : Y;

/** A layer over time. It remembers its cell, so that others can be made of it. */
export interface Rnn<P, C, O extends RnnOptions> extends Layer<P, null, Sequence<C>, RnnOutput<C, O>> {
  readonly cell: Cell<P, C>;
  readonly options: O;
}

/** The shapes of a carry. */
const shapesOf = (carry: unknown): unknown => map((leaf: NDArray): unknown => leaf.shape, carry as NDArray); // sound: a tree of arrays

/** The carry to start from: given with leading axes as those of the sequence, or zeros. */
const startOf = <C>(zero: C, given: C | undefined, lead: Shape): C => {
  if (given === undefined) return zero;
  const merge = (expected: NDArray, leaf: NDArray): NDArray => {
    const whole = [...lead, ...expected.shape.slice(1)];
    if (!sameShape(leaf.shape, whole))
      throw new ShapeError(
        `rnn: expected a carry of ${showShape(whole)}, got ${showType(leaf.type)}. It has the leading axes of the sequence.`,
        'shape.carry',
      );
    return reshape(astype(leaf, expected.dtype), expected.shape);
  };
  return map(merge, zero, given);
};

/** Steps first, the batch as one axis. */
const timeFirst = (x: NDArray, lead: Shape): NDArray =>
  moveaxis(reshape(x, [sizeOf(lead), ...x.shape.slice(lead.length)]), 1, 0);

/** Whether each step, in the order of time, has the step done before it in its window. */
const inWindow = (time: number, truncate: number, backwards: boolean): NDArray => {
  const done = Array.from({ length: time }, (_, t) => (backwards ? time - 1 - t : t));
  return array(
    done.map((k) => k === 0 || k % truncate !== 0),
    'bool',
  );
};

/** What the loop goes over. */
interface Slice {
  readonly z: NDArray;
  /** bool `[batch]`: which are real. */
  readonly real: NDArray | null;
  /** bool: whether gradients flow to the step before. */
  readonly open: NDArray | null;
}

const stepOf =
  <P, C>(cell: Cell<P, C>, params: P, noise: Noise, sequences: boolean) =>
  (carry: C, { z, real, open }: Slice): readonly [C, NDArray | null] => {
    const from =
      open === null ? carry : map((leaf: NDArray): NDArray => where(open, leaf, stopGradientOf(leaf)), carry);
    const next = cell.step(params, from as C, z, noise); // sound: mapped leaf by leaf
    const kept =
      real === null
        ? next
        : map(
            (to: NDArray, old: NDArray): NDArray =>
              where(reshape(real, [...real.shape, ...to.shape.slice(1).map(() => 1)]), to, old),
            next,
            carry,
          );
    return [kept as C, sequences ? cell.output(kept as C) : null]; // sound: as above
  };

/** Steps that are not real count as zeros, so that whatever stands there, be it NaN, reaches no gradient. */
const cleaned = (x: NDArray, mask: NDArray | undefined, rank: number): NDArray =>
  mask === undefined ? x : where(reshape(asBool(mask), [...mask.shape, ...new Array<number>(rank).fill(1)]), x, 0);

const run = <P, C>(
  cell: Cell<P, C>,
  params: P,
  { x, mask, carry }: SequenceParts<C>,
  options: RnnOptions,
  context: Context,
): WithCarry<C> => {
  const { returnSequences = false, goBackwards = false, unroll = 1, truncate } = options;
  const lead = x.shape.slice(0, x.ndim - 1 - cell.rank);
  const xs = timeFirst(cleaned(asFloat(x), mask, cell.rank), lead);
  const [time = 0, ...one] = xs.shape;
  const noise = context.training === true ? cell.noise(context.key, { dtype: xs.dtype, shape: one }) : {};
  const z = cell.project(params, xs, noise);
  const zero = cell.zero(one, z.dtype === 'float64' ? 'float64' : 'float32');
  const slices: Slice = {
    z,
    real: mask === undefined ? null : timeFirst(asBool(mask), lead),
    open: truncate === undefined ? null : inWindow(time, truncate, goBackwards),
  };
  const [last, ys] = scan<C, Slice, NDArray | null>(
    stepOf(cell, params, noise, returnSequences),
    startOf(zero, carry, lead) as never, // sound: a tree of arrays is an input of its own type
    slices as never,
    { reverse: goBackwards, unroll },
  );
  const whole = (leaf: NDArray): NDArray => reshape(leaf, [...lead, ...leaf.shape.slice(1)]);
  const y = ys === null ? cell.output(last) : moveaxis(goBackwards ? flip(ys, 0) : ys, 0, 1);
  return { y: whole(y), carry: map(whole, last) };
};

/**
 * A cell over the time axis of a sequence `[..., time, features]`, alone or with a mask and a carry. Where the mask is false the carry
 * stays and the output repeats, so that a masked sequence gives what the truncated one gives; what stands in such steps has no influence.
 * In training the noise of dropout is drawn once for all steps.
 */
export const rnn = <P, C, const O extends RnnOptions = RnnOptions>(
  cell: Cell<P, C>,
  options: O = {} as O, // sound: every option may be absent
): Rnn<P, C, O> => {
  const { returnSequences = false, returnState = false, goBackwards = false, truncate } = options;
  if (truncate !== undefined && !(Number.isInteger(truncate) && truncate > 0))
    throw new FluxionError(
      'nn.rnn',
      `rnn: expected truncate to be a whole number from 1, got ${truncate}. It is the number of steps of a window.`,
    );
  return {
    cell,
    options,
    anatomy: { kind: cell.kind, settings: { ...cell.settings, returnSequences, goBackwards } },
    init: (key, shapes) => {
      const [time = 0, ...one] = sequenceShape(cell.kind, shapes, cell.rank);
      const zero = cell.zero(one);
      const { shape } = cell.output(zero);
      const y = returnSequences ? [time, ...shape] : shape;
      const output = returnState ? { y, carry: shapesOf(zero) } : y;
      // Sound: as the options say.
      return { params: cell.init(key, one), state: null, outputShape: output as ShapesOf<RnnOutput<C, O>> };
    },
    apply: (params, state, sequence, context) => {
      const result = run(cell, params, sequenceParts(cell.kind, sequence, cell.rank), options, context);
      return [(returnState ? result : result.y) as RnnOutput<C, O>, state]; // sound: as above
    },
  };
};
