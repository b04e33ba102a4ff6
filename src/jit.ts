/** `jit`: trace a function once for each type of its arguments, compile it, and call that. */
import type { ArrayType } from './array/type.ts';
import { sameType, showType } from './array/type.ts';
import { isTraced, type NDArray } from './array/ndarray.ts';
import { ShapeError } from './array/errors.ts';
import type { Graph } from './core/graph.ts';
import { dataKey } from './core/key.ts';
import { markWeak, placeholderFor, settled } from './core/trace.ts';
import { isJitEnabled } from './configuration.ts';
import { call } from './control/call.ts';
import { flattenArrays, titleOf, traceTree, type AnyFunction } from './lift.ts';
import { sameStructure, structureKey } from './tree/compare.ts';
import { unflatten, type Structure } from './tree/structure.ts';
import type { Inputs } from './types.ts';

export interface JitOptions<S extends number = number> {
  /** Positions of arguments that are plain JavaScript data: the function is traced anew for each value. */
  readonly staticArgnums?: S | readonly S[];
}

/** A traced program with what it takes to call it again. */
interface Entry {
  readonly structure: Structure;
  readonly types: readonly ArrayType[];
  readonly weak: readonly boolean[];
  readonly statics: string;
  readonly graph: Graph;
  readonly captured: readonly NDArray[];
  readonly outWeak: readonly boolean[];
  readonly outStructure: Structure;
}

const entryLimit = 64;

const matches = (entry: Entry, leaves: readonly NDArray[], structure: Structure, statics: string): boolean =>
  entry.statics === statics &&
  entry.types.length === leaves.length &&
  leaves.every((x, i) => {
    const type = entry.types[i];
    return type !== undefined && sameType(type, x.type) && entry.weak[i] === x.weak;
  }) &&
  sameStructure(entry.structure, structure);

const without = (args: readonly unknown[], fixed: readonly number[]): readonly unknown[] =>
  fixed.length === 0 ? args : args.filter((_, i) => !fixed.includes(i));

const keyFor = (leaves: readonly NDArray[], structure: Structure, statics: string): string =>
  `${structureKey(structure, dataKey)} ${leaves.map((x) => showType(x.type) + (x.weak ? 'w' : '')).join(' ')} ${statics}`;

/**
 * The same function, compiled. It is traced once for each combination of tree structure, shapes, element types and static arguments;
 * what it closes over is taken as constant. Inside another transformation it stays one equation.
 *
 * @example const step = jit((x: NDArray) => x.mul(2).sum());
 */
export const jit = <A extends readonly unknown[], R, const S extends number = never>(
  f: (...args: A) => R,
  options: JitOptions<S> = {},
): ((...args: Inputs<A, S>) => R) => {
  const entries = new Map<string, Entry>();
  const fixed: readonly number[] = options.staticArgnums === undefined ? [] : [options.staticArgnums].flat();
  let latest: Entry | null = null;
  return (...args) => {
    // Sound: `Inputs` accepts what `f` takes or what is made so by tracing; without tracing the caller gives arrays.
    if (!isJitEnabled()) return f(...(args as unknown as A));
    const negative = fixed.find((n) => n < 0 || n >= args.length);
    if (negative !== undefined)
      throw new ShapeError(
        `jit: expected staticArgnums below ${args.length}, got ${negative}. Count the arguments of the call from 0.`,
      );
    const statics = fixed.length === 0 ? '' : fixed.map((n) => dataKey(args[n])).join(';');
    const { leaves, structure } = flattenArrays(without(args, fixed), { operation: 'jit', like: latest?.structure });
    const entry =
      latest !== null && matches(latest, leaves, structure, statics) ? latest : find(leaves, structure, statics, args);
    return run<R>(entry, leaves);
  };

  function find(leaves: readonly NDArray[], structure: Structure, statics: string, args: readonly unknown[]): Entry {
    const key = keyFor(leaves, structure, statics);
    const known = entries.get(key);
    if (known !== undefined) {
      entries.delete(key);
      entries.set(key, known);
      latest = known;
      return known;
    }
    const entry = record(f as AnyFunction, fixed, leaves, structure, statics, args); // sound: any function of trees
    // What captured values of an outer program belongs to this one call.
    if (entry.captured.some(isTraced)) return entry;
    for (const oldest of entries.keys()) {
      if (entries.size < entryLimit) break;
      entries.delete(oldest);
    }
    entries.set(key, entry);
    latest = entry;
    return entry;
  }
};

const record = (
  f: AnyFunction,
  fixed: readonly number[],
  leaves: readonly NDArray[],
  structure: Structure,
  statics: string,
  args: readonly unknown[],
): Entry => {
  const whole =
    fixed.length === 0
      ? f
      : (...moving: readonly unknown[]): unknown => {
          let next = 0;
          return f(...(args.map((arg, i) => (fixed.includes(i) ? arg : moving[next++])) as never[]));
        };
  const traced = traceTree(titleOf('jit', f), whole, leaves.map(placeholderFor), structure);
  return {
    structure,
    statics,
    types: leaves.map((x) => x.type),
    weak: leaves.map((x) => x.weak),
    graph: settled(traced.graph),
    captured: traced.captured,
    outWeak: traced.weak,
    outStructure: traced.structure,
  };
};

const run = <R>({ graph, captured, outWeak, outStructure }: Entry, leaves: readonly NDArray[]): R => {
  const outputs = call(graph, captured.length === 0 ? leaves : [...captured, ...leaves]);
  return unflatten(outStructure, markWeak(outputs, outWeak)) as R; // sound: the structure of what `f` returned
};
