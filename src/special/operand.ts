/** Lifting functions of float arrays to what users write. */
import { type ArrayLike, withWeak, type NDArray } from '../array/ndarray.ts';
import { align, asFloat, promote } from '../operations/promotion.ts';

export type Unary = (x: ArrayLike) => NDArray;
export type Binary = (x: ArrayLike, y: ArrayLike) => NDArray;

/** A function of one operand: integers become float32. */
export const floating =
  (f: (x: NDArray) => NDArray): Unary =>
  (value) => {
    const x = asFloat(value);
    return withWeak(f(x), x.weak);
  };

/** A function of several operands in their common float type and shape. */
const floats = (name: string, ...values: readonly ArrayLike[]): readonly NDArray[] =>
  align(name, ...promote(...values).map(asFloat));

/** A function of two operands. */
export const floatingPair =
  (name: string, f: (x: NDArray, y: NDArray) => NDArray): Binary =>
  (a, b) => {
    const [x, y] = floats(name, a, b) as readonly [NDArray, NDArray]; // sound: two in, two out
    return withWeak(f(x, y), x.weak);
  };

/** A function of three operands. */
export const floatingTriple =
  (name: string, f: (x: NDArray, y: NDArray, z: NDArray) => NDArray) =>
  (a: ArrayLike, b: ArrayLike, c: ArrayLike): NDArray => {
    const [x, y, z] = floats(name, a, b, c) as readonly [NDArray, NDArray, NDArray]; // sound: three in, three out
    return withWeak(f(x, y, z), x.weak);
  };
