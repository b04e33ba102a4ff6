/** A program at a point, as the laws want it: its moving inputs apart, its float outputs summed to one scalar. */
import { grad, jvp, np, random, type NDArray } from 'fluxion';
import { assertAllClose, type Tolerance } from '../close.ts';
import { inner, type Flat, type FlatFunction } from '../numeric.ts';
import { runOf, type Sample } from './arbitrary.ts';
import { at, type Float } from './program.ts';

export interface Point {
  /** The program as a function of all its inputs: floats first, then integers. */
  readonly f: FlatFunction;
  readonly xs: Flat;
  readonly moving: Flat;
  /** The float outputs as a function of the float inputs; the integers are closed over. */
  readonly smooth: FlatFunction;
  /** One scalar from the float outputs, none of which it forgets. */
  readonly lossOf: (xs: Flat) => NDArray;
  /** The same as a function of the float inputs; the integers are closed over. */
  readonly loss: (moving: Flat) => NDArray;
}

export const isFloating = (x: NDArray): boolean => x.dtype === 'float32' || x.dtype === 'float64';
/** Random arrays of the shapes and types of others. */
export const normals = (seed: number, like: Flat): Flat =>
  like.map((x, i) =>
    random.normal(random.foldIn(random.key(seed), i), x.shape, x.dtype === 'float64' ? 'float64' : 'float32'),
  );

/** The derivative of `f` along `dxs`. */
export const tangentsOf = (f: FlatFunction, xs: Flat, dxs: Flat): Flat => jvp(f, [xs], [dxs])[1];

/** The gradient of a function of a list. */
export const gradientOf =
  (f: (xs: Flat) => NDArray): FlatFunction =>
  (xs) =>
    grad(f)(xs);

/** One scalar from the float arrays of a list, none of which it forgets. */
export const scalarOf = (ys: Flat): NDArray =>
  ys
    .filter(isFloating)
    .map((y, i) => np.cos(y.add(i)).add(y.mul(0.5)).sum())
    .reduce((a, b) => a.add(b));

export const pointOf = (item: Sample, float: Float = 'float64'): Point => {
  const { f, xs } = runOf(item, float);
  const moving = xs.filter(isFloating);
  const integers = xs.slice(moving.length);
  const lossOf = (inputs: Flat): NDArray => scalarOf(f(inputs));
  return {
    f,
    xs,
    moving,
    smooth: (inputs) => f([...inputs, ...integers]).filter(isFloating),
    lossOf,
    loss: (inputs) => lossOf([...inputs, ...integers]),
  };
};

/** Throws an error that names the first of the arrays that differ. */
export const agree = (what: string, got: Flat, expected: Flat, tolerance?: Tolerance): void => {
  if (got.length !== expected.length) throw new Error(`${what}: expected ${expected.length} arrays, got ${got.length}`);
  got.forEach((x, i) => assertAllClose(x, at(expected, i), `${what}: array ${i}`, tolerance));
};

/** Throws unless two numbers are equal but for rounding on the scale of `size`. */
export const agreeOn = (what: string, got: number, expected: number, size: number): void =>
  assertAllClose(np.array(got / size, 'float64'), np.array(expected / size, 'float64'), what);

/** How large the terms of an inner product are together, at least 1. */
export const scaleOf = (xs: Flat, ys: Flat): number =>
  1 +
  inner(
    xs.map((x) => np.abs(x)),
    ys.map((y) => np.abs(y)),
  );
