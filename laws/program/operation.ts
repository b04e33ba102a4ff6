/** What an operation of random programs is: how it chooses well-typed operands, and how it is carried out. */
import { at, type Apply, type Instruction, type Params, type Program, type ValueType } from './program.ts';

/** A value that later instructions may read. */
export interface Known {
  readonly index: number;
  readonly type: ValueType;
  /** No element is larger in size, so that programs stay where floating point is exact enough. Integers: of extents to index. */
  readonly bound: number;
}

/** A source of choices; small draws give simple choices, so that shrinking them simplifies. */
export interface Draw {
  /** A number from 0 below `n`; 0 if `n` is 0. */
  readonly below: (n: number) => number;
}

export const pick = <A>(draw: Draw, items: readonly A[]): A | null =>
  items.length === 0 ? null : at(items, draw.below(items.length));

/** What an instruction is to be; outputs come with their bounds. */
export interface Choice {
  readonly inputs: readonly Known[];
  readonly params?: Params;
  readonly bodies?: readonly Program[];
  readonly outputs: readonly { readonly type: ValueType; readonly bound: number }[];
}

/** What an operation may ask of the program being made. */
export interface Maker {
  readonly draw: Draw;
  /** The values, newest first. */
  readonly values: readonly Known[];
  /** A body with inputs of these types. It reads outer values unless `closed`, and gives what `finish` asks from its last value. */
  readonly body: (
    inputs: readonly Omit<Known, 'index'>[],
    finish: (body: Maker, inputs: readonly Known[]) => readonly Known[],
    closed?: boolean,
  ) => { readonly program: Program; readonly outputs: readonly Known[] };
  /** Append an instruction; its outputs. */
  readonly emit: (operation: Operation, choice: Choice) => readonly Known[];
}

export type Direction = 'both' | 'forward' | 'reverse';

export interface Operation {
  readonly name: string;
  readonly apply: Apply;
  /** Whether it has kinks or jumps, so that differences say nothing near them. */
  readonly kink?: boolean;
  /** What modes of derivative it has. Default both. */
  readonly direction?: Direction;
  /** Operands and outputs, or `null` if nothing known fits. Absent: never drawn, only emitted by others. */
  readonly choose?: (maker: Maker) => Choice | null;
}

/** No value grows beyond this: what could is squashed. */
export const limit = 8;
/** No value has more elements than this. */
export const sizeLimit = 64;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
export const isFloat = (value: Known): boolean => value.type.element === 'float';
export const floatsOf = ({ values }: Maker): readonly Known[] => values.filter(isFloat);
export const floatType = (shape: readonly number[]): ValueType => ({ element: 'float', shape });
export const newest = (maker: Maker): Known | null => floatsOf(maker)[0] ?? null;

/** The shape of two broadcast against each other; `null` if they do not fit or the result is too large. */
export const joined = (a: readonly number[], b: readonly number[]): readonly number[] | null => {
  const rank = Math.max(a.length, b.length);
  const axis = (shape: readonly number[], i: number): number => shape[shape.length - rank + i] ?? 1;
  const shape = Array.from({ length: rank }, (_, i) => (axis(a, i) === 1 ? axis(b, i) : axis(a, i)));
  const fits = shape.every((n, i) => (axis(a, i) === n || axis(a, i) === 1) && (axis(b, i) === n || axis(b, i) === 1));
  return fits && sizeOf(shape) <= sizeLimit ? shape : null;
};

/** A value and an axis of it, of extent at least `least`. */
export const pickAxis = (
  { draw }: Maker,
  values: readonly Known[],
  least = 0,
): { readonly value: Known; readonly axis: number; readonly extent: number } | null => {
  const places = values.flatMap((value) =>
    value.type.shape.flatMap((extent, axis) => (extent >= least ? [{ value, axis, extent }] : [])),
  );
  return pick(draw, places);
};

export const without = (shape: readonly number[], axis: number): readonly number[] =>
  shape.filter((_, i) => i !== axis);
export const withExtent = (shape: readonly number[], axis: number, extent: number): readonly number[] =>
  shape.map((n, i) => (i === axis ? extent : n));

/** The instruction of a choice. */
export const instructionOf = (
  { name }: Operation,
  { inputs, params = {}, bodies = [], outputs }: Choice,
): Instruction => ({
  operation: name,
  inputs: inputs.map((x) => x.index),
  params,
  bodies,
  outputs: outputs.map((y) => y.type),
});
