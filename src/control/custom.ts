/** Functions with derivative rules of the user's own. The rules are traced when the call is recorded. */
import { isFloat } from '../array/dtype.ts';
import { DTypeError, UnsupportedError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { sameType, showType, type ArrayType } from '../array/type.ts';
import { cut, outputTypes, spread, where, zipExact, type Graph, type Mask } from '../core/graph.ts';
import type { Batched, Moving, Primitive, Tangent } from '../core/primitive.ts';
import { bind } from '../core/trace.ts';
import { repeatBatch } from '../primitives/broadcast.ts';
import { define } from '../primitives/record.ts';
import { call, callPrimitive, effectOf } from './call.ts';
import { costOf } from '../core/cost.ts';
import { dense, denseAt, isMoving, present } from '../core/tangent.ts';
import { along } from '../transforms/along.ts';
import { mappedBody } from '../transforms/loop-body.ts';

/** Which values can carry tangents. */
const floats = (types: readonly ArrayType[]): Mask => types.map((t) => isFloat(t.dtype));

/** Closed-over values that move would need a derivative that the rule does not give. */
const refuseCaptured = (name: string, tangents: readonly Tangent[]): void => {
  if (tangents.some((dx) => dx !== null))
    throw new UnsupportedError(
      `${name}: expected closed-over values to be constant, got one that is being differentiated. Pass it as an argument.`,
      'unsupported.customCapture',
    );
};

const everything = (graph: Graph, size: number, axis: Batched<unknown>['axis']): Graph =>
  mappedBody(
    graph,
    graph.inputs.map(() => true),
    size,
    axis,
    graph.outputs.map(() => true),
  );
const allMapped = ({ inputs, mapped, size }: Batched<unknown>): readonly NDArray[] =>
  inputs.map((x, i) => (mapped[i] === true ? x : repeatBatch(x, size)));

/** Inputs: captured by `primal`, captured by `rule`, arguments. `rule` takes its captures, the arguments, and a tangent for each float argument. */
interface CustomJvp {
  readonly primal: Graph;
  readonly rule: Graph;
  readonly primalCaptures: number;
  readonly ruleCaptures: number;
}

/** Outputs, then tangents: `moving` says which of the float outputs have one. */
const separate = (
  results: readonly NDArray[],
  types: readonly ArrayType[],
  moving: Mask = floats(types).filter(Boolean),
): ReturnType<Primitive['jvp']> => ({
  outputs: results.slice(0, types.length),
  tangents: spread<Tangent>(results.slice(types.length), spread(moving, floats(types), false), null),
});

export const customJvpPrimitive: Primitive<CustomJvp> = define<CustomJvp>({
  name: 'customJvp',
  infer: (_, { primal }) => outputTypes(primal),
  kernel: (params) => ({ kind: 'call', graph: widened(params) }),
  jvp: ({ primals, tangents, params }: Moving<CustomJvp>) => {
    const { primal, rule, primalCaptures: p, ruleCaptures: r } = params;
    refuseCaptured('customJvp', tangents.slice(0, p + r));
    const [args, moves] = [primals.slice(p + r), tangents.slice(p + r)];
    const movable = floats(args.map((x) => x.type));
    const given = where(moves, movable);
    const values = [...primals.slice(p, p + r), ...args, ...denseAt(given, where(args, movable))];
    const outTypes = outputTypes(primal);
    // Numbers that are 0 would be known values, and a `customVjp` in the rule or after it cannot take those forwards.
    const { graph, moving } = along(rule, isMoving(given), outTypes.length);
    if (!given.includes(null) && !moving.includes(false)) return separate(call(rule, values), outTypes);
    return separate(call(graph, [...values, ...present(given)]), outTypes, moving);
  },
  transpose: (backwards) => callPrimalBackwards(backwards.params, backwards),
  batch: (batched) => {
    const { size, axis, params } = batched;
    const outputs = bind(
      customJvpPrimitive,
      { ...params, primal: everything(params.primal, size, axis), rule: everything(params.rule, size, axis) },
      allMapped(batched),
    );
    return { outputs, mapped: outputs.map(() => true) };
  },
  effect: ({ primal }) => effectOf(primal),
  cost: ({ primal }) => costOf(primal),
  graphs: ({ primal, rule }) => [primal, rule],
});

/** The primal program taking the rule's captures too, which it does not read. */
const widened = ({ primal, rule, primalCaptures, ruleCaptures }: CustomJvp): Graph => ({
  ...primal,
  inputs: [
    ...primal.inputs.slice(0, primalCaptures),
    ...rule.inputs.slice(0, ruleCaptures),
    ...primal.inputs.slice(primalCaptures),
  ],
});

const callPrimalBackwards = (
  params: CustomJvp,
  backwards: Parameters<Primitive['transpose']>[0],
): readonly Tangent[] => {
  const { primalCaptures: p, ruleCaptures: r, primal } = params;
  const keep = backwards.inputs.map((_, i) => i < p || i >= p + r);
  const sent = callTranspose({
    ...backwards,
    known: where(backwards.known, keep),
    inputs: where(backwards.inputs, keep),
    params: { graph: primal },
  });
  return spread<Tangent>(sent, keep, null);
};
const callTranspose = callPrimitive.transpose.bind(callPrimitive);

/** Inputs: captured by `primal`, by `fwd`, by `bwd`, arguments. `fwd` gives outputs, then residuals; `bwd` takes its captures, residuals and cotangents of float outputs to cotangents of float arguments. */
interface CustomVjp {
  readonly primal: Graph;
  readonly fwd: Graph;
  readonly bwd: Graph;
  readonly captures: readonly [primal: number, fwd: number, bwd: number];
}

export const customVjpPrimitive: Primitive<CustomVjp> = define<CustomVjp>({
  name: 'customVjp',
  infer: (_, { primal }) => outputTypes(primal),
  kernel: ({ primal, fwd, bwd, captures: [p, f, b] }) => ({
    kind: 'call',
    graph: {
      ...primal,
      inputs: [
        ...primal.inputs.slice(0, p),
        ...fwd.inputs.slice(0, f),
        ...bwd.inputs.slice(0, b),
        ...primal.inputs.slice(p),
      ],
    },
  }),
  jvp: ({ primals, tangents, params }: Moving<CustomVjp>) => {
    const { primal, fwd, bwd, captures } = params;
    const [p, f, b] = captures;
    refuseCaptured('customVjp', tangents.slice(0, p + f + b));
    const args = primals.slice(p + f + b);
    const results = call(fwd, [...primals.slice(p, p + f), ...args]);
    const [outputs = [], residuals = []] = cut(results, primal.outputs.length, results.length - primal.outputs.length);
    const movable = floats(args.map((x) => x.type));
    const moves = denseAt(where(tangents.slice(p + f + b), movable), where(args, movable));
    const outTypes = where(outputTypes(primal), floats(outputTypes(primal)));
    const known = [...primals.slice(p + f, p + f + b), ...residuals];
    const given = bind(customLinearPrimitive, { bwd, known: known.length, outputs: outTypes }, [...known, ...moves]);
    return separate([...outputs, ...given], outputTypes(primal));
  },
  transpose: () => {
    throw new UnsupportedError(
      'customVjp: expected a function that is not transposed directly, got one inside linearTranspose. Give it a plain definition.',
    );
  },
  batch: (batched) => {
    const { size, axis, params } = batched;
    const [primal, fwd, bwd] = [params.primal, params.fwd, params.bwd].map((graph) => everything(graph, size, axis));
    if (primal === undefined || fwd === undefined || bwd === undefined) return { outputs: [], mapped: [] };
    const outputs = bind(customVjpPrimitive, { primal, fwd, bwd, captures: params.captures }, allMapped(batched));
    return { outputs, mapped: outputs.map(() => true) };
  },
  effect: ({ primal }) => effectOf(primal),
  cost: ({ primal }) => costOf(primal),
  graphs: ({ primal, fwd, bwd }) => [primal, fwd, bwd],
});

/** The derivative of a `customVjp` as a linear map known only by its transpose: inputs `known`, then tangents. */
interface CustomLinear {
  readonly bwd: Graph;
  readonly known: number;
  readonly outputs: readonly ArrayType[];
}

const forwardsRefused = (): never => {
  throw new UnsupportedError(
    'customVjp: expected a reverse derivative (grad, vjp, jacrev), got a forward one. Use customJvp, which serves both.',
    'unsupported.customVjpForward',
  );
};

export const customLinearPrimitive: Primitive<CustomLinear> = define<CustomLinear>({
  name: 'customLinear',
  infer: (_, { outputs }) => outputs,
  kernel: forwardsRefused,
  jvp: ({ primals, tangents, outputs, params }) => {
    const { known } = params;
    if (isMoving(tangents.slice(0, known)).includes(true)) return forwardsRefused();
    const moves = denseAt(tangents.slice(known), primals.slice(known));
    return {
      outputs: outputs(),
      tangents: bind(customLinearPrimitive, params, [...primals.slice(0, known), ...moves]),
    };
  },
  transpose: ({ cotangents, known, params }) => {
    const given = zipExact(cotangents, params.outputs).map(([ct, type]) => dense(ct, type));
    const sent = call(params.bwd, [...present(known.slice(0, params.known)), ...given]);
    // A tangent that is zero whatever the inputs do wants no cotangent.
    return known.map((x, i) => (x === null ? (sent[i - params.known] ?? null) : null));
  },
  batch: (batched) => {
    const { size, axis, params } = batched;
    const outputs = params.outputs.map((t) => ({ dtype: t.dtype, shape: [size, ...t.shape] }));
    const results = bind(
      customLinearPrimitive,
      { bwd: everything(params.bwd, size, axis), known: params.known, outputs },
      allMapped(batched),
    );
    return { outputs: results, mapped: results.map(() => true) };
  },
  effect: () => 'none',
  graphs: ({ bwd }) => [bwd],
});

/** The rule's results must be of the types that the function's own are of; the message says which differ. */
export const checkRule = (
  name: string,
  what: string,
  expected: readonly ArrayType[],
  got: readonly ArrayType[],
): void => {
  const show = (types: readonly ArrayType[]): string => `(${types.map(showType).join(', ')})`;
  if (expected.length !== got.length || zipExact(expected, got).some(([a, b]) => !sameType(a, b)))
    throw new DTypeError(
      `${name}: expected ${what} ${show(expected)}, got ${show(got)}. The rule and the function must agree.`,
      'custom.rule',
    );
};
