/** Functions that give their own pullback (`customGradient`), and functions parted from what they close over (`closureConvert`). */
import { isFloat } from './array/dtype.ts';
import { InternalError, TreeError } from './array/errors.ts';
import { isNDArray, type NDArray } from './array/ndarray.ts';
import { spread, where } from './core/graph.ts';
import type { Tangent } from './core/primitive.ts';
import { replay } from './core/replay.ts';
import { markWeak, placeholderFor } from './core/trace.ts';
import { customVjp } from './custom.ts';
import { flattenArrays, named, pairFrom, titleOf, traceTree, type AnyFunction, type Lifted } from './lift.ts';
import { requireStructure } from './tree/difference.ts';
import { flatten, unflatten } from './tree/structure.ts';
import type { Inputs } from './types.ts';

/**
 * A function that gives its value together with its pullback: from the cotangent of the value to a tuple of cotangents of the arguments (of a
 * single argument, the cotangent alone). The pullback may use what the function has computed. It is `customVjp` in one piece, and has no
 * forward derivative either.
 *
 * @example customGradient((x: NDArray) => [x.mul(x), (ct: NDArray) => [ct.mul(x).mul(2)]])
 */
export const customGradient = <A extends readonly unknown[], R>(
  f: (...args: A) => readonly [R, (cotangent: R) => unknown],
): ((...args: Inputs<A>) => R) =>
  named('customGradient', f, (...args) => {
    // `bwd` is traced after `fwd`, for the same call.
    const seen: { pullback: Lifted | null } = { pullback: null };
    const pair = (own: A): readonly [unknown, unknown] =>
      pairFrom(f(...own), 'customGradient: expected the function to return [value, pullback]');
    const rule = {
      fwd: (...own: A): readonly [R, readonly NDArray[]] => {
        const [value, pullback] = pair(own);
        seen.pullback = tracePullback(f, value, pullback as AnyFunction); // sound: called with a cotangent, as it asks
        return [value as R, seen.pullback.captured]; // sound: the first of the pair
      },
      bwd: (residuals: readonly NDArray[], cotangent: R): readonly unknown[] => {
        if (seen.pullback === null) throw new InternalError('customGradient: expected a pullback, got none.');
        const { graph, structure } = seen.pullback;
        const sent = unflatten(structure, replay(graph, [...residuals, ...flattenArrays(cotangent).leaves]));
        return isNDArray(sent) ? [sent] : (sent as readonly unknown[]); // sound: `customVjp` checks that it is a tuple
      },
    };
    return customVjp((...own: A): R => pair(own)[0] as R, rule)(...args); // sound: as above
  });

/** Record a pullback on the cotangents of float leaves; what it closes over are the residuals. */
const tracePullback = (f: { readonly name: string }, value: unknown, pullback: AnyFunction): Lifted => {
  const { leaves, structure } = flattenArrays(value);
  const floats = leaves.map((y) => isFloat(y.dtype));
  const moving = where(leaves, floats);
  const record = (...cts: readonly NDArray[]): unknown =>
    // Sound: a cotangent of the value, as the pullback asks.
    pullback(unflatten(structure, spread<Tangent>(cts, floats, null)) as never);
  return traceTree(
    titleOf('pullback', f),
    record,
    moving.map((y) => ({ ...placeholderFor(y), weak: false })),
    flatten(moving).structure,
  );
};

/**
 * A function parted from the arrays that it closes over, for rules and solvers that must differentiate through them: a function of further
 * arguments at the end, and the arrays to pass there. The function is recorded once, for arguments of these types; small constants stay inside.
 *
 * @example const [g, consts] = closureConvert((x: NDArray) => x.mul(w), x); g(x, ...consts)
 */
export const closureConvert = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  ...args: Inputs<NoInfer<A>>
): [(...args: [...Inputs<A>, ...NDArray[]]) => R, readonly NDArray[]] => {
  const { leaves, structure } = flattenArrays(args, { operation: 'closureConvert' });
  const traced = traceTree(titleOf('closureConvert', f), f as AnyFunction, leaves.map(placeholderFor), structure);
  const converted = (...all: [...Inputs<A>, ...NDArray[]]): R => {
    const own = flattenArrays(all.slice(0, args.length), { operation: 'closureConvert' });
    requireStructure(structure, own.structure, {
      operation: 'closureConvert',
      name: 'arguments',
      remedy: 'The function was recorded for arguments of this structure.',
      code: 'tree.arguments',
    });
    const consts = flattenArrays(all.slice(args.length)).leaves;
    if (consts.length !== traced.captured.length)
      throw new TreeError(
        `closureConvert: expected ${traced.captured.length} arrays after the arguments, got ${consts.length}. Pass the arrays that came with the function.`,
      );
    const outputs = replay(traced.graph, [...consts, ...own.leaves]);
    return unflatten(traced.structure, markWeak(outputs, traced.weak)) as R; // sound: the structure of what `f` returned
  };
  return [converted, traced.captured];
};
