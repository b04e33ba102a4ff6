/** Part a program into what depends on known inputs alone and what must wait for the rest. */
import { InternalError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import {
  atomType,
  inputTypes,
  negate,
  where,
  zipExact,
  type Atom,
  type Equation,
  type Graph,
  type Mask,
  type Variable,
} from '../core/graph.ts';
import { maskKey, remember } from '../core/memo.ts';
import { withOrigin } from '../core/origin.ts';
import type { Split } from '../core/primitive.ts';
import { build, rebind } from '../core/trace.ts';
import { prune } from './prune.ts';

export interface Partition {
  /** From the known inputs to the known outputs, then the residuals. */
  readonly early: Graph;
  /** From the residuals, then the unknown inputs, to the unknown outputs. */
  readonly later: Graph;
  readonly knownOutputs: Mask;
  readonly residuals: number;
}

interface Step {
  readonly equation: Equation;
  readonly when: 'early' | 'later' | Split;
}

/** Split a program by which inputs are known. Whatever can be computed early is, effects included; `held` outputs come late even if known. */
export const partition = remember(
  (known: Mask, held: Mask = []) => `${maskKey(known)}/${maskKey(held)}`,
  (graph: Graph, known: Mask, held: Mask = []): Partition => {
    const early = new Set<Variable>(where(graph.inputs, known));
    const isEarly = (atom: Atom): boolean => atom.kind === 'literal' || early.has(atom);
    const steps = graph.equations.map((equation): Step => {
      const when = schedule(equation, equation.inputs.map(isEarly));
      const mask = when === 'early' ? equation.outputs.map(() => true) : when === 'later' ? [] : when.knownOutputs;
      for (const variable of where(equation.outputs, mask)) early.add(variable);
      return { equation, when };
    });
    const knownOutputs = graph.outputs.map((atom, i) => isEarly(atom) && held[i] !== true);
    const shared = sharedVariables(graph, steps, early, knownOutputs);
    const counts: number[] = [];
    const first = build(graph.name, where(inputTypes(graph), known), (values) => {
      const bound = new Map<Variable, NDArray>(zipExact(where(graph.inputs, known), values));
      const extra = steps.flatMap((step) => runEarly(step, bound, counts));
      return [
        ...where(graph.outputs, knownOutputs).map((atom) => valueOf(bound, atom)),
        ...shared.map((v) => valueOf(bound, v)),
        ...extra,
      ];
    });
    return finishPartition(graph, known, steps, shared, counts, first, knownOutputs);
  },
);

const schedule = ({ primitive, inputs, params, outputs, origin }: Equation, known: Mask): Step['when'] => {
  if (known.every(Boolean)) return 'early';
  if (!known.includes(true)) return 'later';
  return primitive.partition({ primitive, inputs, params, outputs, origin }, known) ?? 'later';
};

/** The known variables that later equations or outputs read. */
const sharedVariables = (
  graph: Graph,
  steps: readonly Step[],
  early: ReadonlySet<Variable>,
  knownOutputs: Mask,
): readonly Variable[] => {
  const shared = new Set<Variable>();
  const read = (atom: Atom): void => {
    if (atom.kind === 'variable' && early.has(atom)) shared.add(atom);
  };
  for (const { equation, when } of steps) if (when !== 'early') equation.inputs.forEach(read);
  where(graph.outputs, negate(knownOutputs)).forEach(read);
  return [...shared];
};

const valueOf = (bound: ReadonlyMap<Variable, NDArray>, atom: Atom): NDArray => {
  const value = atom.kind === 'literal' ? atom.value : bound.get(atom);
  if (value === undefined) throw new InternalError('partition: variable is not bound.');
  return value;
};
const valueOrNull = (bound: ReadonlyMap<Variable, NDArray>, atom: Atom): NDArray | null =>
  atom.kind === 'literal' ? atom.value : (bound.get(atom) ?? null);

/** Run the early part of a step; gives the residuals of a split equation. */
const runEarly = ({ equation, when }: Step, bound: Map<Variable, NDArray>, counts: number[]): readonly NDArray[] => {
  if (when === 'later') return [];
  if (when === 'early') {
    const outputs = rebind(
      equation,
      equation.inputs.map((atom) => valueOf(bound, atom)),
    );
    for (const [variable, value] of zipExact(equation.outputs, outputs)) bound.set(variable, value);
    return [];
  }
  const inputs = equation.inputs.map((atom) => valueOrNull(bound, atom));
  const { outputs, residuals } = withOrigin(equation.origin, () => when.early(inputs));
  for (const [variable, value] of zipExact(equation.outputs, outputs)) if (value !== null) bound.set(variable, value);
  counts.push(residuals.length);
  return residuals;
};

const runLater = ({ equation, when }: Step, bound: Map<Variable, NDArray>, residuals: readonly NDArray[]): void => {
  if (when === 'early') return;
  const outputs =
    when === 'later'
      ? rebind(
          equation,
          equation.inputs.map((atom) => valueOf(bound, atom)),
        )
      : withOrigin(equation.origin, () =>
          when.later(
            residuals,
            equation.inputs.map((atom) => valueOrNull(bound, atom)),
          ),
        );
  for (const [variable, value] of zipExact(equation.outputs, outputs)) if (value !== null) bound.set(variable, value);
};

const finishPartition = (
  graph: Graph,
  known: Mask,
  steps: readonly Step[],
  shared: readonly Variable[],
  counts: readonly number[],
  first: Graph,
  knownOutputs: Mask,
): Partition => {
  const knownCount = where(graph.outputs, knownOutputs).length;
  const residualTypes = first.outputs.slice(knownCount).map(atomType);
  const later = build(graph.name, [...residualTypes, ...where(inputTypes(graph), negate(known))], (values) => {
    const bound = new Map<Variable, NDArray>(zipExact(shared, values.slice(0, shared.length)));
    for (const [variable, value] of zipExact(where(graph.inputs, negate(known)), values.slice(residualTypes.length)))
      bound.set(variable, value);
    let at = shared.length;
    let split = 0;
    for (const step of steps) {
      const count = typeof step.when === 'object' ? (counts[split++] ?? 0) : 0;
      runLater(step, bound, values.slice(at, at + count));
      at += count;
    }
    return where(graph.outputs, negate(knownOutputs)).map((atom) => valueOf(bound, atom));
  });
  return dropUnused(first, later, knownCount, residualTypes.length, knownOutputs);
};

/** Residuals that the later part turns out not to read are not kept. */
const dropUnused = (
  first: Graph,
  later: Graph,
  knownCount: number,
  residuals: number,
  knownOutputs: Mask,
): Partition => {
  const used = prune(
    later,
    later.outputs.map(() => true),
  );
  const keep = used.inputs.slice(0, residuals);
  const isKept = (_: unknown, i: number): boolean => i >= residuals || keep[i] === true;
  const smaller: Graph = {
    name: later.name,
    inputs: later.inputs.filter(isKept),
    equations: used.graph.equations,
    outputs: later.outputs,
  };
  const early = prune(
    first,
    first.outputs.map((_, i) => i < knownCount || keep[i - knownCount] === true),
    true,
  ).graph;
  return { early, later: smaller, knownOutputs, residuals: keep.filter(Boolean).length };
};
