/** What a value is in a tree: a leaf, a list or record with children, or nothing that a tree may hold. */
import { dtypeOfStore, type TypedArray } from '../array/dtype.ts';
import { TreeError } from '../array/errors.ts';
import { isNDArray, type NDArray } from '../array/ndarray.ts';
import { heading } from './path.ts';

/** What stands at the ends of a tree: arrays and what becomes one. */
export type Leaf = NDArray | number | TypedArray;

/** Whether a value is a leaf: an array, a number, or a typed array of an element type that arrays have. */
export const isLeafValue = (node: unknown): node is Leaf =>
  typeof node === 'number' || isNDArray(node) || (ArrayBuffer.isView(node) && dtypeOfStore(node) !== undefined);

/** An object whose fields are a tree: written in braces, or without a prototype; from another window or worker too. */
export const isRecord = (node: object): node is Readonly<Record<string, unknown>> => {
  const prototype: unknown = Object.getPrototypeOf(node);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
};

/** The children of a node. */
export type Children = readonly unknown[] | Readonly<Record<string, unknown>>;

/** Whether a value is a list or a record. */
export const isChildren = (node: unknown): node is Children =>
  Array.isArray(node) || (typeof node === 'object' && node !== null && isRecord(node));

const remedies: { readonly [name: string]: string } = {
  Date: 'Pass its time as a number.',
  Map: 'Use a record, as Object.fromEntries makes it.',
  Set: 'Use a list, [...set].',
  DataView: 'Use a typed array.',
  ArrayBuffer: 'Use a typed array.',
  Promise: 'Await it first.',
};

/** The name of an object's class, for messages. */
export const nameOf = (node: object): string => {
  const { constructor } = node;
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'class instance';
};

/** A noun with its article. */
export const article = (name: string): string => (/^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`);

/** The error of an object that is no tree, at a path. */
export const refusal = (operation: string, path: string, node: object): TreeError => {
  const name = nameOf(node);
  const view = ArrayBuffer.isView(node) ? 'Copy it into a Float32Array or an Int32Array.' : undefined;
  return new TreeError(
    `${heading(operation, path)}expected a tree, got ${article(name)}. ${remedies[name] ?? view ?? 'Register the class with tree.register.'}`,
    'tree.node',
  );
};
