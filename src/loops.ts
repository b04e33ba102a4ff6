/** Loops inside programs on top of `scan`: `foriLoop`, `whileLoop`, `map`. */
import { DTypeError, ShapeError } from './array/errors.ts';
import { splat, withWeak, type NDArray } from './array/ndarray.ts';
import { showType } from './array/type.ts';
import { outputTypes } from './core/graph.ts';
import { replay } from './core/replay.ts';
import { bind, settled } from './core/trace.ts';
import { boundedLoop } from './bounded-loop.ts';
import { whilePrimitive } from './control/while.ts';
import { asLeaf, flattenArrays, titleOf, traceTree, type AnyFunction, type Lifted } from './lift.ts';
import { add, convert } from './primitives/arithmetic.ts';
import { reshape } from './primitives/broadcast.ts';
import { iota } from './primitives/iota.ts';
import { lt } from './primitives/logic.ts';
import { nth } from './primitives/record.ts';
import { concatenate, sliceAxis } from './primitives/slicing.ts';
import { argumentStructure, checkCarry, scan, scanAs, settleCarry, strongPlaceholder } from './scan.ts';
import { unflatten } from './tree/structure.ts';
import type { Input, Inputs } from './types.ts';
import { vmap } from './vmap.ts';

export interface MapOptions {
  /** How many slices to treat at once, with `vmap`; the memory needed grows with it. Default 1. */
  readonly batchSize?: number;
}

/** `f` of each slice along axis 0, one after another or `batchSize` at a time, the results stacked. Where memory allows, `vmap` is faster. */
export const map = <X, Y>(f: (x: X) => Y, xs: Input<X>, { batchSize = 1 }: MapOptions = {}): Y => {
  const turns = turnsOf(batchSize, flattenArrays(xs).leaves[0]?.shape[0] ?? 0);
  const each = (slices: Input<X>): Y => scan((carry: null, x: X): readonly [null, Y] => [carry, f(x)], null, slices)[1];
  if (batchSize === 1 || turns === 0) return batchSize === 1 ? each(xs) : together(f, xs);
  const main = turns * batchSize;
  const blocks = eachLeaf(xs, (x) => reshape(sliceAxis(x, 0, 0, main), [turns, batchSize, ...x.shape.slice(1)]));
  const batch = (carry: null, x: Input<X>): readonly [null, Y] => [carry, together(f, x)];
  const [, stacked] = scan<null, Input<X>, Y>(batch, null, blocks as Input<Input<X>>); // sound: a tree of arrays
  const ys = eachLeaf(stacked, (y) => reshape(y, [main, ...y.shape.slice(2)]));
  const rest = flattenArrays(
    together(
      f,
      eachLeaf(xs, (x) => sliceAxis(x, 0, main, nth(x.shape, 0))),
    ),
  ).leaves;
  let next = 0;
  return eachLeaf(ys, (y) => concatenate([y, nth(rest, next++)], 0));
};

const turnsOf = (batchSize: number, length: number): number => {
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new ShapeError(
      `map: expected batchSize to be a whole number from 1, got ${batchSize}. It says how many slices to treat at once.`,
      'shape.map',
    );
  return Math.floor(length / batchSize);
};

const together = <X, Y>(f: (x: X) => Y, xs: Input<X>): Y => vmap<[X], Y>(f)(...([xs] as Inputs<[X]>)); // sound: one argument

/** A tree of the same structure with other arrays. */
const eachLeaf = <T>(tree: T, f: (x: NDArray) => NDArray): T => {
  const { leaves, structure } = flattenArrays(tree);
  return unflatten(structure, leaves.map(f)) as T; // sound: the same structure
};

export interface ForiLoopOptions extends WhileLoopOptions {
  /** With numbers as bounds: how many steps to write out in each turn, as for `scan`. */
  readonly unroll?: number | boolean;
}

/**
 * `carry = body(i, carry)` for `i` from `lower` below `upper`. With numbers as bounds it is a scan and differentiates in reverse; with arrays
 * as bounds it is a `whileLoop`, which has a reverse derivative with `maxSteps`.
 */
export const foriLoop = <C>(
  lower: number | NDArray,
  upper: number | NDArray,
  body: (i: NDArray, carry: C) => C,
  init: Input<C>,
  options: ForiLoopOptions = {},
): C => {
  if (typeof lower === 'number' && typeof upper === 'number') {
    const length = Math.max(0, upper - lower);
    const counts = add(iota({ dtype: 'int32', shape: [length] }, 0), splat({ dtype: 'int32', shape: [length] }, lower));
    const step = (carry: C, i: NDArray): readonly [C, null] => [body(i, carry), null];
    return scanAs({ operation: 'foriLoop', of: body }, step, init, counts, {
      length,
      ...(options.unroll === undefined ? {} : { unroll: options.unroll }),
    })[0];
  }
  const [from, to] = [
    convert(withWeak(asLeaf(lower), false), 'int32'),
    convert(withWeak(asLeaf(upper), false), 'int32'),
  ];
  type State = readonly [NDArray, C];
  const test = ([i]: State): NDArray => lt(i, to);
  const step = ([i, carry]: State): State => [add(i, splat(i.type, 1)), body(i, carry)];
  // Sound: the start is a counter and the caller's carry.
  return whileLoop<State>(test, step, [from, init] as unknown as Input<State>, options)[1];
};

export interface WhileLoopOptions {
  /**
   * The number of steps within which the loop ends. Then it differentiates in reverse: the carry is kept about every sqrt(maxSteps) steps,
   * and what lies between is computed again. Only the steps that are needed run. A loop that would go on after `maxSteps` steps throws.
   */
  readonly maxSteps?: number;
}

/**
 * While `condition(carry)` holds, `carry = body(carry)`. Differentiates forwards, and with `maxSteps` in reverse too. Under `vmap` it runs
 * until all examples have ended; those that have keep their carry.
 *
 * @example whileLoop((x: NDArray) => x.less(10), (x) => x.mul(2), x, { maxSteps: 100 })
 */
export const whileLoop = <C>(
  condition: (carry: C) => NDArray,
  body: (carry: C) => C,
  init: Input<C>,
  { maxSteps }: WhileLoopOptions = {},
): C => {
  const start = flattenArrays(init);
  const args = argumentStructure(start);
  const step = (carry: C): unknown => {
    const next = body(carry);
    checkCarry('whileLoop', start.structure, next);
    return next;
  };
  const record = (leaves: readonly NDArray[]): Lifted =>
    traceTree(titleOf('whileLoop', body), step as AnyFunction, leaves.map(strongPlaceholder), args);
  const { leaves, traced } = settleCarry('whileLoop', start, record, (t) => t.graph.outputs.length);
  const test = traceTree(
    titleOf('whileLoop', condition),
    condition as AnyFunction,
    leaves.map(strongPlaceholder),
    args,
  );
  checkPredicate(test);
  const results = maxSteps === undefined ? unbounded(test, traced, leaves) : bounded(test, traced, leaves, maxSteps);
  return unflatten(start.structure, results) as C; // sound: the structure of the carry
};

const unbounded = (test: Lifted, body: Lifted, carry: readonly NDArray[]): readonly NDArray[] =>
  bind(
    whilePrimitive,
    {
      condition: settled(test.graph),
      body: settled(body.graph),
      conditionConstants: test.captured.length,
      bodyConstants: body.captured.length,
    },
    [...test.captured, ...body.captured, ...carry],
  );

const bounded = (test: Lifted, body: Lifted, start: readonly NDArray[], maxSteps: number): readonly NDArray[] => {
  const run =
    ({ graph, captured }: Lifted) =>
    (carry: readonly NDArray[]): readonly NDArray[] =>
      replay(graph, [...captured, ...carry]);
  const holds = run(test);
  return boundedLoop((carry) => nth(holds(carry), 0), run(body), start, maxSteps);
};

/** The condition gives one bool scalar. */
const checkPredicate = ({ graph }: Lifted): void => {
  const [type] = outputTypes(graph);
  if (type?.dtype !== 'bool' || type.shape.length !== 0 || graph.outputs.length !== 1)
    throw new DTypeError(
      `whileLoop: expected the condition to give a bool scalar, got ${outputTypes(graph).map(showType).join(', ')}. Reduce it with all or any.`,
      'dtype.predicate',
    );
};
