/** What must hold of any function said to be differentiable, and the one-line front door to it. */
import * as fc from 'fast-check';
import { grad, jvp, np, random, tree, vjp, type NDArray } from 'fluxion';
import { assertAllClose, differenced, differencedTwice, reordered } from './close.ts';
import { law, type Law } from './law.ts';
import { differential, inner, type Flat, type FlatFunction } from './numeric.ts';

export interface Differentiable {
  readonly name: string;
  readonly function: FlatFunction;
  /** Float64 points away from kinks, where the derivative exists. */
  readonly points: fc.Arbitrary<Flat>;
  /** Whether to look at second derivatives too. Default true. */
  readonly twice?: boolean;
}

const normals = (seed: number, like: Flat): Flat =>
  like.map((x, i) => random.normal(random.foldIn(random.key(seed), i), x.shape, 'float64'));
const tangentOf = (f: FlatFunction, xs: Flat, dxs: Flat): Flat => jvp((...args: Flat) => f(args), [...xs], [...dxs])[1];
const pullOf = (f: FlatFunction, xs: Flat, cts: Flat): Flat => vjp((...args: Flat) => f(args), ...xs)[1]([...cts]);

/** One scalar from all outputs, with fixed weights. */
const weighted =
  (f: FlatFunction, weights: Flat): ((xs: Flat) => NDArray) =>
  (xs) =>
    f(xs)
      .map((y, i) => y.mul(weights[i] ?? y).sum())
      .reduce((a, b) => a.add(b));

const checkFirst = (name: string, f: FlatFunction, xs: Flat, seed: number): void => {
  const dxs = normals(seed, xs);
  const forwards = tangentOf(f, xs, dxs);
  const limits = differential(f, xs, dxs);
  forwards.forEach((dy, i) =>
    assertAllClose(dy, limits[i] ?? dy, `${name}: output ${i}: the jvp against differences`, differenced),
  );
  const cts = normals(seed + 1, forwards);
  const sent = pullOf(f, xs, cts);
  const [left, right] = [inner(forwards, cts), inner(dxs, sent)];
  const scale = forwards.reduce(
    (sum, dy, i) =>
      sum +
      Number(
        np
          .abs(dy.mul(cts[i] ?? dy))
          .sum()
          .item(),
      ),
    1,
  );
  assertAllClose(
    np.array(left / scale, 'float64'),
    np.array(right / scale, 'float64'),
    `${name}: <jvp(dx), ct> against <dx, vjp(ct)>`,
    reordered.float64,
  );
};

const checkSecond = (name: string, f: FlatFunction, xs: Flat, seed: number): void => {
  const weights = normals(seed + 2, f(xs));
  const gradient: FlatFunction = (at) => grad((inner_: Flat) => weighted(f, weights)(inner_))(at);
  const dxs = normals(seed + 3, xs);
  const limits = differential(gradient, xs, dxs);
  tangentOf(gradient, xs, dxs).forEach((dy, i) =>
    assertAllClose(dy, limits[i] ?? dy, `${name}: gradient ${i}: its jvp against differences`, differencedTwice),
  );
};

/** The jvp is the limit of differences, the vjp its adjoint, and the same holds of the gradient. */
export const derivativeLaws = ({ name, function: f, points, twice = true }: Differentiable): readonly Law[] => {
  const seeded = fc.record({ xs: points, seed: fc.nat(1e6) });
  return [
    law(
      `${name}: jvp is the limit of differences, vjp its adjoint`,
      fc.property(seeded, ({ xs, seed }) => checkFirst(name, f, xs, seed)),
    ),
    ...(twice
      ? [
          law(
            `${name}: the derivative of the gradient is the limit of differences`,
            fc.property(seeded, ({ xs, seed }) => checkSecond(name, f, xs, seed)),
          ),
        ]
      : []),
  ];
};

export interface CheckGradsOptions {
  /** 1, or 2 to check the gradient's derivative too. Default 2. */
  readonly order?: 1 | 2;
  /** Random directions to try. Default 2. */
  readonly directions?: number;
  readonly seed?: number;
}

/**
 * Throws unless the derivatives of `f` at `args` agree with differences, in float64, along random directions. The arguments are trees; float leaves
 * are differentiated, everything else is held.
 *
 * @example checkGrads((w: NDArray) => np.tanh(w).sum(), [np.ones([3])])
 */
export const checkGrads = <A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: A,
  { order = 2, directions = 2, seed = 0 }: CheckGradsOptions = {},
): void => {
  const { leaves, structure } = tree.flatten(args);
  const arrays = leaves.map((leaf) => (typeof leaf === 'number' ? np.array(leaf) : np.array(leaf)));
  const isMoving = arrays.map((x) => x.dtype === 'float32' || x.dtype === 'float64');
  const xs = arrays.filter((_, i) => isMoving[i] === true).map((x) => x.astype('float64'));
  const flat: FlatFunction = (moving) => {
    let next = 0;
    const all = arrays.map((x, i) => (isMoving[i] === true ? (moving[next++] ?? x) : x));
    // Sound: the structure is that of the arguments.
    return tree
      .flatten(f(...(tree.unflatten(structure, all) as unknown as A)))
      .leaves.map((y) => np.array(y))
      .filter((y) => y.dtype === 'float64' || y.dtype === 'float32');
  };
  const name = f.name === '' ? 'function' : f.name;
  for (let direction = 0; direction < directions; direction++) {
    checkFirst(name, flat, xs, seed + 10 * direction);
    if (order === 2) checkSecond(name, flat, xs, seed + 10 * direction);
  }
};
