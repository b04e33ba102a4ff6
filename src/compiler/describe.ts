/** Steps as text, with an estimate of their arithmetic. */
import type { DType } from '../array/dtype.ts';
import { showType, sizeOf } from '../array/type.ts';
import type { Graph } from '../core/graph.ts';
import type { Scalars } from '../kernels/scalars.ts';
import { weightOf, type Buffer, type Expression } from './expression.ts';
import { fuse } from './fuse.ts';
import type { Placement } from './plan.ts';
import type { Loop, Nest, Routine, Step } from './step.ts';

/** What a step is called, and how many operations of arithmetic it does. */
export interface Described {
  readonly text: string;
  readonly flops: number;
}

/** `in0`, `out1`, `t2`: an input, an output, a scratch buffer. */
const bufferName = ({ id, role }: Buffer): string =>
  role.kind === 'input' ? `in${role.index}` : role.kind === 'output' ? `out${role.index}` : `t${id}`;

interface Text {
  readonly text: string;
  readonly dtype: DType;
}

/** Scalar formulas read as text: every operation writes its name. */
const texts = (dtype: DType): Scalars<Text> => {
  const special: { readonly [name: string]: unknown } = {
    constant: (type: DType, value: number): Text => ({ text: String(value), dtype: type }),
    dtypeOf: (x: Text): DType => x.dtype,
  };
  // Sound: every other member takes texts or plain data and gives a text; what is no text prints itself.
  return new Proxy(special, {
    get: (known, name) =>
      known[String(name)] ??
      ((...parts: readonly unknown[]): Text => ({
        text: `${String(name)}(${parts.map((p) => (isText(p) ? p.text : typeof p === 'function' ? '...' : String(p))).join(', ')})`,
        dtype: parts.find(isText)?.dtype ?? dtype,
      })),
  }) as unknown as Scalars<Text>;
};
const isText = (value: unknown): value is Text => typeof value === 'object' && value !== null && 'text' in value;

const longest = 160;
const shortened = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 3)}...` : text);

const formulaText = (expression: Expression): string => {
  switch (expression.kind) {
    case 'constant':
      return String(expression.value);
    case 'iota':
      return 'iota';
    case 'load':
      return bufferName(expression.buffer);
    case 'map': {
      const inputs = expression.inputs.map((x): Text => ({ text: formulaText(x), dtype: x.dtype }));
      return expression.formula(texts(expression.dtype), inputs)[expression.output]?.text ?? '?';
    }
  }
};

const describeNest = ({ shape, writes, reduce }: Nest): Described => {
  const lines = writes.map(({ target, value }) => {
    const text = formulaText(value);
    return `${bufferName(target.buffer)} = ${reduce === null ? text : `${reduce.monoid} of ${text}`}`;
  });
  const perElement = writes.reduce((sum, w) => sum + weightOf(w.value) + (reduce === null ? 0 : 1), 0);
  return { text: shortened(`loop [${shape.join(',')}] ${lines.join('; ')}`), flops: sizeOf(shape) * perElement };
};

/** A step in one line. */
export const describeStep = (step: Step): Described => {
  switch (step.kind) {
    case 'nest':
      return describeNest(step);
    case 'rows': {
      const parts = step.nests.map(describeNest);
      const text = `rows [${step.outer.join(',')}] of ${parts.map((p) => p.text).join(' | ')}`;
      return { text: shortened(text), flops: parts.reduce((sum, p) => sum + p.flops, 0) };
    }
    case 'multiply': {
      const { rows, columns, depth } = step.extents;
      const batch = sizeOf(step.extents.batch);
      const text = `multiply ${batch === 1 ? '' : `${batch} of `}[${rows},${depth}] x [${depth},${columns}] ${bufferName(step.output)} = ${bufferName(step.left.buffer)} x ${bufferName(step.right.buffer)}`;
      return { text, flops: 2 * batch * rows * columns * depth };
    }
    case 'data':
      return { text: `constant ${bufferName(step.output)} ${showType(step.output.type)}`, flops: 0 };
    case 'convolve': {
      const { batch, blocks, depth, rows, columns, output } = step;
      const count = (loops: readonly Loop[]): number => loops.reduce((all, loop) => all * loop.extent, 1);
      const sizes = [count(batch), count(rows), columns.extent, count(blocks) * count(depth)];
      const names = `${bufferName(output)} = ${bufferName(step.left.buffer)} * ${bufferName(step.right.buffer)}`;
      return { text: `convolve [${sizes.join(',')}] ${names}`, flops: sizes.reduce((all, n) => all * n, 2) };
    }
    case 'scan':
      return { text: `scan of ${step.loop.length} steps ${showOutputs(step.outputs)}`, flops: 0 };
    case 'plain':
      return { text: `${step.kernel.kind} ${showOutputs(step.outputs)}`, flops: 0 };
  }
};

const showOutputs = (outputs: readonly Buffer[]): string =>
  outputs.map((b) => `${bufferName(b)} ${showType(b.type)}`).join(' ');

const isGraph = (value: unknown): value is Graph => typeof value === 'object' && value !== null && 'equations' in value;

/** The routines that a step calls. */
const innerRoutines = (step: Step): readonly Routine[] => {
  if (step.kind === 'scan') return [step.body];
  return step.kind === 'plain' ? Object.values(step.kernel).flat().filter(isGraph).map(fuse) : [];
};

/** The steps of a function, one a line, those of loop bodies and branches below their step. */
export const describeRoutine = ({ steps }: Routine, indent = '  '): string =>
  steps
    .map((step, i) => {
      const inner = innerRoutines(step).map((routine) => `\n${describeRoutine(routine, `${indent}    `)}`);
      return `${indent}${String(i).padStart(2)}  ${describeStep(step).text}${inner.join('')}`;
    })
    .join('\n');

/** Where scratch buffers stand. */
export const describePlacement = ({ offsets }: Placement): string =>
  [...offsets]
    .map(([buffer, offset]) => `  ${bufferName(buffer).padEnd(5)} ${showType(buffer.type)} at ${offset}`)
    .join('\n');
