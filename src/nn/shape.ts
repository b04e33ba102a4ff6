/** Layers without parameters that arrange an example anew, or change its scale. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showShape, sizeOf, type Shape } from '../array/type.ts';
import { add, multiply } from '../operations/arithmetic.ts';
import { broadcastTo, expandDims, reshape as reshaped, transpose } from '../operations/manipulation.ts';
import type { Layer } from './layer.ts';

/** A layer without parameters or state, whose function knows the axes of an example. */
const plain = (
  kind: string,
  settings: { readonly [name: string]: unknown },
  shape: (inputShape: Shape) => Shape,
  f: (x: NDArray) => NDArray,
): Layer<null, null> => ({
  anatomy: { kind, settings },
  init: (_, inputShape) => ({ params: null, state: null, outputShape: shape(inputShape) }),
  apply: (_, state, x) => [f(x), state],
});

/** The shape meant, with -1 worked out. */
const wanted = (target: Shape, inputShape: Shape): Shape => {
  const size = sizeOf(inputShape);
  const known = sizeOf(target.filter((n) => n !== -1));
  const shape = target.map((n) => (n === -1 ? size / known : n));
  if (
    target.filter((n) => n === -1).length > 1 ||
    !shape.every((n) => Number.isInteger(n) && n >= 0) ||
    sizeOf(shape) !== size
  )
    throw new ShapeError(
      `reshape: expected a shape of ${size} elements for examples ${showShape(inputShape)}, got ${showShape(target)}. One extent may be -1.`,
      'shape.layer',
    );
  return shape;
};

const checkRank = (kind: string, inputShape: Shape, rank: number, remedy: string): void => {
  if (inputShape.length !== rank)
    throw new ShapeError(
      `${kind}: expected examples of ${rank} ${rank === 1 ? 'axis' : 'axes'}, got ${showShape(inputShape)}. ${remedy}`,
      'shape.layer',
    );
};

/** Examples of `rank` axes in another shape; one extent may be -1. `rank` stands for the input, default 1, as after `dense`. */
export const reshape = (shape: Shape, rank = 1): Layer<null, null> =>
  plain(
    'reshape',
    { shape },
    (inputShape) => {
      checkRank('reshape', inputShape, rank, `Say reshape([${shape.join(', ')}], ${inputShape.length}).`);
      return wanted(shape, inputShape);
    },
    (x) => reshaped(x, [...x.shape.slice(0, x.ndim - rank), ...wanted(shape, x.shape.slice(x.ndim - rank))]),
  );

/** The axes of an example in another order: output axis `i` is input axis `axes[i]`, counted from 0 without batch axes (Keras counts from 1). */
export const permute = (axes: readonly number[]): Layer<null, null> => {
  if ([...axes].sort((a, b) => a - b).some((axis, i) => axis !== i))
    throw new ShapeError(
      `permute: expected each axis from 0 to ${axes.length - 1} once, got ${showShape(axes)}. Leave batch axes out.`,
      'shape.layer',
    );
  return plain(
    'permute',
    { axes },
    (inputShape) => {
      checkRank('permute', inputShape, axes.length, 'Give an order for all of them.');
      return axes.map((axis) => inputShape[axis] ?? 1);
    },
    (x) => {
      const lead = x.ndim - axes.length;
      return transpose(x, [...Array.from({ length: lead }, (_, i) => i), ...axes.map((axis) => axis + lead)]);
    },
  );
};

/** A vector so many times: `[..., features] -> [..., times, features]`. */
export const repeatVector = (times: number): Layer<null, null> => {
  if (!Number.isInteger(times) || times < 1)
    throw new ShapeError(
      `repeatVector: expected a whole number of at least 1, got ${times}. It is the number of copies.`,
      'shape.layer',
    );
  return plain(
    'repeatVector',
    { times },
    (inputShape) => {
      checkRank('repeatVector', inputShape, 1, 'Flatten them first.');
      return [times, ...inputShape];
    },
    (x) => broadcastTo(expandDims(x, -2), [...x.shape.slice(0, -1), times, x.shape.at(-1) ?? 1]),
  );
};

/** `x * scale + offset`, as for pixels: `rescaling(1 / 255)`. Integers become float32. */
export const rescaling = (scale: number, offset = 0): Layer<null, null> =>
  plain(
    'rescaling',
    { scale, offset },
    (inputShape) => inputShape,
    (x) => add(multiply(x.dtype === 'float64' ? x : x.astype('float32'), scale), offset),
  );
