/** Functions of arrays of one type made into functions of what users write: promotion, broadcasting, weak types. */
import { isFloat } from '../array/dtype.ts';
import { type ArrayLike, withWeak, type NDArray } from '../array/ndarray.ts';
import { like } from '../primitives/elementwise.ts';
import * as l from '../primitives/logic.ts';
import { align, asFloat, asOperand, promote } from './promotion.ts';

/** A function of two operands that broadcast. */
export type Binary = (x: ArrayLike, y: ArrayLike) => NDArray;
/** A function of one operand. */
export type Unary = (x: ArrayLike) => NDArray;

export const isBool = (x: NDArray): boolean => x.dtype === 'bool';
/** Anything but 0 is true. */
export const asBool = (x: NDArray): NDArray => (isBool(x) ? x : l.ne(x, like(x, 0)));

/** Two operands in one type and shape. */
export const pair = (name: string, a: ArrayLike, b: ArrayLike): readonly [NDArray, NDArray] =>
  align(name, a, b) as readonly [NDArray, NDArray]; // sound: two in, two out
/** Two operands in one float type and shape. */
export const floats = (name: string, a: ArrayLike, b: ArrayLike): readonly [NDArray, NDArray] => {
  const [x, y] = promote(a, b) as readonly [NDArray, NDArray]; // sound: two in, two out
  return pair(name, asFloat(x), asFloat(y));
};

/** A function of two operands of one type; of booleans `onBool`, if given. */
export const binary =
  (name: string, f: (x: NDArray, y: NDArray) => NDArray, onBool?: (x: NDArray, y: NDArray) => NDArray): Binary =>
  (a, b) => {
    const [x, y] = pair(name, a, b);
    return withWeak(isBool(x) && onBool !== undefined ? onBool(x, y) : f(x, y), x.weak);
  };
/** A function of two floats; integers become float32. */
export const binaryFloating =
  (name: string, f: (x: NDArray, y: NDArray) => NDArray): Binary =>
  (a, b) => {
    const [x, y] = floats(name, a, b);
    return withWeak(f(x, y), x.weak);
  };
export const unary =
  (f: (x: NDArray) => NDArray): Unary =>
  (a) => {
    const x = asOperand(a);
    return withWeak(f(x), x.weak);
  };
/** A function of a float; integers become float32. */
export const floating =
  (f: (x: NDArray) => NDArray): Unary =>
  (a) => {
    const x = asFloat(a);
    return withWeak(f(x), x.weak);
  };
/** A function of floats that leaves integers as they are. */
export const rounding = (f: (x: NDArray) => NDArray): Unary => unary((x) => (isFloat(x.dtype) ? f(x) : x));
