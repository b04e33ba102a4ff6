/** The sum of products over labelled axes: matrix products, einsum of two operands, convolutions. */
import ndarray from 'ndarray';
import type { NDArray } from '../array/ndarray.ts';
import { sizeOf, type ArrayType } from '../array/type.ts';
import { affine, type AxisIndex, type ContractKernel } from '../kernels/kernel.ts';
import { combine } from './arithmetic.ts';
import { arrayOf, copyInto, eachIndex, freshView, isInside, nth, viewOf, type View } from './view.ts';

/** Where the labels, being at `labels`, point to on each axis. */
const place = (axes: readonly AxisIndex[], labels: readonly number[]): readonly number[] =>
  axes.map((axis) => {
    const { offset, terms } = affine(axis);
    return terms.reduce((at, { label, factor }) => at + factor * nth(labels, label), offset);
  });

/** Straight from the definition. Floats are multiplied and added in double and rounded once; integers wrap. */
export const runContract = (
  kernel: ContractKernel,
  left: NDArray,
  right: NDArray,
  { dtype, shape }: ArrayType,
): NDArray => {
  const [a, b] = [viewOf(left), viewOf(right)];
  const sums: View = ndarray(new Float64Array(sizeOf(shape)), [...shape]);
  const [add, multiply] = [combine('sum', dtype), combine('prod', dtype)];
  eachIndex(kernel.extents, (labels) => {
    const [i, j, o] = [place(kernel.left, labels), place(kernel.right, labels), place(kernel.output, labels)];
    if (!isInside(i, left.shape) || !isInside(j, right.shape) || !isInside(o, shape)) return;
    sums.set(...o, add(sums.get(...o), multiply(a.get(...i), b.get(...j))));
  });
  const out = freshView({ dtype, shape });
  copyInto(out, sums);
  return arrayOf(dtype, out);
};
