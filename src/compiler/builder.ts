/** Steps while they are being made: values as expressions or buffers, and what adds to the list. */
import { InternalError } from '../array/errors.ts';
import { rowMajor, type ArrayType } from '../array/type.ts';
import { loadAll, type Buffer, type Expression } from './expression.ts';
import type { Step } from './step.ts';

/** What is known of a value while steps are being made. */
export interface Value {
  readonly id: number;
  readonly type: ArrayType;
  /** How an element is had; a buffer's load once it is in memory. */
  expression: Expression | null;
  /** A row-major buffer that holds it, under this or another shape. */
  buffer: Buffer | null;
}

/** The steps so far, and how to add to them. */
export interface Builder {
  readonly emit: (step: Step) => void;
  readonly scratch: (type: ArrayType) => Buffer;
  /** The value as an expression over its shape. */
  readonly expressionOf: (value: Value) => Expression;
  /** The value in a row-major buffer. */
  readonly dense: (value: Value) => Buffer;
  /** What was made before under this name, or what `make` gives. */
  readonly once: (name: string, make: () => Buffer) => Buffer;
}

/** A builder that adds to `steps`. */
export const makeBuilder = (steps: Step[]): Builder => {
  let buffers = 0;
  const scratch = (type: ArrayType): Buffer => ({ id: buffers++, type, role: { kind: 'scratch' } });
  const emit = (step: Step): void => void steps.push(step);
  const expressionOf = (value: Value): Expression => {
    if (value.expression === null) throw new InternalError('fuse: value has neither expression nor buffer.');
    return value.expression;
  };
  const dense = (value: Value): Buffer => {
    if (value.buffer !== null) return value.buffer;
    const buffer = scratch(value.type);
    emit(copyNest(expressionOf(value), buffer, value.type));
    value.buffer = buffer;
    value.expression = loadAll(buffer);
    return buffer;
  };
  const made = new Map<string, Buffer>();
  const once = (name: string, make: () => Buffer): Buffer => {
    const known = made.get(name) ?? make();
    made.set(name, known);
    return known;
  };
  return { emit, scratch, expressionOf, dense, once };
};

/** A loop that puts an expression into a buffer in row-major order. */
export const copyNest = (value: Expression, buffer: Buffer, type: ArrayType): Step => ({
  kind: 'nest',
  shape: type.shape,
  reduce: null,
  writes: [{ target: { buffer, strides: rowMajor(type.shape), offset: 0 }, value }],
});
