/** Numbers in a row. */
import { checkDType, type DType } from '../array/dtype.ts';
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { add, convert, mul, neg } from '../primitives/arithmetic.ts';
import { like } from '../primitives/elementwise.ts';
import { pow } from '../primitives/exponential.ts';
import { iota } from '../primitives/iota.ts';
import { eq, select } from '../primitives/logic.ts';
import { checkShape } from './creation.ts';

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
  return convert(endpoint && n > 1 ? exactly(line, n - 1, stop) : line, checkDType(dtype));
};
/** A list with another number at a place. */
const exactly = (line: NDArray, at: number, value: number): NDArray => {
  const counts = iota({ dtype: 'int32', shape: line.shape }, 0);
  return select(eq(counts, like(counts, at)), like(line, value), line);
};

export interface LogspaceOptions extends LinspaceOptions {
  /** Default 10. */
  readonly base?: number;
}
/** `count` numbers from `base^start` to `base^stop`, each a fixed multiple of the one before. */
export const logspace = (
  start: number,
  stop: number,
  count = 50,
  { endpoint = true, base = 10, dtype = 'float32' }: LogspaceOptions = {},
): NDArray => {
  const exponents = linspace(start, stop, count, { endpoint, dtype: 'float64' });
  return convert(pow(like(exponents, base), exponents), checkDType(dtype));
};
/** `count` numbers from `start` to `stop`, each a fixed multiple of the one before; both of one sign and not 0. */
export const geomspace = (
  start: number,
  stop: number,
  count = 50,
  { endpoint = true, dtype = 'float32' }: LinspaceOptions = {},
): NDArray => {
  if (!(start * stop > 0))
    throw new ShapeError(
      `geomspace: expected two numbers of one sign and not 0, got ${start} and ${stop}. Use linspace, or logspace with exponents.`,
      'shape.count',
    );
  const size = (x: number): number => Math.log10(Math.abs(x));
  const line = logspace(size(start), size(stop), count, { endpoint, dtype: 'float64' });
  const signed = start < 0 ? neg(line) : line;
  // The ends are exact.
  const begun = count > 0 ? exactly(signed, 0, start) : signed;
  return convert(endpoint && count > 1 ? exactly(begun, count - 1, stop) : begun, checkDType(dtype));
};
