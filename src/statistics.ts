/** Figures by which laws see what the library did: how often it transformed and compiled, how much memory it plans. */
import { executableOf } from './runtime/cache.ts';
import { moduleCount } from './runtime/run.ts';
import type { Graph } from './core/graph.ts';
import { transformCount } from './core/memo.ts';

export interface Statistics {
  /** Programs transformed anew since the start. */
  readonly transforms: number;
  /** WebAssembly modules compiled since the start. */
  readonly modules: number;
}

/** The counts since the start. */
export const statistics = (): Statistics => ({ transforms: transformCount(), modules: moduleCount() });

/** Bytes of scratch that a call of the compiled program needs at its peak, inputs and outputs not counted. */
export const plannedScratch = (graph: Graph): number => executableOf(graph).compiled.stack;
