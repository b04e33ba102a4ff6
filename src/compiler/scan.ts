/** Scans as steps: the body is a routine of its own, and what it makes of constants alone (packed weights first) is made once, before the loop. */
import type { ArrayType } from '../array/type.ts';
import type { Graph } from '../core/graph.ts';
import type { ScanKernel } from '../kernels/kernel.ts';
import type { Builder, Value } from './builder.ts';
import { substitute, type Buffer } from './expression.ts';
import { touchedBy, type Matrix, type Nest, type Routine, type Step } from './step.ts';

const nestOver = (nest: Nest, swap: (buffer: Buffer) => Buffer): Nest => {
  const values = substitute(
    nest.writes.map((w) => w.value),
    (load) => ({ ...load, buffer: swap(load.buffer) }),
  );
  const writes = nest.writes.map((w, i) => ({
    target: { ...w.target, buffer: swap(w.target.buffer) },
    value: values[i] ?? w.value,
  }));
  return { ...nest, writes };
};

/** The same step over other buffers. */
const over = (step: Step, swap: (buffer: Buffer) => Buffer): Step => {
  const matrix = (m: Matrix): Matrix => ({ ...m, buffer: swap(m.buffer) });
  switch (step.kind) {
    case 'nest':
      return nestOver(step, swap);
    case 'rows':
      return { ...step, nests: step.nests.map((nest) => nestOver(nest, swap)) };
    case 'multiply':
      return { ...step, left: matrix(step.left), right: matrix(step.right), output: swap(step.output) };
    case 'convolve':
      return {
        ...step,
        left: { ...step.left, buffer: swap(step.left.buffer) },
        right: { ...step.right, buffer: swap(step.right.buffer) },
        output: swap(step.output),
        panels: swap(step.panels),
      };
    case 'data':
      return { ...step, output: swap(step.output) };
    case 'scan':
    case 'plain':
      return { ...step, inputs: step.inputs.map(swap), outputs: step.outputs.map(swap) };
  }
};

/** The steps that read constants alone, directly or through each other, and write nothing that others write. */
const fixedSteps = (steps: readonly Step[], constants: number): ReadonlySet<Step> => {
  const isConstant = ({ role }: Buffer): boolean => role.kind === 'input' && role.index < constants;
  const known = new Set<Buffer>();
  const fixed = new Set<Step>();
  const writers = new Map<Buffer, number>();
  for (const step of steps) for (const b of touchedBy(step).writes) writers.set(b, (writers.get(b) ?? 0) + 1);
  for (const step of steps) {
    const { reads, writes } = touchedBy(step);
    const canMove =
      (step.kind === 'nest' || step.kind === 'rows' || step.kind === 'multiply' || step.kind === 'convolve') &&
      reads.size > 0 &&
      [...reads].every((b) => isConstant(b) || known.has(b)) &&
      [...writes].every((b) => b.role.kind === 'scratch' && writers.get(b) === 1);
    if (!canMove) continue;
    fixed.add(step);
    for (const b of writes) known.add(b);
  }
  return fixed;
};

interface Hoist {
  readonly body: Routine;
  /** Steps for the outer routine, over the body's own buffers. */
  readonly steps: readonly Step[];
  /** The body's buffers that the outer routine fills; they are inputs behind the constants. */
  readonly filled: readonly Buffer[];
}

/** The body without its fixed steps; the places of later inputs move up. */
const withoutFixed = (body: Routine, constants: number): Hoist => {
  const fixed = fixedSteps(body.steps, constants);
  const rest = body.steps.filter((step) => !fixed.has(step));
  const needed = new Set(rest.flatMap((step) => [...touchedBy(step).reads]));
  const filled = [...new Set([...fixed].flatMap((step) => [...touchedBy(step).writes]))].filter((b) => needed.has(b));
  for (const buffer of new Set(rest.flatMap((step) => [...touchedBy(step).reads])))
    if (buffer.role.kind === 'input' && buffer.role.index >= constants)
      buffer.role = { kind: 'input', index: buffer.role.index + filled.length };
  return {
    body: {
      ...body,
      inputs: [...body.inputs.slice(0, constants), ...filled.map((b) => b.type), ...body.inputs.slice(constants)],
      steps: rest,
    },
    steps: [...fixed],
    filled,
  };
};

/** Add the steps of a scan; gives the buffers of its outputs. */
export const lowerScan = (
  builder: Builder,
  kernel: ScanKernel<Graph>,
  inputs: readonly Value[],
  types: readonly ArrayType[],
  fuse: (graph: Graph) => Routine,
): readonly Buffer[] => {
  const { constants } = kernel;
  const { body, steps, filled } = withoutFixed(fuse(kernel.body), constants);
  const given = inputs.map((v) => builder.dense(v));
  const swapped = new Map<Buffer, Buffer>();
  const swap = (buffer: Buffer): Buffer => {
    const known = swapped.get(buffer);
    if (known !== undefined) return known;
    const { role } = buffer;
    const made = (role.kind === 'input' ? given[role.index] : undefined) ?? builder.scratch(buffer.type);
    swapped.set(buffer, made);
    return made;
  };
  // A filled buffer is an input of the body only; out here it is scratch.
  const places = filled.map((b) => swap(b));
  for (const step of steps) builder.emit(over(step, swap));
  filled.forEach((b, i) => (b.role = { kind: 'input', index: constants + i }));
  const outputs = types.map((t) => builder.scratch(t));
  builder.emit({
    kind: 'scan',
    loop: { ...kernel, constants: constants + filled.length },
    body,
    inputs: [...given.slice(0, constants), ...places, ...given.slice(constants)],
    outputs,
  });
  return outputs;
};
