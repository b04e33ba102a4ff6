/** Programs as data: typed instructions over a growing list of values, to be run over the public face and read by people. */
import type { DType, NDArray } from 'fluxion';
import type { Flat, FlatFunction } from '../numeric.ts';

/** The element type of a value in a program; `float` is what the program is run in. */
export type Element = 'float' | 'int32' | 'bool';
export type Float = 'float32' | 'float64';

export interface ValueType {
  readonly element: Element;
  readonly shape: readonly number[];
}

/** What an operation is told besides its operands. */
export interface Params {
  readonly [name: string]:
    | number
    | boolean
    | string
    | null
    | readonly (number | null)[]
    | readonly (readonly number[])[];
}

/** One operation on values named by position. Values are numbered through: those of the outside, the inputs, then the results. */
export interface Instruction {
  readonly operation: string;
  readonly inputs: readonly number[];
  readonly params: Params;
  /** Functions that the operation takes. They see all values before the instruction, then their own inputs. */
  readonly bodies: readonly Program[];
  readonly outputs: readonly ValueType[];
}

export interface Program {
  readonly inputs: readonly ValueType[];
  readonly instructions: readonly Instruction[];
  readonly outputs: readonly number[];
}

/** What an operation is applied to. */
export interface Operands {
  readonly inputs: Flat;
  readonly params: Params;
  readonly bodies: readonly FlatFunction[];
  readonly float: Float;
}
/** How an operation is carried out; gives one array for each output. */
export type Apply = (operands: Operands) => Flat;

export const dtypeOf = (element: Element, float: Float): DType => (element === 'float' ? float : element);

/** The item at a position that is known to exist. */
export const at = <A>(items: readonly A[], index: number): A => {
  const item = items[index];
  if (item === undefined) throw new Error(`program: expected an item at ${index} of ${items.length}.`);
  return item;
};

/** The function that a program is, on arrays of float type `float`, over given values from outside. */
export const functionOf =
  (program: Program, operations: { readonly [name: string]: Apply }, float: Float, outside: Flat = []): FlatFunction =>
  (args) => {
    const values: NDArray[] = [...outside, ...args];
    for (const { operation, inputs, params, bodies } of program.instructions) {
      const apply = operations[operation];
      if (apply === undefined) throw new Error(`program: expected a known operation, got ${operation}.`);
      const seen = [...values];
      const functions = bodies.map((body) => functionOf(body, operations, float, seen));
      values.push(...apply({ inputs: inputs.map((n) => at(values, n)), params, bodies: functions, float }));
    }
    return program.outputs.map((n) => at(values, n));
  };

/** The types of the outputs, given those of the values outside. */
export const outputTypesOf = (program: Program, outside: readonly ValueType[] = []): readonly ValueType[] => {
  const types = [...outside, ...program.inputs, ...program.instructions.flatMap((i) => i.outputs)];
  return program.outputs.map((n) => at(types, n));
};

const nameOf = (n: number): string => `v${n}`;
const typeText = ({ element, shape }: ValueType): string => `${element}[${shape.join(',')}]`;
const paramsText = (params: Params): string =>
  Object.entries(params)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(', ');

/** A program as text, numbered from `first`; functions inside read the values around them, as in JavaScript. */
export const showProgram = (program: Program, first = 0, indent = ''): string => {
  let next = first;
  const inputs = program.inputs.map((type) => `${nameOf(next++)}: ${typeText(type)}`).join(', ');
  const lines = program.instructions.map(({ operation, inputs: from, params, bodies, outputs }) => {
    const inner = bodies.map((body) => showProgram(body, next, `${indent}  `));
    const results = outputs.map((type) => `${nameOf(next++)}: ${typeText(type)}`).join(', ');
    const text = paramsText(params);
    const given = [...(text === '' ? [] : [`{ ${text} }`]), ...inner, ...from.map(nameOf)].join(', ');
    return `${indent}  ${results} = ${operation}(${given})\n`;
  });
  return `(${inputs}) => {\n${lines.join('')}${indent}  return [${program.outputs.map(nameOf).join(', ')}]\n${indent}}`;
};
