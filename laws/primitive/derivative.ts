/** The rule for derivatives: the limit of differences, linear in the tangents, of the right types. */
import * as fc from 'fast-check';
import { np, type NDArray } from 'fluxion';
import { bind, type Primitive } from 'fluxion/extend';
import { withReference } from 'fluxion/reference';
import { assertAllClose, differenced, reordered } from '../close.ts';
import { law, type Law } from '../law.ts';
import { differential } from '../numeric.ts';
import { assertAgreement } from './agreement.ts';
import { isFloating, noise, pushed, someOf } from './probe.ts';
import type { Case, Specimen } from './specimen.ts';

interface Moved {
  readonly drawn: Case;
  readonly seed: number;
}

const places = (xs: readonly NDArray[]): readonly number[] => xs.flatMap((x, i) => (isFloating(x) ? [i] : []));

/** Which inputs move, and how. */
const movement = ({ drawn: { inputs }, seed }: Moved): readonly (NDArray | null)[] => {
  const moving = someOf(places(inputs), seed);
  return inputs.map((x, i) => (moving.includes(i) ? noise(seed + i, x) : null));
};

const asLimit = (primitive: Primitive, moved: Moved): void => {
  const { params, inputs } = moved.drawn;
  const tangents = movement(moved);
  const at = tangents.flatMap((dx, i) => (dx === null ? [] : [i]));
  const run = (xs: readonly NDArray[]): readonly NDArray[] =>
    bind(
      primitive,
      params,
      inputs.map((x, i) => xs[at.indexOf(i)] ?? x),
    );
  const { outputs, tangents: got, raw } = pushed(primitive, moved.drawn, tangents);
  assertAgreement(`${primitive.name}: the outputs of the jvp`, 'bits', outputs, bind(primitive, params, inputs));
  const isFloat = outputs.map(isFloating);
  if (raw.some((dy, i) => dy !== null && isFloat[i] !== true))
    throw new Error(`${primitive.name}: expected no tangent of an output that is no float`);
  const limits = differential(
    (xs) => run(xs).filter(isFloating),
    at.map((i) => inputs[i] ?? np.array(0)),
    tangents.flatMap((dx) => dx ?? []),
  );
  got
    .filter(isFloating)
    .forEach((dy, i) => assertAllClose(dy, limits[i] ?? dy, `${primitive.name}: tangent ${i}`, differenced));
};

/** `2 dx - 3 dy` gives twice the one less three times the other, and no tangent is a tangent of zeros. */
const asLinear = (primitive: Primitive, moved: Moved): void => {
  const [dx, dy] = [movement(moved), movement({ ...moved, seed: moved.seed + 1000 * 64 })];
  const both = moved.drawn.inputs.map((x, i) => {
    const [a, b] = [dx[i] ?? null, dy[i] ?? null];
    return a === null && b === null ? null : (a ?? np.zerosLike(x)).mul(2).sub((b ?? np.zerosLike(x)).mul(3));
  });
  const of = (tangents: readonly (NDArray | null)[]) =>
    tangents.every((t) => t === null) ? null : pushed(primitive, moved.drawn, tangents).tangents;
  const [first, second, third] = [of(dx), of(dy), of(both)];
  const full = of(
    dx.map((t, i) => t ?? (isFloating(moved.drawn.inputs[i] ?? np.array(0, 'int32')) ? zeros(moved, i) : null)),
  );
  third?.forEach((dz, i) => {
    if (!isFloating(dz)) return;
    const expected = (first?.[i] ?? np.zerosLike(dz)).mul(2).sub((second?.[i] ?? np.zerosLike(dz)).mul(3));
    assertAllClose(dz, expected, `${primitive.name}: tangent ${i} of 2 dx - 3 dy`, reordered.float64);
  });
  full?.forEach((dz, i) =>
    assertAllClose(dz, first?.[i] ?? dz, `${primitive.name}: tangent ${i} with zeros for none`, reordered[dz.dtype]),
  );
};
const zeros = ({ drawn }: Moved, i: number): NDArray => {
  const x = drawn.inputs[i] ?? np.array(0);
  return np.zeros(x.shape, x.dtype);
};

/** In float32 too (unless a program within is made for float64) the tangents are of the types of the outputs. */
const asTyped = (primitive: Primitive, { drawn, seed }: Moved): void => {
  const isFixed = primitive.graphs(drawn.params).length > 0;
  const single: Case = {
    ...drawn,
    inputs: drawn.inputs.map((x) => (x.dtype === 'float64' && !isFixed ? x.astype('float32') : x)),
  };
  const { outputs, raw } = pushed(primitive, single, movement({ drawn: single, seed }));
  raw.forEach((dy, i) => {
    const y = outputs[i];
    if (dy !== null && (y === undefined || dy.dtype !== y.dtype || dy.shape.join() !== y.shape.join()))
      throw new Error(
        `${primitive.name}: expected tangent ${i} like ${y?.dtype ?? 'nothing'}[${y?.shape.join(',') ?? ''}], got ${dy.dtype}[${dy.shape.join(',')}]`,
      );
  });
};

const properties = {
  'the jvp is the limit of differences': asLimit,
  'the jvp is linear in the tangents': asLinear,
  'the jvp in float32 gives tangents of the types of the outputs': asTyped,
} as const;

/** What holds of the jvp rule at smooth points. */
export const jvpLaws = (primitive: Primitive, { smooth }: Specimen): readonly Law[] =>
  smooth === undefined
    ? []
    : Object.entries(properties).map(([name, check]) =>
        law(
          `${primitive.name}: ${name}`,
          fc.property(fc.record({ drawn: smooth, seed: fc.nat(63) }), (moved) =>
            withReference(() => check(primitive, moved)),
          ),
        ),
      );
