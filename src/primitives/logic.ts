/** Comparing, choosing, bits. */
import type { DType } from '../array/dtype.ts';
import { DTypeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showType, type ArrayType } from '../array/type.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import type { Scalars } from '../kernels/scalars.ts';
import { binary, elementwise, like, unary } from './elementwise.ts';
import { nth } from './record.ts';

const comparison = (name: string, pick: <E>(s: Scalars<E>) => (x: E, y: E) => E): Primitive<null> =>
  elementwise({
    name,
    accepts: 'any',
    formula: () => binary(pick),
    partials: [null, null],
    result: (): DType => 'bool',
  });

export const eqPrimitive = comparison('eq', (s) => s.eq);
export const nePrimitive = comparison('ne', (s) => s.ne);
export const ltPrimitive = comparison('lt', (s) => s.lt);
export const lePrimitive = comparison('le', (s) => s.le);
export const gtPrimitive = comparison('gt', (s) => s.gt);
export const gePrimitive = comparison('ge', (s) => s.ge);

export const eq = (x: NDArray, y: NDArray): NDArray => bind1(eqPrimitive, null, x, y);
export const ne = (x: NDArray, y: NDArray): NDArray => bind1(nePrimitive, null, x, y);
export const lt = (x: NDArray, y: NDArray): NDArray => bind1(ltPrimitive, null, x, y);
export const le = (x: NDArray, y: NDArray): NDArray => bind1(lePrimitive, null, x, y);
export const gt = (x: NDArray, y: NDArray): NDArray => bind1(gtPrimitive, null, x, y);
export const ge = (x: NDArray, y: NDArray): NDArray => bind1(gePrimitive, null, x, y);

const bitwise = (name: string, pick: <E>(s: Scalars<E>) => (x: E, y: E) => E): Primitive<null> =>
  elementwise({ name, accepts: 'bits', formula: () => binary(pick), partials: [null, null] });
const shift = (name: string, pick: <E>(s: Scalars<E>) => (x: E, y: E) => E): Primitive<null> =>
  elementwise({ name, accepts: 'integer', formula: () => binary(pick), partials: [null, null] });

export const andPrimitive = bitwise('and', (s) => s.and);
export const orPrimitive = bitwise('or', (s) => s.or);
export const xorPrimitive = bitwise('xor', (s) => s.xor);
export const notPrimitive = elementwise({
  name: 'not',
  accepts: 'bits',
  formula: () => unary((s) => s.not),
  partials: [null],
});
export const shiftLeftPrimitive = shift('shiftLeft', (s) => s.shiftLeft);
export const shiftRightLogicalPrimitive = shift('shiftRightLogical', (s) => s.shiftRightLogical);
export const shiftRightArithmeticPrimitive = shift('shiftRightArithmetic', (s) => s.shiftRightArithmetic);

export const and = (x: NDArray, y: NDArray): NDArray => bind1(andPrimitive, null, x, y);
export const or = (x: NDArray, y: NDArray): NDArray => bind1(orPrimitive, null, x, y);
export const xor = (x: NDArray, y: NDArray): NDArray => bind1(xorPrimitive, null, x, y);
export const not = (x: NDArray): NDArray => bind1(notPrimitive, null, x);
export const shiftLeft = (x: NDArray, by: NDArray): NDArray => bind1(shiftLeftPrimitive, null, x, by);
export const shiftRightLogical = (x: NDArray, by: NDArray): NDArray => bind1(shiftRightLogicalPrimitive, null, x, by);
export const shiftRightArithmetic = (x: NDArray, by: NDArray): NDArray =>
  bind1(shiftRightArithmeticPrimitive, null, x, by);

const selectBase = elementwise({
  name: 'select',
  accepts: 'any',
  free: 1,
  formula: () => (s, inputs) => [s.select(nth(inputs, 0), nth(inputs, 1), nth(inputs, 2))],
  partials: [
    null,
    (dx, { inputs }) => select(nth(inputs, 0), dx, like(dx, 0)),
    (dy, { inputs }) => select(nth(inputs, 0), like(dy, 0), dy),
  ],
  transpose: ({ known }, ct) => {
    const condition = nth(known, 0);
    if (condition === null) return [null, null, null];
    return [
      null,
      known[1] === null ? select(condition, ct, like(ct, 0)) : null,
      known[2] === null ? select(condition, like(ct, 0), ct) : null,
    ];
  },
});

/** `condition ? x : y`, element by element. The derivative of the branch not taken is not looked at, but both are computed. */
export const selectPrimitive: Primitive<null> = Object.freeze({
  ...selectBase,
  infer: (inputs: readonly ArrayType[], params: null) => {
    if (nth(inputs, 0).dtype !== 'bool')
      throw new DTypeError(
        `select: expected a bool condition, got ${showType(nth(inputs, 0))}. Compare first, as in x.greater(0).`,
      );
    return selectBase.infer(inputs, params);
  },
  jvp: (moving: Parameters<Primitive<null>['jvp']>[0]) => {
    const [, dx, dy] = moving.tangents;
    if (dx === null || dx === undefined || dy === null || dy === undefined) return selectBase.jvp(moving);
    return { outputs: moving.outputs(), tangents: [select(nth(moving.primals, 0), dx, dy)] };
  },
});

export const select = (condition: NDArray, x: NDArray, y: NDArray): NDArray =>
  bind1(selectPrimitive, null, condition, x, y);
