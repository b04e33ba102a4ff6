/** The identity that no pass looks through: what stands behind it is computed again. */
import { InternalError } from '../array/errors.ts';
import { splat, type NDArray } from '../array/ndarray.ts';
import { bind } from '../core/trace.ts';
import type { Primitive } from '../core/primitive.ts';
import { define, nth } from './record.ts';

export const barrierPrimitive: Primitive<null> = define<null>({
  name: 'barrier',
  infer: (inputs) => inputs,
  kernel: () => ({ kind: 'barrier' }),
  jvp: ({ primals, tangents, outputs }) => {
    const moved = barrier(tangents.map((dx, i) => dx ?? splat(nth(primals, i).type, 0)));
    return { outputs: outputs(), tangents: tangents.map((dx, i) => (dx === null ? null : nth(moved, i))) };
  },
  transpose: ({ cotangents, known }) => cotangents.map((ct, i) => (known[i] === null ? ct : null)),
  batch: ({ inputs, mapped }) => ({ outputs: barrier(inputs), mapped }),
});

/** The operands unchanged, all of them in memory. */
export const barrier = (xs: readonly NDArray[]): readonly NDArray[] => {
  if (xs.length === 0) throw new InternalError('barrier: expected at least one operand.');
  return bind(barrierPrimitive, null, xs);
};
