/** Random shapes, elements, arrays and keys that shrink: what the suites and user laws draw their cases from. */
import * as fc from 'fast-check';
import { lax, np, random, type DType, type NDArray, type Shape } from 'fluxion';

/** Every element type. */
export const allDTypes: readonly DType[] = ['float32', 'float64', 'int32', 'uint32', 'uint8', 'bool'];

export interface ShapeBounds {
  readonly minRank?: number;
  /** Default 3. */
  readonly maxRank?: number;
  /** Default 0: arrays without elements are arrays too. */
  readonly minExtent?: number;
  /** Default 4. */
  readonly maxExtent?: number;
}

/** Small shapes; they shrink towards few axes and small extents. */
export const shapes = ({ minRank = 0, maxRank = 3, minExtent = 0, maxExtent = 4 }: ShapeBounds = {}): fc.Arbitrary<
  number[]
> => fc.array(fc.integer({ min: minExtent, max: maxExtent }), { minLength: minRank, maxLength: maxRank, size: 'max' });

/** Two or more shapes that broadcast together: parts of one shape from its last axis on, some extents 1. */
export const broadcastableShapes = (count = 2, bounds: ShapeBounds = {}): fc.Arbitrary<readonly number[][]> =>
  shapes(bounds).chain((whole) =>
    fc.array(
      fc
        .tuple(fc.integer({ min: 0, max: whole.length }), fc.array(fc.boolean(), { maxLength: whole.length }))
        .map(([rank, ones]) => whole.slice(whole.length - rank).map((n, axis) => (ones[axis] === true ? 1 : n))),
      { minLength: count, maxLength: count },
    ),
  );

export interface ElementBounds {
  /**
   * `plain` (the default): quarters between -4 and 4, on which float arithmetic is mostly exact, and small integers. `all`: every value of the
   * type: NaN, infinities, -0, subnormals, the ends of the integers.
   */
  readonly range?: 'plain' | 'all';
}

const quarters = fc.integer({ min: -16, max: 16 }).map((n) => n / 4);

/** Elements of a type, as JavaScript numbers. */
export const elements = (dtype: DType, { range = 'plain' }: ElementBounds = {}): fc.Arbitrary<number> => {
  const isAll = range === 'all';
  switch (dtype) {
    case 'float32':
      return isAll ? fc.oneof(quarters, fc.float()) : quarters;
    case 'float64':
      return isAll ? fc.oneof(quarters, fc.double()) : quarters;
    case 'int32':
      return isAll ? fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) : fc.integer({ min: -9, max: 9 });
    case 'uint32':
      return fc.integer({ min: 0, max: isAll ? 2 ** 32 - 1 : 9 });
    case 'uint8':
      return fc.integer({ min: 0, max: isAll ? 255 : 9 });
    case 'bool':
      return fc.integer({ min: 0, max: 1 });
  }
};

/** How an array lies over its base along one axis. */
type Lie =
  | { readonly kind: 'plain' }
  | { readonly kind: 'flipped' }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'sliced'; readonly before: number; readonly step: number; readonly after: number };

const lies: fc.Arbitrary<Lie> = fc.oneof(
  fc.constant<Lie>({ kind: 'plain' }),
  fc.constant<Lie>({ kind: 'flipped' }),
  fc.constant<Lie>({ kind: 'repeated' }),
  fc.record({
    kind: fc.constant('sliced' as const),
    before: fc.nat(2),
    step: fc.integer({ min: 1, max: 3 }),
    after: fc.nat(2),
  }),
);

/** Where an axis of the array starts, ends and how long the base is there. */
const span = (extent: number, lie: Lie): { readonly start: number; readonly limit: number; readonly base: number } => {
  if (lie.kind === 'repeated') return { start: 0, limit: 1, base: 1 };
  if (lie.kind !== 'sliced') return { start: 0, limit: extent, base: extent };
  const limit = lie.before + (extent === 0 ? 0 : (extent - 1) * lie.step + 1);
  return { start: lie.before, limit, base: limit + lie.after };
};

const plain: Lie = { kind: 'plain' };

/** An array made from its base by slices, flips and repetition, which copy nothing. */
const lay = (base: NDArray, shape: Shape, along: readonly Lie[]): NDArray => {
  const spans = shape.map((extent, axis) => span(extent, along[axis] ?? plain));
  const sliced = lax.slice(
    base,
    spans.map(({ start }) => start),
    spans.map(({ limit }) => limit),
    along.map((lie) => (lie.kind === 'sliced' ? lie.step : 1)),
  );
  const flipped = along.flatMap((lie, axis) => (lie.kind === 'flipped' ? [axis] : []));
  return np.broadcastTo(np.flip(sliced, flipped), shape);
};

const inverse = (order: readonly number[]): readonly number[] => order.map((_, axis) => order.indexOf(axis));

export interface ArrayBounds extends ElementBounds {
  /** One element type or several. Default float32. */
  readonly dtype?: DType | readonly DType[];
  /** One shape, or an arbitrary of shapes. Default `shapes()`. */
  readonly shape?: Shape | fc.Arbitrary<Shape>;
  /** Whether some arrays are views: transposed, flipped, sliced, repeated. Default true. */
  readonly views?: boolean;
  /** Elements, instead of those of `range`. */
  readonly elements?: fc.Arbitrary<number>;
}

const arrayOf = (dtype: DType, shape: Shape, { views = true, ...bounds }: ArrayBounds): fc.Arbitrary<NDArray> => {
  const axes = shape.map((_, axis) => axis);
  const straight = fc.record({ along: fc.constant(shape.map(() => plain)), order: fc.constant(axes) });
  const twisted = fc.record({
    along: fc.tuple(...shape.map(() => lies)),
    order: fc.shuffledSubarray(axes, { minLength: axes.length, maxLength: axes.length }),
  });
  return (views ? fc.oneof(straight, twisted) : straight).chain(({ along, order }) => {
    const extents = shape.map((extent, axis) => span(extent, along[axis] ?? plain).base);
    const size = extents.reduce((n, extent) => n * extent, 1);
    return fc
      .array(bounds.elements ?? elements(dtype, bounds), { minLength: size, maxLength: size, size: 'max' })
      .map((values) => {
        const inner = order.map((axis) => extents[axis] ?? 1);
        return lay(np.transpose(np.reshape(np.array(values, dtype), inner), inverse(order)), shape, along);
      });
  });
};

/**
 * Arrays, views among them; they shrink towards plain layouts and small elements.
 *
 * @example fc.property(arrays({ dtype: ['float32', 'int32'], shape: shapes({ minRank: 1 }) }), (x) => ...)
 */
export const arrays = (bounds: ArrayBounds = {}): fc.Arbitrary<NDArray> => {
  const { dtype = 'float32', shape = shapes() } = bounds;
  const types = typeof dtype === 'string' ? [dtype] : dtype;
  // Sound: what is no arbitrary is a list of extents.
  const extents = shape instanceof fc.Arbitrary ? shape : fc.constant(shape as Shape);
  return fc.tuple(fc.constantFrom(...types), extents).chain(([type, drawn]) => arrayOf(type, drawn, bounds));
};

/** Random keys. */
export const keys = (): fc.Arbitrary<random.Key> => fc.integer({ min: 0, max: 2 ** 31 - 1 }).map(random.key);
