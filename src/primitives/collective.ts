/** Operations across the examples of a named batch axis. */
import { TraceError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { AxisName, Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import { scale } from './arithmetic.ts';
import { reduceSum } from './broadcast.ts';
import { iota } from './iota.ts';
import { define, noTangent, notLinear, only, through } from './record.ts';

interface Named {
  readonly axisName: AxisName;
}

const unbound =
  (operation: string) =>
  ({ axisName }: Named): never => {
    throw new TraceError(
      `${operation}: expected a vmap with axisName '${axisName.name}' around it, got none. Name the axis in vmap.`,
      'trace.axis',
    );
  };

export const psumPrimitive: Primitive<Named> = define<Named>({
  name: 'psum',
  infer: (inputs) => inputs,
  kernel: unbound('psum'),
  jvp: ({ tangents, params: { axisName }, outputs }) => ({
    outputs: outputs(),
    tangents: [through(only(tangents, 'psum'), (dx) => psum(dx, axisName))],
  }),
  // Every example's cotangent reaches every example.
  transpose: ({ cotangents, params: { axisName } }) => [through(only(cotangents, 'psum'), (ct) => psum(ct, axisName))],
  batch: ({ inputs, mapped, size, axis, params: { axisName } }) => {
    const x = only(inputs, 'psum');
    if (axis !== axisName) return { outputs: [psum(x, axisName)], mapped: [mapped[0] === true] };
    return { outputs: [mapped[0] === true ? reduceSum(x, [0]) : scale(x, size)], mapped: [false] };
  },
});
/** The sum over a named batch axis. */
export const psum = (x: NDArray, axisName: AxisName): NDArray => bind1(psumPrimitive, { axisName }, x);

export const axisIndexPrimitive: Primitive<Named> = define<Named>({
  name: 'axisIndex',
  infer: () => [{ dtype: 'int32', shape: [] }],
  kernel: unbound('axisIndex'),
  jvp: noTangent,
  transpose: notLinear('axisIndex'),
  batch: ({ size, axis, params: { axisName } }) =>
    axis === axisName
      ? { outputs: [iota({ dtype: 'int32', shape: [size] }, 0)], mapped: [true] }
      : { outputs: [axisIndex(axisName)], mapped: [false] },
});
/** The position of an example along a named batch axis. */
export const axisIndex = (axisName: AxisName): NDArray => bind1(axisIndexPrimitive, { axisName });
