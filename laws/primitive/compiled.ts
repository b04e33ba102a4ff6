/** The compiler runs a primitive as the reference does: at once, and within programs that may fuse, fold and see through views. */
import * as fc from 'fast-check';
import { jit, lax, type NDArray } from 'fluxion';
import { bind, executor, type Primitive } from 'fluxion/extend';
import { reference } from 'fluxion/reference';
import { law, type Law } from '../law.ts';
import { assertAgreement } from './agreement.ts';
import type { Case, Specimen } from './specimen.ts';

/** The results of the reference interpreter. */
export const referenceOf = (primitive: Primitive, { params, inputs }: Case): readonly NDArray[] =>
  reference.run(primitive, params, inputs);

const axesOf = (x: NDArray): readonly number[] => x.shape.map((_, axis) => axis);

/** As one equation of a program. */
const jitted = (primitive: Primitive, { params, inputs }: Case): readonly NDArray[] =>
  jit((...xs: readonly NDArray[]) => bind(primitive, params, xs))(...inputs);

/** Every operand is turned round within the program, so that it comes as a view, and so is every result. */
const turned = (primitive: Primitive, { params, inputs }: Case): readonly NDArray[] => {
  const flip = (x: NDArray): NDArray => lax.rev(x, axesOf(x));
  return jit((...xs: readonly NDArray[]) => bind(primitive, params, xs.map(flip)).map(flip))(...inputs.map(flip)).map(
    flip,
  );
};

/** The largest of a value and itself, which is the value: something to fuse with. */
const computed = (x: NDArray): NDArray => lax.max(x, x);

/** Every operand comes from a computation within the program, and every result goes into one. */
const fused = (primitive: Primitive, { params, inputs }: Case): readonly NDArray[] =>
  jit((...xs: readonly NDArray[]) => bind(primitive, params, xs.map(computed)).map(computed))(...inputs);

/** All operands but the first are data of the program, so that it may count on them. */
const onConstants = (primitive: Primitive, { params, inputs }: Case): readonly NDArray[] => {
  const [first, ...rest] = inputs;
  return first === undefined || rest.length === 0
    ? jit(() => bind(primitive, params, inputs))()
    : jit((x: NDArray) => bind(primitive, params, [x, ...rest]))(first);
};

const ways = {
  'at once': (primitive: Primitive, { params, inputs }: Case) => executor().run(primitive, params, inputs),
  'within a program': jitted,
  'on views within a program': turned,
  'between computations': fused,
  'on constants of the program': onConstants,
} as const;

/** Compiled equals reference, and nothing changes its inputs. */
export const compiledLaws = (primitive: Primitive, { cases, agreement }: Specimen): readonly Law[] => [
  ...Object.entries(ways).map(([way, run]) =>
    law(
      `${primitive.name}: compiled ${way} it gives what the reference gives`,
      fc.property(cases, (drawn) =>
        assertAgreement(primitive.name, agreement, run(primitive, drawn), referenceOf(primitive, drawn), drawn.inputs),
      ),
    ),
  ),
  law(
    `${primitive.name}: nothing changes its inputs`,
    fc.property(cases, (drawn) => {
      const { inputs } = drawn;
      const before = inputs.map((x) => x.dataSync());
      ways['at once'](primitive, drawn);
      referenceOf(primitive, drawn);
      inputs.forEach((x, i) => {
        if (!x.dataSync().every((v, at) => Object.is(v, before[i]?.[at])))
          throw new Error(`${primitive.name}: expected input ${i} unchanged`);
      });
    }),
  ),
];
