/** What index expressions mean, element by element and over plain lists, as NumPy's manual defines it. */
import { isNDArray, type Index, type NDArray, type Shape } from 'fluxion';

/** For each element of the part, row-major, the coordinates in the array that it stands for; they may be out of range. */
export interface Sources {
  readonly shape: Shape;
  readonly coordinates: readonly (readonly number[])[];
}

type Item =
  | { readonly kind: 'new' }
  | { readonly kind: 'list'; readonly positions: readonly number[] }
  | { readonly kind: 'array'; readonly shape: Shape; readonly positions: readonly number[] };

/** The positions of a slice, by stepping through it. */
const slicePositions = (text: string, extent: number): readonly number[] => {
  const [from = '', to = '', by = ''] = text.split(':');
  const step = by === '' ? 1 : Number(by);
  const place = (written: string): number => (Number(written) < 0 ? Number(written) + extent : Number(written));
  const first = from === '' ? (step > 0 ? 0 : extent - 1) : place(from);
  const start = step > 0 ? Math.max(first, 0) : Math.min(first, extent - 1);
  const isBefore = (i: number): boolean => to === '' || (step > 0 ? i < place(to) : i > place(to));
  const positions: number[] = [];
  for (let i = start; i >= 0 && i < extent && isBefore(i); i += step) positions.push(i);
  return positions;
};

/** All indices of a shape in row-major order. */
const indicesOf = (shape: Shape): readonly (readonly number[])[] =>
  shape.reduce<readonly (readonly number[])[]>(
    (all, n) => all.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])),
    [[]],
  );

/** For each axis of a mask the positions at which it holds. */
const maskItems = (mask: NDArray): readonly Item[] => {
  const bits = mask.dataSync();
  const held = indicesOf(mask.shape).filter((_, i) => bits[i] === 1);
  return mask.shape.map((_, axis) => ({
    kind: 'array',
    shape: [held.length],
    positions: held.map((index) => index[axis] ?? 0),
  }));
};

const itemsOf = (shape: Shape, indices: readonly Index<NDArray>[]): readonly Item[] => {
  const taken = (index: Index<NDArray>): number =>
    index === null || index === '...' ? 0 : isNDArray(index) && index.dtype === 'bool' ? index.ndim : 1;
  const missing = new Array<':'>(shape.length - indices.reduce((sum: number, i) => sum + taken(i), 0)).fill(':');
  const all = indices.includes('...')
    ? indices.flatMap((index) => (index === '...' ? missing : [index]))
    : [...indices, ...missing];
  let axis = 0;
  return all.flatMap((index): readonly Item[] => {
    const extent = shape[axis] ?? 0;
    const wrapped = (at: number): number => (at < 0 ? at + extent : at);
    axis += taken(index);
    if (index === null) return [{ kind: 'new' }];
    if (typeof index === 'string') return [{ kind: 'list', positions: slicePositions(index, extent) }];
    if (typeof index === 'number') return [{ kind: 'array', shape: [], positions: [wrapped(index)] }];
    if (!isNDArray(index)) throw new Error('expected arrays for positions');
    if (index.dtype === 'bool') return maskItems(index);
    return [{ kind: 'array', shape: index.shape, positions: [...index.dataSync()].map(wrapped) }];
  });
};

const common = (all: readonly Shape[]): Shape => {
  const rank = Math.max(0, ...all.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    const extents = all.map((s) => s[i - rank + s.length] ?? 1);
    return extents.find((n) => n !== 1) ?? 1;
  });
};

/** The element of an array that broadcasts, at an index of the shape to which it does. */
const broadcastAt = (shape: Shape, values: readonly number[], index: readonly number[]): number => {
  const own = index.slice(index.length - shape.length);
  const flat = shape.reduce((sum, n, i) => sum * n + (n === 1 ? 0 : (own[i] ?? 0)), 0);
  return values[flat] ?? 0;
};

/** The part of an array of a shape that an index expression means. */
export const sourcesOf = (shape: Shape, indices: readonly Index<NDArray>[]): Sources => {
  const items = itemsOf(shape, indices);
  const arrays = items.flatMap((item, i) => (item.kind === 'array' ? [{ ...item, i }] : []));
  const shared = common(arrays.map((a) => a.shape));
  const isTogether = arrays.every(({ i }, n) => n === 0 || i === (arrays[n - 1]?.i ?? 0) + 1);
  const place = isTogether ? (arrays[0]?.i ?? 0) : 0;
  // Each axis of the result: of the positions, or of one item.
  const axes: { readonly extent: number; readonly item: Item | null }[] = [];
  for (let i = 0; i <= items.length; i++) {
    if (i === place) axes.push(...shared.map((extent) => ({ extent, item: null })));
    const item = items[i];
    if (item?.kind === 'new') axes.push({ extent: 1, item });
    if (item?.kind === 'list') axes.push({ extent: item.positions.length, item });
  }
  const result = axes.map(({ extent }) => extent);
  const coordinates = indicesOf(result).map((index) => {
    const position = index.filter((_, axis) => axes[axis]?.item === null);
    return items.flatMap((item) => {
      if (item.kind === 'new') return [];
      if (item.kind === 'array') return [broadcastAt(item.shape, item.positions, position)];
      return [item.positions[index[axes.findIndex((axis) => axis.item === item)] ?? 0] ?? 0];
    });
  });
  return { shape: result, coordinates };
};

/** The position in row-major order of coordinates, or `null` if they are out of range. */
export const flatPosition = (shape: Shape, coordinates: readonly number[]): number | null =>
  coordinates.every((at, axis) => at >= 0 && at < (shape[axis] ?? 0))
    ? coordinates.reduce((sum, at, axis) => sum * (shape[axis] ?? 1) + at, 0)
    : null;
