/** Linear functions backwards: `linearTranspose`. */
import { isFloat } from './array/dtype.ts';
import { DTypeError, UnsupportedError } from './array/errors.ts';
import { splat, type NDArray } from './array/ndarray.ts';
import { sameType, showType, type ArrayType } from './array/type.ts';
import { outputTypes, spread, where, zipExact, type Graph, type Mask } from './core/graph.ts';
import type { Tangent } from './core/primitive.ts';
import { replay } from './core/replay.ts';
import { silent } from './core/silence.ts';
import { placeholderFor, settled, type Parameter } from './core/trace.ts';
import { flattenArrays, titleOf, traceTree, type AnyFunction } from './lift.ts';
import { convert } from './primitives/arithmetic.ts';
import { forward } from './transforms/forward.ts';
import { prune } from './transforms/prune.ts';
import { transpose } from './transforms/transpose.ts';
import { requireStructure } from './tree/difference.ts';
import { pathsOf } from './tree/show.ts';
import { unflatten, type Structure } from './tree/structure.ts';
import type { Input, Inputs, Output } from './types.ts';

/** A linear program: its constant inputs, then those in which it is linear, as far as it reads them. */
interface LinearProgram {
  readonly graph: Graph;
  readonly constants: Mask;
  readonly linear: Mask;
  /** Which outputs depend on linear inputs at all. */
  readonly moving: Mask;
}

/** A linear function is its own derivative: the program of the tangents reads no primal. */
const linearProgram = (program: Graph, captured: number, paths: readonly string[]): LinearProgram => {
  const isArgument = program.inputs.map((_, i) => i >= captured);
  const moved = forward(settled(program), isArgument);
  const isTangent = moved.graph.outputs.map((_, i) => i >= program.outputs.length);
  const { graph, inputs } = prune(silent(moved.graph), isTangent);
  const read = inputs.slice(captured, program.inputs.length);
  const odd = read.indexOf(true);
  if (odd >= 0)
    throw new UnsupportedError(
      `linearTranspose: expected a function linear in its arguments, got a derivative that depends on arguments${paths[odd] ?? ''}. Use vjp for functions that are not linear.`,
      'unsupported.notLinear',
    );
  return {
    graph: settled(graph),
    constants: inputs.slice(0, captured),
    linear: inputs.slice(program.inputs.length),
    moving: moved.moving,
  };
};

const floatPlaceholders = (leaves: readonly NDArray[], paths: readonly string[]): readonly Parameter[] =>
  leaves.map((x, i) => {
    if (isFloat(x.dtype)) return placeholderFor(x);
    throw new DTypeError(
      `linearTranspose: arguments${paths[i] ?? ''}: expected floats, got ${showType(x.type)}. Close over what is no float.`,
      'linearTranspose.float',
    );
  });

/**
 * The transpose of a function that is linear in all its arguments together: from a cotangent of the result to a tuple of cotangents of the
 * arguments. Only the types of `primals` matter (`shapeDtype` makes such), nothing is computed at them. What `f` closes over is constant; terms
 * that do not depend on the arguments have no part in it.
 *
 * @example linearTranspose((x: NDArray) => np.matmul(a, x), shapeDtype([3]))(y) // [np.matmul(a.T, y)]
 */
export const linearTranspose = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...primals: Inputs<NoInfer<A>>
): ((cotangent: Input<R>) => Output<A>) => {
  const { leaves, structure } = flattenArrays(primals, { operation: 'linearTranspose' });
  const paths = pathsOf(structure);
  const traced = traceTree(
    titleOf('linearTranspose', f),
    f as AnyFunction, // sound: any function of trees
    floatPlaceholders(leaves, paths),
    structure,
  );
  const { graph, constants, linear, moving } = linearProgram(traced.graph, traced.captured.length, paths);
  const back = transpose(
    graph,
    [...where(constants, constants).map(() => false), ...where(linear, linear)],
    where(moving, moving),
  );
  return (cotangent) => {
    const cts = where(cotangentsOf(cotangent, traced.structure, outputTypes(traced.graph)), moving);
    const results = replay(back.graph, [...where(traced.captured, constants), ...cts]);
    const sent = spread<Tangent>(spread<Tangent>(results, back.produced, null), linear, null);
    const dense = zipExact(sent, leaves).map(([ct, x]) => ct ?? splat(x.type, 0));
    return unflatten(structure, dense) as Output<A>; // sound: the structure of the arguments
  };
};

/** The leaves of a cotangent, which has the structure and types of the result. */
const cotangentsOf = (cotangent: unknown, structure: Structure, types: readonly ArrayType[]): readonly NDArray[] => {
  const given = flattenArrays(cotangent, { operation: 'linearTranspose', like: structure });
  requireStructure(structure, given.structure, {
    operation: 'linearTranspose',
    name: 'cotangent',
    remedy: 'The cotangent has the structure of the result.',
    code: 'tree.cotangent',
  });
  return zipExact(given.leaves, types).map(([ct, type], i) => {
    const typed = ct.weak && ct.ndim === 0 ? convert(ct, type.dtype) : ct;
    if (sameType(typed.type, type)) return typed;
    throw new DTypeError(
      `linearTranspose: cotangent${pathsOf(structure)[i] ?? ''}: expected ${showType(type)}, got ${showType(ct.type)}. The cotangent has the type of the result.`,
      'linearTranspose.cotangent',
    );
  });
};
