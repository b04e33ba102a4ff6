/** Cutting out and putting in: slice and pad are each other's adjoints, concatenate is taken apart by slices. */
import { DTypeError, ShapeError } from '../array/errors.ts';
import { splat, type NDArray } from '../array/ndarray.ts';
import { axesOf, showShape, showType, type ArrayType, type Shape } from '../array/type.ts';
import { bind1 } from '../core/trace.ts';
import { broadcast, reduceSum, repeatBatch, withBatch } from './broadcast.ts';
import { select } from './logic.ts';
import { checkAxes, define, linear, nth, through } from './record.ts';

interface Slice {
  readonly start: readonly number[];
  readonly limit: readonly number[];
  readonly stride: readonly number[];
}

const ones = (shape: Shape): readonly number[] => shape.map(() => 1);
const zeros = (shape: Shape): readonly number[] => shape.map(() => 0);
const extentOf = (start: number, limit: number, stride: number): number =>
  Math.max(0, Math.ceil((limit - start) / stride));

/** From `start` below `limit` by the positive `stride`, on each axis. */
export const slice = (
  x: NDArray,
  start: readonly number[],
  limit: readonly number[],
  stride: readonly number[] = ones(start),
): NDArray =>
  start.every((s, i) => s === 0 && limit[i] === x.shape[i] && stride[i] === 1)
    ? x
    : bind1(slicePrimitive, { start, limit, stride }, x);

/** The part of one axis. */
export const sliceAxis = (x: NDArray, axis: number, start: number, limit: number): NDArray =>
  slice(
    x,
    x.shape.map((_, i) => (i === axis ? start : 0)),
    x.shape.map((extent, i) => (i === axis ? limit : extent)),
  );

export const slicePrimitive = linear<Slice>({
  name: 'slice',
  infer: (x, { start, limit, stride }) => {
    const bad = x.shape.findIndex(
      (extent, i) =>
        !(nth(start, i) >= 0 && nth(limit, i) <= extent && nth(start, i) <= nth(limit, i) && nth(stride, i) > 0),
    );
    if (bad >= 0 || start.length !== x.shape.length)
      throw new ShapeError(
        `slice: expected bounds within ${showType(x)}, got [${start.join(', ')}] to [${limit.join(', ')}] by [${stride.join(', ')}]. Limits go up to the extents; strides are positive, reverse turns the order.`,
      );
    return { dtype: x.dtype, shape: start.map((s, i) => extentOf(s, nth(limit, i), nth(stride, i))) };
  },
  kernel: ({ start, stride }) => ({ kind: 'view', axes: stride.map((step, axis) => ({ axis, step })), starts: start }),
  adjoint: (ct, { start, stride }, { shape }) =>
    pad(ct, splat({ dtype: ct.dtype, shape: [] }, 0), {
      low: start,
      interior: stride.map((s) => s - 1),
      high: shape.map((extent, i) => extent - nth(start, i) - Math.max(0, (nth(ct.shape, i) - 1) * nth(stride, i) + 1)),
    }),
  under: ({ start, limit, stride }, size) => ({
    start: [0, ...start],
    limit: [size, ...limit],
    stride: [1, ...stride],
  }),
});

interface Axes {
  readonly axes: readonly number[];
}

/** The order along `axes` turned round. */
export const reverse = (x: NDArray, axes: readonly number[]): NDArray =>
  axes.length === 0 ? x : bind1(reversePrimitive, { axes }, x);

export const reversePrimitive = linear<Axes>({
  name: 'reverse',
  infer: (x, { axes }) => {
    checkAxes('reverse', x, axes);
    return x;
  },
  kernel: ({ axes }, x) => ({
    kind: 'view',
    axes: axesOf(x.shape).map((axis) => ({ axis, step: axes.includes(axis) ? -1 : 1 })),
    starts: x.shape.map((extent, axis) => (axes.includes(axis) ? Math.max(0, extent - 1) : 0)),
  }),
  adjoint: (ct, { axes }) => reverse(ct, axes),
  under: ({ axes }) => ({ axes: axes.map((axis) => axis + 1) }),
});

export interface Padding {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly interior: readonly number[];
}

/** Put `value` (a scalar) before, after and between the elements; negative `low` or `high` cut. */
export const pad = (x: NDArray, value: NDArray, padding: Padding): NDArray =>
  [...padding.low, ...padding.high, ...padding.interior].every((n) => n === 0)
    ? x
    : bind1(padPrimitive, padding, x, value);

const paddedExtent = (extent: number, low: number, high: number, interior: number): number =>
  low + high + extent + Math.max(0, extent - 1) * interior;

/** The part of a padded array that came from `x`; the adjoint of padding by zero. */
const unpad = (y: NDArray, { low, high, interior }: Padding, shape: Shape): NDArray => {
  const whole = pad(y, splat({ dtype: y.dtype, shape: [] }, 0), {
    low: low.map((n) => -n),
    high: high.map((n) => -n),
    interior: zeros(low),
  });
  return slice(
    whole,
    zeros(shape),
    whole.shape,
    shape.map((extent, i) => (extent === 0 ? 1 : nth(interior, i) + 1)),
  );
};

/** Where a padded array of this shape holds elements of the original. */
const coverage = (shape: Shape, padding: Padding): NDArray =>
  pad(splat({ dtype: 'bool', shape }, 1), splat({ dtype: 'bool', shape: [] }, 0), padding);

const underPad = ({ low, high, interior }: Padding): Padding => ({
  low: [0, ...low],
  high: [0, ...high],
  interior: [0, ...interior],
});

export const padPrimitive = define<Padding>({
  name: 'pad',
  infer: (inputs, { low, high, interior }) => {
    const [a, v] = [nth(inputs, 0), nth(inputs, 1)];
    const shape = a.shape.map((extent, i) => paddedExtent(extent, nth(low, i), nth(high, i), nth(interior, i)));
    if (v.shape.length !== 0 || v.dtype !== a.dtype)
      throw new DTypeError(`pad: expected a scalar of type ${a.dtype}, got ${showType(v)}. Convert the value first.`);
    if (low.length !== a.shape.length || interior.some((n) => n < 0) || shape.some((n) => n < 0))
      throw new ShapeError(
        `pad: expected a result without negative extents, got ${showShape(shape)} from ${showType(a)}. Negative padding may cut at most the whole axis.`,
      );
    return [{ dtype: a.dtype, shape }];
  },
  kernel: ({ low, high, interior }) => ({ kind: 'pad', low, high, interior }),
  jvp: ({ primals, tangents: [dx, dv], params, outputs }) => {
    const [x, v] = [nth(primals, 0), nth(primals, 1)];
    return { outputs: outputs(), tangents: [pad(dx ?? splat(x.type, 0), dv ?? splat(v.type, 0), params)] };
  },
  transpose: ({ cotangents: [ct], known, inputs, params }) => {
    if (ct === null || ct === undefined) return [null, null];
    const inner = unpad(ct, params, nth(inputs, 0).shape);
    const [isX, isV] = [known[0] === null, known[1] === null];
    if (!isV) return [inner, null];
    // The value stands where no element of x does: cut these out by padding zeros over them.
    const outside = select(coverage(nth(inputs, 0).shape, params), splat(ct.type, 0), ct);
    return [isX ? inner : null, reduceSum(outside, axesOf(ct.shape))];
  },
  batch: ({ inputs, mapped, size, params }) => {
    const [x, v] = [nth(inputs, 0), nth(inputs, 1)];
    const batched = mapped[0] === true ? x : repeatBatch(x, size);
    if (mapped[1] !== true) return { outputs: [pad(batched, v, underPad(params))], mapped: [true] };
    const zero = splat({ dtype: v.dtype, shape: [] }, 0);
    const padded = pad(batched, zero, underPad(params));
    return {
      outputs: [select(coverage(batched.shape, underPad(params)), padded, broadcast(v, padded.shape, [0]))],
      mapped: [true],
    };
  },
});

interface Concatenate {
  readonly axis: number;
}

/** Arrays one after another along `axis`; their other extents agree. */
export const concatenate = (xs: readonly NDArray[], axis: number): NDArray => {
  const [first] = xs;
  return first !== undefined && xs.length === 1 ? first : bind1(concatenatePrimitive, { axis }, ...xs);
};

export const concatenatePrimitive = define<Concatenate>({
  name: 'concatenate',
  infer: (inputs, { axis }) => {
    const first = inputs[0];
    if (first === undefined) throw new ShapeError('concatenate: expected at least one array, got none. Give an array.');
    checkAxes('concatenate', first, [axis]);
    const fits = (t: ArrayType): boolean =>
      t.shape.length === first.shape.length && t.shape.every((n, i) => i === axis || n === first.shape[i]);
    const odd = inputs.find((t) => t.dtype !== first.dtype || !fits(t));
    if (odd !== undefined)
      throw new ShapeError(
        `concatenate: expected arrays that agree with ${showType(first)} but for axis ${axis}, got ${showType(odd)}. Reshape or convert it.`,
      );
    const total = inputs.reduce((sum, t) => sum + nth(t.shape, axis), 0);
    return [{ dtype: first.dtype, shape: first.shape.map((n, i) => (i === axis ? total : n)) }];
  },
  kernel: ({ axis }) => ({ kind: 'concatenate', axis }),
  jvp: ({ primals, tangents, params, outputs }) => ({
    outputs: outputs(),
    tangents: [
      concatenate(
        tangents.map((dx, i) => dx ?? splat(nth(primals, i).type, 0)),
        params.axis,
      ),
    ],
  }),
  transpose: ({ cotangents: [ct], known, inputs, params: { axis } }) => {
    let at = 0;
    return inputs.map((type, i) => {
      const start = at;
      at += nth(type.shape, axis);
      return known[i] === null
        ? through(ct ?? null, (y) => sliceAxis(y, axis, start, start + nth(type.shape, axis)))
        : null;
    });
  },
  batch: ({ inputs, mapped, size, params: { axis } }) => ({
    outputs: [concatenate(withBatch(inputs, mapped, size), axis + 1)],
    mapped: [true],
  }),
});
