/** Sums of products over labelled axes: matrix products, einsum of two operands, convolutions. */
import { DTypeError, ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showType, sizeOf, type ArrayType, type Shape } from '../array/type.ts';
import type { Primitive, Tangent } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import type { AxisIndex, ContractKernel } from '../kernels/kernel.ts';
import { sumTangents } from './elementwise.ts';
import { define, nth, streamingCost, through } from './record.ts';

/** What `ContractKernel` says, and the shape of the result, which affine labels do not tell. */
export interface Contraction extends Omit<ContractKernel, 'kind'> {
  readonly shape: Shape;
}

const checkSide = (
  side: string,
  indices: readonly AxisIndex[],
  type: ArrayType,
  extents: readonly number[],
  all: readonly ArrayType[],
): void => {
  if (indices.length !== type.shape.length)
    throw new ShapeError(
      `contract: expected ${indices.length} axes on the ${side}, got ${showType(type)}. Each axis has one index.`,
    );
  indices.forEach((index, axis) => {
    if (typeof index === 'number' && extents[index] !== type.shape[axis])
      throw new ShapeError(
        `contract: expected extent ${extents[index]} of axis ${axis} on the ${side}, got ${all.map(showType).join(' and ')}. Contracted axes have one extent.`,
        'shape.contract',
      );
  });
};

const infer = (
  inputs: readonly ArrayType[],
  { extents, left, right, output, shape }: Contraction,
): readonly ArrayType[] => {
  const [x, y] = [nth(inputs, 0), nth(inputs, 1)];
  if (x.dtype !== y.dtype || x.dtype === 'bool')
    throw new DTypeError(
      `contract: expected numbers of one type, got ${showType(x)} and ${showType(y)}. Convert with astype.`,
    );
  const result: ArrayType = { dtype: x.dtype, shape };
  checkSide('left', left, x, extents, inputs);
  checkSide('right', right, y, extents, inputs);
  checkSide('output', output, result, extents, inputs);
  return [result];
};

/** The same indices with a further label for the batch in front. */
const withLabel = (indices: readonly AxisIndex[], label: number, has: boolean): readonly AxisIndex[] =>
  has ? [label, ...indices] : indices;

export const contractPrimitive: Primitive<Contraction> = define<Contraction>({
  name: 'contract',
  infer,
  kernel: ({ extents, left, right, output }) => ({ kind: 'contract', extents, left, right, output }),
  jvp: ({ primals, tangents: [dx = null, dy = null], params, outputs }) => ({
    outputs: outputs(),
    tangents: [
      sumTangents([
        through(dx, (d) => contract(d, nth(primals, 1), params)),
        through(dy, (d) => contract(nth(primals, 0), d, params)),
      ]),
    ],
  }),
  transpose: ({
    cotangents,
    known: [x = null, y = null],
    inputs,
    params: { extents, left, right, output },
  }): readonly Tangent[] => {
    const ct = nth(cotangents, 0);
    if (ct === null) return [null, null];
    return [
      x === null && y !== null
        ? contract(ct, y, { extents, left: output, right, output: left, shape: nth(inputs, 0).shape })
        : null,
      y === null && x !== null
        ? contract(x, ct, { extents, left, right: output, output: right, shape: nth(inputs, 1).shape })
        : null,
    ];
  },
  batch: ({ inputs, mapped, size, params }) => {
    const label = params.extents.length;
    const [a, b] = [mapped[0] === true, mapped[1] === true];
    const spec = {
      extents: [...params.extents, size],
      left: withLabel(params.left, label, a),
      right: withLabel(params.right, label, b),
      output: withLabel(params.output, label, true),
      shape: [size, ...params.shape],
    };
    return { outputs: [contract(nth(inputs, 0), nth(inputs, 1), spec)], mapped: [true] };
  },
  cost: (params, inputs, outputs) => ({
    flops: 2 * sizeOf(params.extents),
    bytes: streamingCost(params, inputs, outputs).bytes,
  }),
});

/** The sum of products over all assignments of the labels; see `ContractKernel`. */
export const contract = (left: NDArray, right: NDArray, spec: Contraction): NDArray =>
  bind1(contractPrimitive, spec, left, right);

export interface DotAxes {
  /** Axes of `x` and of `y` that are multiplied and summed, pair by pair. */
  readonly contract: readonly [readonly number[], readonly number[]];
  /** Axes that run along together. */
  readonly batch: readonly [readonly number[], readonly number[]];
}

/** JAX's `dot_general`: the result has the batch axes, then the rest of `x`, then the rest of `y`. */
export const dotGeneral = (x: NDArray, y: NDArray, { contract: [xs, ys], batch: [xb, yb] }: DotAxes): NDArray => {
  const extents: number[] = [];
  const fresh = (extent: number): number => extents.push(extent) - 1;
  const left = new Array<number>(x.ndim);
  const right = new Array<number>(y.ndim);
  xb.forEach((axis, i) => (left[axis] = right[nth(yb, i)] = fresh(nth(x.shape, axis))));
  const batch = xb.map((axis) => nth(left, axis));
  const rest = (own: number[], shape: Shape, used: readonly number[]): readonly number[] =>
    shape.flatMap((extent, axis) => (used.includes(axis) ? [] : [(own[axis] = fresh(extent))]));
  const rows = rest(left, x.shape, [...xb, ...xs]);
  const columns = rest(right, y.shape, [...yb, ...ys]);
  xs.forEach((axis, i) => (left[axis] = right[nth(ys, i)] = fresh(nth(x.shape, axis))));
  const output = [...batch, ...rows, ...columns];
  return contract(x, y, { extents, left, right, output, shape: output.map((label) => nth(extents, label)) });
};
