/** Programs as text, in the manner of JAX's jaxprs. */
import { cellOf, isSplat, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { isGraph, type Atom, type Equation, type Graph, type Variable } from './graph.ts';

/** `a`, `b`, ..., `z`, `ba`, ...: names in order of appearance. */
const nameOf = (index: number): string => {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : nameOf(Math.floor(index / 26)) + letter;
};

const literalText = (value: NDArray): string =>
  isSplat(value) ? `${cellOf(value).value}:${showType(value.type)}` : `<${showType(value.type)}>`;

/** A printable, readable form of a program; equal programs print alike. */
export const printGraph = (graph: Graph, indent = ''): string => {
  const names = new Map<Variable, string>();
  const name = (variable: Variable): string => {
    const known = names.get(variable) ?? nameOf(names.size);
    names.set(variable, known);
    return known;
  };
  const typed = (variable: Variable): string => `${name(variable)}:${showType(variable.type)}`;
  const atom = (a: Atom): string => (a.kind === 'variable' ? name(a) : literalText(a.value));
  const inner = `${indent}    `;
  const line = ({ primitive, params, inputs, outputs }: Equation): string =>
    `${inner}${outputs.map(typed).join(' ')} = ${primitive.name}${paramsText(params, inner)} ${inputs.map(atom).join(' ')}`.trimEnd();
  const head = graph.inputs.map(typed).join(' ');
  const body = graph.equations.map(line).join('\n');
  return `{ lambda ${head} . let\n${body}${body === '' ? '' : '\n'}${indent}  in (${graph.outputs.map(atom).join(', ')}) }`;
};

const valueText = (value: unknown, indent: string): string => {
  if (typeof value === 'object' && value !== null && isGraph(value)) return printGraph(value, `${indent}  `);
  if (Array.isArray(value)) return `[${value.map((item) => valueText(item, indent)).join(', ')}]`;
  if (typeof value === 'function') return value.name === '' ? 'function' : value.name;
  if (typeof value === 'object' && value !== null) return `{${entriesText(value, indent)}}`;
  return String(value);
};
const entriesText = (value: object, indent: string): string =>
  Object.entries(value)
    .map(([key, item]) => `${key}=${valueText(item, indent)}`)
    .join(' ');

const paramsText = (params: unknown, indent: string): string => {
  if (typeof params !== 'object' || params === null) return '';
  const text = entriesText(params, indent);
  return text === '' ? '' : `[${text}]`;
};
