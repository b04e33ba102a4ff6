/** Functions with derivative rules of one's own, and `stopGradient`. */
import { isFloat } from './array/dtype.ts';
import { TreeError } from './array/errors.ts';
import { splat, type NDArray } from './array/ndarray.ts';
import { showType, type ArrayType } from './array/type.ts';
import { cut, outputTypes, spread, where } from './core/graph.ts';
import type { Tangent } from './core/primitive.ts';
import { isTracing } from './core/scope.ts';
import { bind, markWeak, placeholderFor, settled, type Parameter } from './core/trace.ts';
import { checkRule, customJvpPrimitive, customVjpPrimitive } from './control/custom.ts';
import { stopGradientOf } from './primitives/stop-gradient.ts';
import {
  flattenArrays,
  pairFrom,
  titleOf,
  toArrays,
  traceTree,
  type AnyFunction,
  type Flattened,
  type Lifted,
} from './lift.ts';
import { verifyBackward, verifyForward, type Checked } from './rule-check.ts';
import { requireStructure } from './tree/difference.ts';
import { pathsOf } from './tree/show.ts';
import { flatten, unflatten, type Structure } from './tree/structure.ts';
import { map } from './tree/traverse.ts';
import type { Inputs } from './types.ts';

/** The identity, through which no derivative passes. Arrays or trees of them. */
export const stopGradient = <T>(x: T): T => map(stopGradientOf, x);

const floatLeaves = (leaves: readonly NDArray[]): readonly boolean[] => leaves.map((x) => isFloat(x.dtype));
const strongPlaceholder = (x: NDArray): Parameter => ({ ...placeholderFor(x), weak: false });
const parametersFor = (types: readonly ArrayType[]): readonly Parameter[] =>
  types.map((type) => ({ type, weak: false, source: null }));

export interface RuleOptions {
  /**
   * Whether to compare the rule, when it is first traced for arguments of some types, with differences of `f` at sampled arguments. A rule that
   * departs throws a `RuleError` that says where and by how much. Default false: only types are checked.
   */
  readonly verify?: boolean;
}

/** What is checked of a rule, once for arguments of some types. */
const verifier = ({
  verify = false,
}: RuleOptions): ((checked: () => Checked, check: (checked: Checked) => void) => void) => {
  const seen = new Set<string>();
  return (make, check) => {
    if (!verify) return;
    const checked = make();
    const types = checked.leaves.map((x) => showType(x.type)).join(' ');
    if (seen.has(types)) return;
    check(checked);
    seen.add(types);
  };
};

const checkedOf = (title: string, { leaves, structure }: Flattened, primal: Lifted): Checked => ({
  title,
  primal,
  leaves,
  paths: pathsOf(structure),
  resultPaths: pathsOf(primal.structure),
});

/**
 * `f` with the forward derivative `rule(primals, tangents) -> [value, tangent]`, which must be linear in the tangents; reverse mode follows
 * by transposition. Integer leaves have `null` as tangent. The rule's types are checked when it is traced.
 */
export const customJvp = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  rule: (primals: A, tangents: A) => readonly [R, R],
  options: RuleOptions = {},
): ((...args: Inputs<A>) => R) => {
  const verify = verifier(options);
  return (...args) => {
    if (!isTracing()) return f(...(toArrays(args) as A)); // sound: what `Inputs` accepts for `A` becomes an `A`
    const own = flattenArrays(args);
    const { leaves } = own;
    const primal = traceTree(titleOf('customJvp', f), f as AnyFunction, leaves.map(placeholderFor), own.structure);
    const traced = traceForward(f, rule as ForwardRule, own, outputTypes(primal.graph));
    verify(
      () => checkedOf(titleOf('customJvp', f), own, primal),
      (checked) => verifyForward(checked, traced),
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
};

type ForwardRule = (primals: readonly unknown[], tangents: readonly unknown[]) => unknown;

/** Record the rule on values and the tangents of float leaves; it gives values and the tangents of float outputs. */
const traceForward = (
  f: { readonly name: string },
  rule: ForwardRule,
  { leaves, structure }: Flattened,
  types: readonly ArrayType[],
): Lifted => {
  const moving = floatLeaves(leaves);
  const floats = types.map((t) => isFloat(t.dtype));
  const tangents = parametersFor(where(leaves, moving).map((x) => x.type));
  const record = (primals: readonly unknown[], moves: readonly NDArray[]): unknown => {
    const own = unflatten(structure, spread<Tangent>(moves, moving, null)) as readonly unknown[]; // sound: of an argument list
    const [value, tangent] = pairFrom(rule(primals, own), 'customJvp: expected the rule to return [value, tangent]');
    return [value, where(flattenArrays(tangent).leaves, floats)];
  };
  const traced = traceTree(
    titleOf('customJvp rule', f),
    record,
    [...leaves.map(strongPlaceholder), ...tangents],
    pairStructure(structure, leaves.length, tangents.length),
  );
  checkRule('customJvp', 'values and tangents', [...types, ...where(types, floats)], outputTypes(traced.graph));
  return traced;
};

/** The structure of `[arguments with some leaves, list of n arrays]`. */
const pairStructure = (structure: Structure, leaves: number, n: number): Structure => {
  const leaf = splat({ dtype: 'float32', shape: [] }, 0);
  const repeated = (count: number): readonly NDArray[] => new Array<NDArray>(count).fill(leaf);
  return flatten([unflatten(structure, repeated(leaves)), repeated(n)]).structure;
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
 * @example customVjp((x: NDArray) => x, { fwd: (x) => [x, null], bwd: (_, ct) => [np.clip(ct, -1, 1)] })
 */
export const customVjp = <A extends readonly unknown[], R, Residuals>(
  f: (...args: A) => R,
  { fwd, bwd }: VjpRule<A, R, Residuals>,
  options: RuleOptions = {},
): ((...args: Inputs<A>) => R) => {
  const verify = verifier(options);
  return (...args) => {
    if (!isTracing()) return f(...(toArrays(args) as A)); // sound: what `Inputs` accepts for `A` becomes an `A`
    const own = flattenArrays(args);
    const { leaves } = own;
    const primal = traceTree(titleOf('customVjp', f), f as AnyFunction, leaves.map(placeholderFor), own.structure);
    const first = traceFirst(f, fwd as AnyRule['fwd'], own, outputTypes(primal.graph));
    const last = traceBackward(f, bwd as AnyRule['bwd'], own, primal, first);
    verify(
      () => checkedOf(titleOf('customVjp', f), own, primal),
      (checked) => verifyBackward(checked, first, last),
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
};

type AnyRule = VjpRule<readonly unknown[], unknown, unknown>;

/** `fwd` as recorded: its outputs are the values, then the residuals. */
interface First extends Lifted {
  readonly residualTypes: readonly ArrayType[];
  readonly kept: Structure;
}

/** Record `fwd`; its values must be those of `f`. */
const traceFirst = (
  f: { readonly name: string },
  fwd: AnyRule['fwd'],
  { leaves, structure }: Flattened,
  types: readonly ArrayType[],
): First => {
  const seen: { kept: Structure } = { kept: structure };
  const record = (...own: readonly unknown[]): unknown => {
    const pair = pairFrom(fwd(...own), 'customVjp: expected fwd to return [value, residuals]');
    seen.kept = flatten(pair[1]).structure;
    return pair;
  };
  const traced = traceTree(titleOf('customVjp fwd', f), record, leaves.map(strongPlaceholder), structure);
  const given = outputTypes(traced.graph);
  checkRule('customVjp', 'fwd to give', types, given.slice(0, types.length));
  return { ...traced, residualTypes: given.slice(types.length), kept: seen.kept };
};

/** Record `bwd` on residuals and the cotangents of float outputs; it gives the cotangents of float arguments. */
const traceBackward = (
  f: { readonly name: string },
  bwd: AnyRule['bwd'],
  { leaves, structure }: Flattened,
  primal: Lifted,
  { residualTypes, kept }: First,
): Lifted => {
  const moving = floatLeaves(leaves);
  const floats = outputTypes(primal.graph).map((t) => isFloat(t.dtype));
  const parameters = parametersFor([...residualTypes, ...where(outputTypes(primal.graph), floats)]);
  const flatList = flatten(parameters.map(({ type }) => splat(type, 0))).structure;
  const record = (...values: readonly NDArray[]): unknown => {
    const [residuals = [], cotangents = []] = cut(values, residualTypes.length, values.length - residualTypes.length);
    const cotangent = unflatten(primal.structure, spread<Tangent>(cotangents, floats, null));
    return denseCotangents(bwd(unflatten(kept, residuals), cotangent), leaves, structure, moving);
  };
  const traced = traceTree(titleOf('customVjp bwd', f), record, parameters, flatList);
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
    if (own.leaves.filter((x) => isFloat(x.dtype)).length !== given.leaves.length)
      requireStructure(own.structure, given.structure, {
        operation: 'customVjp',
        name: `cotangent of argument ${i}`,
        remedy: 'It has the structure of the argument.',
        code: 'tree.cotangent',
      });
    let next = 0;
    return own.leaves.map((x) => (isFloat(x.dtype) ? (given.leaves[next++] ?? splat(x.type, 0)) : splat(x.type, 0)));
  });
  return where(all, moving);
};
