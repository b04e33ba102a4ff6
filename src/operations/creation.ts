/** Making arrays. */
import { isDType, type DType } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import { type ArrayLike, splat, withWeak, type NDArray } from '../array/ndarray.ts';
import { showType, type Shape } from '../array/type.ts';
import { add, convert, mul } from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import { iota } from '../primitives/iota.ts';
import { eq, ge, le, select } from '../primitives/logic.ts';
import { asOperand, fromList } from './promotion.ts';

const checkDType = (dtype: DType): DType => {
  if (!isDType(dtype))
    throw new DTypeError(
      `array: expected float32, float64, int32, uint32, uint8 or bool, got ${String(dtype)}. Choose one of these.`,
      'dtype.unknown',
    );
  return dtype;
};
const checkShape = (shape: Shape | number): Shape => {
  const list = typeof shape === 'number' ? [shape] : shape;
  if (list.some((n) => !Number.isInteger(n) || n < 0))
    throw new ShapeError(`array: expected extents that are whole and not negative, got [${list.join(', ')}].`);
  // A copy: the caller may go on to change the list.
  return [...list];
};

/**
 * An array of numbers, nested lists, typed arrays or arrays. JavaScript numbers are float32 and booleans bool unless `dtype` is given.
 *
 * @example array([[1, 2], [3, 4]])
 */
export const array = (data: ArrayLike, dtype?: DType): NDArray => {
  const wanted = dtype === undefined ? undefined : checkDType(dtype);
  if (typeof data === 'number') return splat({ dtype: wanted ?? 'float32', shape: [] }, data);
  const x = Array.isArray(data) ? fromList(data, wanted) : asOperand(data);
  return withWeak(wanted === undefined ? x : convert(x, wanted), false);
};
export const asarray = array;

/** `value` everywhere; takes no memory. float32 for numbers and bool for booleans unless `dtype` is given. */
export const full = (shape: Shape | number, value: number | boolean, dtype?: DType): NDArray =>
  splat(
    {
      dtype: dtype === undefined ? (typeof value === 'boolean' ? 'bool' : 'float32') : checkDType(dtype),
      shape: checkShape(shape),
    },
    Number(value),
  );
export const zeros = (shape: Shape | number, dtype: DType = 'float32'): NDArray => full(shape, 0, dtype);
export const ones = (shape: Shape | number, dtype: DType = 'float32'): NDArray => full(shape, 1, dtype);
export const empty = zeros;
/** `value` in the shape and type of another array. */
export const fullLike = (x: ArrayLike, value: number): NDArray => like(asOperand(x), value);
export const zerosLike = (x: ArrayLike): NDArray => fullLike(x, 0);
export const onesLike = (x: ArrayLike): NDArray => fullLike(x, 1);

/** `from + i step` for `i` below `count`, in float64. */
const ramp = (from: number, step: number, count: number): NDArray => {
  const counts = iota({ dtype: 'float64', shape: [count] }, 0);
  const scaled = step === 1 ? counts : mul(counts, like(counts, step));
  return from === 0 ? scaled : add(scaled, like(scaled, from));
};

/**
 * `start, start + step, ...` below `stop` (`arange(stop)` starts at 0): int32 if all arguments are whole, else float32, each the number
 * nearest to the exact one.
 */
export const arange = (start: number, stop?: number, step = 1, dtype?: DType): NDArray => {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const count = Math.max(0, Math.ceil((to - from) / step));
  if (!Number.isFinite(count))
    throw new ShapeError(
      `arange: expected finite bounds and a step other than 0, got ${from}, ${to} and ${step}. The count would be ${count}.`,
      'shape.count',
    );
  const type = dtype ?? ([from, to, step].every(Number.isInteger) ? 'int32' : 'float32');
  return convert(ramp(from, step, count), checkDType(type));
};

export interface LinspaceOptions {
  /** Whether `stop` is the last number. Default true. */
  readonly endpoint?: boolean;
  /** Default float32. */
  readonly dtype?: DType;
}
/** `count` numbers from `start` to `stop`, both included, evenly spaced. */
export const linspace = (
  start: number,
  stop: number,
  count = 50,
  { endpoint = true, dtype = 'float32' }: LinspaceOptions = {},
): NDArray => {
  const [n = 0] = checkShape(count);
  const gaps = endpoint ? n - 1 : n;
  const line = ramp(start, gaps > 0 ? (stop - start) / gaps : 0, n);
  const counts = iota({ dtype: 'int32', shape: [n] }, 0);
  // The end is exact.
  const ended = endpoint && n > 1 ? select(eq(counts, like(counts, n - 1)), like(line, stop), line) : line;
  return convert(ended, checkDType(dtype));
};

/** Ones on the diagonal `k` places to the right. */
export const eye = (rows: number, columns = rows, k = 0, dtype: DType = 'float32'): NDArray => {
  const type = { dtype: 'int32', shape: checkShape([rows, columns]) } as const;
  return convert(eq(add(iota(type, 0), like(type, k)), iota(type, 1)), dtype);
};
export const identity = (n: number, dtype: DType = 'float32'): NDArray => eye(n, n, 0, dtype);

const triangle =
  (name: string, keep: (i: NDArray, j: NDArray) => NDArray) =>
  (value: ArrayLike, k = 0): NDArray => {
    const x = asOperand(value);
    if (x.ndim < 2)
      throw new ShapeError(`${name}: expected a matrix, got ${showType(x.type)}. Add axes first.`, 'shape.rank');
    const type = { dtype: 'int32', shape: x.shape } as const;
    return select(keep(add(iota(type, x.ndim - 2), like(type, k)), iota(type, x.ndim - 1)), x, like(x, 0));
  };
/** The elements on and below diagonal `k`, zeros above. */
export const tril = triangle('tril', ge);
/** The elements on and above diagonal `k`, zeros below. */
export const triu = triangle('triu', le);
