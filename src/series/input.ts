/** What the functions of this folder take: numbers in the order of time, as float64. */
import { FluxionError, ShapeError } from '../array/errors.ts';
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { astype } from '../operations/arithmetic.ts';
import { array } from '../operations/creation.ts';

/** Numbers as float64; time is axis 0. */
export const timesOf = (operation: string, x: ArrayLike): NDArray => {
  const wide = Array.isArray(x) ? array(x, 'float64') : astype(x, 'float64');
  if (wide.ndim < 1)
    throw new ShapeError(
      `${operation}: expected a series with time along axis 0, got ${showType(wide.type)}. Pass a list or a vector.`,
      'shape.series',
    );
  return wide;
};

/** One series: a vector of at least `least` values, as float64. */
export const seriesOf = (operation: string, x: ArrayLike, least = 1): NDArray => {
  const wide = timesOf(operation, x);
  if (wide.ndim !== 1)
    throw new ShapeError(
      `${operation}: expected one series, a vector, got ${showType(wide.type)}. Take one column at a time.`,
      'shape.series',
    );
  if (wide.size < least)
    throw new ShapeError(
      `${operation}: expected at least ${least} values, got ${wide.size}. Use a longer series, or a smaller model.`,
      'shape.series',
    );
  return wide;
};

/** A whole number within bounds, by its name. */
export const countOf = (operation: string, name: string, value: number, least: number, most = Infinity): number => {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const range = most === Infinity ? `from ${least} on` : `from ${least} to ${most}`;
  throw new FluxionError(
    'series.count',
    `${operation}: expected ${name} to be a whole number ${range}, got ${value}. It counts steps in time.`,
  );
};

/** The values of a series that is there, all of them finite. */
export const finiteValuesOf = (operation: string, x: NDArray, remedy: string): Float64Array => {
  const values = Float64Array.from(x.dataSync());
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new FluxionError(
      'series.missing',
      `${operation}: expected finite values, got ${values[at] ?? NaN} at ${at}. ${remedy}`,
    );
  return values;
};

/** JavaScript numbers as a float64 vector. */
export const vectorOf = (values: ArrayLike): NDArray => array(values, 'float64');
