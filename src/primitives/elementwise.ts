/** The combinator for primitives that work element by element. */
import { isFloat, type DType } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import { cellOf, isSplat, splat, type NDArray } from '../array/ndarray.ts';
import { sameShape, showType, type ArrayType } from '../array/type.ts';
import type { Backwards, Primitive, Tangent } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import type { Formula, Scalars } from '../kernels/scalars.ts';
import { withBatch } from './broadcast.ts';
import { define, notLinear, nth } from './record.ts';

/** What a partial derivative may use. */
export interface PartialAt<P> {
  readonly inputs: readonly NDArray[];
  readonly output: NDArray;
  readonly params: P;
}
/** The change of the output as one input changes by `dx`; `null` where the output has no tangent in it. */
export type PartialRule<P> = ((dx: NDArray, at: PartialAt<P>) => NDArray) | null;

/** Which element types a primitive takes. */
export type Accepts = 'float' | 'number' | 'integer' | 'bits' | 'bool' | 'any';

const accepted: { readonly [A in Accepts]: { readonly test: (d: DType) => boolean; readonly text: string } } = {
  float: { test: isFloat, text: 'floats' },
  number: { test: (d) => d !== 'bool', text: 'numbers' },
  integer: { test: (d) => d !== 'bool' && !isFloat(d), text: 'integers' },
  bits: { test: (d) => !isFloat(d), text: 'integers or booleans' },
  bool: { test: (d) => d === 'bool', text: 'booleans' },
  any: { test: () => true, text: 'arrays' },
};

interface Elementwise<P> {
  readonly name: string;
  readonly accepts: Accepts;
  readonly formula: (params: P) => Formula;
  readonly partials: readonly PartialRule<P>[];
  /** Element type of the result; that of the first operand unless said. */
  readonly result?: (dtype: DType, params: P) => DType;
  /** For those that are linear in some operands: cotangents of the operands that are not known. */
  readonly transpose?: (backwards: Backwards<P>, ct: NDArray) => readonly Tangent[];
  /** How many leading operands may be of another type than the rest (the condition of select). */
  readonly free?: number;
}

/** Operands of one shape and type. */
export const checkAlike = (name: string, accepts: Accepts, inputs: readonly ArrayType[], free = 0): void => {
  const first = nth(inputs, free);
  const odd =
    inputs.slice(free).find((t) => t.dtype !== first.dtype) ??
    (accepted[accepts].test(first.dtype) ? undefined : first);
  if (odd !== undefined)
    throw new DTypeError(
      `${name}: expected ${accepted[accepts].text} of one type, got ${inputs.map(showType).join(' and ')}. Convert with astype.`,
    );
  if (inputs.some((t) => !sameShape(t.shape, first.shape)))
    throw new ShapeError(
      `${name}: expected operands of one shape, got ${inputs.map(showType).join(' and ')}. Broadcast them first.`,
    );
};

/** Add up the parts of a tangent that are not zero. */
export const sumTangents = (parts: readonly Tangent[]): Tangent =>
  parts.reduce((sum, part) => (sum === null ? part : part === null ? sum : bind1(addPrimitive, null, sum, part)), null);

/** A primitive that works element by element; batching and cost follow, and the derivative is the sum of partials. */
export const elementwise = <P = null>(spec: Elementwise<P>): Primitive<P> => {
  const { name, accepts, formula, partials, result, free = 0 } = spec;
  const primitive: Primitive<P> = define<P>({
    name,
    infer: (inputs, params) => {
      checkAlike(name, accepts, inputs, free);
      const first = nth(inputs, free);
      return [{ shape: first.shape, dtype: result?.(first.dtype, params) ?? first.dtype }];
    },
    kernel: (params) => ({ kind: 'map', formula: formula(params) }),
    jvp: ({ primals, tangents, params, outputs }) => {
      const output = nth(outputs(), 0);
      const parts = tangents.map((dx, i) =>
        dx === null || !isFloat(output.dtype) ? null : (partials[i]?.(dx, { inputs: primals, output, params }) ?? null),
      );
      return { outputs: [output], tangents: [sumTangents(parts)] };
    },
    transpose: (backwards) => {
      const ct = nth(backwards.cotangents, 0);
      if (ct === null) return backwards.inputs.map(() => null);
      return (spec.transpose ?? notLinear(name))(backwards, ct);
    },
    batch: ({ inputs, mapped, size, params }) => ({
      outputs: [bind1(primitive, params, ...withBatch(inputs, mapped, size))],
      mapped: [true],
    }),
  });
  return primitive;
};

/** A formula of one operand. */
export const unary =
  (pick: <E>(s: Scalars<E>) => (x: E) => E): Formula =>
  (s, inputs) => [pick(s)(nth(inputs, 0))];
/** A formula of two operands. */
export const binary =
  (pick: <E>(s: Scalars<E>) => (x: E, y: E) => E): Formula =>
  (s, inputs) => [pick(s)(nth(inputs, 0), nth(inputs, 1))];

/** The number that a splat holds everywhere. */
export const splatValue = (x: NDArray): number | undefined => (isSplat(x) ? cellOf(x).value : undefined);
/** A constant of the type of another value. */
export const like = (x: NDArray | ArrayType, value: number): NDArray =>
  splat({ dtype: x.dtype, shape: x.shape }, value);

// Addition stands here and not with the arithmetic, since the sum of partials needs it.
export const addPrimitive: Primitive<null> = elementwise({
  name: 'add',
  accepts: 'number',
  formula: () => binary((s) => s.add),
  partials: [(dx) => dx, (dy) => dy],
  transpose: ({ known }, ct) => known.map((k) => (k === null ? ct : null)),
});
