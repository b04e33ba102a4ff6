/** Which recorded program a call of a jitted function needs, and running it. */
import { isNDArray, isTraced, withWeak, type NDArray } from './array/ndarray.ts';
import { byteSize, sameType, showType, type ArrayType } from './array/type.ts';
import { executableOf } from './runtime/cache.ts';
import { compiler } from './runtime/executor.ts';
import { giveAway } from './runtime/mirror.ts';
import { variant } from './compiler/variant.ts';
import type { Executable } from './runtime/run.ts';
import { callDepth } from './runtime/scratch.ts';
import { executor } from './core/executor.ts';
import { outputTypes, type Graph } from './core/graph.ts';
import { dataKey } from './core/key.ts';
import { isTracing } from './core/scope.ts';
import { placeholderFor, settled } from './core/trace.ts';
import { call } from './control/call.ts';
import { asLeaf, flattenArrays, titleOf, traceTree, type AnyFunction } from './lift.ts';
import { sameStructure, structureKey } from './tree/compare.ts';
import { unflatten, type Structure } from './tree/structure.ts';

/** What decides which program a call needs. */
export interface Signature {
  readonly structure: Structure;
  readonly types: readonly ArrayType[];
  readonly weak: readonly boolean[];
  /** The static arguments as text. */
  readonly statics: readonly string[];
}

/** The arguments of a call, taken apart. */
export interface Arguments extends Signature {
  readonly leaves: readonly NDArray[];
}

/** A recorded program with what it takes to call it again. */
export interface Entry extends Signature {
  readonly title: string;
  /** The arguments are arrays and numbers, not trees. */
  readonly isFlat: boolean;
  readonly graph: Graph;
  readonly captured: readonly NDArray[];
  readonly outWeak: readonly boolean[] | null;
  readonly outStructure: Structure;
  readonly donation: Donation | null;
  executable: Executable | null;
}

/** What a call gives away, and what stays in WebAssembly memory for it. */
interface Donation {
  /** One for each input of the program; captured values are kept. */
  readonly given: readonly boolean[];
  /** One for each output. */
  readonly kept: readonly boolean[];
}

/** The arguments that are not static. */
const moving = (args: readonly unknown[], fixed: readonly number[]): readonly unknown[] =>
  fixed.length === 0 ? args : args.filter((_, i) => !fixed.includes(i));

/** Take the arguments of a call apart; they probably have the structure `like`. */
export const argumentsOf = (
  args: readonly unknown[],
  fixed: readonly number[],
  statics: readonly string[],
  like: Structure | undefined,
): Arguments => {
  const { leaves, structure } = flattenArrays(moving(args, fixed), { operation: 'jit', like });
  return { leaves, structure, statics, types: leaves.map((x) => x.type), weak: leaves.map((x) => x.weak) };
};

/** The leaves of a call whose arguments are arrays and numbers, if this is the program for it; else `null`. No tree is built. */
export const quickLeaves = ({ isFlat, types, weak }: Entry, args: readonly unknown[]): readonly NDArray[] | null => {
  const count = args.length;
  if (!isFlat || types.length !== count) return null;
  const leaves = new Array<NDArray>(count);
  for (let i = 0; i < count; i++) {
    const arg = args[i];
    const type = types[i];
    const leaf = isNDArray(arg) ? arg : typeof arg === 'number' ? asLeaf(arg) : null;
    if (leaf === null || type === undefined || leaf.weak !== weak[i]) return null;
    if (leaf.type !== type && !sameType(leaf.type, type)) return null;
    leaves[i] = leaf;
  }
  return leaves;
};

/** Whether this is the program for a call. */
export const matches = (entry: Signature, given: Signature): boolean =>
  entry.types.length === given.types.length &&
  entry.types.every((type, i) => {
    const other = given.types[i];
    return other !== undefined && (type === other || sameType(type, other)) && entry.weak[i] === given.weak[i];
  }) &&
  entry.statics.every((text, i) => text === given.statics[i]) &&
  sameStructure(entry.structure, given.structure);

export const keyFor = ({ structure, types, weak, statics }: Signature): string =>
  `${structureKey(structure, dataKey)} ${types.map((type, i) => showType(type) + (weak[i] === true ? 'w' : '')).join(' ')} ${statics.join(';')}`;

/** Smaller results are copied out, which costs less than keeping them. */
const smallest = 4096;

/** Pair donated arguments with outputs of their type, in order. */
const donationFor = (graph: Graph, captured: number, given: readonly boolean[]): Donation => {
  const waiting = graph.inputs.filter((v, i) => i >= captured && given[i - captured] === true).map((v) => v.type);
  const kept = outputTypes(graph).map((type) => {
    const place = waiting.findIndex((t) => sameType(t, type));
    if (place < 0) return false;
    waiting.splice(place, 1);
    return byteSize(type) >= smallest;
  });
  return { given: [...new Array<boolean>(captured).fill(false), ...given], kept };
};

/** Record the program for a call. `donated` are positions among `args`. */
export const record = (
  f: AnyFunction,
  fixed: readonly number[],
  donated: readonly number[],
  given: Arguments,
  args: readonly unknown[],
): Entry => {
  const whole =
    fixed.length === 0
      ? f
      : (...moving: readonly unknown[]): unknown => {
          let next = 0;
          return f(...(args.map((arg, i) => (fixed.includes(i) ? arg : moving[next++])) as never[])); // sound: as called
        };
  const { leaves, structure, types, weak, statics } = given;
  const title = titleOf('jit', f);
  const moving = args.flatMap((_, i) => (fixed.includes(i) ? [] : [i]));
  const traced = traceTree(title, whole, leaves.map(placeholderFor), structure, undefined, moving);
  const mask = args.flatMap((arg, i) =>
    fixed.includes(i) ? [] : flattenArrays(arg).leaves.map(() => donated.includes(i)),
  );
  return {
    title,
    structure,
    statics,
    types,
    weak,
    isFlat: fixed.length === 0 && args.every((arg) => isNDArray(arg) || typeof arg === 'number'),
    graph: settled(traced.graph),
    captured: traced.captured,
    outWeak: traced.weak.includes(true) ? traced.weak : null,
    outStructure: traced.structure,
    donation: donated.length === 0 ? null : donationFor(traced.graph, traced.captured.length, mask),
    executable: null,
  };
};

/** Whether a call is more than running code: it is being recorded, watched, or given a value that is no value any more. */
const isIndirect = (inputs: readonly NDArray[]): boolean => {
  if (isTracing() || executor() !== compiler) return true;
  for (const x of inputs) if (isTraced(x)) return true;
  return false;
};

/** The code of a program under the present configuration. */
export const executableFor = (entry: Entry): Executable => {
  const known = entry.executable;
  if (known !== null && known.variant === variant()) return known;
  const made = executableOf(entry.graph);
  entry.executable = made;
  return made;
};

const runDonating = (entry: Entry, { given, kept }: Donation, inputs: readonly NDArray[]): readonly NDArray[] => {
  const outputs = executableFor(entry).runKeeping(inputs, kept);
  inputs.forEach((x, i) => {
    if (given[i] === true && !entry.captured.includes(x)) giveAway(x, entry.title);
  });
  return outputs;
};

const outputsOf = (entry: Entry, inputs: readonly NDArray[]): readonly NDArray[] => {
  if (isIndirect(inputs)) return call(entry.graph, inputs);
  // In a callback of another call nothing is given away: the other call may be using it.
  return entry.donation === null || callDepth() > 0
    ? executableFor(entry).run(inputs)
    : runDonating(entry, entry.donation, inputs);
};

/** Call the program. */
export const runEntry = (entry: Entry, leaves: readonly NDArray[]): unknown => {
  const { captured, outWeak, outStructure } = entry;
  const outputs = outputsOf(entry, captured.length === 0 ? leaves : [...captured, ...leaves]);
  const [first] = outputs;
  const results = outWeak === null ? outputs : outputs.map((x, i) => withWeak(x, outWeak[i] === true));
  return outStructure.kind === 'leaf' && outWeak === null ? first : unflatten(outStructure, results);
};
