/** Running sums, products and extrema along one axis. */
import { splat, type NDArray } from '../array/ndarray.ts';
import type { ArrayType } from '../array/type.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import type { Monoid } from '../kernels/kernel.ts';
import { add, mul } from './arithmetic.ts';
import { takeAlongAxis } from './indexing.ts';
import { iota } from './iota.ts';
import { eq, select } from './logic.ts';
import { checkAxes, define, linear, notLinear, nth, only, through, type Rules } from './record.ts';
import { pad, sliceAxis } from './slicing.ts';

interface Along {
  readonly axis: number;
  readonly reverse: boolean;
}

const infer =
  (name: string) =>
  (inputs: readonly ArrayType[], { axis }: Along): readonly ArrayType[] => {
    checkAxes(name, only(inputs, name), [axis]);
    return inputs;
  };

export const cumsumPrimitive: Primitive<Along> = linear<Along>({
  name: 'cumsum',
  infer: (x, params) => nth(infer('cumsum')([x], params), 0),
  kernel: ({ axis, reverse }) => ({ kind: 'cumulate', monoid: 'sum', axis, reverse }),
  adjoint: (ct, { axis, reverse }) => cumsum(ct, axis, !reverse),
  under: ({ axis, reverse }) => ({ axis: axis + 1, reverse }),
});
/** Running sums, from the end if `reverse`. */
export const cumsum = (x: NDArray, axis: number, reverse = false): NDArray =>
  bind1(cumsumPrimitive, { axis, reverse }, x);

const nonlinear = (
  name: string,
  monoid: Monoid,
  jvp: Rules<Along>['jvp'],
  again: (x: NDArray, axis: number, reverse: boolean) => NDArray,
): Primitive<Along> =>
  define<Along>({
    name,
    infer: infer(name),
    kernel: ({ axis, reverse }) => ({ kind: 'cumulate', monoid, axis, reverse }),
    jvp,
    transpose: notLinear(name),
    batch: ({ inputs, params: { axis, reverse } }) => ({
      outputs: [again(only(inputs, name), axis + 1, reverse)],
      mapped: [true],
    }),
  });

/** Every element moved `by` places along the axis (back if `reverse`), `value` coming in. */
const shifted = (x: NDArray, { axis, reverse }: Along, by: number, value: number): NDArray => {
  const extent = nth(x.shape, axis);
  const n = Math.min(by, extent);
  const kept = reverse ? sliceAxis(x, axis, n, extent) : sliceAxis(x, axis, 0, extent - n);
  const zeros = x.shape.map(() => 0);
  const moved = x.shape.map((_, a) => (a === axis ? n : 0));
  return pad(kept, splat({ dtype: x.dtype, shape: [] }, value), {
    low: reverse ? zeros : moved,
    high: reverse ? moved : zeros,
    interior: zeros,
  });
};

/** Solves `t[i] = a[i] t[i-1] + b[i]` by doubling steps: linear in `b`, no division, so zeros in `a` do no harm. */
const recurrence = (a: NDArray, b: NDArray, along: Along): NDArray => {
  let [factor, value] = [a, b];
  for (let by = 1; by < nth(a.shape, along.axis); by *= 2) {
    value = add(value, mul(factor, shifted(value, along, by, 0)));
    factor = mul(factor, shifted(factor, along, by, 1));
  }
  return value;
};

export const cumprodPrimitive: Primitive<Along> = nonlinear(
  'cumprod',
  'prod',
  ({ primals, tangents, params, outputs }) => {
    const [x, y] = [only(primals, 'cumprod'), only(outputs(), 'cumprod')];
    return {
      outputs: [y],
      tangents: [through(only(tangents, 'cumprod'), (dx) => recurrence(x, mul(shifted(y, params, 1, 1), dx), params))],
    };
  },
  (x, axis, reverse) => cumprod(x, axis, reverse),
);
/** Running products; the derivative is right at zeros. */
export const cumprod = (x: NDArray, axis: number, reverse = false): NDArray =>
  bind1(cumprodPrimitive, { axis, reverse }, x);

/** The tangent at the position where the running extremum was last reached. */
const atExtremum: Rules<Along>['jvp'] = ({ primals, tangents, params: { axis, reverse }, outputs }) => {
  const [x, y] = [only(primals, 'cummax'), only(outputs(), 'cummax')];
  return {
    outputs: [y],
    tangents: [
      through(only(tangents, 'cummax'), (dx) => {
        const extent = nth(x.shape, axis);
        const counts = iota({ dtype: 'int32', shape: x.shape }, axis);
        const reached = select(eq(x, y), counts, splat(counts.type, reverse ? extent - 1 : 0));
        return takeAlongAxis(dx, reverse ? cummin(reached, axis, true) : cummax(reached, axis), axis);
      }),
    ],
  };
};
export const cummaxPrimitive: Primitive<Along> = nonlinear('cummax', 'max', atExtremum, (x, axis, reverse) =>
  cummax(x, axis, reverse),
);
export const cumminPrimitive: Primitive<Along> = nonlinear('cummin', 'min', atExtremum, (x, axis, reverse) =>
  cummin(x, axis, reverse),
);
export const cummax = (x: NDArray, axis: number, reverse = false): NDArray =>
  bind1(cummaxPrimitive, { axis, reverse }, x);
export const cummin = (x: NDArray, axis: number, reverse = false): NDArray =>
  bind1(cumminPrimitive, { axis, reverse }, x);
