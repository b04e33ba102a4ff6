/** Running one primitive on concrete arrays: views at once, element by element operations in blocks, everything else through an executable. */
import { cellOf, copyElements, fromStore, isSplat, splat, strided, type NDArray } from '../array/ndarray.ts';
import { byteSize, rowMajor, sameShape, sameType, sizeOf, type ArrayType } from '../array/type.ts';
import type { Executor } from '../core/executor.ts';
import type { Graph, Variable } from '../core/graph.ts';
import { dataKey, equationKey } from '../core/key.ts';
import type { Primitive } from '../core/primitive.ts';
import { freshVariable, identityOf } from '../core/supply.ts';
import type { ViewKernel } from '../kernels/kernel.ts';
import { sameData } from '../tree/data.ts';
import { blocksFor, executableFor, executableOf } from './cache.ts';
import { reshapeStrides } from '../compiler/expression.ts';
import { variant } from '../compiler/variant.ts';

/** A program of one equation. */
const single = (
  primitive: Primitive,
  params: unknown,
  inputs: readonly ArrayType[],
  outputs: readonly ArrayType[],
): Graph => {
  const ins: readonly Variable[] = inputs.map(freshVariable);
  const outs: readonly Variable[] = outputs.map(freshVariable);
  return {
    name: primitive.name,
    inputs: ins,
    equations: [{ primitive, params, inputs: ins, outputs: outs, origin: null }],
    outputs: outs,
  };
};

/** A view of a concrete array; a small part of a large store is copied, so that it does not keep all of it. */
const viewed = (x: NDArray, { axes, starts }: ViewKernel, type: ArrayType): NDArray => {
  if (isSplat(x)) return splat(type, cellOf(x).value);
  const { data, strides, offset } = cellOf(x);
  if (data === null) return x;
  const start = starts.reduce((sum, s, axis) => sum + s * (strides[axis] ?? 0), offset);
  const made = strided(
    type,
    data,
    axes.map((axis) => (axis === null ? 0 : (strides[axis.axis] ?? 0) * axis.step)),
    start,
  );
  return axes.every((axis) => axis !== null) && byteSize(type) * 8 < data.byteLength
    ? fromStore(type, copyElements(made))
    : made;
};

const reshaped = (x: NDArray, type: ArrayType): NDArray => {
  if (isSplat(x)) return splat(type, cellOf(x).value);
  const { data, strides, offset } = cellOf(x);
  if (data === null || x.size === 0) return fromStore(type, copyElements(x));
  const kept = reshapeStrides(strides, x.shape, type.shape);
  return kept === null ? strided(type, copyElements(x), rowMajor(type.shape)) : strided(type, data, kept, offset);
};

type Run = (inputs: readonly NDArray[]) => readonly NDArray[];

/** How a primitive runs on operands of these types. */
interface Plan {
  readonly params: unknown;
  readonly types: readonly ArrayType[];
  /** The way of compiling that was in force when it was made. */
  readonly variant: number;
  readonly run: Run;
}

const makePlan = (primitive: Primitive, params: unknown, types: readonly ArrayType[]): Plan => {
  const outputs = primitive.infer(types, params);
  return { params, types, variant: variant(), run: runnerFor(primitive, params, types, outputs) };
};

const runnerFor = (
  primitive: Primitive,
  params: unknown,
  types: readonly ArrayType[],
  outputs: readonly ArrayType[],
): Run => {
  const kernel = primitive.kernel(params, types, outputs);
  const [type] = outputs;
  if (type !== undefined && types.length > 0) {
    if (kernel.kind === 'view') return ([x]) => (x === undefined ? [] : [viewed(x, kernel, type)]);
    if (kernel.kind === 'reshape') return ([x]) => (x === undefined ? [] : [reshaped(x, type)]);
    const size = sizeOf(type.shape);
    if (kernel.kind === 'map' && size > 0 && [...types, ...outputs].every((t) => sameShape(t.shape, type.shape))) {
      const vectors = (some: readonly ArrayType[], length: number): readonly ArrayType[] =>
        some.map(({ dtype }) => ({ dtype, shape: [length] }));
      const dtypes = [types.map((t) => t.dtype), outputs.map((t) => t.dtype)] as const;
      const key = `${primitive.name}${identityOf(primitive)} ${dataKey(params)} ${dtypes.join('>')}`;
      const blocks = blocksFor(key, ...dtypes, (length) =>
        single(primitive, params, vectors(types, length), vectors(outputs, length)),
      );
      const strides = rowMajor(type.shape);
      return (inputs) => blocks.run(inputs, size, outputs, strides);
    }
  }
  if (kernel.kind === 'call') return executableOf(kernel.graph).run;
  return executableFor(equationKey(primitive, params, types), () => single(primitive, params, types, outputs)).run;
};

const fits = (plan: Plan, params: unknown, inputs: readonly NDArray[]): boolean => {
  const { types } = plan;
  if (types.length !== inputs.length) return false;
  for (let i = 0; i < types.length; i++) {
    const [expected, got] = [types[i], inputs[i]?.type];
    if (expected !== got && (expected === undefined || got === undefined || !sameType(expected, got))) return false;
  }
  return plan.variant === variant() && (plan.params === params || sameData(plan.params, params));
};

/** The last few plans of a primitive. */
interface Recent {
  readonly plans: Plan[];
  next: number;
}
const few = 4;
const memo = { recent: new WeakMap<Primitive, Recent>() };

/** Forget how primitives were run. */
export const forgetPlans = (): void => void (memo.recent = new WeakMap());

const planFor = (primitive: Primitive, params: unknown, inputs: readonly NDArray[]): Plan => {
  const recent = memo.recent.get(primitive);
  if (recent !== undefined) for (const plan of recent.plans) if (fits(plan, params, inputs)) return plan;
  const made = makePlan(
    primitive,
    params,
    inputs.map((x) => x.type),
  );
  if (recent === undefined) memo.recent.set(primitive, { plans: [made], next: 1 });
  else {
    recent.plans[recent.next] = made;
    recent.next = (recent.next + 1) % few;
  }
  return made;
};

export const compiler: Executor = {
  name: 'compiler',
  run: (primitive, params, inputs) => planFor(primitive, params, inputs).run(inputs),
};
