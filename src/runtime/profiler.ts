/** An executor that notes how long each kernel takes: programs are compiled anew so that they tell what they are doing. */
import { describeStep } from '../compiler/describe.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import type { Executor } from '../core/executor.ts';
import type { Graph } from '../core/graph.ts';
import { makeExecutable, type Executable } from './run.ts';

/** What one kernel took. */
export interface KernelTime {
  readonly kernel: string;
  readonly calls: number;
  /** Without the time of what it calls. */
  readonly milliseconds: number;
  /** Estimated operations of arithmetic in all calls; 0 where there is no estimate. */
  readonly flops: number;
}

interface Row {
  readonly kernel: string;
  calls: number;
  milliseconds: number;
  flops: number;
}

interface Clock {
  readonly rows: Map<string, Row>;
  /** What runs now, the innermost last; `null` between steps. */
  readonly running: (Row | null)[];
  last: number;
}

/** Charge the time since the last change to what was running. */
const charge = (clock: Clock): void => {
  const now = performance.now();
  const row = clock.running.at(-1);
  if (row !== undefined && row !== null) row.milliseconds += now - clock.last;
  clock.last = now;
};

const begin = (clock: Clock, kernel: string, flops: number): Row => {
  const row = clock.rows.get(kernel) ?? { kernel, calls: 0, milliseconds: 0, flops: 0 };
  clock.rows.set(kernel, row);
  row.calls++;
  row.flops += flops;
  return row;
};

/** A program that tells the clock what it is doing. */
const observed = (clock: Clock, graph: Graph): Executable => {
  const steps: { readonly text: string; readonly flops: number }[] = [];
  const executable = makeExecutable(graph, (number) => {
    charge(clock);
    const step = steps[number];
    if (number === -1) clock.running.push(null);
    else if (number === -2) clock.running.pop();
    else if (step !== undefined) clock.running[clock.running.length - 1] = begin(clock, step.text, step.flops);
  });
  steps.push(...executable.compiled.marked.map(describeStep));
  return executable;
};

/** Run `body` under a name; the time of what it starts is charged to that. */
const under = <A>(clock: Clock, name: string, flops: number, body: () => A): A => {
  charge(clock);
  const depth = clock.running.length;
  clock.running.push(begin(clock, name, flops));
  try {
    return body();
  } finally {
    charge(clock);
    // A callback that throws leaves its steps open.
    clock.running.length = depth;
  }
};

const costOf = (
  primitive: Parameters<Executor['run']>[0],
  params: unknown,
  inputs: readonly NDArray[],
  outputs: readonly NDArray[],
): number =>
  primitive.cost(
    params,
    inputs.map((x) => x.type),
    outputs.map((x) => x.type),
  ).flops;

/** An executor around another, and what it has seen. */
export const profiling = (
  inner: Executor,
): { readonly executor: Executor; readonly seen: () => readonly KernelTime[] } => {
  const clock: Clock = { rows: new Map(), running: [], last: performance.now() };
  const programs = new WeakMap<Graph, Executable>();
  const executor: Executor = {
    name: `${inner.name}, profiled`,
    run: (primitive, params, inputs) => {
      const [graph] = primitive.name === 'call' ? primitive.graphs(params) : [];
      if (graph !== undefined) {
        const program = programs.get(graph) ?? observed(clock, graph);
        programs.set(graph, program);
        return under(clock, `${graph.name}: operands and results`, 0, () => program.run(inputs));
      }
      const [first] = inputs;
      const name = `eager ${primitive.name}${first === undefined ? '' : ` ${showType(first.type)}`}`;
      const results = under(clock, name, 0, () => inner.run(primitive, params, inputs));
      const row = clock.rows.get(name);
      if (row !== undefined) row.flops += costOf(primitive, params, inputs, results);
      return results;
    },
  };
  return { executor, seen: () => [...clock.rows.values()].sort((a, b) => b.milliseconds - a.milliseconds) };
};
