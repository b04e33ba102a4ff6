/** Repeating and adding up, each the other's adjoint; reordering axes and elements. */
import { ShapeError } from '../array/errors.ts';
import { cellOf, isSplat, splat, type NDArray } from '../array/ndarray.ts';
import { axesOf, sameShape, showShape, showType, sizeOf, without, type ArrayType, type Shape } from '../array/type.ts';
import { bind1 } from '../core/trace.ts';
import { checkAxes, linear } from './record.ts';

interface Broadcast {
  readonly shape: Shape;
  readonly axes: readonly number[];
}

/** Repeat `x` to fill `shape`: axis `i` of `x` becomes axis `axes[i]`, and is repeated if its extent is 1. */
export const broadcast = (x: NDArray, shape: Shape, axes: readonly number[]): NDArray => {
  if (sameShape(x.shape, shape) && axes.every((axis, i) => axis === i)) return x;
  // A copy: the caller may go on to change the list.
  const own = [...shape];
  return isSplat(x)
    ? splat({ dtype: x.dtype, shape: own }, cellOf(x).value)
    : bind1(broadcastPrimitive, { shape: own, axes }, x);
};

export const broadcastPrimitive = linear<Broadcast>({
  name: 'broadcast',
  infer: (x, { shape, axes }) => {
    checkAxes('broadcast', { dtype: x.dtype, shape }, axes);
    if (axes.length !== x.shape.length || axes.some((axis, i) => x.shape[i] !== 1 && x.shape[i] !== shape[axis]))
      throw new ShapeError(
        `broadcast: expected axes of ${showType(x)} to match or to be 1, got target ${showShape(shape)}. Axes [${axes.join(', ')}] were asked for.`,
      );
    return { dtype: x.dtype, shape };
  },
  kernel: ({ shape, axes }, x) => ({
    kind: 'view',
    axes: shape.map((extent, j) => {
      const axis = axes.indexOf(j);
      return axis < 0 || (x.shape[axis] === 1 && extent !== 1) ? null : { axis, step: 1 };
    }),
    starts: x.shape.map(() => 0),
  }),
  adjoint: (ct, { shape, axes }, x) => {
    const kept = axes.filter((axis, i) => x.shape[i] === shape[axis]);
    const summed = reduceSum(ct, without(axesOf(shape), kept));
    const order = kept.map((axis) => [...kept].sort((a, b) => a - b).indexOf(axis));
    return reshape(transpose(summed, order), x.shape);
  },
  under: ({ shape, axes }, size) => ({ shape: [size, ...shape], axes: [0, ...axes.map((axis) => axis + 1)] }),
});

/** `x` the same for every example of a batch. */
export const repeatBatch = (x: NDArray, size: number): NDArray =>
  broadcast(
    x,
    [size, ...x.shape],
    axesOf(x.shape).map((axis) => axis + 1),
  );

/** Every input with the batch axis in front. */
export const withBatch = (inputs: readonly NDArray[], mapped: readonly boolean[], size: number): readonly NDArray[] =>
  inputs.map((x, i) => (mapped[i] === true ? x : repeatBatch(x, size)));

interface Axes {
  readonly axes: readonly number[];
}

/** Add up along `axes`, which vanish. */
export const reduceSum = (x: NDArray, axes: readonly number[]): NDArray =>
  axes.length === 0 ? x : bind1(reduceSumPrimitive, { axes }, x);

export const reduceSumPrimitive = linear<Axes>({
  name: 'reduceSum',
  infer: (x, { axes }) => {
    checkAxes('sum', x, axes);
    return { dtype: x.dtype, shape: x.shape.filter((_, axis) => !axes.includes(axis)) };
  },
  kernel: ({ axes }) => ({ kind: 'reduce', monoid: 'sum', axes }),
  adjoint: (ct, { axes }, { shape }) => broadcast(ct, shape, without(axesOf(shape), axes)),
  under: ({ axes }) => ({ axes: axes.map((axis) => axis + 1) }),
});

interface Order {
  readonly order: readonly number[];
}

/** Axis `i` of the result is axis `order[i]` of `x`. */
export const transpose = (x: NDArray, order: readonly number[]): NDArray =>
  order.every((axis, i) => axis === i) && order.length === x.ndim ? x : bind1(transposePrimitive, { order }, x);

export const transposePrimitive = linear<Order>({
  name: 'transpose',
  infer: (x, { order }) => {
    checkAxes('transpose', x, order);
    if (order.length !== x.shape.length)
      throw new ShapeError(
        `transpose: expected all ${x.shape.length} axes of ${showType(x)}, got [${order.join(', ')}]. Name each axis once.`,
      );
    return { dtype: x.dtype, shape: order.map((axis) => x.shape[axis] ?? 1) };
  },
  kernel: ({ order }) => ({ kind: 'view', axes: order.map((axis) => ({ axis, step: 1 })), starts: order.map(() => 0) }),
  adjoint: (ct, { order }) =>
    transpose(
      ct,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  under: ({ order }) => ({ order: [0, ...order.map((axis) => axis + 1)] }),
});

/** Move axis `from` to place `to`, the others keeping their order. */
export const moveAxis = (x: NDArray, from: number, to: number): NDArray => {
  const rest = without(axesOf(x.shape), [from]);
  return transpose(x, [...rest.slice(0, to), from, ...rest.slice(to)]);
};

interface Target {
  readonly shape: Shape;
}

/** The same elements in row-major order under another shape of the same size. */
export const reshape = (x: NDArray, shape: Shape): NDArray => {
  if (sameShape(x.shape, shape)) return x;
  const own = [...shape];
  return isSplat(x) && sizeOf(own) === x.size
    ? splat({ dtype: x.dtype, shape: own }, cellOf(x).value)
    : bind1(reshapePrimitive, { shape: own }, x);
};

export const reshapePrimitive = linear<Target>({
  name: 'reshape',
  infer: (x, { shape }): ArrayType => {
    if (sizeOf(shape) !== sizeOf(x.shape))
      throw new ShapeError(
        `reshape: expected ${sizeOf(x.shape)} elements, got shape ${showShape(shape)} with ${sizeOf(shape)} for ${showType(x)}. Use -1 for an extent to be worked out.`,
      );
    return { dtype: x.dtype, shape };
  },
  kernel: () => ({ kind: 'reshape' }),
  adjoint: (ct, _, { shape }) => reshape(ct, shape),
  under: ({ shape }, size) => ({ shape: [size, ...shape] }),
});
