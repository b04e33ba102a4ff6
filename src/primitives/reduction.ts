/** Extrema, products and logical reductions along axes, and positions of extrema. */
import { DTypeError, ShapeError } from '../array/errors.ts';
import type { DType } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import { axesOf, showType, without, type ArrayType } from '../array/type.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import type { Monoid } from '../kernels/kernel.ts';
import { convert, div, mul } from './arithmetic.ts';
import { broadcast, reduceSum, reshape, transpose } from './broadcast.ts';
import { cumprod } from './cumulation.ts';
import { eq } from './logic.ts';
import { checkAxes, define, noTangent, notLinear, nth, only, through, type Rules } from './record.ts';
import { pad, sliceAxis } from './slicing.ts';
import { splat } from '../array/ndarray.ts';

interface Axes {
  readonly axes: readonly number[];
}

const reduction = (
  name: string,
  monoid: Monoid,
  dtypes: (d: DType) => boolean,
  jvp: Rules<Axes>['jvp'],
): Primitive<Axes> => {
  const primitive: Primitive<Axes> = define<Axes>({
    name,
    infer: (inputs, { axes }) => {
      const x = only(inputs, name);
      checkAxes(name, x, axes);
      if (!dtypes(x.dtype))
        throw new DTypeError(`${name}: expected another element type, got ${showType(x)}. Convert with astype.`);
      return [{ dtype: x.dtype, shape: x.shape.filter((_, axis) => !axes.includes(axis)) }];
    },
    kernel: ({ axes }) => ({ kind: 'reduce', monoid, axes }),
    jvp,
    transpose: notLinear(name),
    batch: ({ inputs, params: { axes } }) => ({
      outputs: [bind1(primitive, { axes: axes.map((axis) => axis + 1) }, only(inputs, name))],
      mapped: [true],
    }),
  });
  return primitive;
};

/** Ties share the tangent evenly, as in JAX. */
const shareTies: Rules<Axes>['jvp'] = ({ primals, tangents, params: { axes }, outputs }) => {
  const [x, y] = [only(primals, 'reduce'), only(outputs(), 'reduce')];
  return {
    outputs: [y],
    tangents: [
      through(only(tangents, 'reduce'), (dx) => {
        const reached = convert(eq(x, broadcast(y, x.shape, without(axesOf(x.shape), axes))), x.dtype);
        return div(reduceSum(mul(dx, reached), axes), reduceSum(reached, axes));
      }),
    ],
  };
};

/** The reduced axes as one, last. */
const gathered = (x: NDArray, axes: readonly number[]): NDArray => {
  const kept = without(axesOf(x.shape), axes);
  const moved = transpose(x, [...kept, ...axes]);
  return reshape(moved, [
    ...kept.map((axis) => nth(x.shape, axis)),
    axes.reduce((n, axis) => n * nth(x.shape, axis), 1),
  ]);
};

/** For each element the product of those before it (after it, if `reverse`). */
const exclusive = (x: NDArray, reverse: boolean): NDArray => {
  const axis = x.ndim - 1;
  const extent = nth(x.shape, axis);
  if (extent === 0) return x;
  const kept = reverse ? sliceAxis(x, axis, 1, extent) : sliceAxis(x, axis, 0, extent - 1);
  const one = x.shape.map((_, a) => (a === axis ? 1 : 0));
  const none = x.shape.map(() => 0);
  return pad(cumprod(kept, axis, reverse), splat({ dtype: x.dtype, shape: [] }, 1), {
    low: reverse ? none : one,
    high: reverse ? one : none,
    interior: none,
  });
};

/** The sum over elements of the tangent times the product of all others, without division: right at zeros. */
const withoutEach: Rules<Axes>['jvp'] = ({ primals, tangents, params: { axes }, outputs }) => ({
  outputs: outputs(),
  tangents: [
    through(only(tangents, 'reduceProd'), (dx) => {
      const [x, moving] = [gathered(only(primals, 'reduceProd'), axes), gathered(dx, axes)];
      return reduceSum(mul(moving, mul(exclusive(x, false), exclusive(x, true))), [x.ndim - 1]);
    }),
  ],
});

const isAny = (): boolean => true;
const isBool = (d: DType): boolean => d === 'bool';
export const reduceMaxPrimitive = reduction('reduceMax', 'max', isAny, shareTies);
export const reduceMinPrimitive = reduction('reduceMin', 'min', isAny, shareTies);
export const reduceProdPrimitive = reduction('reduceProd', 'prod', (d) => d !== 'bool', withoutEach);
export const reduceAndPrimitive = reduction('reduceAnd', 'min', isBool, noTangent);
export const reduceOrPrimitive = reduction('reduceOr', 'max', isBool, noTangent);

const over =
  (primitive: Primitive<Axes>) =>
  (x: NDArray, axes: readonly number[]): NDArray =>
    axes.length === 0 ? x : bind1(primitive, { axes }, x);
/** The largest along `axes`; ties share the derivative; NaN if there is one. */
export const reduceMax = over(reduceMaxPrimitive);
export const reduceMin = over(reduceMinPrimitive);
/** The product along `axes`; the derivative is right at zeros. */
export const reduceProd = over(reduceProdPrimitive);
export const reduceAnd = over(reduceAndPrimitive);
export const reduceOr = over(reduceOrPrimitive);

interface OneAxis {
  readonly axis: number;
}
const position = (name: string, extremum: 'max' | 'min'): Primitive<OneAxis> => {
  const primitive: Primitive<OneAxis> = define<OneAxis>({
    name,
    infer: (inputs: readonly ArrayType[], { axis }) => {
      const x = only(inputs, name);
      checkAxes(name, x, [axis]);
      if (x.shape[axis] === 0)
        throw new ShapeError(
          `${name}: expected an axis with elements, got ${showType(x)} along axis ${axis}. An empty axis has no extremum.`,
        );
      return [{ dtype: 'int32', shape: x.shape.filter((_, a) => a !== axis) }];
    },
    kernel: ({ axis }) => ({ kind: 'argReduce', extremum, axis }),
    jvp: noTangent,
    transpose: notLinear(name),
    batch: ({ inputs, params: { axis } }) => ({
      outputs: [bind1(primitive, { axis: axis + 1 }, only(inputs, name))],
      mapped: [true],
    }),
  });
  return primitive;
};
export const argmaxPrimitive = position('argmax', 'max');
export const argminPrimitive = position('argmin', 'min');
/** The int32 position of the first largest along `axis`; the first NaN wins. */
export const argmax = (x: NDArray, axis: number): NDArray => bind1(argmaxPrimitive, { axis }, x);
export const argmin = (x: NDArray, axis: number): NDArray => bind1(argminPrimitive, { axis }, x);
