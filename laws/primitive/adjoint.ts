/** The rule for running backwards: the adjoint of the linear map, and its own inverse. */
import * as fc from 'fast-check';
import { np, type NDArray } from 'fluxion';
import { bind, inputTypes, outputTypes, replay, transpose, type Primitive, type Tangent } from 'fluxion/extend';
import { withReference } from 'fluxion/reference';
import { assertAllClose, reordered } from '../close.ts';
import { law, type Law } from '../law.ts';
import { inner } from '../numeric.ts';
import { alone, bulk, isFloating, noise, someOf } from './probe.ts';
import type { Case, Specimen } from './specimen.ts';

interface Backward {
  readonly drawn: Case;
  /** The inputs in which the primitive is linear. */
  readonly set: readonly number[];
  readonly seed: number;
}

const maskOf = ({ drawn, set }: Backward): readonly boolean[] => drawn.inputs.map((_, i) => set.includes(i));
const present = (xs: readonly Tangent[]): readonly NDArray[] => xs.flatMap((x) => x ?? []);

/** The map on noise: `x` on the linear inputs, and `L x`, what the operands held give by themselves taken away. */
const mapOf = (primitive: Primitive, backward: Backward) => {
  const { drawn, seed } = backward;
  const mask = maskOf(backward);
  const withLinear = (of: (x: NDArray, i: number) => NDArray): readonly NDArray[] =>
    drawn.inputs.map((x, i) => (mask[i] === true ? of(x, i) : x));
  const xs = withLinear((x, i) => noise(seed + i, x));
  const rest = bind(
    primitive,
    drawn.params,
    withLinear((x) => np.zerosLike(x)),
  );
  const ys = bind(primitive, drawn.params, xs).map((y, i) => (isFloating(y) ? y.sub(rest[i] ?? 0) : y));
  return { mask, xs, ys };
};

const checkTypes = (name: string, { drawn, set }: Backward, sent: readonly Tangent[]): void =>
  drawn.inputs.forEach((x, i) => {
    const ct = sent[i] ?? null;
    if (ct !== null && !set.includes(i)) throw new Error(`${name}: expected no cotangent of the known input ${i}`);
    if (ct !== null && (ct.dtype !== x.dtype || ct.shape.join() !== x.shape.join()))
      throw new Error(
        `${name}: expected cotangent ${i} like ${x.dtype}[${x.shape.join(',')}], got ${ct.dtype}[${ct.shape.join(',')}]`,
      );
  });

/** `<L x, y> = <x, L' y>`, with cotangents of some outputs only, and with none (zero) of the rest. */
const asAdjoint = (primitive: Primitive, backward: Backward): void => {
  const { drawn, seed } = backward;
  const { mask, xs, ys } = mapOf(primitive, backward);
  const floating = ys.flatMap((y, i) => (isFloating(y) ? [i] : []));
  const given = someOf(floating, seed);
  const cotangents = ys.map((y, i) => (given.includes(i) ? noise(seed + 100 + i, y) : null));
  const sent = primitive.transpose({
    cotangents,
    known: drawn.inputs.map((x, i) => (mask[i] === true ? null : x)),
    inputs: drawn.inputs.map((x) => x.type),
    params: drawn.params,
  });
  checkTypes(primitive.name, backward, sent);
  const outs = given.flatMap((i) => ys[i] ?? []);
  const back = xs.map((x, i) => sent[i] ?? np.zerosLike(x));
  const linear = xs.filter((_, i) => mask[i] === true);
  const sentBack = back.filter((_, i) => mask[i] === true);
  const scale = bulk(outs, present(cotangents));
  assertAllClose(
    np.array(inner(outs, present(cotangents)) / scale, 'float64'),
    np.array(inner(linear, sentBack) / scale, 'float64'),
    `${primitive.name}: <L x, y> against <x, L' y> in inputs ${backward.set.join(', ')}`,
    reordered.float64,
  );
};

/** The transpose of the transpose maps as the primitive does. */
const asInvolution = (primitive: Primitive, backward: Backward): void => {
  const { mask, xs, ys } = mapOf(primitive, backward);
  const graph = alone(primitive, { ...backward.drawn, inputs: xs });
  const given = ys.map(isFloating);
  const back = transpose(graph, mask, given);
  const known = xs.filter((_, i) => mask[i] !== true);
  const isCotangent = inputTypes(back.graph).map((_, i) => i >= known.length);
  const again = transpose(
    back.graph,
    isCotangent,
    outputTypes(back.graph).map(() => true),
  );
  const moved = xs.filter((_, i) => mask[i] === true).filter((_, i) => back.produced[i] === true);
  const results = replay(again.graph, [...known, ...moved]);
  let next = 0;
  const wanted = ys.filter((_, i) => given[i] === true);
  wanted.forEach((y, i) => {
    const got = again.produced[i] === true ? results[next++] : undefined;
    assertAllClose(got ?? np.zerosLike(y), y, `${primitive.name}: output ${i} transposed twice`, reordered.float64);
  });
};

const properties = {
  'the transpose is the adjoint': asAdjoint,
  'transposed twice it is the same map': asInvolution,
} as const;

/** What holds of the transpose rule, for each set of inputs in which the primitive is linear. */
export const adjointLaws = (primitive: Primitive, { smooth, linear = [] }: Specimen): readonly Law[] =>
  smooth === undefined || linear.length === 0
    ? []
    : Object.entries(properties).map(([name, check]) =>
        law(
          `${primitive.name}: ${name}`,
          fc.property(fc.record({ drawn: smooth, set: fc.constantFrom(...linear), seed: fc.nat(1000) }), (backward) =>
            withReference(() => check(primitive, backward)),
          ),
        ),
      );
