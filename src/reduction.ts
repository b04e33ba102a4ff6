/** Reduction by any associative operation: `lax.reduce`. */
import { ShapeError } from './array/errors.ts';
import type { NDArray } from './array/ndarray.ts';
import { axesOf, sameShape, showType, sizeOf, without } from './array/type.ts';
import { combining, type Combine } from './associative-scan.ts';
import { flattenArrays, type Flattened } from './lift.ts';
import { axesFrom } from './operations/axes.ts';
import { convert } from './primitives/arithmetic.ts';
import { broadcast, reshape, transpose } from './primitives/broadcast.ts';
import { nth } from './primitives/record.ts';
import { concatenate, slice } from './primitives/slicing.ts';
import { requireStructure } from './tree/difference.ts';
import { pathsOf } from './tree/show.ts';
import { unflatten } from './tree/structure.ts';
import type { Input } from './types.ts';
import { vmap } from './vmap.ts';

type Flat = readonly NDArray[];

/** Neighbouring rows joined until one is left: the order stays, the depth is log2 of the number of rows. */
const joined = (combine: Combine, rows: Flat): Flat => {
  const [n = 0, width = 0] = nth(rows, 0).shape;
  if (n < 2) return rows;
  const half = Math.floor(n / 2);
  const pair = (x: NDArray, from: number): NDArray =>
    reshape(slice(x, [from, 0], [2 * half, width], [2, 1]), [half * width]);
  const pairs = combine(
    rows.map((x) => pair(x, 0)),
    rows.map((x) => pair(x, 1)),
  ).map((x) => reshape(x, [half, width]));
  const rest = (x: NDArray): NDArray => slice(x, [2 * half, 0], [n, width], [1, 1]);
  return joined(combine, n === 2 * half ? pairs : pairs.map((x, i) => concatenate([x, rest(nth(rows, i))], 0)));
};

/** What each operand starts from: one scalar for each, beside arrays of one shape. */
const startsFor = (first: NDArray, { leaves, structure }: Flattened, init: unknown): Flat => {
  const start = flattenArrays(init, { operation: 'reduce', like: structure });
  requireStructure(structure, start.structure, {
    operation: 'reduce',
    name: 'init',
    remedy: 'Give a scalar for each operand.',
    code: 'tree.reduce',
  });
  leaves.forEach((x, i) => {
    const initial = nth(start.leaves, i);
    if (!sameShape(x.shape, first.shape) || initial.ndim !== 0)
      throw new ShapeError(
        `reduce: operands${pathsOf(structure)[i] ?? ''}: expected arrays of one shape and scalars to start from, got ${showType(x.type)} beside ${showType(first.type)} and ${showType(initial.type)}. Broadcast them first.`,
        'shape.reduce',
      );
  });
  return start.leaves;
};

/**
 * All elements along `axes` joined by `computation`, a function of two scalars (or trees of scalars) that is associative; `init` joins first and
 * is the result where there is nothing. Scalars of `init` take the element types of `operands`, which are all of one shape.
 *
 * @example lax.reduce(np.array([1, 2, 3]), 1, (a: NDArray, b: NDArray) => a.mul(b), [0]) // 6
 */
export const reduce = <T>(
  operands: Input<T>,
  init: Input<T>,
  computation: (a: T, b: T) => T,
  axes: readonly number[],
): T => {
  const given = flattenArrays(operands, { operation: 'reduce' });
  const { leaves, structure } = given;
  const [first] = leaves;
  if (first === undefined) return unflatten(structure, []) as T; // sound: a tree without leaves
  const starts = startsFor(first, given, init);
  const over = axesFrom('reduce', first.type, axes);
  const others = without(axesOf(first.shape), over);
  const shape = others.map((axis) => nth(first.shape, axis));
  const width = sizeOf(shape);
  // Sound: `combining` gives it trees of the structure of the operands.
  const combine = combining('reduce', structure, vmap(computation) as (a: unknown, b: unknown) => unknown);
  const from = starts.map((x, i) => broadcast(convert(x, nth(leaves, i).dtype), [width], []));
  const rows = leaves.map((x) =>
    reshape(transpose(x, [...over, ...others]), [sizeOf(over.map((a) => nth(x.shape, a))), width]),
  );
  const results =
    nth(rows, 0).shape[0] === 0
      ? from
      : combine(
          from,
          joined(combine, rows).map((x) => reshape(x, [width])),
        );
  // Sound: a tree of the structure of the operands.
  return unflatten(
    structure,
    results.map((x) => reshape(x, shape)),
  ) as T;
};
