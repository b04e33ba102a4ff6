/** Choices inside programs: `cond` and `switchCase`. */
import { DTypeError, TreeError } from './array/errors.ts';
import { cellOf, isTraced, splat, withWeak, type NDArray } from './array/ndarray.ts';
import { sameType, showType } from './array/type.ts';
import { isTracing } from './core/scope.ts';
import { bind, markWeak, placeholderFor } from './core/trace.ts';
import { shareCaptures } from './closure.ts';
import { branchPrimitive } from './control/branch.ts';
import { asLeaf, flattenArrays, titleOf, toArrays, traceTree, type AnyFunction, type Lifted } from './lift.ts';
import { convert } from './primitives/arithmetic.ts';
import { outputTypes } from './core/graph.ts';
import { requireStructure } from './tree/difference.ts';
import { pathsOf } from './tree/show.ts';
import { unflatten } from './tree/structure.ts';
import type { Inputs } from './types.ts';

/**
 * The result of one of `branches`, chosen by an int32 scalar (clamped into range). Only that branch runs; all must give results of one
 * structure and type. Under `vmap` with an index that differs between examples all run, and each example takes its own.
 */
export const switchCase = <A extends readonly unknown[], R>(
  index: NDArray | number,
  branches: readonly ((...operands: A) => R)[],
  ...operands: Inputs<A>
): R => {
  const chosen = asLeaf(index);
  if (chosen.ndim !== 0 || (chosen.dtype !== 'int32' && chosen.dtype !== 'uint32' && !chosen.weak))
    throw new DTypeError(
      `switchCase: expected an int32 scalar index, got ${showType(chosen.type)}. Convert it with astype('int32').`,
      'dtype.index',
    );
  const number = convert(withWeak(chosen, false), 'int32');
  const named = { operation: 'switchCase', names: branches.map((_, i) => `branches[${i}]()`) };
  return choose(number, branches as readonly AnyFunction[], operands, named) as R; // sound: the structure of what the branches return
};

/**
 * `onTrue(...operands)` where the bool scalar `predicate` holds, else `onFalse(...operands)`.
 *
 * @example cond(x.sum().greater(0), (y) => y, (y) => y.neg(), x)
 */
export const cond = <A extends readonly unknown[], R>(
  predicate: NDArray | boolean,
  onTrue: (...operands: A) => R,
  onFalse: (...operands: A) => R,
  ...operands: Inputs<A>
): R => {
  const test = typeof predicate === 'boolean' ? splat({ dtype: 'bool', shape: [] }, predicate ? 1 : 0) : predicate;
  if (test.ndim !== 0 || test.dtype !== 'bool')
    throw new DTypeError(
      `cond: expected a bool scalar, got ${showType(test.type)}. Compare first, and reduce with all or any.`,
      'dtype.predicate',
    );
  const branches = [onFalse as AnyFunction, onTrue as AnyFunction]; // sound: `operands` are what they take
  return choose(convert(test, 'int32'), branches, operands, conditional) as R; // sound: as above
};

/**
 * `body(state)` where the bool scalar `going` holds, else `state`. Under `vmap` the body runs if any example needs it, where `cond` would always
 * run both sides.
 */
export const skipUnless = <S>(going: NDArray, body: (state: S) => S, state: S): S =>
  choose(convert(going, 'int32'), [(same: S) => same, body], [state], conditional, true) as S; // sound: both give the structure of the state

/** What the branches are called in errors. */
interface Naming {
  readonly operation: string;
  readonly names: readonly string[];
}
const conditional: Naming = { operation: 'cond', names: ['onFalse()', 'onTrue()'] };

const choose = (
  index: NDArray,
  branches: readonly AnyFunction[],
  operands: readonly unknown[],
  naming: Naming,
  skips = false,
): unknown => {
  const [first] = branches;
  if (first === undefined) throw new TreeError('switchCase: expected at least one branch, got none.');
  if (!isTracing() && !isTraced(index)) {
    const { data, value, offset } = cellOf(index);
    const at = Math.min(Math.max(data === null ? value : (data[offset] ?? 0), 0), branches.length - 1);
    return (branches[at] ?? first)(...(toArrays(operands) as never[])); // sound: `operands` are what the branches take
  }
  const { leaves, structure } = flattenArrays(operands);
  const traced = branches.map((f) => traceTree(titleOf(naming.operation, f), f, leaves.map(placeholderFor), structure));
  const [one] = traced;
  if (one === undefined) throw new TreeError('switchCase: expected at least one branch, got none.');
  checkStructures(traced, naming);
  const weak = one.weak.map((_, i) => traced.every((t) => t.weak[i] === true));
  const aligned = traced.some((t) =>
    outputTypes(t.graph).some((type, i) => type.dtype !== outputTypes(one.graph)[i]?.dtype),
  )
    ? align(branches, traced, operands)
    : traced;
  checkTypes(aligned, naming);
  const { graphs, captured } = shareCaptures(aligned);
  return unflatten(
    one.structure,
    markWeak(bind(branchPrimitive, { branches: graphs, skips }, [index, ...captured, ...leaves]), weak),
  );
};

/** All branches give trees of the structure that the first gives. */
const checkStructures = ([first, ...others]: readonly Lifted[], { operation, names }: Naming): void =>
  others.forEach(({ structure }, i) => {
    if (first !== undefined)
      requireStructure(first.structure, structure, {
        operation,
        name: names[i + 1] ?? '',
        remedy: `That is what ${names[0]} gives; all branches return trees of one structure.`,
        code: 'tree.branches',
      });
  });

/** All branches give the types that the first gives, leaf by leaf. */
const checkTypes = ([first, ...others]: readonly Lifted[], { operation, names }: Naming): void =>
  others.forEach(({ graph }, i) => {
    const types = outputTypes(graph);
    (first === undefined ? [] : outputTypes(first.graph)).forEach((expected, n) => {
      const got = types[n];
      if (first === undefined || got === undefined || sameType(got, expected)) return;
      throw new DTypeError(
        `${operation}: ${names[i + 1]}${pathsOf(first.structure)[n] ?? ''}: expected ${showType(expected)} as ${names[0]} gives, got ${showType(got)}. Reshape one of them, or convert it with astype.`,
        'dtype.branches',
      );
    });
  });

/** Branches whose weakly typed results take the element type that another branch gives. */
const align = (
  branches: readonly AnyFunction[],
  traced: readonly ReturnType<typeof traceTree>[],
  operands: readonly unknown[],
): readonly ReturnType<typeof traceTree>[] => {
  const { leaves, structure } = flattenArrays(operands);
  const strong = (i: number): NDArray['dtype'] | undefined => {
    const owner = traced.find((t) => t.weak[i] === false);
    return owner === undefined ? undefined : outputTypes(owner.graph)[i]?.dtype;
  };
  return branches.map((f) =>
    traceTree(
      titleOf('cond', f),
      ((...args: never[]) => {
        const flat = flattenArrays(f(...args));
        return unflatten(
          flat.structure,
          flat.leaves.map((y, i) => (y.weak ? convert(y, strong(i) ?? y.dtype) : y)),
        );
      }) as AnyFunction,
      leaves.map(placeholderFor),
      structure,
    ),
  );
};
