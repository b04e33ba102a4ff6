/** Loops inside programs: `scan`, `foriLoop`, `whileLoop`, `map`. */
import { isFloat } from './array/dtype.ts';
import { DTypeError, ShapeError } from './array/errors.ts';
import { splat, withWeak, type NDArray } from './array/ndarray.ts';
import { sameType, showType } from './array/type.ts';
import { outputTypes } from './core/graph.ts';
import { bind, settled, type Parameter } from './core/trace.ts';
import { scanPrimitive } from './control/scan.ts';
import { whilePrimitive } from './control/while.ts';
import {
  asLeaf,
  flattenArrays,
  pairFrom,
  titleOf,
  traceTree,
  type AnyFunction,
  type Flattened,
  type Lifted,
} from './lift.ts';
import { add, convert } from './primitives/arithmetic.ts';
import { iota } from './primitives/iota.ts';
import { lt } from './primitives/logic.ts';
import { requireStructure } from './tree/difference.ts';
import { pathsOf } from './tree/show.ts';
import { flatten, unflatten, type Structure } from './tree/structure.ts';
import type { Input } from './types.ts';

export interface ScanOptions {
  /** The number of steps, where there are no xs. */
  readonly length?: number;
  /** Whether to go from the last slice to the first. */
  readonly reverse?: boolean;
}

/** A body gives back a carry of the structure that it got. */
const checkCarry = (operation: string, expected: Structure, next: unknown): void => {
  const { structure } = flatten(next, { operation, like: expected });
  requireStructure(expected, structure, {
    operation,
    name: 'carry',
    remedy: 'Return the carry as it came.',
    code: 'tree.carry',
  });
};

/** The structure of an argument list of these trees. */
const argumentStructure = (...trees: readonly Flattened[]): Structure =>
  flatten(trees.map(({ structure, leaves }) => unflatten(structure, leaves))).structure;

const slicePlaceholder = (x: NDArray): Parameter => ({
  type: { dtype: x.dtype, shape: x.shape.slice(1) },
  weak: false,
  source: null,
});
const strongPlaceholder = (x: NDArray): Parameter => ({ type: x.type, weak: false, source: null });

/** The carry must come back as it went in; a weak start takes the type that the body gives. */
const settleCarry = (
  name: string,
  carry: Flattened,
  record: (leaves: readonly NDArray[]) => Lifted,
  ends: (traced: Lifted) => number,
): { readonly leaves: readonly NDArray[]; readonly traced: Lifted } => {
  const traced = record(carry.leaves);
  const out = outputTypes(traced.graph).slice(0, ends(traced));
  const grown = carry.leaves.map((x, i) => {
    const type = out[i];
    return type !== undefined && x.weak && type.dtype !== x.dtype && isFloat(type.dtype)
      ? convert(withWeak(x, false), type.dtype)
      : withWeak(x, false);
  });
  const changed = grown.some((x, i) => x.dtype !== carry.leaves[i]?.dtype);
  const final = changed ? record(grown) : traced;
  const types = outputTypes(final.graph);
  grown.forEach((x, i) => {
    const type = types[i];
    if (type === undefined || !sameType(type, x.type))
      throw new DTypeError(
        `${name}: carry${pathsOf(carry.structure)[i] ?? ''}: expected the body to give ${showType(x.type)} as it got, got ${type === undefined ? 'nothing' : showType(type)}. Convert the start or the result.`,
        'loop.carry',
      );
  });
  return { leaves: grown, traced: final };
};

/**
 * `carry = init`, then for each slice of `xs` along axis 0: `[carry, y] = f(carry, x)`. Gives the last carry and the ys stacked.
 * Compiled once for one step, differentiable in both modes, batchable.
 *
 * @example scan((total: NDArray, x: NDArray) => [total.add(x), total], 0, np.arange(5))
 */
export const scan = <C, X, Y>(
  f: (carry: C, x: X) => readonly [C, Y],
  init: Input<C>,
  xs: Input<X>,
  options: ScanOptions = {},
): [C, Y] => {
  const start = flattenArrays(init);
  const slices = flattenArrays(xs);
  const length = lengthOf(slices, options.length);
  const args = argumentStructure(start, slices);
  const seen: { structure: Structure } = { structure: start.structure };
  const body = (carry: C, x: X): unknown => {
    const [next, y] = pairFrom(f(carry, x), 'scan: expected the body to return [carry, y] (y may be null)');
    seen.structure = flatten(y).structure;
    checkCarry('scan', start.structure, next);
    return [next, y];
  };
  const sliced = slices.leaves.map(slicePlaceholder);
  const record = (leaves: readonly NDArray[]): Lifted =>
    traceTree(titleOf('scan', f), body as AnyFunction, [...leaves.map(strongPlaceholder), ...sliced], args);
  const { leaves, traced } = settleCarry('scan', start, record, () => start.leaves.length);
  const count = leaves.length;
  const results = bind(
    scanPrimitive,
    {
      body: settled(traced.graph),
      constants: traced.captured.length,
      carry: count,
      length,
      reverse: options.reverse ?? false,
      xsAxes: slices.leaves.map(() => 0),
      ysAxes: traced.graph.outputs.slice(count).map(() => 0),
    },
    [...traced.captured, ...leaves, ...slices.leaves],
  );
  // Sound: the structures are those of the body's result.
  return [
    unflatten(start.structure, results.slice(0, count)) as C,
    unflatten(seen.structure, results.slice(count)) as Y,
  ];
};

const lengthOf = (xs: Flattened, given: number | undefined): number => {
  const paths = pathsOf(xs.structure);
  const flat = xs.leaves.findIndex((x) => x.ndim === 0);
  if (flat >= 0)
    throw new ShapeError(
      `scan: xs${paths[flat] ?? ''}: expected an array with a leading axis, got ${showType(xs.leaves[flat]?.type ?? { dtype: 'float32', shape: [] })}. Stack the xs, or pass { length }.`,
      'shape.scan',
    );
  const length = given ?? xs.leaves[0]?.shape[0];
  if (length === undefined)
    throw new ShapeError('scan: expected xs or { length }, got neither. Say how many steps to take.', 'shape.scan');
  const odd = xs.leaves.findIndex((x) => x.shape[0] !== length);
  if (odd >= 0)
    throw new ShapeError(
      `scan: xs${paths[odd] ?? ''}: expected ${length} slices, got ${xs.leaves[odd]?.shape[0] ?? 0}. All xs share the extent of their leading axis.`,
      'shape.scan',
    );
  return length;
};

/** `f` of each slice along axis 0, one after another, the results stacked. Where memory allows, `vmap` is faster. */
export const map = <X, Y>(f: (x: X) => Y, xs: Input<X>): Y =>
  scan((carry: null, x: X): readonly [null, Y] => [carry, f(x)], null, xs)[1];

/**
 * `carry = body(i, carry)` for `i` from `lower` below `upper`. With numbers as bounds it is a scan and differentiates in reverse; with arrays
 * as bounds it is a `whileLoop`.
 */
export const foriLoop = <C>(
  lower: number | NDArray,
  upper: number | NDArray,
  body: (i: NDArray, carry: C) => C,
  init: Input<C>,
): C => {
  if (typeof lower === 'number' && typeof upper === 'number') {
    const length = Math.max(0, upper - lower);
    const counts = add(iota({ dtype: 'int32', shape: [length] }, 0), splat({ dtype: 'int32', shape: [length] }, lower));
    return scan((carry: C, i: NDArray): readonly [C, null] => [body(i, carry), null], init, counts, { length })[0];
  }
  const [from, to] = [
    convert(withWeak(asLeaf(lower), false), 'int32'),
    convert(withWeak(asLeaf(upper), false), 'int32'),
  ];
  type State = readonly [NDArray, C];
  const test = ([i]: State): NDArray => lt(i, to);
  const step = ([i, carry]: State): State => [add(i, splat(i.type, 1)), body(i, carry)];
  // Sound: the start is a counter and the caller's carry.
  return whileLoop<State>(test, step, [from, init] as unknown as Input<State>)[1];
};

/**
 * While `condition(carry)` holds, `carry = body(carry)`. Differentiates forwards; for a reverse derivative use `scan` or `foriLoop`.
 */
export const whileLoop = <C>(condition: (carry: C) => NDArray, body: (carry: C) => C, init: Input<C>): C => {
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
  const results = bind(
    whilePrimitive,
    {
      condition: settled(test.graph),
      body: settled(traced.graph),
      conditionConstants: test.captured.length,
      bodyConstants: traced.captured.length,
    },
    [...test.captured, ...traced.captured, ...leaves],
  );
  return unflatten(start.structure, results) as C; // sound: the structure of the carry
};
