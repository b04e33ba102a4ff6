/** Jacobians and Hessians of functions on trees, by columns (forward) and by rows (reverse). */
import { isFloat } from './array/dtype.ts';
import { DTypeError } from './array/errors.ts';
import type { NDArray } from './array/ndarray.ts';
import { showType } from './array/type.ts';
import { grad } from './grad.ts';
import { flattenArrays } from './lift.ts';
import { jvp, vjp } from './linearize.ts';
import { convert } from './primitives/arithmetic.ts';
import { moveAxis, reshape } from './primitives/broadcast.ts';
import { iota } from './primitives/iota.ts';
import { eq } from './primitives/logic.ts';
import { flatten, unflatten } from './tree/structure.ts';
import type { Inputs } from './types.ts';
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

export interface JacobianOptions {
  /** The argument to differentiate. Default 0. */
  readonly argnums?: number;
}

const withArgument = (args: readonly unknown[], position: number, value: unknown): unknown[] =>
  args.map((arg, i) => (i === position ? value : arg));

/**
 * The Jacobian by forward mode, one column for each input element: a tree of the result's structure whose leaves are trees of the
 * argument's structure, of shapes `[...output shape, ...input shape]`.
 */
export const jacfwd =
  <A extends readonly unknown[], R>(
    f: (...args: A) => R,
    { argnums = 0 }: JacobianOptions = {},
  ): ((...args: Inputs<A>) => R) =>
  (...args) => {
    const { leaves, structure } = flattenArrays(args[argnums]);
    const columns = leaves.map((x, i): readonly NDArray[] => {
      checkFloat('jacfwd', x);
      const along = (dx: NDArray): readonly NDArray[] => {
        // Sound: `f` sees the argument list it was called with, one leaf replaced.
        const g = (value: NDArray): unknown =>
          f(
            ...(withArgument(
              args,
              argnums,
              unflatten(
                structure,
                leaves.map((leaf, n) => (n === i ? value : leaf)),
              ),
            ) as unknown as A),
          );
        return flattenArrays(jvp(g, [x], [dx])[1]).leaves;
      };
      return vmap(along)(unitsOf(x)).map((dy) =>
        reshape(moveAxis(dy, 0, dy.ndim - 1), [...dy.shape.slice(1), ...x.shape]),
      );
    });
    return assemble(f, args, (output) =>
      unflatten(
        structure,
        columns.map((column) => column[output] as NDArray),
      ),
    ) as R; // sound: one column entry for each output
  };

/** The result's tree with a tree for each leaf. */
const assemble = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  args: Inputs<A>,
  entry: (output: number) => unknown,
): unknown => {
  const result = flatten(f(...(args as unknown as A))); // sound: as `f` would be called without the Jacobian
  return unflatten(
    result.structure,
    result.leaves.map((_, i) => entry(i) as NDArray),
  ); // sound: unflatten puts any value at a leaf
};

/** The Jacobian by reverse mode, one row for each output element; the same result as `jacfwd`. */
export const jacrev =
  <A extends readonly unknown[], R>(
    f: (...args: A) => R,
    { argnums = 0 }: JacobianOptions = {},
  ): ((...args: Inputs<A>) => R) =>
  (...args) => {
    const { leaves, structure } = flattenArrays(args[argnums]);
    leaves.forEach((x) => checkFloat('jacrev', x));
    const g = (...own: readonly NDArray[]): readonly NDArray[] =>
      flattenArrays(f(...(withArgument(args, argnums, unflatten(structure, own)) as unknown as A))).leaves; // sound: as above
    const [outputs, pull] = vjp(g, ...leaves);
    const zero = outputs.map((y) => y.mul(0));
    const rows = outputs.map((y, i) => {
      const back = (ct: NDArray): readonly NDArray[] => pull(zero.map((z, n) => (n === i ? ct : z)));
      return vmap(back)(unitsOf(y)).map((dx, n) => reshape(dx, [...y.shape, ...(leaves[n]?.shape ?? [])]));
    });
    return assemble(f, args, (output) => unflatten(structure, rows[output] ?? [])) as R; // sound: one row for each output
  };

/** The Hessian of a scalar function: `jacfwd` of `jacrev`. For an array argument of shape `S` its shape is `[...S, ...S]`. */
export const hessian = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: JacobianOptions = {},
): ((...args: Inputs<A>) => R) =>
  // Sound: the Jacobian takes the arguments of `f`.
  jacfwd(jacrev(f, options) as unknown as (...args: A) => R, options);

/** The Hessian of a scalar function times a vector, without the Hessian: the derivative of the gradient along `tangents`. */
export const hvp = <A extends readonly unknown[]>(
  f: (...args: A) => NDArray,
  primals: Inputs<A>,
  tangents: Inputs<A>,
): A[0] =>
  // Sound: `grad` takes the arguments of `f` and gives what has the structure of the first.
  jvp(grad(f) as unknown as (...args: A) => A[0], primals, tangents)[1];
