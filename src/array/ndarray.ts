/** The one value type: an immutable n-d array, concrete or traced. */
import { allocate, roundTo, type DType, type TypedArray } from './dtype.ts';
import { ShapeError } from './errors.ts';
import type { ArrayMethods, Operand } from './methods.ts';
import { rowMajor, sameShape, showType, sizeOf, type ArrayType, type Shape } from './type.ts';

/** Where a value keeps what it is. Internal: no public name leads here. */
const CELL: unique symbol = Symbol.for('fluxion.cell');
/** Marks our arrays, whichever copy of the library made them. */
const BRAND: unique symbol = Symbol.for('fluxion.NDArray');

/**
 * The contents of an array. Exactly one of four holds: `tracer` is set (a value of a program being recorded);
 * `data` is set (element `i` stands at `offset + sum of index * stride`); `away` is set (the elements are elsewhere,
 * row-major; `cellOf` fetches them); or none of these, and every element is `value` (a splat: all strides are 0).
 * The buffer behind `data` may be shared by many arrays and is never written again.
 */
export interface Cell {
  data: TypedArray | null;
  readonly value: number;
  readonly strides: readonly number[];
  readonly offset: number;
  readonly tracer: Tracer | null;
  away: Away | null;
  /** Room for the executor: where a copy of the elements stands in its memory (see runtime/mirror.ts). */
  mirror: object | null;
}

/** Where elements are that are not in the heap. */
export interface Away {
  /** A row-major copy of the elements, which the caller keeps; throws if they have been given away. */
  fetch(type: ArrayType): TypedArray;
  /** What became of the elements, for texts, if they cannot be had: `donated to jit of step`. */
  readonly lost: string | null;
}

/** What the array layer asks of a traced value; `core/trace.ts` makes them. */
export interface Tracer {
  /** `traced float32[3] in jit of f`, or the values if they can be had. */
  describe(): string;
  /** The concrete value; throws a `TraceError` naming `reader` if it depends on an unknown placeholder. */
  force(reader: string): NDArray;
}

/**
 * An immutable n-d array. Its methods are the functions of `np`, bound to the first argument (`operations/methods.ts`
 * fills them in); arithmetic with JavaScript operators throws.
 */
// A class and an interface of one name: the class has the fields, the interface the methods filled in later.
export class NDArray<out S extends Shape = Shape, out D extends DType = DType> {
  readonly type: ArrayType<S, D>;
  /** Whether the element type yields to what it meets: true for values made from JavaScript numbers. */
  readonly weak: boolean;
  readonly [CELL]: Cell;
  constructor(type: ArrayType<S, D>, weak: boolean, cell: Cell) {
    this.type = type;
    this.weak = weak;
    this[CELL] = cell;
  }
  get [BRAND](): true {
    return true;
  }
  get shape(): S {
    return this.type.shape;
  }
  get dtype(): D {
    return this.type.dtype;
  }
  get ndim(): number {
    return this.type.shape.length;
  }
  get size(): number {
    return sizeOf(this.type.shape);
  }
}
export interface NDArray extends ArrayMethods<NDArray> {}

/** What may stand where an array is expected in an operation: nested lists may contain traced values. */
export type ArrayLike = Operand<NDArray>;

/** Whether `value` is one of our arrays, from this or another copy of the library. */
export const isNDArray = (value: unknown): value is NDArray =>
  typeof value === 'object' && value !== null && BRAND in value;

/** The contents, with the elements in the heap. */
export const cellOf = (x: NDArray): Cell => {
  const cell = x[CELL];
  if (cell.away !== null) {
    cell.data = cell.away.fetch(x.type);
    cell.away = null;
  }
  return cell;
};
/** The contents as they are: the elements may be away. */
export const cellAsIs = (x: NDArray): Cell => x[CELL];
export const isTraced = (x: NDArray): boolean => x[CELL].tracer !== null;
export const isSplat = (x: NDArray): boolean => {
  const { data, tracer, away } = x[CELL];
  return data === null && tracer === null && away === null;
};

const make = (
  type: ArrayType,
  weak: boolean,
  data: TypedArray | null,
  value: number,
  strides: readonly number[],
  offset: number,
  tracer: Tracer | null,
  away: Away | null,
): NDArray => {
  // Users read the shape, and nobody may write to it.
  if (!Object.isFrozen(type.shape)) Object.freeze(type.shape);
  return new NDArray(type, weak, { data, value, strides, offset, tracer, away, mirror: null });
};

/** An array that views `data` with `strides` (in elements) from `offset`. The caller gives `data` away. */
export const strided = (
  type: ArrayType,
  data: TypedArray,
  strides: readonly number[],
  offset = 0,
  weak = false,
): NDArray => make(type, weak, data, 0, strides, offset, null, null);

/** An array over row-major `data`, which the caller gives away. */
export const fromStore = (type: ArrayType, data: TypedArray, weak = false): NDArray => {
  if (data.length !== sizeOf(type.shape))
    throw new ShapeError(
      `array: expected ${sizeOf(type.shape)} elements for ${showType(type)}, got ${data.length}. Give a shape that fits the data.`,
    );
  return strided(type, data, rowMajor(type.shape), 0, weak);
};

const noStrides = new Map<number, readonly number[]>();
const zeroStrides = (rank: number): readonly number[] => {
  const known = noStrides.get(rank);
  if (known !== undefined) return known;
  const made = new Array<number>(rank).fill(0);
  noStrides.set(rank, made);
  return made;
};

/** An array of one value everywhere, which takes no memory; the value is rounded to the element type. */
export const splat = (type: ArrayType, value: number, weak = false): NDArray =>
  make(type, weak, null, roundTo(type.dtype, value), zeroStrides(type.shape.length), 0, null, null);

/** A value of a program that is being recorded. */
export const traced = (type: ArrayType, weak: boolean, tracer: Tracer): NDArray =>
  make(type, weak, null, 0, [], 0, tracer, null);

/** An array whose elements are kept elsewhere, until somebody reads them. Its type is that of a value of a program. */
export const distant = (type: ArrayType, away: Away, mirror: object): NDArray =>
  new NDArray(type, false, {
    data: null,
    value: 0,
    strides: rowMajor(type.shape),
    offset: 0,
    tracer: null,
    away,
    mirror,
  });

/** The same elements under a cell of their own, so that giving one of the two away leaves the other. */
export const detached = (x: NDArray): NDArray => {
  const { data, value, strides, offset, tracer } = cellOf(x);
  return make(x.type, x.weak, data, value, strides, offset, tracer, null);
};

/** The same contents with the weak flag as given. */
export const withWeak = (x: NDArray, weak: boolean): NDArray =>
  x.weak === weak ? x : new NDArray(x.type, weak, x[CELL]);

/** The concrete array behind a value: itself, or what a traced value is forced to. */
export const concrete = (x: NDArray, reader: string): NDArray => x[CELL].tracer?.force(reader) ?? x;

/** Whether a concrete array lies row-major and without gaps from its offset on. */
export const isRowMajor = (x: NDArray): boolean => {
  const { data, strides } = cellOf(x);
  if (data === null) return false;
  let stride = 1;
  for (let i = x.type.shape.length - 1; i >= 0; i--) {
    const extent = x.type.shape[i] ?? 1;
    if (extent !== 1 && strides[i] !== stride) return x.size === 0;
    stride *= extent;
  }
  return true;
};

/** A fresh row-major copy of the elements of a concrete array. */
export const copyElements = (x: NDArray): TypedArray => {
  const { data, value, offset } = cellOf(x);
  const size = x.size;
  const out = allocate(x.type.dtype, size);
  if (data === null) return out.fill(value);
  if (isRowMajor(x)) {
    out.set(data.subarray(offset, offset + size));
    return out;
  }
  let at = 0;
  eachRow(x, (position, count, stride) => {
    for (let i = 0, p = position; i < count; i++, p += stride) out[at++] = data[p] ?? 0;
  });
  return out;
};

/** Visit a concrete array row by row in row-major order: the position in `data` where a row starts, its length and stride. */
export const eachRow = (x: NDArray, visit: (position: number, count: number, stride: number) => void): void => {
  const { strides, offset } = cellOf(x);
  const shape = x.type.shape;
  if (x.size === 0) return;
  const rank = shape.length;
  if (rank === 0) return visit(offset, 1, 0);
  const last = rank - 1;
  const index = new Array<number>(last).fill(0);
  let position = offset;
  for (;;) {
    visit(position, shape[last] ?? 1, strides[last] ?? 0);
    let axis = last - 1;
    for (; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      const next = (index[axis] ?? 0) + 1;
      if (next < (shape[axis] ?? 1)) {
        index[axis] = next;
        position += stride;
        break;
      }
      position -= stride * (next - 1);
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
};

/** Whether two concrete arrays have the same type and the same bits. */
export const sameBits = (a: NDArray, b: NDArray): boolean => {
  if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape)) return false;
  const [left, right] = [copyElements(a), copyElements(b)];
  const bytes = (s: TypedArray): Uint8Array => new Uint8Array(s.buffer, s.byteOffset, s.byteLength);
  const [l, r] = [bytes(left), bytes(right)];
  return l.every((byte, i) => byte === r[i]);
};
