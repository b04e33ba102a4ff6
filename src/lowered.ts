/** What `jit` made of a function, as readable text. */
import { byteSize, showType, type ArrayType } from './array/type.ts';
import { describePlacement, describeRoutine } from './compiler/describe.ts';
import { printGraph } from './core/print.ts';
import { costOf } from './core/cost.ts';
import { executableFor, type Entry } from './dispatch.ts';

/** A compiled program to look at; `String(lowered)` shows all of it. */
export interface Lowered {
  /** The program as it was recorded. */
  readonly graph: string;
  /** The loops and kernels that it became, one a line. */
  readonly loops: string;
  /** Where arrays stand during a call. */
  readonly memory: string;
  /** Size of the WebAssembly module in bytes. */
  readonly moduleBytes: number;
  /** Bytes of arguments, results and scratch during a call. */
  readonly callBytes: number;
  /** Estimated operations of arithmetic in a call. */
  readonly flops: number;
  toString(): string;
}

const sum = (types: readonly ArrayType[]): number => types.reduce((total, type) => total + byteSize(type), 0);
const listed = (name: string, types: readonly ArrayType[]): string =>
  types.map((type, i) => `  ${`${name}${i}`.padEnd(5)} ${showType(type)}`).join('\n');

/** Compile the program of an entry and describe it. */
export const lowered = (entry: Entry): Lowered => {
  const { compiled } = executableFor(entry);
  const { inputs, outputs, stack, bytes, main, placement } = compiled;
  const graph = printGraph(entry.graph);
  const loops = describeRoutine(main);
  const memory = [
    listed('in', inputs),
    listed('out', outputs),
    describePlacement(placement),
    `  ${sum(inputs)} bytes of arguments, ${sum(outputs)} of results, ${stack} of scratch`,
  ]
    .filter((part) => part !== '')
    .join('\n');
  const { flops } = costOf(entry.graph);
  return {
    graph,
    loops,
    memory,
    moduleBytes: bytes.length,
    callBytes: sum(inputs) + sum(outputs) + stack,
    flops,
    toString: () =>
      `${entry.title}\n\ngraph\n${graph}\n\nloops\n${loops}\n\nmemory\n${memory}\n\nmodule of ${bytes.length} bytes, about ${flops} operations`,
  };
};
