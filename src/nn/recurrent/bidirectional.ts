/** A sequence read in both directions (Schuster and Paliwal 1997). */
import type { NDArray } from '../../array/ndarray.ts';
import type { Shape } from '../../array/type.ts';
import { add, divide, multiply } from '../../operations/arithmetic.ts';
import { flip } from '../../operations/manipulation.ts';
import { concatenate } from '../../operations/stacking.ts';
import { split } from '../../random/key.ts';
import type { Layer } from '../layer.ts';
import { applyPart, contexts } from '../parts.ts';
import { rnn, type Rnn, type RnnOptions, type RnnOutput, type WithCarry } from './rnn.ts';
import { sequenceParts, type Sequence } from './sequence.ts';

/** One for each direction. */
export interface Directions<T> {
  readonly forward: T;
  readonly backward: T;
}

const merges = {
  concat: (a: NDArray, b: NDArray): NDArray => concatenate([a, b], -1),
  sum: (a: NDArray, b: NDArray): NDArray => add(a, b),
  multiply: (a: NDArray, b: NDArray): NDArray => multiply(a, b),
  average: (a: NDArray, b: NDArray): NDArray => divide(add(a, b), 2),
} as const;

type Merge = keyof typeof merges | null;
export interface BidirectionalOptions {
  /** How the outputs of both directions become one: `'concat'`, along the last axis, unless said; `null` gives `{ forward, backward }`. */
  readonly merge?: Merge;
}

/** Options of the passes, which give their carries. */
type Own = RnnOptions & { readonly returnState: true };
type Pass<P, C> = Rnn<P, C, Own>;
type Merged<O> = O extends { readonly merge: null } ? Directions<NDArray> : NDArray;

/** The layer forwards and backwards, with their carries. */
const passesOf = <P, C>({ cell, options }: Rnn<P, C, RnnOptions>): Directions<Pass<P, C>> => {
  const { goBackwards = false } = options;
  const pass = (backwards: boolean): Pass<P, C> =>
    rnn<P, C, Own>(cell, { ...options, returnState: true, goBackwards: backwards });
  return { forward: pass(goBackwards), backward: pass(!goBackwards) };
};

const joinedShape = (shape: Shape, merge: Merge): Shape | Directions<Shape> =>
  merge === null
    ? { forward: shape, backward: shape }
    : merge === 'concat'
      ? [...shape.slice(0, -1), 2 * (shape.at(-1) ?? 0)]
      : shape;

/** Both passes, outputs in the order of time. */
const applyBoth = <P, C>(
  { forward, backward }: Directions<Pass<P, C>>,
  params: Directions<P>,
  sequence: Sequence<Directions<C>>,
  own: readonly Parameters<Pass<P, C>['apply']>[3][],
): readonly [WithCarry<C>, WithCarry<C>] => {
  const { cell, options } = forward;
  const { carry, ...given } = sequenceParts('bidirectional', sequence, cell.rank);
  const pass = (layer: Pass<P, C>, p: P, start: C | undefined, i: number): WithCarry<C> =>
    // Sound: the layer gives its output and carry.
    applyPart(
      layer,
      p,
      null,
      start === undefined ? given : { ...given, carry: start },
      own[i] ?? {},
    )[0] as WithCarry<C>;
  const there = pass(forward, params.forward, carry?.forward, 0);
  const back = pass(backward, params.backward, carry?.backward, 1);
  const y = options.returnSequences === true ? flip(back.y, back.y.ndim - 1 - cell.rank) : back.y;
  return [there, { y, carry: back.carry }];
};

/**
 * A layer over time and the same layer from the last step to the first, with parameters of their own. Outputs of all steps stand in the
 * order of time in both. Carries are `{ forward, backward }`.
 *
 * @example bidirectional(gru(64, { returnSequences: true }))
 */
export const bidirectional = <P, C, R extends RnnOptions, const O extends BidirectionalOptions = BidirectionalOptions>(
  layer: Rnn<P, C, R>,
  options: O = {} as O, // sound: every option may be absent
): Layer<Directions<P>, null, Sequence<Directions<C>>, RnnOutput<Directions<C>, R, Merged<O>>> => {
  const { merge = 'concat' } = options;
  const { returnState = false } = layer.options;
  const passes = passesOf(layer);
  const made: Layer<Directions<P>, null, Sequence<Directions<C>>, unknown> = {
    anatomy: { kind: 'bidirectional', settings: { merge }, parts: Object.entries(passes) },
    init: (key, shapes) => {
      const [k, l] = split(key);
      const one = 'x' in shapes ? shapes.x : shapes;
      const [a, b] = [passes.forward.init(k, one), passes.backward.init(l, one)];
      const y = joinedShape(a.outputShape.y, merge);
      const carry = { forward: a.outputShape.carry, backward: b.outputShape.carry };
      return {
        params: { forward: a.params, backward: b.params },
        state: null,
        outputShape: returnState ? { y, carry } : y,
      };
    },
    apply: (params, state, sequence, context) => {
      const [a, b] = applyBoth(passes, params, sequence, contexts(context, ['forward', 'backward']));
      const y = merge === null ? { forward: a.y, backward: b.y } : merges[merge](a.y, b.y);
      return [returnState ? { y, carry: { forward: a.carry, backward: b.carry } } : y, state];
    },
  };
  // Sound: it gives what the options say.
  return made as Layer<Directions<P>, null, Sequence<Directions<C>>, RnnOutput<Directions<C>, R, Merged<O>>>;
};
