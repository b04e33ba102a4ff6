/** The loop over slices, `scan`, and what all loops ask of their carry. */
import { isFloat } from './array/dtype.ts';
import { DTypeError, ShapeError } from './array/errors.ts';
import { withWeak, type NDArray } from './array/ndarray.ts';
import { sameType, showType } from './array/type.ts';
import { outputTypes } from './core/graph.ts';
import { replay } from './core/replay.ts';
import { bind, settled, trace, type Parameter, type Traced } from './core/trace.ts';
import { scanPrimitive } from './control/scan.ts';
import { flattenArrays, pairFrom, titleOf, traceTree, type AnyFunction, type Flattened, type Lifted } from './lift.ts';
import { convert } from './primitives/arithmetic.ts';
import { reshape } from './primitives/broadcast.ts';
import { concatenate, sliceAxis } from './primitives/slicing.ts';
import { requireStructure } from './tree/difference.ts';
import { pathsOf } from './tree/show.ts';
import { flatten, unflatten, type Structure } from './tree/structure.ts';
import type { Input } from './types.ts';

export interface ScanOptions {
  /** The number of steps, where there are no xs. */
  readonly length?: number;
  /** Whether to go from the last slice to the first. */
  readonly reverse?: boolean;
  /** How many steps to write out in each turn of the loop; `true` for all of them, without a loop. Default 1. The result is the same. */
  readonly unroll?: number | boolean;
}

/** A body gives back a carry of the structure that it got. */
export const checkCarry = (operation: string, expected: Structure, next: unknown): void => {
  const { structure } = flatten(next, { operation, like: expected });
  requireStructure(expected, structure, {
    operation,
    name: 'carry',
    remedy: 'Return the carry as it came.',
    code: 'tree.carry',
  });
};

/** The structure of an argument list of these trees. */
export const argumentStructure = (...trees: readonly Flattened[]): Structure =>
  flatten(trees.map(({ structure, leaves }) => unflatten(structure, leaves))).structure;

const slicePlaceholder = (x: NDArray): Parameter => ({
  type: { dtype: x.dtype, shape: x.shape.slice(1) },
  weak: false,
  source: null,
});
export const strongPlaceholder = (x: NDArray): Parameter => ({ type: x.type, weak: false, source: null });

/** The carry must come back as it went in; a weak start takes the type that the body gives. */
export const settleCarry = (
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
): [C, Y] => scanAs({ operation: 'scan', of: f }, f, init, xs, options);

/** A scan under the name of the operation that it serves, of the function that the user wrote. */
export const scanAs = <C, X, Y>(
  { operation, of }: { readonly operation: string; readonly of: { readonly name: string } },
  f: (carry: C, x: X) => readonly [C, Y],
  init: Input<C>,
  xs: Input<X>,
  options: ScanOptions,
): [C, Y] => {
  const start = flattenArrays(init);
  const slices = flattenArrays(xs);
  const length = lengthOf(slices, options.length);
  const args = argumentStructure(start, slices);
  const seen: { structure: Structure } = { structure: start.structure };
  const body = (carry: C, x: X): unknown => {
    const [next, y] = pairFrom(f(carry, x), 'scan: expected the body to return [carry, y] (y may be null)');
    seen.structure = flatten(y).structure;
    checkCarry(operation, start.structure, next);
    return [next, y];
  };
  const sliced = slices.leaves.map(slicePlaceholder);
  const record = (leaves: readonly NDArray[]): Lifted =>
    traceTree(titleOf(operation, of), body as AnyFunction, [...leaves.map(strongPlaceholder), ...sliced], args);
  const { leaves, traced } = settleCarry(operation, start, record, () => start.leaves.length);
  const count = leaves.length;
  const { reverse = false } = options;
  const unroll = unrollOf(options.unroll, length);
  const results = (unroll === 1 ? run : runUnrolled)(traced, leaves, slices.leaves, { length, reverse, unroll });
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

interface Steps {
  readonly length: number;
  readonly reverse: boolean;
  /** How many steps stand in one turn of the loop. */
  readonly unroll: number;
}

const unrollOf = (given: number | boolean | undefined, length: number): number => {
  const unroll = given === true ? length : given === false || given === undefined ? 1 : given;
  if (!Number.isInteger(unroll) || unroll < (given === true ? 0 : 1))
    throw new ShapeError(
      `scan: expected unroll to be a whole number from 1 or a boolean, got ${unroll}. It says how many steps to write out in each turn.`,
      'shape.scan',
    );
  // A loop without steps has none to write out; its body says what types the empty results have.
  return length === 0 ? 1 : unroll;
};

/** The carry at the end, then the stacked ys. */
const run = (
  { graph, captured }: Traced,
  carry: readonly NDArray[],
  xs: readonly NDArray[],
  { length, reverse }: Steps,
): readonly NDArray[] =>
  bind(
    scanPrimitive,
    {
      body: settled(graph),
      constants: captured.length,
      carry: carry.length,
      length,
      reverse,
      xsAxes: xs.map(() => 0),
      ysAxes: graph.outputs.slice(carry.length).map(() => 0),
    },
    [...captured, ...carry, ...xs],
  );

/** The steps over the slices of `xs` written out one after another. */
const writtenOut = (
  { graph, captured }: Traced,
  carry: readonly NDArray[],
  xs: readonly NDArray[],
  { length, reverse }: Steps,
): readonly NDArray[] => {
  let now = carry;
  const rows: (readonly NDArray[])[] = [];
  for (let n = 0; n < length; n++) {
    const at = reverse ? length - 1 - n : n;
    const slices = xs.map((x) => reshape(sliceAxis(x, 0, at, at + 1), x.shape.slice(1)));
    const outputs = replay(graph, [...captured, ...now, ...slices]);
    now = outputs.slice(0, carry.length);
    rows[at] = outputs.slice(carry.length).map((y) => reshape(y, [1, ...y.shape]));
  }
  return [
    ...now,
    ...(rows[0] ?? []).map((_, i) =>
      concatenate(
        rows.flatMap((row) => row[i] ?? []),
        0,
      ),
    ),
  ];
};

/** A loop of turns of `unroll` steps each, and the steps left over. */
const runUnrolled = (
  traced: Traced,
  carry: readonly NDArray[],
  xs: readonly NDArray[],
  steps: Steps,
): readonly NDArray[] => {
  const { length, reverse, unroll } = steps;
  const turns = unroll < length ? Math.floor(length / unroll) : 0;
  const main = turns * unroll;
  if (turns === 0) return writtenOut(traced, carry, xs, steps);
  const blocks = xs.map((x) => reshape(sliceAxis(x, 0, 0, main), [turns, unroll, ...x.shape.slice(1)]));
  const turn = trace(traced.graph.name, [...carry.map(strongPlaceholder), ...blocks.map(slicePlaceholder)], (values) =>
    writtenOut(traced, values.slice(0, carry.length), values.slice(carry.length), { ...steps, length: unroll }),
  );
  const over = (now: readonly NDArray[]): readonly NDArray[] => {
    const outputs = run(turn, now, blocks, { ...steps, length: turns });
    return outputs.map((y, i) => (i < carry.length ? y : reshape(y, [main, ...y.shape.slice(2)])));
  };
  if (main === length) return over(carry);
  const rest = (now: readonly NDArray[]): readonly NDArray[] =>
    writtenOut(
      traced,
      now,
      xs.map((x) => sliceAxis(x, 0, main, length)),
      { ...steps, length: length - main },
    );
  const [first, second] = reverse ? [rest, over] : [over, rest];
  const before = first(carry);
  const after = second(before.slice(0, carry.length));
  const [low, high] = reverse ? [after, before] : [before, after];
  return after.map((y, i) => (i < carry.length ? y : concatenate([low[i] ?? y, high[i] ?? y], 0)));
};
