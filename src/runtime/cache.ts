/** Executables by structural key: equal programs share one. What was not used for longest is forgotten first. */
import type { DType } from '../array/dtype.ts';
import type { Graph } from '../core/graph.ts';
import { keyOf } from '../core/key.ts';
import { makeBlocks, type Blocks } from './blocks.ts';
import { variant, variants } from '../compiler/variant.ts';
import { makeExecutable, type Executable } from './run.ts';

const limit = 1024;

/** A map that holds the `limit` entries used last. */
const bounded = <A>(): { readonly get: (key: string, make: () => A) => A; readonly clear: () => void } => {
  const entries = new Map<string, A>();
  return {
    get: (key, make) => {
      const known = entries.get(key);
      if (known !== undefined) {
        entries.delete(key);
        entries.set(key, known);
        return known;
      }
      const made = make();
      for (const oldest of entries.keys()) {
        if (entries.size < limit) break;
        entries.delete(oldest);
      }
      entries.set(key, made);
      return made;
    },
    clear: () => entries.clear(),
  };
};

const executables = bounded<Executable>();
const blocks = bounded<Blocks>();
/** By program, for each way of compiling. */
const recent = Array.from({ length: variants }, () => new WeakMap<Graph, Executable>());

/** The executable of a program, compiled if no equal one is known. */
export const executableOf = (graph: Graph): Executable => {
  const near = recent[variant()];
  const direct = near?.get(graph);
  if (direct !== undefined) return direct;
  const found = executableFor(keyOf(graph), () => graph);
  near?.set(graph, found);
  return found;
};

/** The executable under a key, of the program that `make` gives if it is not known. */
export const executableFor = (program: string, make: () => Graph): Executable =>
  executables.get(`${variant()} ${program}`, () => makeExecutable(make()));

/** The blocks under a key; see `makeBlocks`. */
export const blocksFor = (
  key: string,
  inputs: readonly DType[],
  outputs: readonly DType[],
  graphFor: (length: number) => Graph,
): Blocks => blocks.get(key, () => makeBlocks(inputs, outputs, graphFor));

/** Forget all executables but those that programs still alive hold. */
export const clearExecutables = (): void => {
  executables.clear();
  blocks.clear();
};
