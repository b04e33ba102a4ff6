/** Contractions: as matrix products where the labels allow it, as folded loops otherwise. */
import { InternalError } from '../array/errors.ts';
import { sizeOf, type ArrayType } from '../array/type.ts';
import { affine, type AxisIndex, type ContractKernel } from '../kernels/kernel.ts';
import type { Builder, Value } from './builder.ts';
import { lowerStrided } from './emit/convolution/lower.ts';
import { loadAll } from './expression.ts';
import { asProduct, foldedProduct, type Lowered } from './product.ts';

const areLabels = (indices: readonly AxisIndex[]): indices is readonly number[] =>
  indices.every((i) => typeof i === 'number');

export const lowerContract = (
  builder: Builder,
  kernel: ContractKernel,
  inputs: readonly Value[],
  type: ArrayType,
): Lowered => {
  const [x, y] = inputs;
  if (x === undefined || y === undefined) throw new InternalError('contract: expected two operands.');
  const { left, right, output, extents } = kernel;
  const isPlain =
    areLabels(left) &&
    areLabels(right) &&
    areLabels(output) &&
    [left, right, output].every((l) => new Set(l).size === l.length);
  if (!isPlain || sizeOf(extents) === 0)
    return lowerStrided(builder, kernel, [x, y], type) ?? affineContract(builder, kernel, [x, y], type);
  const product =
    asProduct(builder, { left, right, output, extents }, x, y, type) ??
    asProduct(builder, { left: right, right: left, output, extents }, y, x, type);
  return product ?? foldedProduct(builder, { left, right, output, extents }, x, y, type);
};

const affineContract = (
  builder: Builder,
  kernel: ContractKernel,
  inputs: readonly Value[],
  type: ArrayType,
): Lowered => {
  const buffer = builder.scratch(type);
  builder.emit({
    kind: 'plain',
    kernel: {
      ...kernel,
      left: kernel.left.map(affine),
      right: kernel.right.map(affine),
      output: kernel.output.map(affine),
    },
    inputs: inputs.map((v) => builder.dense(v)),
    inputTypes: inputs.map((v) => v.type),
    outputs: [buffer],
  });
  return { expression: loadAll(buffer), buffer };
};
