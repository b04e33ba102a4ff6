/** Looking up and putting in by computed positions: gather and scatter, each the other's adjoint. */
import { DTypeError, ShapeError, UnsupportedError } from '../array/errors.ts';
import { splat, type NDArray } from '../array/ndarray.ts';
import { sameShape, showType, sizeOf, type ArrayType } from '../array/type.ts';
import type { Primitive, Tangent } from '../core/primitive.ts';
import { bind1 } from '../core/trace.ts';
import type { GatherKernel, ScatterKernel } from '../kernels/kernel.ts';
import { add, convert, div, max, min, mul } from './arithmetic.ts';
import { moveAxis, reshape, withBatch } from './broadcast.ts';
import { concatenate, sliceAxis } from './slicing.ts';
import { like } from './elementwise.ts';
import { iota } from './iota.ts';
import { eq, select } from './logic.ts';
import { define, nth, through } from './record.ts';

export type Gather = Omit<GatherKernel, 'kind'>;
export interface Scatter extends Omit<ScatterKernel, 'kind'> {
  /** Whether no position occurs twice; a promise that multiplication's derivative needs. */
  readonly unique: boolean;
}

/** The shapes of a gather: batch, positions, and the slice taken at each. */
const parts = (
  name: string,
  operand: ArrayType,
  indices: ArrayType,
  batch: number,
): { readonly lead: readonly number[]; readonly positions: readonly number[]; readonly rest: readonly number[] } => {
  const depth = indices.shape.at(-1);
  const lead = operand.shape.slice(0, batch);
  if (indices.dtype !== 'int32' || depth === undefined)
    throw new DTypeError(
      `${name}: expected int32 positions with a last axis for their coordinates, got ${showType(indices)}. Convert with astype('int32').`,
    );
  if (!sameShape(lead, indices.shape.slice(0, batch)) || batch + depth > operand.shape.length)
    throw new ShapeError(
      `${name}: expected positions with ${batch} axes shared and coordinates for axes of ${showType(operand)}, got ${showType(indices)}. Shared axes stand in front.`,
    );
  return { lead, positions: indices.shape.slice(batch, -1), rest: operand.shape.slice(batch + depth) };
};

export const gatherPrimitive: Primitive<Gather> = define<Gather>({
  name: 'gather',
  infer: (inputs, { batch }) => {
    const { lead, positions, rest } = parts('gather', nth(inputs, 0), nth(inputs, 1), batch);
    return [{ dtype: nth(inputs, 0).dtype, shape: [...lead, ...positions, ...rest] }];
  },
  kernel: ({ batch, mode }) => ({ kind: 'gather', batch, mode }),
  // What is filled in does not move.
  jvp: ({ primals, tangents: [dx = null], params, outputs }) => ({
    outputs: outputs(),
    tangents: [
      through(dx, (d) =>
        gather(d, nth(primals, 1), { ...params, mode: params.mode === 'fill' ? 'zero' : params.mode }),
      ),
    ],
  }),
  transpose: ({ cotangents: [ct = null], known: [, indices = null], inputs, params: { batch, mode } }) => {
    if (ct === null || indices === null) return [null, null];
    const operand = nth(inputs, 0);
    const at = mode === 'clip' ? clipped(indices, operand, batch) : indices;
    return [
      scatter(splat({ dtype: ct.dtype, shape: operand.shape }, 0), at, ct, { batch, combine: 'add', unique: false }),
      null,
    ];
  },
  batch: ({ inputs, mapped, size, params }) => {
    const [x, indices] = [nth(inputs, 0), nth(inputs, 1)];
    // What all examples share is looked up as it is: their positions are one more axis of positions.
    if (mapped[0] !== true) {
      const found = gather(x, moveAxis(indices, 0, params.batch), params);
      return { outputs: [moveAxis(found, params.batch, 0)], mapped: [true] };
    }
    const [a, b] = withBatch([x, indices], mapped, size);
    return { outputs: [gather(a ?? x, b ?? indices, { ...params, batch: params.batch + 1 })], mapped: [true] };
  },
});

/** The slices of `operand` at the positions; see `GatherKernel`. */
export const gather = (operand: NDArray, indices: NDArray, params: Gather): NDArray =>
  bind1(gatherPrimitive, params, operand, indices);

/** Positions moved to the nearest that are in range. */
const clipped = (indices: NDArray, operand: ArrayType, batch: number): NDArray => {
  const axis = indices.ndim - 1;
  const columns = Array.from({ length: nth(indices.shape, axis) }, (_, d) => {
    const column = sliceAxis(indices, axis, d, d + 1);
    return min(max(column, like(column, 0)), like(column, Math.max(0, nth(operand.shape, batch + d) - 1)));
  });
  return columns.length === 0 ? indices : concatenate(columns, axis);
};

const zeroGather = (x: NDArray, indices: NDArray, batch: number): NDArray =>
  gather(x, indices, { batch, mode: 'zero' });
const scatterTangent =
  (combine: 'set' | 'add') =>
  (x: NDArray, indices: NDArray, dx: Tangent, du: Tangent, updates: NDArray, batch: number): NDArray =>
    scatter(dx ?? splat(x.type, 0), indices, du ?? splat(updates.type, 0), { batch, combine, unique: false });

/** 1 where an update is the last at its position, which is the one that counts for `set`. */
const winners = (operand: ArrayType, indices: NDArray, updates: ArrayType, batch: number): NDArray => {
  const numbers = add(
    reshape(iota({ dtype: 'int32', shape: [sizeOf(updates.shape)] }, 0), updates.shape),
    splat({ dtype: 'int32', shape: updates.shape }, 1),
  );
  const last = scatter(splat({ dtype: 'int32', shape: operand.shape }, 0), indices, numbers, {
    batch,
    combine: 'set',
    unique: false,
  });
  return eq(zeroGather(last, indices, batch), numbers);
};

/** Largest and smallest: all that reached the result share its tangent evenly. */
const sharedTangent = (
  x: NDArray,
  indices: NDArray,
  updates: NDArray,
  y: NDArray,
  dx: Tangent,
  du: Tangent,
  batch: number,
): NDArray => {
  const won = convert(eq(x, y), x.dtype);
  const wonUpdates = convert(eq(updates, zeroGather(y, indices, batch)), x.dtype);
  const sum = (a: NDArray, b: NDArray): NDArray => scatter(a, indices, b, { batch, combine: 'add', unique: false });
  const moved = sum(
    dx === null ? splat(x.type, 0) : mul(dx, won),
    du === null ? splat(updates.type, 0) : mul(du, wonUpdates),
  );
  return div(moved, sum(won, wonUpdates));
};

const scatterJvp: Primitive<Scatter>['jvp'] = ({ primals, tangents: [dx = null, , du = null], params, outputs }) => {
  const [x, indices, updates] = [nth(primals, 0), nth(primals, 1), nth(primals, 2)];
  const { combine, batch, unique } = params;
  const y = outputs();
  if (combine === 'set' || combine === 'add')
    return { outputs: y, tangents: [scatterTangent(combine)(x, indices, dx, du, updates, batch)] };
  if (combine === 'min' || combine === 'max')
    return { outputs: y, tangents: [sharedTangent(x, indices, updates, nth(y, 0), dx, du, batch)] };
  if (du !== null && !unique)
    throw new UnsupportedError(
      'scatter multiply: expected unique indices for the derivative in the updates, got indices that may repeat. Promise it with { uniqueIndices: true }.',
      'unsupported.scatterMultiply',
    );
  const ofOperand = through(dx, (d) => scatter(d, indices, updates, params));
  const ofUpdates = through(du, (d) =>
    scatter(splat(x.type, 0), indices, mul(d, zeroGather(x, indices, batch)), { ...params, combine: 'add' }),
  );
  return {
    outputs: y,
    tangents: [ofOperand === null ? ofUpdates : ofUpdates === null ? ofOperand : add(ofOperand, ofUpdates)],
  };
};

const scatterTranspose: Primitive<Scatter>['transpose'] = ({ cotangents: [ct = null], known, inputs, params }) => {
  const indices = known[1] ?? null;
  if (ct === null || indices === null) return [null, null, null];
  const { combine, batch } = params;
  const [operand, updates] = [nth(inputs, 0), nth(inputs, 2)];
  const [needsOperand, needsUpdates] = [known[0] === null, known[2] === null];
  if (combine === 'add') return [needsOperand ? ct : null, null, needsUpdates ? zeroGather(ct, indices, batch) : null];
  if (combine === 'mul')
    return [
      needsOperand && known[2] !== null && known[2] !== undefined ? scatter(ct, indices, known[2], params) : null,
      null,
      null,
    ];
  const sent = needsUpdates ? zeroGather(ct, indices, batch) : null;
  return [
    needsOperand ? scatter(ct, indices, splat(updates, 0), { batch, combine: 'set', unique: false }) : null,
    null,
    through(sent, (s) => select(winners(operand, indices, updates, batch), s, like(s, 0))),
  ];
};

export const scatterPrimitive: Primitive<Scatter> = define<Scatter>({
  name: 'scatter',
  infer: (inputs, { batch }) => {
    const [operand, indices, updates] = [nth(inputs, 0), nth(inputs, 1), nth(inputs, 2)];
    const { lead, positions, rest } = parts('scatter', operand, indices, batch);
    const expected: ArrayType = { dtype: operand.dtype, shape: [...lead, ...positions, ...rest] };
    if (updates.dtype !== operand.dtype || !sameShape(updates.shape, expected.shape))
      throw new ShapeError(
        `scatter: expected updates ${showType(expected)} for ${showType(operand)} at ${showType(indices)}, got ${showType(updates)}. One slice for each position.`,
      );
    return [operand];
  },
  kernel: ({ batch, combine }) => ({ kind: 'scatter', batch, combine }),
  jvp: scatterJvp,
  transpose: scatterTranspose,
  batch: ({ inputs, mapped, size, params }) => {
    const [a, b, c] = withBatch(inputs, mapped, size);
    return {
      outputs: [
        scatter(a ?? nth(inputs, 0), b ?? nth(inputs, 1), c ?? nth(inputs, 2), { ...params, batch: params.batch + 1 }),
      ],
      mapped: [true],
    };
  },
});

/** `operand` with the updates combined in at the positions; see `ScatterKernel`. */
export const scatter = (operand: NDArray, indices: NDArray, updates: NDArray, params: Scatter): NDArray =>
  bind1(scatterPrimitive, params, operand, indices, updates);

/** The elements of `x` at int32 positions along one axis, all other axes running along: `y[i, j] = x[indices[i, j], j]` for axis 0. */
export const takeAlongAxis = (
  x: NDArray,
  indices: NDArray,
  axis: number,
  mode: GatherKernel['mode'] = 'clip',
): NDArray => {
  const last = x.ndim - 1;
  const [values, at] = [moveAxis(x, axis, last), moveAxis(indices, axis, last)];
  const found = gather(values, reshape(at, [...at.shape, 1]), { batch: last, mode });
  return moveAxis(found, last, axis);
};
