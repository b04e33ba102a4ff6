/** Random legal index expressions, with the arrays they index. */
import * as fc from 'fast-check';
import { np, type Index, type NDArray, type Shape } from 'fluxion';
import { shapes } from './arbitrary.ts';

/** An array of distinct float64 values, and an index expression for it. */
export interface IndexCase {
  readonly x: NDArray;
  readonly indices: readonly Index<NDArray>[];
}

export interface IndexBounds {
  /** Whether positions may be out of range. Default false. */
  readonly outside?: boolean;
  /** Whether masks occur. Default true. */
  readonly masks?: boolean;
  /** Default 4. */
  readonly maxRank?: number;
}

const arrayFrom = (shape: Shape, values: readonly number[], dtype: 'int32' | 'bool' | 'float64'): NDArray =>
  np.reshape(np.array([...values], dtype), shape);
const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** Values without ties. */
export const distinct = (shape: Shape): NDArray =>
  arrayFrom(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 37) % 101) / 8 + i / 8192 - 5),
    'float64',
  );

const bound = (extent: number): fc.Arbitrary<string> =>
  fc.oneof(fc.constant(''), fc.integer({ min: -extent - 2, max: extent + 2 }).map(String));
/** Slices with all kinds of bounds and steps. */
const slicesOf = (extent: number): fc.Arbitrary<Index<NDArray>> =>
  fc
    .tuple(bound(extent), bound(extent), fc.constantFrom('', ':', ':1', ':2', ':3', ':-1', ':-2'))
    // Sound: built in the form of a slice.
    .map(([from, to, step]) => `${from}:${to}${step}` as Index<NDArray>);

/** Positions in an array whose shape broadcasts to `common`: an end of it, some extents 1. */
const positionsOf = (extent: number, common: Shape, outside: boolean): fc.Arbitrary<NDArray> =>
  fc
    .tuple(fc.nat(common.length), fc.array(fc.boolean(), { minLength: common.length, maxLength: common.length }))
    .map(([skip, ones]) => common.slice(skip).map((n, i) => (ones[i] === true && n > 0 ? 1 : n)))
    .chain((shape) => {
      const size = sizeOf(shape);
      const reach = outside ? 2 : 0;
      return fc
        .array(fc.integer({ min: -extent - reach, max: extent - 1 + reach }), { minLength: size, maxLength: size })
        .map((values) => arrayFrom(shape, values, 'int32'));
    });

const oneAxis = (extent: number, common: Shape, outside: boolean): fc.Arbitrary<Index<NDArray>> =>
  extent === 0
    ? slicesOf(extent)
    : fc.oneof(
        fc.integer({ min: -extent, max: extent - 1 }),
        { weight: 2, arbitrary: slicesOf(extent) },
        { weight: 2, arbitrary: positionsOf(extent, common, outside) },
      );

/** A mask for the axes from `start` on, or none: then `count` is the extent to which positions broadcast. */
const masksOf = (
  shape: Shape,
  isWanted: boolean,
): fc.Arbitrary<{ readonly start: number; readonly mask: NDArray | null }> =>
  !isWanted || shape.length === 0
    ? fc.constant({ start: 0, mask: null })
    : fc
        .tuple(fc.nat(shape.length - 1), fc.integer({ min: 1, max: 2 }), fc.boolean())
        .chain(([start, rank, present]) => {
          const covered = shape.slice(start, start + rank);
          return fc
            .array(fc.integer({ min: 0, max: 1 }), { minLength: sizeOf(covered), maxLength: sizeOf(covered) })
            .map((bits) => ({ start, mask: present ? arrayFrom(covered, bits, 'bool') : null }));
        });

/** New axes between the indices, and dots for a run of axes that is not mentioned. */
const dressed = (items: readonly Index<NDArray>[]): fc.Arbitrary<readonly Index<NDArray>[]> =>
  fc
    .tuple(fc.array(fc.nat(items.length), { maxLength: 2 }), fc.option(fc.tuple(fc.nat(items.length), fc.nat(2))))
    .map(([news, dots]) => {
      // Dots stand for whole slices that follow them at once.
      const isCovered = (i: number): boolean =>
        dots !== null &&
        i >= dots[0] &&
        i < dots[0] + dots[1] &&
        items.slice(dots[0], i + 1).every((item) => item === ':');
      return [...items, ':'].flatMap((item, i): Index<NDArray>[] => {
        const before: Index<NDArray>[] = [
          ...news.flatMap((at) => (at === i ? [null] : [])),
          ...(dots !== null && dots[0] === i ? ['...' as const] : []),
        ];
        // Sound: the items are indices; a whole slice behind dots is among the axes that these stand for.
        return i === items.length || isCovered(i) ? before : [...before, item as Index<NDArray>];
      });
    });

const withShape = (shape: Shape, { outside = false, masks = true }: IndexBounds): fc.Arbitrary<IndexCase> =>
  fc.tuple(masksOf(shape, masks), shapes({ maxRank: 2, maxExtent: 3 })).chain(([{ start, mask }, free]) => {
    const common = mask === null ? free : [mask.dataSync().filter((bit) => bit === 1).length];
    const plain = (axis: number): fc.Arbitrary<Index<NDArray>> => oneAxis(shape[axis] ?? 0, common, outside);
    const axes = shape.map((_, axis) => axis);
    const end = start + (mask?.ndim ?? 0);
    const [before, after] = mask === null ? [axes, []] : [axes.slice(0, start), axes.slice(end)];
    const items = fc
      .tuple(fc.tuple(...before.map(plain)), fc.tuple(...after.map(plain)))
      .map(([left, right]) => [...left, ...(mask === null ? [] : [mask]), ...right]);
    return items.chain(dressed).map((indices) => ({ x: distinct(shape), indices }));
  });

/** Arrays with legal index expressions: numbers, slices, dots, new axes, positions that broadcast, masks. */
export const indexCases = (bounds: IndexBounds = {}): fc.Arbitrary<IndexCase> =>
  shapes({ maxRank: bounds.maxRank ?? 4, maxExtent: 4 }).chain((shape) => withShape(shape, bounds));
