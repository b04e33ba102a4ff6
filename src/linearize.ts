/** Derivatives of functions on trees, forwards and backwards: `jvp`, `linearize`, `vjp`. */
import { isFloat } from './array/dtype.ts';
import { InternalError, ShapeError } from './array/errors.ts';
import { splat, type NDArray } from './array/ndarray.ts';
import { sameType, showType } from './array/type.ts';
import { spread, where, zipExact, type Graph, type Mask } from './core/graph.ts';
import type { Tangent } from './core/primitive.ts';
import { replay } from './core/replay.ts';
import { markWeak, parameterFor, settled } from './core/trace.ts';
import { flattenArrays, titleOf, traceTree, type AnyFunction, type Lifted } from './lift.ts';
import { convert } from './primitives/arithmetic.ts';
import { forward } from './transforms/forward.ts';
import { partition } from './transforms/partition.ts';
import { prune } from './transforms/prune.ts';
import { transpose } from './transforms/transpose.ts';
import { requireStructure } from './tree/difference.ts';
import { pathsOf } from './tree/show.ts';
import { unflatten, type Structure } from './tree/structure.ts';
import type { Input, Inputs, Output } from './types.ts';

/** A program at a point: its outputs there, and the linear map from tangents to tangents with what it needs. */
export interface Linear {
  readonly outputs: readonly NDArray[];
  readonly residuals: readonly NDArray[];
  /** Inputs: the residuals, then a tangent for each moving input. Outputs: the tangents of the moving outputs. */
  readonly later: Graph;
  readonly moving: Mask;
}

/** Linearize a program at a point. `wanted` marks the outputs whose tangents matter. */
export const linearizeAt = (program: Graph, inputs: readonly NDArray[], moving: Mask, wanted: Mask): Linear => {
  const graph = settled(program);
  const moved = forward(graph, moving);
  const count = graph.outputs.length;
  const outMoving = moved.moving.map((m, i) => m && wanted[i] === true);
  const kept = [...graph.outputs.map(() => true), ...where(outMoving, moved.moving)];
  const smaller = kept.every(Boolean) ? moved.graph : prune(moved.graph, kept, true).graph;
  const tangents = where(moving, moving).length;
  const known = smaller.inputs.map((_, i) => i < smaller.inputs.length - tangents);
  const parts = partition(
    smaller,
    known,
    smaller.outputs.map((_, i) => i >= count),
  );
  if (!parts.knownOutputs.slice(0, count).every(Boolean))
    throw new InternalError('linearize: the value of a program depends on its tangents.');
  const results = replay(parts.early, inputs);
  return { outputs: results.slice(0, count), residuals: results.slice(count), later: parts.later, moving: outMoving };
};

/** Cotangents of the moving inputs, from cotangents of the outputs (`null` is zero). */
export const pullBack = ({ residuals, later, moving }: Linear, cotangents: readonly Tangent[]): readonly Tangent[] => {
  const given = where(cotangents, moving);
  const linear = later.inputs.map((_, i) => i >= residuals.length);
  const back = transpose(
    settled(later),
    linear,
    given.map((ct) => ct !== null),
  );
  const results = replay(back.graph, [...residuals, ...given.flatMap((ct) => ct ?? [])]);
  return spread<Tangent>(results, back.produced, null);
};

/** Tangents of the outputs, from tangents of the moving inputs. */
const pushForward = ({ residuals, later, moving }: Linear, tangents: readonly NDArray[]): readonly Tangent[] =>
  spread<Tangent>(replay(later, [...residuals, ...tangents]), moving, null);

/** Which inputs of a recorded function move, its captured values never. */
const inputMask = (traced: Lifted, leaves: Mask): Mask => [...traced.captured.map(() => false), ...leaves];

/** Record a function on the values of its arguments. */
export const recordAt = (
  name: string,
  f: AnyFunction,
  leaves: readonly NDArray[],
  structure: Structure,
  check?: (result: unknown) => void,
): Lifted => traceTree(titleOf(name, f), f, leaves.map(parameterFor), structure, check);

/** A dense tangent of the type of a value that can move, else nothing. */
const asTangent = (name: string, path: string, primal: NDArray, tangent: NDArray): Tangent => {
  if (!isFloat(primal.dtype)) return null;
  if (sameType(primal.type, tangent.type)) return tangent;
  if (tangent.weak && tangent.ndim === 0 && primal.ndim === 0) return convert(tangent, primal.dtype);
  throw new ShapeError(
    `${name}: ${path}: expected a tangent of type ${showType(primal.type)}, got ${showType(tangent.type)}. Tangents have the types of their primals.`,
  );
};

const requireTangents = (operation: string, primals: Structure, tangents: Structure): void =>
  requireStructure(primals, tangents, {
    operation,
    name: 'tangents',
    remedy: 'Give a tangent for each primal.',
    code: 'tree.tangents',
  });

/**
 * The value of `f` at `primals` and its derivative in the direction of `tangents`.
 *
 * @example jvp((x: NDArray) => x.mul(x), [3], [1]) // [9, 6]
 */
export const jvp = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  primals: Inputs<NoInfer<A>>,
  tangents: Inputs<NoInfer<A>>,
): [R, R] => {
  const flat = flattenArrays(primals, { operation: 'jvp' });
  const moves = flattenArrays(tangents, { operation: 'jvp', like: flat.structure });
  const paths = pathsOf(flat.structure);
  requireTangents('jvp', flat.structure, moves.structure);
  const traced = recordAt('jvp', f, flat.leaves, flat.structure);
  const given = zipExact(flat.leaves, moves.leaves).map(([x, dx], i) => asTangent('jvp', paths[i] ?? '', x, dx));
  const mask = inputMask(
    traced,
    given.map((dx) => dx !== null),
  );
  const moved = forward(settled(traced.graph), mask);
  const results = replay(moved.graph, [...traced.captured, ...flat.leaves, ...given.flatMap((dx) => dx ?? [])]);
  const count = traced.graph.outputs.length;
  const outputs = markWeak(results.slice(0, count), traced.weak);
  const out = spread<Tangent>(results.slice(count), moved.moving, null).map(
    (dy, i) => dy ?? splat(outputs[i]?.type ?? { dtype: 'float32', shape: [] }, 0),
  );
  // Sound: both have the structure of what `f` returned.
  return [unflatten(traced.structure, outputs) as R, unflatten(traced.structure, out) as R];
};

/** The value of `f` at `primals`, and its derivative there as a linear function of tangents, for repeated use. */
export const linearize = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...primals: Inputs<NoInfer<A>>
): [R, (...tangents: Inputs<A>) => R] => {
  const flat = flattenArrays(primals, { operation: 'linearize' });
  const paths = pathsOf(flat.structure);
  const traced = recordAt('linearize', f, flat.leaves, flat.structure);
  const mask = flat.leaves.map((x) => isFloat(x.dtype));
  const linear = linearizeAt(
    traced.graph,
    [...traced.captured, ...flat.leaves],
    inputMask(traced, mask),
    traced.graph.outputs.map(() => true),
  );
  const push = (...tangents: Inputs<A>): R => {
    const moves = flattenArrays(tangents, { operation: 'linearize', like: flat.structure });
    requireTangents('linearize', flat.structure, moves.structure);
    const given = zipExact(flat.leaves, moves.leaves).flatMap(
      ([x, dx], i) => asTangent('linearize', paths[i] ?? '', x, dx) ?? [],
    );
    const out = pushForward(linear, given).map(
      (dy, i) => dy ?? splat(linear.outputs[i]?.type ?? { dtype: 'float32', shape: [] }, 0),
    );
    return unflatten(traced.structure, out) as R; // sound: the structure of what `f` returned
  };
  return [unflatten(traced.structure, markWeak(linear.outputs, traced.weak)) as R, push]; // sound: as above
};

/**
 * The value of `f` at `primals`, and the function that sends a cotangent of the result to a tuple of cotangents of the
 * arguments. Integer leaves of the arguments get `null`.
 *
 * @example const [y, pull] = vjp((x: NDArray) => x.mul(x), 3); pull(1) // [6]
 */
export const vjp = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...primals: Inputs<NoInfer<A>>
): [R, (cotangent: Input<R>) => Output<A>] => {
  const flat = flattenArrays(primals, { operation: 'vjp' });
  const traced = recordAt('vjp', f, flat.leaves, flat.structure);
  const mask = flat.leaves.map((x) => isFloat(x.dtype));
  const linear = linearizeAt(
    traced.graph,
    [...traced.captured, ...flat.leaves],
    inputMask(traced, mask),
    traced.graph.outputs.map(() => true),
  );
  const paths = pathsOf(traced.structure);
  const pull = (cotangent: unknown): Output<A> => {
    const given = flattenArrays(cotangent, { operation: 'vjp', like: traced.structure });
    requireStructure(traced.structure, given.structure, {
      operation: 'vjp',
      name: 'cotangent',
      remedy: 'The cotangent has the structure of the result.',
      code: 'tree.cotangent',
    });
    const cts = zipExact(linear.outputs, given.leaves).map(([y, ct], i) => asTangent('vjp', paths[i] ?? '', y, ct));
    const sent = spread<Tangent>(pullBack(linear, cts), mask, null);
    const dense = zipExact(sent, flat.leaves).map(([ct, x]) => (isFloat(x.dtype) ? (ct ?? splat(x.type, 0)) : null));
    return unflatten(flat.structure, dense) as Output<A>; // sound: the structure of the arguments
  };
  return [unflatten(traced.structure, markWeak(linear.outputs, traced.weak)) as R, pull]; // sound: the structure of the result
};
