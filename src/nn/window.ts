/** What layers with sliding windows share: padding by name, what comes out of a window, batch axes before the example. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showShape, sizeOf, type Shape } from '../array/type.ts';
import { paddingPairs, perAxis, spanOf } from '../operations/window-padding.ts';
import { reshape } from '../primitives/broadcast.ts';
import { nth } from '../primitives/record.ts';

/** Before and after, for each spatial axis. */
export type PaddingPairs = readonly (readonly [before: number, after: number])[];

/**
 * `valid` adds nothing. `same` adds zeros so that there are `ceil(extent / stride)` windows, the odd one behind. `causal` puts all zeros in front,
 * so that no output sees later inputs; for one spatial axis. Pairs say how much to add before and after each axis.
 */
export type LayerPadding = 'valid' | 'same' | 'causal' | PaddingPairs;

/** Sizes along spatial axes: a number for each, or one for all. */
export type PerAxis = number | readonly number[];

/** A window that slides over spatial axes. */
export interface Window {
  readonly name: string;
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: LayerPadding;
}

export interface WindowSettings {
  readonly strides?: PerAxis | undefined;
  readonly dilation?: PerAxis | undefined;
  readonly padding: LayerPadding;
}

/** The paddings that a layer knows by name. */
const paddingNames = ['valid', 'same', 'causal'];

/** Throws unless a layer of this rank knows the padding. */
export const checkPadding = (
  name: string,
  padding: LayerPadding,
  rank: number | undefined,
  names: readonly string[] = paddingNames,
): void => {
  if (typeof padding !== 'string') return;
  if (!names.includes(padding))
    throw new ShapeError(
      `${name}: expected padding ${names.map((known) => `'${known}'`).join(', ')} or pairs, got '${padding}'. Write one of them, or [before, after] for each spatial axis.`,
      'shape.padding',
    );
  if (padding === 'causal' && rank !== undefined && rank !== 1)
    throw new ShapeError(
      `${name}: expected 'causal' padding along one spatial axis, got ${rank} axes. Give pairs that say which axes are times.`,
      'shape.padding',
    );
};

/** A window with one number for each of `rank` axes. */
export const windowOf = (name: string, size: PerAxis, rank: number, settings: WindowSettings): Window => ({
  name,
  size: perAxis(name, 'a window', size, rank),
  strides: perAxis(name, 'strides', settings.strides, rank),
  dilation: perAxis(name, 'dilation', settings.dilation, rank),
  padding: settings.padding,
});

const spansOf = ({ size, dilation }: Window): readonly number[] => size.map((n, i) => spanOf(n, nth(dilation, i)));

/** The padding of a window over axes of these extents, as pairs. */
export const pairsOf = (window: Window, extents: readonly number[]): PaddingPairs => {
  const { name, padding, strides } = window;
  checkPadding(name, padding, extents.length);
  const spans = spansOf(window);
  if (padding === 'causal') return spans.map((span) => [span - 1, 0]);
  const rule = padding === 'same' ? 'SAME' : padding === 'valid' ? 'VALID' : padding;
  return paddingPairs(name, rule, extents, spans, strides);
};

/** How many windows there are along each axis; at least one, or there is nothing to give on. */
export const windowCounts = (window: Window, extents: readonly number[]): Shape => {
  const pairs = pairsOf(window, extents);
  const counts = spansOf(window).map((span, i) => {
    const [before, after] = nth(pairs, i);
    return Math.floor((nth(extents, i) + before + after - span) / nth(window.strides, i)) + 1;
  });
  if (counts.some((count) => count < 1))
    throw new ShapeError(
      `${window.name}: expected spatial axes of at least the window ${showShape(spansOf(window))}, got ${showShape(extents)}. Choose a smaller window or padding 'same'.`,
      'shape.window',
    );
  return counts;
};

/** The spatial extents and the channels of an example; `rank` says how many spatial axes there must be. */
export const spatialOf = (
  name: string,
  inputShape: Shape,
  rank: number = inputShape.length - 1,
): readonly [extents: Shape, channels: number] => {
  const channels = inputShape.at(-1);
  if (channels === undefined || rank < 1 || inputShape.length !== rank + 1)
    throw new ShapeError(
      `${name}: expected examples of ${rank < 1 ? 'at least one' : rank} spatial ${rank > 1 ? 'axes' : 'axis'} and channels behind, got ${showShape(inputShape)}. Reshape them; one channel is an axis of extent 1.`,
      'shape.layer',
    );
  return [inputShape.slice(0, -1), channels];
};

/** The layer's function on one batch axis, for any number of leading axes before the `rank` of an example. */
export const overBatch = (name: string, x: NDArray, rank: number, f: (batch: NDArray) => NDArray): NDArray => {
  const lead = x.ndim - rank;
  if (lead === 1) return f(x);
  if (lead < 0)
    throw new ShapeError(
      `${name}: expected examples of ${rank} axes, got ${showShape(x.shape)}. Reshape them to what init was told.`,
      'shape.layer',
    );
  const front = x.shape.slice(0, lead);
  const y = f(reshape(x, [sizeOf(front), ...x.shape.slice(lead)]));
  return reshape(y, [...front, ...y.shape.slice(1)]);
};
