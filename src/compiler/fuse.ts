/** From a program to steps: equations that only move or combine elements become expressions of the loops that use them. */
import { InternalError } from '../array/errors.ts';
import { cellOf, isSplat, type NDArray } from '../array/ndarray.ts';
import { rowMajor, sizeOf, type ArrayType } from '../array/type.ts';
import { inputTypes, outputTypes, type Atom, type Equation, type Graph, type Variable } from '../core/graph.ts';
import { dataKey } from '../core/key.ts';
import { identityOf } from '../core/supply.ts';
import type { Kernel, ViewKernel } from '../kernels/kernel.ts';
import { prune } from '../transforms/prune.ts';
import { copyNest, makeBuilder, type Builder, type Value } from './builder.ts';
import { lowerContract } from './contract.ts';
import { lowerWindow } from './emit/convolution/pooling.ts';
import { lowerConcatenate, lowerGenerate, lowerPad, lowerReduce } from './lower-kernel.ts';
import {
  isComputed,
  loadAll,
  loadsOf,
  reshaped,
  through,
  weightOf,
  type Buffer,
  type Expression,
} from './expression.ts';
import { probe } from './emit/probe.ts';
import { hoisted } from './hoist.ts';
import { merge } from './merge.ts';
import { lowerScan } from './scan.ts';
import type { Routine, Step } from './step.ts';

/** Expressions heavier than this are put into memory. */
const heaviest = 48;

interface State {
  readonly builder: Builder;
  readonly found: Map<string, readonly Value[]>;
  next: number;
}

const makeValue = (state: State, type: ArrayType, expression: Expression | null, buffer: Buffer | null): Value => ({
  id: state.next++,
  type,
  expression,
  buffer,
});
const inMemory = (state: State, buffer: Buffer): Value => makeValue(state, buffer.type, loadAll(buffer), buffer);

/** The steps of a program. */
export const fuse = (program: Graph): Routine => {
  const graph = prune(
    program,
    program.outputs.map(() => true),
    true,
  ).graph;
  const steps: Step[] = [];
  const state: State = { builder: makeBuilder(steps), found: new Map(), next: 0 };
  const inputs = graph.inputs.map((v, index) => {
    const buffer: Buffer = { id: -1 - index, type: v.type, role: { kind: 'input', index } };
    return inMemory(state, buffer);
  });
  const outputs = runGraph(state, graph, inputs);
  outputs.forEach((value, index) => giveOut(state, value, index));
  return { name: graph.name, inputs: inputTypes(graph), outputs: outputTypes(graph), steps: merge(steps) };
};

/** Make the value output `index`: rename its buffer if it is free for that, else copy. */
const giveOut = ({ builder }: State, value: Value, index: number): void => {
  const role = { kind: 'output', index } as const;
  if (value.buffer !== null && value.buffer.role.kind === 'scratch') {
    value.buffer.role = role;
    return;
  }
  const buffer: Buffer = { ...builder.scratch(value.type), role };
  const source = value.buffer ?? value.expression;
  if (source === null) throw new InternalError('fuse: output has no value.');
  builder.emit(copyNest(builder.expressionOf(value), buffer, value.type));
};

const runGraph = (state: State, graph: Graph, inputs: readonly Value[]): readonly Value[] => {
  const bound = new Map<Variable, Value>();
  graph.inputs.forEach((v, i) => {
    const value = inputs[i];
    if (value !== undefined) bound.set(v, value);
  });
  const uses = countUses(graph);
  const valueOf = (atom: Atom): Value => {
    if (atom.kind === 'literal') return literal(state, atom.value);
    const value = bound.get(atom);
    if (value === undefined) throw new InternalError(`fuse: variable ${atom.id} is not bound.`);
    return value;
  };
  for (const equation of graph.equations) {
    const outputs = runEquation(
      state,
      equation,
      equation.inputs.map(valueOf),
      equation.outputs.some((v) => (uses.get(v) ?? 0) > 1),
    );
    equation.outputs.forEach((v, i) => {
      const value = outputs[i];
      if (value !== undefined) bound.set(v, value);
    });
  }
  return graph.outputs.map(valueOf);
};

const countUses = (graph: Graph): ReadonlyMap<Variable, number> => {
  const uses = new Map<Variable, number>();
  const use = (atom: Atom): void => {
    if (atom.kind === 'variable') uses.set(atom, (uses.get(atom) ?? 0) + 1);
  };
  for (const equation of graph.equations) equation.inputs.forEach(use);
  graph.outputs.forEach(use);
  return uses;
};

const literal = (state: State, value: NDArray): Value => {
  if (isSplat(value))
    return makeValue(state, value.type, { kind: 'constant', dtype: value.dtype, value: cellOf(value).value }, null);
  const key = `literal ${dataKey(value)}`;
  const known = state.found.get(key)?.[0];
  if (known !== undefined) return known;
  const output = state.builder.scratch(value.type);
  state.builder.emit({ kind: 'data', value, output });
  const made = inMemory(state, output);
  state.found.set(key, [made]);
  return made;
};

const runEquation = (
  state: State,
  equation: Equation,
  inputs: readonly Value[],
  isShared: boolean,
): readonly Value[] => {
  const { primitive, params, outputs } = equation;
  const types = outputs.map((v) => v.type);
  const kernel = primitive.kernel(
    params,
    inputs.map((v) => v.type),
    types,
  );
  if (kernel.kind === 'call' || kernel.kind === 'program') return runGraph(state, kernel.graph, inputs);
  const isPure = kernel.kind !== 'host' && kernel.kind !== 'barrier' && primitive.effect(params) === 'none';
  const key = `${primitive.name}${identityOf(primitive)} ${dataKey(params)} ${inputs.map(valueKey).join(' ')}`;
  const known = isPure ? state.found.get(key) : undefined;
  if (known !== undefined) return known;
  const better =
    kernel.kind === 'scan'
      ? hoisted(
          { primitive, kernel },
          inputs.map((v) => v.type),
        )
      : null;
  const values = better === null ? lower(state, kernel, inputs, types) : runGraph(state, better, inputs);
  for (const value of values)
    if (isShared && value.expression !== null && isDear(value.expression)) state.builder.dense(value);
  if (isPure) state.found.set(key, values);
  return values;
};

/** What is read more than once is put into memory, unless computing it again is as quick as reading it. */
const isDear = (expression: Expression): boolean =>
  isComputed(expression) && (probe([expression]).operations > 2 || loadsOf([expression]).length > 2);

/** Equal constants are the same value, wherever they were written. */
const valueKey = ({ id, expression, type }: Value): string =>
  expression?.kind === 'constant'
    ? `=${expression.dtype}[${type.shape.join()}]${Object.is(expression.value, -0) ? '-0' : expression.value}`
    : `${id}`;

const lower = (
  state: State,
  kernel: Kernel<Graph, NDArray>,
  inputs: readonly Value[],
  types: readonly ArrayType[],
): readonly Value[] => {
  const { builder } = state;
  const [first] = inputs;
  const [type] = types;
  const lazy = (expression: Expression): readonly Value[] =>
    type === undefined ? [] : [makeValue(state, type, expression, null)];
  const stored = (buffers: readonly Buffer[]): readonly Value[] => buffers.map((b) => inMemory(state, b));
  switch (kernel.kind) {
    case 'map':
      return lowerMap(state, kernel.formula, inputs, types);
    case 'generate':
      return type === undefined ? [] : lazy(lowerGenerate(kernel, type));
    case 'view':
      return first === undefined || type === undefined ? [] : lazy(lowerView(builder, kernel, first, type));
    case 'reshape':
      return first === undefined || type === undefined ? [] : [lowerReshape(state, first, type)];
    case 'reduce':
      return first === undefined || type === undefined ? [] : stored([lowerReduce(builder, kernel, first, type)]);
    case 'window':
      return first === undefined || type === undefined ? [] : stored([lowerWindow(builder, kernel, first, type)]);
    case 'pad':
      return type === undefined ? [] : stored([lowerPad(builder, kernel, inputs, type)]);
    case 'concatenate':
      return type === undefined ? [] : stored([lowerConcatenate(builder, kernel, inputs, type)]);
    case 'contract':
      return type === undefined ? [] : [contracted(state, kernel, inputs, type)];
    case 'scan':
      return stored(lowerScan(builder, kernel, inputs, types, fuse));
    case 'barrier':
      inputs.forEach((v) => builder.dense(v));
      return inputs.map((v) => makeValue(state, v.type, v.expression, v.buffer));
    default:
      return stored(lowerPlain(builder, kernel, inputs, types));
  }
};

/** A view of what is computed is computed anew at each of its elements; where it repeats, put it into memory first. */
const lowerView = (builder: Builder, kernel: ViewKernel, input: Value, type: ArrayType): Expression => {
  const repeats = kernel.axes.some((axis, j) => axis === null && type.shape[j] !== 1);
  if (repeats && isComputed(builder.expressionOf(input))) builder.dense(input);
  return through(builder.expressionOf(input), kernel);
};

/** A kernel with an emitter of its own, from memory to memory. */
const lowerPlain = (
  builder: Builder,
  kernel: Kernel<Graph, NDArray>,
  inputs: readonly Value[],
  types: readonly ArrayType[],
): readonly Buffer[] => {
  const outputs = types.map((t) => builder.scratch(t));
  builder.emit({
    kind: 'plain',
    kernel,
    inputs: inputs.map((v) => builder.dense(v)),
    inputTypes: inputs.map((v) => v.type),
    outputs,
  });
  return outputs;
};

const lowerMap = (
  state: State,
  formula: Extract<Kernel<Graph, NDArray>, { kind: 'map' }>['formula'],
  inputs: readonly Value[],
  types: readonly ArrayType[],
): readonly Value[] => {
  const { builder } = state;
  const weight = inputs.reduce((sum, v) => sum + (v.buffer === null ? weightOf(builder.expressionOf(v)) : 0), 0);
  if (weight > heaviest) for (const v of inputs) if (isComputed(builder.expressionOf(v))) builder.dense(v);
  const parts = inputs.map(builder.expressionOf);
  return types.map((type, output) =>
    makeValue(state, type, { kind: 'map', dtype: type.dtype, formula, inputs: parts, output }, null),
  );
};

const lowerReshape = (state: State, input: Value, type: ArrayType): Value => {
  const { builder } = state;
  const expression = builder.expressionOf(input);
  const direct = input.buffer === null ? reshaped(expression, input.type.shape, type.shape) : null;
  if (direct !== null) return makeValue(state, type, direct, null);
  const buffer = builder.dense(input);
  return makeValue(
    state,
    type,
    { kind: 'load', dtype: type.dtype, buffer, strides: rowMajor(type.shape), offset: 0 },
    buffer,
  );
};

const contracted = (
  state: State,
  kernel: Extract<Kernel<Graph, NDArray>, { kind: 'contract' }>,
  inputs: readonly Value[],
  type: ArrayType,
): Value => {
  const { expression, buffer } = lowerContract(state.builder, kernel, inputs, type);
  return makeValue(state, type, expression, sizeOf(type.shape) > 0 ? buffer : null);
};
