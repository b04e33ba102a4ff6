/** Where a step stands in its sequence, told to layers that do not know. */
import { ShapeError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { showShape, showType } from '../../array/type.ts';
import { add, astype, cos, exp, multiply, sin, subtract } from '../../operations/arithmetic.ts';
import { expandDims, reshape } from '../../operations/manipulation.ts';
import { concatenate, split, stack } from '../../operations/stacking.ts';
import { iota } from '../../primitives/iota.ts';
import { sliceAxis } from '../../primitives/slicing.ts';
import { normal, type Initializer } from '../initializer.ts';
import type { Layer } from '../layer.ts';

const counted = (n: number): NDArray => iota({ dtype: 'int32', shape: [n] }, 0);

/** Angles `position base^(-2 i / width)` for i below half the width, in float64: `[..., halves]` of positions `[...]`. */
const angles = (positions: NDArray, width: number, base: number): NDArray => {
  const exponents = multiply(astype(counted(Math.ceil(width / 2)), 'float64'), (-2 * Math.log(base)) / width);
  return multiply(expandDims(astype(positions, 'float64'), -1), exp(exponents));
};

/** `sin` and `cos` of positions at wavelengths from 2 pi to 10000 times that, in turn (Vaswani et al. 2017, section 3.5): `[length, width]`. */
export const sinusoidalPositions = (length: number, width: number): NDArray => {
  const all = angles(counted(length), width, 10_000);
  const pairs = reshape(stack([sin(all), cos(all)], -1), [length, 2 * Math.ceil(width / 2)]);
  return astype(sliceAxis(pairs, 1, 0, width), 'float32');
};

/** Adds the sinusoidal positions: `[..., time, width]` to the same. */
export const sinusoidalEncoding = (): Layer<null, null> => ({
  anatomy: { kind: 'sinusoidalEncoding' },
  init: (_, inputShape) => ({ params: null, state: null, outputShape: inputShape }),
  apply: (_, state, x) => {
    const [time = 0, width = 0] = x.shape.slice(-2);
    return [add(x, astype(sinusoidalPositions(time, width), x.dtype)), state];
  },
});

/** The first rows of a table of positions. */
export const firstPositions = (table: NDArray, time: number): NDArray => {
  if (time > (table.shape[0] ?? 0))
    throw new ShapeError(
      `positionEmbedding: expected at most ${table.shape[0] ?? 0} steps, got ${time}. Make the table longer.`,
      'shape.positions',
    );
  return sliceAxis(table, 0, 0, time);
};

/** Adds a trained row for each position below `length`: `[..., time, width]` to the same. */
export const positionEmbedding = (
  length: number,
  { table = normal(0.02) }: { readonly table?: Initializer } = {},
): Layer<{ readonly table: NDArray }, null> => ({
  anatomy: { kind: 'positionEmbedding', settings: { length } },
  init: (key, inputShape) => {
    const [time = 0, width = 0] = inputShape;
    if (inputShape.length !== 2 || time > length)
      throw new ShapeError(
        `positionEmbedding: expected examples of [time, width] with time up to ${length}, got ${showShape(inputShape)}. Make the table longer.`,
        'shape.positions',
      );
    return { params: { table: table(key, [length, width]) }, state: null, outputShape: inputShape };
  },
  apply: (params, state, x) => [add(x, firstPositions(params.table, x.shape.at(-2) ?? 0)), state],
});

export interface RopeOptions {
  /** int `[..., time]` or `[time]`; 0, 1, 2 ... unless said. */
  readonly positions?: NDArray;
  /** Default 10000. */
  readonly base?: number;
  /** Which features turn together: neighbours, as in the paper, or feature i and i + dim / 2, as in many models. Default `'neighbours'`. */
  readonly pairs?: 'neighbours' | 'halves';
}

/**
 * Rotary position embedding (Su et al. 2021, eq. 34): each pair of features of `[..., time, heads, dim]` is turned by an angle that grows
 * with the position, so that products of queries and keys depend on their distance alone. `dim` is even.
 */
export const rope = (
  x: NDArray,
  { positions = counted(x.shape.at(-3) ?? 0), base = 10_000, pairs = 'neighbours' }: RopeOptions = {},
): NDArray => {
  const dim = x.shape.at(-1) ?? 0;
  if (x.ndim < 3 || dim % 2 !== 0)
    throw new ShapeError(
      `rope: expected [..., time, heads, dim] with an even dim, got ${showType(x.type)}. Features turn in pairs.`,
      'shape.rope',
    );
  const turned = expandDims(angles(positions, dim, base), -2);
  const [c, s] = [astype(cos(turned), x.dtype), astype(sin(turned), x.dtype)];
  const apart = pairs === 'halves' ? x : reshape(x, [...x.shape.slice(0, -1), dim / 2, 2]);
  const [a = x, b = x] =
    pairs === 'halves'
      ? split(apart, 2, -1)
      : [0, 1].map((i) => reshape(sliceAxis(apart, apart.ndim - 1, i, i + 1), [...x.shape.slice(0, -1), dim / 2]));
  const parts = [subtract(multiply(a, c), multiply(b, s)), add(multiply(a, s), multiply(b, c))];
  return pairs === 'halves' ? concatenate(parts, -1) : reshape(stack(parts, -1), x.shape);
};
