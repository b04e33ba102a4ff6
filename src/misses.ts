/** Why a call of a jitted function needs a new program, in words. */
import { isTraced } from './array/ndarray.ts';
import { userFrames, withDeepStack } from './array/source.ts';
import { byteSize, showType } from './array/type.ts';
import type { Graph } from './core/graph.ts';
import { framesOf } from './core/origin.ts';
import type { Entry, Signature } from './dispatch.ts';
import { sameStructure } from './tree/compare.ts';
import { keystr } from './tree/path.ts';
import { keyPaths, showStructure } from './tree/show.ts';

const typeText = ({ types, weak }: Signature, i: number): string => {
  const type = types[i];
  return type === undefined ? 'nothing' : `${showType(type)}${weak[i] === true ? ', weak as a number is' : ''}`;
};

/** The position in the whole argument list of the argument at `index` among those that are not static. */
const positionOf = (index: number, fixed: readonly number[]): number =>
  [...fixed].sort((a, b) => a - b).reduce((at, n) => (n <= at ? at + 1 : at), index);

const leafPaths = ({ structure }: Signature, fixed: readonly number[]): readonly string[] =>
  keyPaths(structure).map(([first, ...rest]) =>
    keystr([typeof first === 'number' ? positionOf(first, fixed) : '', ...rest]),
  );

/** What differs between two calls, one sentence part each. */
const differences = (known: Signature, given: Signature, fixed: readonly number[]): readonly string[] => {
  const statics = given.statics.flatMap((text, i) =>
    text === known.statics[i]
      ? []
      : [`static argument ${fixed[i] ?? i} is ${text}, was ${known.statics[i] ?? 'nothing'}`],
  );
  if (!sameStructure(known.structure, given.structure))
    return [...statics, `the arguments are ${showStructure(given.structure)}, were ${showStructure(known.structure)}`];
  const paths = leafPaths(given, fixed);
  const leaves = given.types.flatMap((_, i) => {
    const [now, before] = [typeText(given, i), typeText(known, i)];
    return now === before ? [] : [`argument ${paths[i] ?? ''} is ${now}, was ${before}`];
  });
  return [...statics, ...leaves];
};

/** Why none of the programs fits: what differs from the one that is nearest. */
export const reasonFor = (known: readonly Signature[], given: Signature, fixed: readonly number[]): string => {
  const all = known.map((signature) => differences(signature, given, fixed)).sort((a, b) => a.length - b.length);
  const [nearest] = all;
  if (nearest === undefined) return 'nothing is recorded yet';
  const some = nearest.slice(0, 3);
  return nearest.length > some.length
    ? `${some.join('; ')}; and ${nearest.length - some.length} more`
    : some.join('; ');
};

const place = (): string => {
  const holder: { stack?: string } = {};
  withDeepStack(() => Error.captureStackTrace(holder, place));
  const [frame] = userFrames(holder.stack, 1);
  return frame === undefined ? '' : ` (${frame})`;
};

/** At this many recordings of one function somebody should know. */
const manyMisses = 8;

/** Warn if a function has been recorded suspiciously often. */
export const warnOfMisses = (title: string, misses: number, reason: () => string): void => {
  if (misses !== manyMisses) return;
  console.warn(
    `${title}: expected few kinds of arguments, got the ${manyMisses}th that needs a program of its own: ${reason()}. Keep shapes and static arguments the same from call to call, for example by padding.${place()}`,
  );
};

const manyBytes = 2 ** 20;

const lineUsing = (graph: Graph, index: number): string => {
  const variable = graph.inputs[index];
  const user = graph.equations.find((e) => e.inputs.some((atom) => atom === variable));
  const [frame] = framesOf(user?.origin ?? null);
  return frame === undefined ? '' : ` (${frame})`;
};

/** Warn of large arrays that a function closes over: they are constants of its program, whatever the variable holds later. */
export const warnOfConstants = ({ title, graph, captured }: Pick<Entry, 'title' | 'graph' | 'captured'>): void => {
  captured.forEach((x, i) => {
    if (isTraced(x) || byteSize(x.type) < manyBytes) return;
    console.warn(
      `${title}: expected large arrays as arguments, got a constant ${showType(x.type)} of ${(byteSize(x.type) / 2 ** 20).toFixed(1)} MiB from outside the function. Pass it as an argument, unless it never changes.${lineUsing(graph, i)}`,
    );
  });
};
