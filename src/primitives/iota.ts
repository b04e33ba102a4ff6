/** Counting. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showType, type ArrayType } from '../array/type.ts';
import { bind1 } from '../core/trace.ts';
import { define, noTangent, notLinear } from './record.ts';

interface Iota extends ArrayType {
  readonly axis: number;
}

export const iotaPrimitive = define<Iota>({
  name: 'iota',
  infer: (_, { dtype, shape, axis }) => {
    if (dtype === 'bool' || axis < 0 || axis >= shape.length)
      throw new ShapeError(
        `iota: expected an axis of an array of numbers, got axis ${axis} of ${showType({ dtype, shape })}. Count in numbers, then compare.`,
      );
    return [{ dtype, shape }];
  },
  kernel: ({ axis }) => ({ kind: 'generate', source: { kind: 'iota', axis } }),
  jvp: noTangent,
  transpose: notLinear('iota'),
  batch: ({ params }) => ({ outputs: [iota(params, params.axis)], mapped: [false] }),
});

/** Counts 0, 1, ... along one axis, the same along the others. */
export const iota = ({ dtype, shape }: ArrayType, axis: number): NDArray =>
  bind1(iotaPrimitive, { dtype, shape: [...shape], axis });
