/** Jacobians and Hessians of functions on trees, by columns (forward) and by rows (reverse). */
import { isFloat } from './array/dtype.ts';
import { DTypeError } from './array/errors.ts';
import type { NDArray } from './array/ndarray.ts';
import { showType } from './array/type.ts';
import { grad } from './grad.ts';
import { flattenArrays, positionOf, toArrays, type Flattened } from './lift.ts';
import { jvp, vjp } from './linearize.ts';
import { convert } from './primitives/arithmetic.ts';
import { moveAxis, reshape } from './primitives/broadcast.ts';
import { iota } from './primitives/iota.ts';
import { eq } from './primitives/logic.ts';
import { unflatten } from './tree/structure.ts';
import type { Gradient, Inputs, Jacobian } from './types.ts';
import { vmap } from './vmap.ts';

/** The unit arrays of a type, one for each element, stacked in front. */
const unitsOf = (x: NDArray): NDArray => {
  const square = { dtype: 'int32', shape: [x.size, x.size] } as const;
  return reshape(convert(eq(iota(square, 0), iota(square, 1)), x.dtype), [x.size, ...x.shape]);
};

const checkFloat = (name: string, x: NDArray): void => {
  if (!isFloat(x.dtype))
    throw new DTypeError(
      `${name}: expected float arrays, got ${showType(x.type)}. Convert it with astype, or choose argnums.`,
    );
};

export interface JacobianOptions<N extends number = number> {
  /** The argument to differentiate. Default 0. */
  readonly argnums?: N;
}

/** A function of the leaves of one argument, giving the leaves of its result; and those leaves, all others being arrays. */
const alongArgument = <A extends readonly unknown[]>(
  name: string,
  f: (...args: A) => unknown,
  argnums: number,
  given: readonly unknown[],
) => {
  const position = positionOf(name, argnums, given.length);
  const args = given.map(toArrays);
  const { leaves, structure } = flattenArrays(args[position]);
  leaves.forEach((x) => checkFloat(name, x));
  const call = (own: readonly NDArray[]): Flattened =>
    // Sound: `f` sees the argument list it was called with, one argument rebuilt.
    flattenArrays(f(...(args.map((arg, i) => (i === position ? unflatten(structure, own) : arg)) as unknown as A)));
  return { leaves, structure, call };
};

/**
 * The Jacobian by forward mode, one column for each input element: a tree of the result's structure whose leaves are trees of the
 * argument's structure, of shapes `[...output shape, ...input shape]`.
 */
export const jacfwd =
  <A extends readonly unknown[], R, const N extends number = 0>(
    f: (...args: A) => R,
    { argnums }: JacobianOptions<N> = {},
  ): ((...args: Inputs<A>) => Jacobian<R, A, N>) =>
  (...args) => {
    const { leaves, structure, call } = alongArgument('jacfwd', f, argnums ?? 0, args);
    const columns = leaves.map((x, i) => {
      const g = (value: NDArray): readonly NDArray[] => call(leaves.map((leaf, n) => (n === i ? value : leaf))).leaves;
      const along = (dx: NDArray): readonly NDArray[] => jvp(g, [x], [dx])[1];
      return vmap(along)(unitsOf(x)).map((dy) =>
        reshape(moveAxis(dy, 0, dy.ndim - 1), [...dy.shape.slice(1), ...x.shape]),
      );
    });
    const result = call(leaves).structure;
    const entries = Array.from({ length: result.count }, (_, output) =>
      unflatten(
        structure,
        columns.flatMap((column) => column[output] ?? []),
      ),
    );
    return unflatten(result, entries) as Jacobian<R, A, N>; // sound: the structure of the result, with that of the argument at each leaf
  };

/** The Jacobian by reverse mode, one row for each output element; the same result as `jacfwd`. */
export const jacrev =
  <A extends readonly unknown[], R, const N extends number = 0>(
    f: (...args: A) => R,
    { argnums }: JacobianOptions<N> = {},
  ): ((...args: Inputs<A>) => Jacobian<R, A, N>) =>
  (...args) => {
    const { leaves, structure, call } = alongArgument('jacrev', f, argnums ?? 0, args);
    const [outputs, pull] = vjp((...own: readonly NDArray[]) => call(own).leaves, ...leaves);
    const zero = outputs.map((y) => y.mul(0));
    const rows = outputs.map((y, i) => {
      const back = (ct: NDArray): readonly NDArray[] => pull(zero.map((z, n) => (n === i ? ct : z)));
      return vmap(back)(unitsOf(y)).map((dx, n) => reshape(dx, [...y.shape, ...(leaves[n]?.shape ?? [])]));
    });
    const entries = rows.map((row) => unflatten(structure, row));
    return unflatten(call(leaves).structure, entries) as Jacobian<R, A, N>; // sound: as above
  };

/** The Hessian of a scalar function: `jacfwd` of `jacrev`. For an array argument of shape `S` its shape is `[...S, ...S]`. */
export const hessian = <A extends readonly unknown[], R, const N extends number = 0>(
  f: (...args: A) => R,
  options: JacobianOptions<N> = {},
): ((...args: Inputs<A>) => Jacobian<Jacobian<R, A, N>, A, N>) =>
  // Sound: the Jacobian takes the arguments of `f`.
  jacfwd(jacrev(f, options) as unknown as (...args: A) => Jacobian<R, A, N>, options);

/** The Hessian of a scalar function times a vector, without the Hessian: the derivative of the gradient along `tangents`. */
export const hvp = <A extends readonly unknown[]>(
  f: (...args: A) => NDArray,
  primals: Inputs<NoInfer<A>>,
  tangents: Inputs<NoInfer<A>>,
): Gradient<A, 0> =>
  // Sound: `grad` takes the arguments of `f` and gives what has the structure of the first.
  jvp(grad(f) as unknown as (...args: A) => Gradient<A, 0>, primals, tangents)[1];
