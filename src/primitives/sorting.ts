/** Sorting several arrays together. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { sameShape, showType } from '../array/type.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind } from '../core/trace.ts';
import { withBatch } from './broadcast.ts';
import { takeAlongAxis } from './indexing.ts';
import { iota } from './iota.ts';
import { checkAxes, define, notLinear, nth, through } from './record.ts';

interface Sort {
  readonly axis: number;
  readonly keys: number;
}

export const sortPrimitive: Primitive<Sort> = define<Sort>({
  name: 'sort',
  infer: (inputs, { axis, keys }) => {
    const first = nth(inputs, 0);
    checkAxes('sort', first, [axis]);
    if (keys < 1 || keys > inputs.length || inputs.some((t) => !sameShape(t.shape, first.shape)))
      throw new ShapeError(
        `sort: expected arrays of one shape of which at least the first is a key, got ${inputs.map(showType).join(', ')} with ${keys} keys.`,
      );
    return inputs;
  },
  kernel: ({ axis, keys }) => ({ kind: 'sort', axis, keys }),
  // The positions are sorted along, and the tangents follow them.
  jvp: ({ primals, tangents, params: { axis, keys } }) => {
    const counts = iota({ dtype: 'int32', shape: nth(primals, 0).shape }, axis);
    const sorted = sort([...primals, counts], axis, keys);
    const order = nth(sorted, primals.length);
    return {
      outputs: sorted.slice(0, -1),
      tangents: tangents.map((dx) => through(dx, (d) => takeAlongAxis(d, order, axis))),
    };
  },
  transpose: notLinear('sort'),
  batch: ({ inputs, mapped, size, params: { axis, keys } }) => ({
    outputs: sort(withBatch(inputs, mapped, size), axis + 1, keys),
    mapped: inputs.map(() => true),
  }),
});

/** The arrays sorted together along `axis` by the first `keys` of them: stable, ascending, NaN last. */
export const sort = (xs: readonly NDArray[], axis: number, keys = 1): readonly NDArray[] =>
  bind(sortPrimitive, { axis, keys }, xs);
