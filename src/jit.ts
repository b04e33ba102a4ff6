/** `jit`: trace a function once for each type of its arguments, compile it, and call that. */
import { isTraced } from './array/ndarray.ts';
import { ShapeError } from './array/errors.ts';
import { dataKey } from './core/key.ts';
import { isJitEnabled } from './configuration.ts';
import { argumentsOf, keyFor, matches, quickLeaves, record, runEntry, type Arguments, type Entry } from './dispatch.ts';
import { titleOf, toArrays, type AnyFunction } from './lift.ts';
import { lowered, type Lowered } from './lowered.ts';
import { reasonFor, warnOfConstants, warnOfMisses } from './misses.ts';
import type { Inputs } from './types.ts';

export interface JitOptions<S extends number = number> {
  /** Positions of arguments that are plain JavaScript data: the function is traced anew for each value. */
  readonly staticArgnums?: S | readonly S[];
  /**
   * Positions of arguments that the caller gives away: results of the same type stay in WebAssembly memory and are copied out only when
   * somebody reads them. Reading a donated array afterwards is an error; scalars stay readable. Ignored inside other transformations.
   */
  readonly donate?: number | readonly number[];
}

const entryLimit = 64;

/** A position among the arguments of this call. */
const checkPositions = (option: string, positions: readonly number[], count: number): void => {
  const outside = positions.find((n) => n < 0 || n >= count);
  if (outside !== undefined)
    throw new ShapeError(
      `jit: expected ${option} below ${count}, got ${outside}. Count the arguments of the call from 0.`,
    );
};

const listOf = <N>(option: N | readonly N[] | undefined): readonly N[] =>
  // Sound: what is no array is one item.
  option === undefined ? [] : Array.isArray(option) ? (option as readonly N[]) : [option as N];

/** A function with the programs recorded of it. */
interface Known {
  readonly f: AnyFunction;
  readonly fixed: readonly number[];
  readonly donated: readonly number[];
  readonly entries: Map<string, Entry>;
  latest: Entry | null;
  /** How often a program was recorded. */
  misses: number;
}

/** The arguments taken apart, after a look at the positions. */
const takeApart = ({ fixed, donated, latest }: Known, args: readonly unknown[]): Arguments => {
  checkPositions('staticArgnums', fixed, args.length);
  checkPositions('donate', donated, args.length);
  return argumentsOf(
    args,
    fixed,
    fixed.map((n) => dataKey(args[n])),
    latest?.structure,
  );
};

const recordFor = (known: Known, given: Arguments, args: readonly unknown[]): Entry => {
  const before = [...known.entries.values()];
  const entry = record(known.f, known.fixed, known.donated, given, args);
  warnOfMisses(entry.title, ++known.misses, () => reasonFor(before, given, known.fixed));
  warnOfConstants(entry);
  return entry;
};

/** The program for a call, recorded if it is not known; the ones not used for longest are forgotten. */
const find = (known: Known, given: Arguments, args: readonly unknown[]): Entry => {
  const { entries, latest } = known;
  if (latest !== null && matches(latest, given)) return latest;
  const key = keyFor(given);
  const found = entries.get(key);
  const entry = found ?? recordFor(known, given, args);
  // What captured values of an outer program belongs to this one call.
  if (entry.captured.some(isTraced)) return entry;
  entries.delete(key);
  for (const oldest of entries.keys()) {
    if (entries.size < entryLimit) break;
    entries.delete(oldest);
  }
  entries.set(key, entry);
  known.latest = entry;
  return entry;
};

/** A compiled function, which also tells about itself. */
export interface Jitted<A extends readonly unknown[], R, S extends number = never> {
  (...args: Inputs<A, S>): R;
  /** What a call with these arguments runs: program, loops, memory, size. Nothing is run. */
  lower(...args: Inputs<A, S>): Lowered;
  /** Why a call with these arguments would record a new program; `null` if it would not. */
  explainMiss(...args: Inputs<A, S>): string | null;
}

const explain = (known: Known, args: readonly unknown[]): string | null => {
  const given = takeApart(known, args);
  if (known.entries.has(keyFor(given))) return null;
  return `${titleOf('jit', known.f)}: ${reasonFor([...known.entries.values()], given, known.fixed)}.`;
};

const lower = (known: Known, args: readonly unknown[]): Lowered => lowered(find(known, takeApart(known, args), args));

/**
 * The same function, compiled. It is traced once for each combination of tree structure, shapes, element types and static arguments;
 * what it closes over is taken as constant. Inside another transformation it stays one equation.
 *
 * @example const step = jit((x: NDArray) => x.mul(2).sum());
 */
export const jit = <A extends readonly unknown[], R, const S extends number = never>(
  f: (...args: A) => R,
  options: JitOptions<S> = {},
): Jitted<A, R, S> => {
  const known: Known = {
    f: f as AnyFunction, // sound: any function of trees
    fixed: listOf<number>(options.staticArgnums),
    donated: listOf(options.donate),
    entries: new Map(),
    latest: null,
    misses: 0,
  };
  const jitted = (...args: Inputs<A, S>): R => {
    // Sound: what `Inputs` accepts for `A` becomes an `A`.
    if (!isJitEnabled()) return f(...(args.map((x, i) => (known.fixed.includes(i) ? x : toArrays(x))) as unknown as A));
    const { latest } = known;
    const leaves = latest === null ? null : quickLeaves(latest, args);
    if (latest !== null && leaves !== null) return runEntry(latest, leaves) as R; // sound: the structure of what `f` returned
    const given = takeApart(known, args);
    return runEntry(find(known, given, args), given.leaves) as R; // sound: as above
  };
  Object.defineProperty(jitted, 'name', { value: f.name });
  return Object.assign(jitted, {
    lower: (...args: Inputs<A, S>) => lower(known, args),
    explainMiss: (...args: Inputs<A, S>) => explain(known, args),
  });
};
