/** Structural keys: equal programs have equal keys, whatever their variables are called and whenever they were recorded. */
import { bitsOf } from '../array/dtype.ts';
import { cellOf, copyElements, isNDArray, isSplat, type NDArray } from '../array/ndarray.ts';
import { showType, type ArrayType } from '../array/type.ts';
import { isGraph, type Atom, type Equation, type Graph, type Variable } from './graph.ts';
import type { Primitive } from './primitive.ts';
import { identityOf } from './supply.ts';

/** The key of plain data; graphs by their own keys, functions and foreign objects by identity. */
export const dataKey = (value: unknown): string => {
  switch (typeof value) {
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'string':
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : objectKey(value);
    case 'bigint':
      return `${value}n`;
    case 'function':
      return `f${identityOf(value)}`;
    case 'symbol':
      return symbolKey(value);
    default:
      return String(value);
  }
};

/** Symbols of the global registry are known by their names, and may not be held weakly. */
const symbolKey = (value: symbol): string => {
  const name = Symbol.keyFor(value);
  return name === undefined ? `s${identityOf(value)}` : `s${JSON.stringify(name)}`;
};

const objectKey = (value: object): string => {
  if (Array.isArray(value)) return `[${Array.from(value, dataKey).join(',')}]`;
  if (isNDArray(value)) return literalKey(value);
  if (isGraph(value)) return `G${graphNumber(value)}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `o${identityOf(value)}`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${dataKey(item)}`).join(',')}}`;
};

/** Splats by value, small arrays by content: a fresh closure that makes the same constant has the same key. */
const literalKey = (value: NDArray): string => {
  const type = showType(value.type);
  if (isSplat(value)) return `${type}=${bitsOf(value.dtype, cellOf(value).value).join('.')}`;
  const data = copyElements(value);
  return `${type}=(${new Uint32Array(paddedBytes(data)).join('.')})`;
};

const paddedBytes = (data: ArrayBufferView): ArrayBuffer => {
  const out = new ArrayBuffer(Math.ceil(data.byteLength / 4) * 4);
  new Uint8Array(out).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return out;
};

const keys = new WeakMap<Graph, string>();

/** The structural key of a program. */
export const keyOf = (graph: Graph): string => {
  const known = keys.get(graph);
  if (known !== undefined) return known;
  const numbers = new Map<Variable, number>();
  const number = (variable: Variable): string => {
    const found = numbers.get(variable) ?? numbers.size;
    numbers.set(variable, found);
    return `${found}`;
  };
  const atom = (a: Atom): string => (a.kind === 'variable' ? number(a) : literalKey(a.value));
  const line = ({ primitive, params, inputs, outputs }: Equation): string =>
    `${primitive.name}${identityOf(primitive)} ${dataKey(params)} ${inputs.map(atom).join(' ')}>${outputs.map(number).join(' ')}`;
  const head = graph.inputs.map((v) => `${number(v)}:${showType(v.type)}`).join(' ');
  const key = [head, ...graph.equations.map(line), graph.outputs.map(atom).join(' ')].join('\n');
  keys.set(graph, key);
  return key;
};

/** The key of one equation apart from any program: what to run on operands of these types. */
export const equationKey = (primitive: Primitive, params: unknown, inputs: readonly ArrayType[]): string =>
  `${primitive.name}${identityOf(primitive)} ${dataKey(params)} ${inputs.map(showType).join(' ')}`;

/** Programs seen lately, by key; what was not seen for longest is forgotten first. */
const seen = new Map<string, { readonly graph: Graph; readonly number: number }>();
const seenLimit = 4096;
let numbersGiven = 0;

const enter = (graph: Graph): { readonly graph: Graph; readonly number: number } => {
  const key = keyOf(graph);
  const found = seen.get(key);
  if (found !== undefined) {
    seen.delete(key);
    seen.set(key, found);
    return found;
  }
  if (seen.size >= seenLimit) for (const oldest of [...seen.keys()].slice(0, seenLimit / 4)) seen.delete(oldest);
  const made = { graph, number: numbersGiven++ };
  seen.set(key, made);
  return made;
};

const graphNumber = (graph: Graph): number => enter(graph).number;

/** The first program seen with the structure of this one, so that what is remembered of it is found again. */
export const canonical = (graph: Graph): Graph => enter(graph).graph;

/** Forget the programs seen. */
export const forgetPrograms = (): void => seen.clear();
