/** Making arrays. */
import { isDType, type DType } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import { type ArrayLike, fromStore, splat, withWeak, type NDArray } from '../array/ndarray.ts';
import { sizeOf, type Shape } from '../array/type.ts';
import { add, convert, mul } from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import { iota } from '../primitives/iota.ts';
import { eq, ge, le, select } from '../primitives/logic.ts';
import { asOperand } from './promotion.ts';

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
  return list;
};

/**
 * An array of numbers, nested lists, typed arrays or arrays. JavaScript numbers are float32 and booleans bool unless `dtype` is given.
 *
 * @example array([[1, 2], [3, 4]])
 */
export const array = (data: ArrayLike, dtype?: DType): NDArray => {
  if (dtype !== undefined && Array.isArray(data) && isPlain(data)) return fromNumbers(data, checkDType(dtype));
  if (typeof data === 'number')
    return splat({ dtype: dtype === undefined ? 'float32' : checkDType(dtype), shape: [] }, data);
  const x = asOperand(data);
  return withWeak(dtype === undefined ? x : convert(x, checkDType(dtype)), false);
};
export const asarray = array;

const isPlain = (data: ArrayLike): boolean =>
  Array.isArray(data) ? data.every(isPlain) : typeof data === 'number' || typeof data === 'boolean';
/** Numbers straight into their type, without a stay in float32. */
const fromNumbers = (data: readonly ArrayLike[], dtype: DType): NDArray => {
  const shape = asOperand(data).shape;
  // Sound: `isPlain` saw numbers and booleans only.
  const flat = (data as readonly unknown[]).flat(Infinity) as readonly (number | boolean)[];
  const values = flat.map((v) => splat({ dtype, shape: [] }, Number(v)));
  const store = like({ dtype, shape: [sizeOf(shape)] }, 0).dataSync();
  values.forEach((v, i) => (store[i] = Number(v.item())));
  return fromStore({ dtype, shape }, store);
};

/** `value` everywhere; takes no memory. */
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
export const fullLike = (x: ArrayLike, value: number): NDArray => like(asOperand(x), value);
export const zerosLike = (x: ArrayLike): NDArray => fullLike(x, 0);
export const onesLike = (x: ArrayLike): NDArray => fullLike(x, 1);

/** `start, start + step, ...` below `stop` (`arange(stop)` starts at 0): int32 if all arguments are whole, else float32. */
export const arange = (start: number, stop?: number, step = 1, dtype?: DType): NDArray => {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const count = Math.max(0, Math.ceil((to - from) / step));
  const type = dtype ?? ([from, to, step].every(Number.isInteger) ? 'int32' : 'float32');
  const counts = iota({ dtype: type, shape: [count] }, 0);
  const scaled = step === 1 ? counts : mul(counts, like(counts, step));
  return from === 0 ? scaled : add(scaled, like(scaled, from));
};

/** `count` numbers from `start` to `stop`, both included. */
export const linspace = (start: number, stop: number, count = 50, dtype: DType = 'float32'): NDArray => {
  const counts = iota({ dtype, shape: [count] }, 0);
  const line = add(mul(counts, like(counts, count > 1 ? (stop - start) / (count - 1) : 0)), like(counts, start));
  // The end is exact.
  return count > 1 ? select(eq(counts, like(counts, count - 1)), like(line, stop), line) : line;
};

/** Ones on the diagonal `k` places to the right. */
export const eye = (rows: number, columns = rows, k = 0, dtype: DType = 'float32'): NDArray => {
  const type = { dtype: 'int32', shape: [rows, columns] } as const;
  return convert(eq(add(iota(type, 0), like(type, k)), iota(type, 1)), dtype);
};
export const identity = (n: number, dtype: DType = 'float32'): NDArray => eye(n, n, 0, dtype);

const triangle =
  (keep: (i: NDArray, j: NDArray) => NDArray) =>
  (value: ArrayLike, k = 0): NDArray => {
    const x = asOperand(value);
    if (x.ndim < 2) throw new ShapeError(`triangle: expected a matrix, got ${x.ndim} axes. Add axes first.`);
    const type = { dtype: 'int32', shape: x.shape } as const;
    return select(keep(add(iota(type, x.ndim - 2), like(type, k)), iota(type, x.ndim - 1)), x, like(x, 0));
  };
/** The elements on and below diagonal `k`, zeros above. */
export const tril = triangle(ge);
/** The elements on and above diagonal `k`, zeros below. */
export const triu = triangle(le);
