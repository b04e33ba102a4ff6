/** The combinators that supply what follows from a primitive's algebraic kind. */
import { InternalError, ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { byteSize, showType, sizeOf, type ArrayType } from '../array/type.ts';
import type { Cost, Primitive, Tangent } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import type { Kernel } from '../kernels/kernel.ts';
import type { Graph } from '../core/graph.ts';

/** One operation per output element, every operand read and every output written once. */
export const streamingCost = (_: unknown, inputs: readonly ArrayType[], outputs: readonly ArrayType[]): Cost => ({
  flops: outputs.reduce((sum, t) => sum + sizeOf(t.shape), 0),
  bytes: [...inputs, ...outputs].reduce((sum, t) => sum + byteSize(t), 0),
});

/** The rules that follow for a primitive that is one indivisible pure step: nearly all of them. */
type Supplied = 'partition' | 'prune' | 'effect' | 'cost' | 'graphs';
const indivisible: Pick<Primitive, Supplied> = {
  partition: () => null,
  prune: () => null,
  effect: () => 'none',
  cost: streamingCost,
  graphs: () => [],
};

/** What must be said of a primitive; a forgotten rule does not compile. */
export type Rules<P> = Omit<Primitive<P>, Supplied> & Partial<Pick<Primitive<P>, Supplied>>;

/** A primitive from its rules; what is not said is that of an indivisible pure step. */
export const define = <P>(rules: Rules<P>): Primitive<P> => Object.freeze({ ...indivisible, ...rules });

/** The transpose rule of what is not linear in any input; a program asks for it only if a rule is wrong. */
export const notLinear = (name: string) => (): never => {
  throw new InternalError(`${name}: expected a linear equation to transpose, got one that is not.`);
};

/** The derivative rule of what has integers, booleans or steps as outputs. */
export const noTangent = ({
  outputs,
}: {
  readonly outputs: () => readonly NDArray[];
}): { outputs: readonly NDArray[]; tangents: readonly Tangent[] } => {
  const values = outputs();
  return { outputs: values, tangents: values.map(() => null) };
};

/** The only operand, or its type. */
export const only = <A>(items: readonly A[], name: string): A => {
  const [item] = items;
  if (item === undefined || items.length !== 1)
    throw new InternalError(`${name}: expected one operand, got ${items.length}.`);
  return item;
};

/** Item `i`, which the arity of the primitive promises. */
export const nth = <A>(items: readonly A[], i: number): A => {
  const item = items[i];
  if (item === undefined) throw new InternalError(`expected an item ${i}, got ${items.length} items.`);
  return item;
};

/** `make(tangent)` unless it is zero. */
export const through = (tangent: Tangent, make: (tangent: NDArray) => NDArray): Tangent =>
  tangent === null ? null : make(tangent);

interface Linear<P> {
  readonly name: string;
  readonly infer: (input: ArrayType, params: P) => ArrayType;
  readonly kernel: (params: P, input: ArrayType, output: ArrayType) => Kernel<Graph, NDArray>;
  /** The map that sends cotangents of the output to cotangents of the input. */
  readonly adjoint: (ct: NDArray, params: P, input: ArrayType) => NDArray;
  /** The params of the same map on a batch whose axis is in front. */
  readonly under: (params: P, size: number, input: ArrayType) => P;
}

/** A primitive that is linear in its one operand: its derivative is itself. */
export const linear = <P>({ name, infer, kernel, adjoint, under }: Linear<P>): Primitive<P> => {
  const primitive: Primitive<P> = define<P>({
    name,
    infer: (inputs, params) => [infer(only(inputs, name), params)],
    kernel: (params, inputs, outputs) => kernel(params, only(inputs, name), only(outputs, name)),
    jvp: ({ tangents, params, outputs }) => ({
      outputs: outputs(),
      tangents: [through(only(tangents, name), (dx) => bind1(primitive, params, dx))],
    }),
    transpose: ({ cotangents, params, inputs }) => [
      through(only(cotangents, name), (ct) => adjoint(ct, params, only(inputs, name))),
    ],
    batch: ({ inputs, params, size }) => {
      const x = only(inputs, name);
      const inner: ArrayType = { dtype: x.dtype, shape: x.shape.slice(1) };
      return { outputs: [bind1(primitive, under(params, size, inner), x)], mapped: [true] };
    },
  });
  return primitive;
};

/** Axes within the rank, none twice; the message names the operation. */
export const checkAxes = (name: string, type: ArrayType, axes: readonly number[]): void => {
  const bad = axes.find(
    (axis, i) => !Number.isInteger(axis) || axis < 0 || axis >= type.shape.length || axes.indexOf(axis) !== i,
  );
  if (bad !== undefined)
    throw new ShapeError(
      `${name}: expected distinct axes of ${showType(type)}, got [${axes.join(', ')}]. Axes count from 0 to ${type.shape.length - 1}.`,
      'shape.axis',
    );
};
