/** Slices at computed positions, clamped so that they fit: cutting out and putting in, each the other's adjoint. */
import { DTypeError, ShapeError } from '../array/errors.ts';
import { splat, type NDArray } from '../array/ndarray.ts';
import { showShape, showType, type ArrayType, type Shape } from '../array/type.ts';
import type { Batched, Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import { add, max, min } from './arithmetic.ts';
import { broadcast, repeatBatch, reshape } from './broadcast.ts';
import { like } from './elementwise.ts';
import { gather, scatter } from './indexing.ts';
import { iota } from './iota.ts';
import { define, nth, through } from './record.ts';
import { concatenate } from './slicing.ts';

interface Sizes {
  readonly sizes: Shape;
}

const checkStarts = (name: string, whole: ArrayType, part: Shape, starts: readonly ArrayType[]): void => {
  if (starts.length !== whole.shape.length || starts.some((s) => s.dtype !== 'int32' || s.shape.length > 0))
    throw new DTypeError(
      `${name}: expected ${whole.shape.length} int32 scalar starts, got ${starts.map(showType).join(', ')}. One for each axis of ${showType(whole)}.`,
    );
  if (part.length !== whole.shape.length || part.some((n, i) => n > nth(whole.shape, i)))
    throw new ShapeError(
      `${name}: expected a part that fits into ${showType(whole)}, got ${showShape(part)}. Its extents are at most those of the whole.`,
    );
};

/** For each example the positions of all elements of the part, `[size, ...part, rank]`. */
const positions = (
  starts: readonly NDArray[],
  startsMapped: readonly boolean[],
  whole: Shape,
  part: Shape,
  size: number,
): NDArray => {
  const shape = [size, ...part];
  const columns = starts.map((start, axis) => {
    const own = startsMapped[axis] === true ? start : repeatBatch(start, size);
    const first = min(max(own, like(own, 0)), like(own, nth(whole, axis) - nth(part, axis)));
    const all = add(iota({ dtype: 'int32', shape }, axis + 1), broadcast(first, shape, [0]));
    return reshape(all, [...shape, 1]);
  });
  return columns.length === 0 ? splat({ dtype: 'int32', shape: [...shape, 0] }, 0) : concatenate(columns, shape.length);
};

const batchSlice = ({
  inputs,
  mapped,
  size,
  params: { sizes },
}: Batched<Sizes>): { outputs: readonly NDArray[]; mapped: readonly boolean[] } => {
  const [x, ...starts] = inputs;
  const whole = x ?? nth(inputs, 0);
  if (!mapped.slice(1).includes(true))
    return {
      outputs: [dynamicSlice(whole, [splat({ dtype: 'int32', shape: [] }, 0), ...starts], [size, ...sizes])],
      mapped: [true],
    };
  const shape = mapped[0] === true ? whole.shape.slice(1) : whole.shape;
  const at = positions(starts, mapped.slice(1), shape, sizes, size);
  return { outputs: [gather(whole, at, { batch: mapped[0] === true ? 1 : 0, mode: 'clip' })], mapped: [true] };
};

export const dynamicSlicePrimitive: Primitive<Sizes> = define<Sizes>({
  name: 'dynamicSlice',
  infer: (inputs, { sizes }) => {
    const whole = nth(inputs, 0);
    checkStarts('dynamicSlice', whole, sizes, inputs.slice(1));
    return [{ dtype: whole.dtype, shape: sizes }];
  },
  kernel: () => ({ kind: 'dynamicSlice' }),
  jvp: ({ primals, tangents: [dx = null], params: { sizes }, outputs }) => ({
    outputs: outputs(),
    tangents: [through(dx, (d) => dynamicSlice(d, primals.slice(1), sizes))],
  }),
  transpose: ({ cotangents: [ct = null], known: [, ...starts], inputs }) => [
    through(ct, (y) =>
      dynamicUpdateSlice(
        splat({ dtype: y.dtype, shape: nth(inputs, 0).shape }, 0),
        y,
        starts.flatMap((s) => s ?? []),
      ),
    ),
    ...starts.map(() => null),
  ],
  batch: batchSlice,
});

/** The part of `sizes` from `starts` (int32 scalars, clamped). */
export const dynamicSlice = (x: NDArray, starts: readonly NDArray[], sizes: Shape): NDArray =>
  bind1(dynamicSlicePrimitive, { sizes }, x, ...starts);

const batchUpdate = ({
  inputs,
  mapped,
  size,
}: Batched<null>): { outputs: readonly NDArray[]; mapped: readonly boolean[] } => {
  const [whole, part] = [0, 1].map((i) => (mapped[i] === true ? nth(inputs, i) : repeatBatch(nth(inputs, i), size)));
  const starts = inputs.slice(2);
  const [x, update] = [whole ?? nth(inputs, 0), part ?? nth(inputs, 1)];
  if (!mapped.slice(2).includes(true))
    return {
      outputs: [dynamicUpdateSlice(x, update, [splat({ dtype: 'int32', shape: [] }, 0), ...starts])],
      mapped: [true],
    };
  const at = positions(starts, mapped.slice(2), x.shape.slice(1), update.shape.slice(1), size);
  return { outputs: [scatter(x, at, update, { batch: 1, combine: 'set', unique: true })], mapped: [true] };
};

export const dynamicUpdateSlicePrimitive: Primitive<null> = define<null>({
  name: 'dynamicUpdateSlice',
  infer: (inputs) => {
    const [whole, part, starts] = [nth(inputs, 0), nth(inputs, 1), inputs.slice(2)];
    checkStarts('dynamicUpdateSlice', whole, part.shape, starts);
    if (part.dtype !== whole.dtype)
      throw new DTypeError(
        `dynamicUpdateSlice: expected an update of type ${whole.dtype}, got ${showType(part)}. Convert with astype.`,
      );
    return [whole];
  },
  kernel: () => ({ kind: 'dynamicUpdate' }),
  jvp: ({ primals, tangents: [dx = null, du = null], outputs }) => ({
    outputs: outputs(),
    tangents: [
      dynamicUpdateSlice(dx ?? splat(nth(primals, 0).type, 0), du ?? splat(nth(primals, 1).type, 0), primals.slice(2)),
    ],
  }),
  transpose: ({ cotangents: [ct = null], known, inputs }) => {
    const starts = known.slice(2).flatMap((s) => s ?? []);
    const part = nth(inputs, 1);
    return [
      known[0] === null ? through(ct, (y) => dynamicUpdateSlice(y, splat(part, 0), starts)) : null,
      known[1] === null ? through(ct, (y) => dynamicSlice(y, starts, part.shape)) : null,
      ...starts.map(() => null),
    ];
  },
  batch: batchUpdate,
});

/** `x` with `update` put in from `starts` (int32 scalars, clamped). */
export const dynamicUpdateSlice = (x: NDArray, update: NDArray, starts: readonly NDArray[]): NDArray =>
  bind1(dynamicUpdateSlicePrimitive, null, x, update, ...starts);
