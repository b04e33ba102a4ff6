/**
 * What a scan need not do step by step: products that do not depend on the carry become one product over all steps before the loop, and sums of
 * products in the carry become one product after it. Programs to programs; the result is the same up to the order of sums.
 */
import { InternalError } from '../array/errors.ts';
import { byteSize, sizeOf, type ArrayType } from '../array/type.ts';
import { isFloat } from '../array/dtype.ts';
import type { NDArray } from '../array/ndarray.ts';
import {
  atomType,
  cut,
  inputTypes,
  interpret,
  where,
  negate,
  type Atom,
  type Equation,
  type Graph,
  type Mask,
  type Variable,
} from '../core/graph.ts';
import { remember } from '../core/memo.ts';
import type { Primitive } from '../core/primitive.ts';
import { replay } from '../core/replay.ts';
import { bind, build, rebind } from '../core/trace.ts';
import type { ContractKernel, Kernel, ScanKernel } from '../kernels/kernel.ts';
import { add, addPrimitive } from '../primitives/arithmetic.ts';
import { reduceSum } from '../primitives/broadcast.ts';
import { contract } from '../primitives/contraction.ts';
import { partition } from '../transforms/partition.ts';
import { prune } from '../transforms/prune.ts';
import { vectorize } from '../transforms/vectorize.ts';
import { thresholds } from './thresholds.ts';

/** Values of all steps side by side take memory; beyond this the loop stays as it is. */
const mostBytes = 2 ** 27;

/** A scan as an equation of its primitive. */
export interface Loop {
  readonly primitive: Primitive;
  readonly kernel: ScanKernel<Graph>;
}

const kernelOf = ({ primitive, params, inputs, outputs }: Equation): Kernel<Graph, NDArray> =>
  primitive.kernel(
    params,
    inputs.map(atomType),
    outputs.map((v) => v.type),
  );

/** The program with the programs that it calls written out. */
const inlined = remember(
  () => '',
  (graph: Graph): Graph => {
    const apply = (equation: Equation, values: readonly NDArray[]): readonly NDArray[] => {
      const kernel = kernelOf(equation);
      return kernel.kind === 'call' ? interpret(kernel.graph, values, algebra) : rebind(equation, values);
    };
    const algebra = { literal: (value: NDArray) => value, apply };
    return build(graph.name, inputTypes(graph), (values) => interpret(graph, values, algebra));
  },
);

const hasEffect = (graph: Graph): boolean => graph.equations.some((e) => e.primitive.effect(e.params) === 'ordered');

/** The bytes of everything that a program computes, and whether a product of weight is among it. */
const survey = (graph: Graph): { readonly bytes: number; readonly hasProduct: boolean } => {
  let [bytes, hasProduct] = [0, false];
  for (const equation of graph.equations) {
    const kernel = kernelOf(equation);
    if (kernel.kind === 'contract' && sizeOf(kernel.extents) >= thresholds().hoistedWork) hasProduct = true;
    for (const { type } of equation.outputs) bytes += byteSize(type);
    for (const inner of equation.primitive.graphs(equation.params)) {
      const found = survey(inner);
      bytes += found.bytes;
      hasProduct ||= found.hasProduct;
    }
  }
  return { bytes, hasProduct };
};

const fill = (count: number, value: boolean): Mask => new Array<boolean>(count).fill(value);

/** Products of slices and constants, all steps at once, before the loop. */
const before = ({ primitive, kernel }: Loop, types: readonly ArrayType[]): Graph | null => {
  const { body, constants, carry, length, xsAxes } = kernel;
  const known = [...fill(constants, true), ...fill(carry, false), ...fill(xsAxes.length, true)];
  const parts = partition(body, known, fill(body.outputs.length, true));
  const mapped = [...fill(constants, false), ...fill(xsAxes.length, true)];
  const { bytes, hasProduct } = survey(parts.early);
  if (!hasProduct || bytes * length > mostBytes) return null;
  const all = vectorize(parts.early, mapped, length, null);
  if (!survey(all.graph).hasProduct || !all.mapped.includes(true)) return null;
  const residuals = parts.later.inputs.slice(0, parts.residuals);
  const own = parts.later.inputs.slice(parts.residuals);
  const later: Graph = {
    ...parts.later,
    inputs: [...where(residuals, negate(all.mapped)), ...own, ...where(residuals, all.mapped)],
  };
  return build('scan', types, (values) => {
    const [c = [], start = [], xs = []] = cut(values, constants, carry, xsAxes.length);
    const given = replay(all.graph, [...c, ...xs]);
    const [fixed, moving] = [where(given, negate(all.mapped)), where(given, all.mapped)];
    const params = { ...kernel, body: later, constants: fixed.length, xsAxes: moving.map(() => 0) };
    return bind(primitive, params, [...fixed, ...start, ...moving]);
  });
};

/** One summand of what a step adds to a carry. */
type Term =
  | {
      readonly kind: 'product';
      readonly left: Atom;
      readonly right: Atom;
      readonly kernel: ContractKernel;
      readonly type: ArrayType;
    }
  | { readonly kind: 'sum'; readonly value: Atom; readonly axes: readonly number[] };

/** Who computes each variable, and how often it is read. */
interface Reading {
  readonly makers: ReadonlyMap<Atom, Equation>;
  readonly uses: ReadonlyMap<Atom, number>;
}

const readingOf = (graph: Graph): Reading => {
  const makers = new Map<Atom, Equation>();
  const uses = new Map<Atom, number>();
  const use = (atom: Atom): void => void uses.set(atom, (uses.get(atom) ?? 0) + 1);
  for (const equation of graph.equations) {
    equation.inputs.forEach(use);
    for (const v of equation.outputs) makers.set(v, equation);
  }
  graph.outputs.forEach(use);
  return { makers, uses };
};

/** A value read once as a sum of products and folds; `null` if it is something else. */
const termsOf = (atom: Atom, { makers, uses }: Reading): readonly Term[] | null => {
  const equation = makers.get(atom);
  if (equation === undefined || uses.get(atom) !== 1 || !isFloat(atomType(atom).dtype)) return null;
  const [x, y] = equation.inputs;
  if (x === undefined) return null;
  if (equation.primitive === addPrimitive && y !== undefined) {
    const [a, b] = [termsOf(x, { makers, uses }), termsOf(y, { makers, uses })];
    return a === null || b === null ? null : [...a, ...b];
  }
  const kernel = kernelOf(equation);
  if (kernel.kind === 'contract' && y !== undefined && kernel.output.every((i) => typeof i === 'number'))
    return [{ kind: 'product', left: x, right: y, kernel, type: atomType(atom) }];
  if (kernel.kind === 'reduce' && kernel.monoid === 'sum') return [{ kind: 'sum', value: x, axes: kernel.axes }];
  return null;
};

/** What each step adds to a carry that nothing else reads. */
const addedTo = (body: Graph, carry: number, at: number, reading: Reading): readonly Term[] | null => {
  const input = body.inputs[at];
  const output = body.outputs[carry];
  const equation = output === undefined ? undefined : reading.makers.get(output);
  if (input === undefined || output === undefined || equation?.primitive !== addPrimitive) return null;
  if (reading.uses.get(input) !== 1 || reading.uses.get(output) !== 1) return null;
  const rest = equation.inputs.filter((atom) => atom !== input);
  const [added] = rest;
  return rest.length === 1 && added !== undefined ? termsOf(added, reading) : null;
};

/** The carries that can be had after the loop, with what they are sums of. A fold rides along where its operand is kept for a product. */
const sumsOf = ({ body, constants, carry }: ScanKernel<Graph>): ReadonlyMap<number, readonly Term[]> => {
  const reading = readingOf(body);
  const found = Array.from({ length: carry }, (_, k) => addedTo(body, k, constants + k, reading));
  const kept = new Set<Atom>();
  for (const terms of found)
    for (const term of terms ?? [])
      if (term.kind === 'product' && sizeOf(term.kernel.extents) >= thresholds().hoistedWork)
        kept.add(term.left).add(term.right);
  const isWorth = (term: Term): boolean => (term.kind === 'product' ? kept.has(term.left) : kept.has(term.value));
  return new Map(found.flatMap((terms, k) => (terms !== null && terms.every(isWorth) ? [[k, terms] as const] : [])));
};

const operandsOf = (term: Term): readonly Atom[] => (term.kind === 'product' ? [term.left, term.right] : [term.value]);

/** What of each step the sums are made of and is not at hand anyway; `null` if it cannot be kept. */
const stacksOf = (
  { body, constants, carry, length }: ScanKernel<Graph>,
  sums: ReadonlyMap<number, readonly Term[]>,
): readonly Variable[] | null => {
  const atHand = new Set<Atom>([...body.inputs.slice(0, constants), ...body.inputs.slice(constants + carry)]);
  const operands = [...new Set([...sums.values()].flat().flatMap(operandsOf))];
  const kept = operands.filter((atom) => !atHand.has(atom)).filter((atom) => atom.kind === 'variable');
  const bytes = kept.reduce((sum, v) => sum + byteSize(v.type), 0);
  return operands.some((atom) => atom.kind === 'literal') || bytes * length > mostBytes ? null : kept;
};

/** Sums of products out of the carry: what they are made of is kept of each step, and multiplied once. */
const after = ({ primitive, kernel }: Loop, types: readonly ArrayType[]): Graph | null => {
  const { body, constants, carry, length, xsAxes, ysAxes } = kernel;
  const sums = sumsOf(kernel);
  const stacked = stacksOf(kernel, sums);
  if (sums.size === 0 || stacked === null) return null;
  const stays = Array.from({ length: carry }, (_, k) => !sums.has(k));
  const outputs = [...where(body.outputs.slice(0, carry), stays), ...body.outputs.slice(carry), ...stacked];
  const inputs = body.inputs.filter((_, i) => stays[i - constants] !== false);
  const loop = prune({ ...body, inputs, outputs }, fill(outputs.length, true), true).graph;
  const params = {
    ...kernel,
    body: loop,
    carry: where(stays, stays).length,
    ysAxes: [...ysAxes, ...stacked.map(() => 0)],
  };
  return build('scan', types, (values) => {
    const [c = [], start = [], xs = []] = cut(values, constants, carry, xsAxes.length);
    const results = bind(primitive, params, [...c, ...where(start, stays), ...xs]);
    const [ends = [], ys = [], stacks = []] = cut(results, params.carry, ysAxes.length, stacked.length);
    // What was kept of each step comes first: a carry is among it, and its start is not what later steps had.
    const all = (atom: Atom): Whole => {
      const kept = stacked.findIndex((v) => v === atom);
      if (kept >= 0) return { value: stacks[kept], varies: true };
      const place = body.inputs.findIndex((v) => v === atom);
      return { value: values[place], varies: place >= constants + carry };
    };
    let next = 0;
    const carries = start.map(
      (x, k) => sums.get(k)?.reduce((sum, t) => add(sum, overSteps(t, all, length)), x) ?? ends[next++],
    );
    return [...carries, ...ys].flatMap((x) => x ?? []);
  });
};

/** An operand over all steps; its first axis is the steps if it varies. */
interface Whole {
  readonly value: NDArray | undefined;
  readonly varies: boolean;
}

/** A term summed over all steps. */
const overSteps = (term: Term, all: (atom: Atom) => Whole, length: number): NDArray => {
  const need = (atom: Atom): { readonly value: NDArray; readonly varies: boolean } => {
    const { value, varies } = all(atom);
    if (value === undefined) throw new InternalError('hoist: an operand of a sum is not at hand.');
    return { value, varies };
  };
  if (term.kind === 'sum') {
    const { value } = need(term.value);
    return reduceSum(value, [0, ...term.axes.map((axis) => axis + 1)]);
  }
  const [left, right] = [need(term.left), need(term.right)];
  const { extents, output } = term.kernel;
  const steps = extents.length;
  return contract(left.value, right.value, {
    extents: [...extents, length],
    left: left.varies ? [steps, ...term.kernel.left] : term.kernel.left,
    right: right.varies ? [steps, ...term.kernel.right] : term.kernel.right,
    output,
    shape: term.type.shape,
  });
};

/** The scan as a program of less work in the loop; `null` if there is nothing to move. */
export const hoisted = (loop: Loop, types: readonly ArrayType[]): Graph | null => {
  const { kernel } = loop;
  if (kernel.length < 2 || kernel.xsAxes.some((axis) => axis !== 0) || hasEffect(kernel.body)) return null;
  const plain = { ...loop, kernel: { ...kernel, body: inlined(kernel.body) } };
  return before(plain, types) ?? after(plain, types);
};
