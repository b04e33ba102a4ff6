/** Transformations that steady the spread of a series. */
import type { ArrayLike, NDArray } from '../array/ndarray.ts';
import { add, divide, exp, log, multiply, power, subtract } from '../operations/arithmetic.ts';
import { timesOf } from './input.ts';

/** `(x^lambda - 1) / lambda`, and `log(x)` for `lambda = 0` (Box and Cox 1964); NaN where `x` is not positive. */
export const boxCox = (x: ArrayLike, lambda: number): NDArray => {
  const logs = log(timesOf('boxCox', x));
  return lambda === 0 ? logs : divide(subtract(exp(multiply(logs, lambda)), 1), lambda);
};

/** The inverse of `boxCox` with the same `lambda`. */
export const inverseBoxCox = (y: ArrayLike, lambda: number): NDArray => {
  const values = timesOf('inverseBoxCox', y);
  return lambda === 0 ? exp(values) : power(add(multiply(values, lambda), 1), 1 / lambda);
};
