/** Functions with derivative rules of one's own, and `checkpoint`, `stopGradient`. */
import { isFloat } from './array/dtype.ts';
import { TreeError } from './array/errors.ts';
import { splat, type NDArray } from './array/ndarray.ts';
import { outputTypes, where } from './core/graph.ts';
import { bind, isTracing, markWeak, placeholderFor, settled, type Parameter } from './core/trace.ts';
import { checkRule, customJvpPrimitive, customVjpPrimitive } from './control/custom.ts';
import { rematerialized } from './control/rematerialize.ts';
import { stopGradientOf } from './primitives/stop-gradient.ts';
import { flattenArrays, titleOf, traceTree, type AnyFunction } from './lift.ts';
import { flatten, sameStructure, showStructure, unflatten, type Structure } from './tree/structure.ts';
import { map } from './tree/traverse.ts';
import type { Inputs } from './types.ts';

/** The identity, through which no derivative passes. Arrays or trees of them. */
export const stopGradient = <T>(x: T): T => map(stopGradientOf, x);

/** The same function, which keeps only its arguments for the reverse derivative and computes the rest again. */
export const checkpoint =
  <A extends readonly unknown[], R>(f: (...args: A) => R): ((...args: Inputs<A>) => R) =>
  (...args) => {
    if (!isTracing()) return f(...(args as unknown as A)); // sound: as `f` itself would be called
    const { leaves, structure } = flattenArrays(args);
    const traced = traceTree(titleOf('checkpoint', f), f as AnyFunction, leaves.map(placeholderFor), structure);
    const outputs = rematerialized(settled(traced.graph), [...traced.captured, ...leaves]);
    return unflatten(traced.structure, markWeak(outputs, traced.weak)) as R; // sound: the structure of what `f` returned
  };

const floatLeaves = (leaves: readonly NDArray[]): readonly boolean[] => leaves.map((x) => isFloat(x.dtype));
const parametersFor = (types: readonly NDArray['type'][]): readonly Parameter[] =>
  types.map((type) => ({ type, weak: false, source: null }));

/**
 * `f` with the forward derivative `rule(primals, tangents) -> [value, tangent]`, which must be linear in the tangents; reverse mode follows
 * by transposition. Integer leaves have `null` as tangent. The rule's types are checked when it is traced.
 */
export const customJvp =
  <A extends readonly unknown[], R>(
    f: (...args: A) => R,
    rule: (primals: A, tangents: A) => readonly [R, R],
  ): ((...args: Inputs<A>) => R) =>
  (...args) => {
    if (!isTracing()) return f(...(args as unknown as A)); // sound: as `f` itself would be called
    const { leaves, structure } = flattenArrays(args);
    const primal = traceTree(titleOf('customJvp', f), f as AnyFunction, leaves.map(placeholderFor), structure);
    const moving = floatLeaves(leaves);
    const tangents = parametersFor(where(leaves, moving).map((x) => x.type));
    const pair = pairStructure(structure, leaves.length);
    const traced = traceTree(
      titleOf('customJvp rule', f),
      ((primals: A, moves: readonly NDArray[]) => {
        let next = 0;
        const spreadMoves = unflatten(
          structure,
          moving.map((m) => (m ? (moves[next++] ?? null) : null)),
        ) as unknown as A; // sound: the structure of the arguments
        const result: unknown = rule(primals, spreadMoves);
        if (!Array.isArray(result) || result.length !== 2)
          throw new TreeError(
            'customJvp: expected the rule to return [value, tangent], got another result. Return a pair.',
          );
        return [
          result[0],
          where(
            flattenArrays(result[1]).leaves,
            outputTypes(primal.graph).map((t) => isFloat(t.dtype)),
          ),
        ];
      }) as AnyFunction,
      [...leaves.map((x) => ({ ...placeholderFor(x), weak: false })), ...tangents],
      pair(tangents.length),
    );
    const types = outputTypes(primal.graph);
    checkRule(
      'customJvp',
      'values and tangents',
      [...types, ...types.filter((t) => isFloat(t.dtype))],
      outputTypes(traced.graph),
    );
    const outputs = bind(
      customJvpPrimitive,
      {
        primal: settled(primal.graph),
        rule: settled(traced.graph),
        primalCaptures: primal.captured.length,
        ruleCaptures: traced.captured.length,
      },
      [...primal.captured, ...traced.captured, ...leaves],
    );
    return unflatten(primal.structure, markWeak(outputs, primal.weak)) as R; // sound: the structure of what `f` returned
  };

/** The structure of `[arguments, list of n arrays]`. */
const pairStructure =
  (structure: Structure, count: number) =>
  (n: number): Structure => {
    const leaf = splat({ dtype: 'float32', shape: [] }, 0);
    return flatten([unflatten(structure, new Array<NDArray>(count).fill(leaf)), new Array<NDArray>(n).fill(leaf)])
      .structure;
  };

export interface VjpRule<A extends readonly unknown[], R, Residuals> {
  /** The value, and what `bwd` needs of it. */
  readonly fwd: (...args: A) => readonly [R, Residuals];
  /** From the residuals and the cotangent of the result to a tuple of cotangents of the arguments (`null` for integers). */
  readonly bwd: (residuals: Residuals, cotangent: R) => readonly unknown[];
}

/**
 * `f` with a reverse derivative of its own. Forward mode through it is an error; `customJvp` serves both modes.
 *
 * @example customVjp((x) => x, { fwd: (x) => [x, null], bwd: (_, ct) => [np.clip(ct, -1, 1)] })
 */
export const customVjp =
  <A extends readonly unknown[], R, Residuals>(
    f: (...args: A) => R,
    { fwd, bwd }: VjpRule<A, R, Residuals>,
  ): ((...args: Inputs<A>) => R) =>
  (...args) => {
    if (!isTracing()) return f(...(args as unknown as A)); // sound: as `f` itself would be called
    const { leaves, structure } = flattenArrays(args);
    const primal = traceTree(titleOf('customVjp', f), f as AnyFunction, leaves.map(placeholderFor), structure);
    const seen: { kept: Structure } = { kept: structure };
    const first = traceTree(
      titleOf('customVjp fwd', f),
      ((...own: A) => {
        const result: unknown = fwd(...own);
        if (!Array.isArray(result) || result.length !== 2)
          throw new TreeError(
            'customVjp: expected fwd to return [value, residuals], got another result. Return a pair.',
          );
        seen.kept = flatten(result[1]).structure;
        return [result[0], result[1]];
      }) as AnyFunction,
      leaves.map((x) => ({ ...placeholderFor(x), weak: false })),
      structure,
    );
    const types = outputTypes(primal.graph);
    checkRule('customVjp', 'fwd to give', types, outputTypes(first.graph).slice(0, types.length));
    const last = traceBackward(
      f,
      bwd as VjpRule<readonly unknown[], unknown, unknown>['bwd'],
      leaves,
      structure,
      primal,
      outputTypes(first.graph).slice(types.length),
      seen.kept,
    );
    const outputs = bind(
      customVjpPrimitive,
      {
        primal: settled(primal.graph),
        fwd: settled(first.graph),
        bwd: settled(last.graph),
        captures: [primal.captured.length, first.captured.length, last.captured.length],
      },
      [...primal.captured, ...first.captured, ...last.captured, ...leaves],
    );
    return unflatten(primal.structure, markWeak(outputs, primal.weak)) as R; // sound: the structure of what `f` returned
  };

/** Record `bwd` on residuals and the cotangents of float outputs; it gives the cotangents of float arguments. */
const traceBackward = (
  f: { readonly name: string },
  bwd: VjpRule<readonly unknown[], unknown, unknown>['bwd'],
  leaves: readonly NDArray[],
  structure: Structure,
  primal: ReturnType<typeof traceTree>,
  residualTypes: readonly NDArray['type'][],
  kept: Structure,
): ReturnType<typeof traceTree> => {
  const moving = floatLeaves(leaves);
  const floats = outputTypes(primal.graph).map((t) => isFloat(t.dtype));
  const parameters = parametersFor([...residualTypes, ...where(outputTypes(primal.graph), floats)]);
  const flatList = flatten(parameters.map(({ type }) => splat(type, 0))).structure;
  const traced = traceTree(
    titleOf('customVjp bwd', f),
    ((...values: readonly NDArray[]) => {
      let next = residualTypes.length;
      const cotangent = unflatten(
        primal.structure,
        floats.map((m) => (m ? (values[next++] ?? null) : null)),
      );
      const sent = bwd(unflatten(kept, values.slice(0, residualTypes.length)), cotangent);
      return denseCotangents(sent, leaves, structure, moving);
    }) as AnyFunction,
    parameters,
    flatList,
  );
  checkRule(
    'customVjp',
    'bwd to give',
    where(leaves, moving).map((x) => x.type),
    outputTypes(traced.graph),
  );
  return traced;
};

/** The cotangents of the float leaves; a `null` at a float leaf or for a whole argument is zero. */
const denseCotangents = (
  sent: unknown,
  leaves: readonly NDArray[],
  structure: Structure,
  moving: readonly boolean[],
): readonly NDArray[] => {
  const args: unknown = unflatten(structure, leaves);
  if (!Array.isArray(sent) || !Array.isArray(args) || sent.length !== args.length)
    throw new TreeError(
      `customVjp: expected bwd to return a tuple of ${Array.isArray(args) ? args.length : 0} cotangents, got ${Array.isArray(sent) ? `${sent.length}` : 'another result'}. One for each argument; null is zero.`,
    );
  const all = args.flatMap((arg: unknown, i) => {
    const own = flattenArrays(arg);
    if (sent[i] === null || sent[i] === undefined) return own.leaves.map((x) => splat(x.type, 0));
    const given = flattenArrays(sent[i]);
    if (given.leaves.length === own.leaves.length) return given.leaves;
    if (!sameStructure(given.structure, own.structure)) {
      const floatsOnly = own.leaves.filter((x) => isFloat(x.dtype));
      if (floatsOnly.length !== given.leaves.length)
        throw new TreeError(
          `customVjp: expected a cotangent of structure ${showStructure(own.structure)} for argument ${i}, got ${showStructure(given.structure)}. It has the structure of the argument.`,
        );
    }
    let next = 0;
    return own.leaves.map((x) => (isFloat(x.dtype) ? (given.leaves[next++] ?? splat(x.type, 0)) : splat(x.type, 0)));
  });
  return where(all, moving);
};
