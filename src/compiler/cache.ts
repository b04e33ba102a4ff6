/** Executables by structural key: equal programs share one. The oldest are forgotten first. */
import type { Graph } from '../core/graph.ts';
import { keyOf } from '../core/key.ts';
import { hasRelaxedSimd } from './relaxed.ts';
import { makeExecutable, type Executable } from './run.ts';

const limit = 1024;
const executables = new Map<string, Executable>();
const counts = { modules: 0 };
/** By program, for each way of compiling. */
const recent = { plain: new WeakMap<Graph, Executable>(), relaxed: new WeakMap<Graph, Executable>() };

/** How many modules have been compiled since the start; laws watch it. */
export const moduleCount = (): number => counts.modules;

/** The executable of a program, compiled if no equal one is known. */
export const executableOf = (graph: Graph): Executable => {
  const near = hasRelaxedSimd() ? recent.relaxed : recent.plain;
  const direct = near.get(graph);
  if (direct !== undefined) return direct;
  const found = executableFor(keyOf(graph), () => graph);
  near.set(graph, found);
  return found;
};

/** The executable under a key, of the program that `make` gives if it is not known. */
export const executableFor = (program: string, make: () => Graph): Executable => {
  const key = hasRelaxedSimd() ? `relaxed ${program}` : program;
  const known = executables.get(key);
  if (known !== undefined) return known;
  const made = makeExecutable(make());
  counts.modules++;
  for (const oldest of executables.keys()) {
    if (executables.size < limit) break;
    executables.delete(oldest);
  }
  executables.set(key, made);
  return made;
};

/** Forget all executables but those that programs still alive hold. */
export const clearExecutables = (): void => executables.clear();
