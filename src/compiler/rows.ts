/**
 * Loops that treat the same rows one after another (a maximum, its exponentials, their sum, the quotient) become one loop over the rows: what one
 * writes of a row is read by the next while it is still in the first cache.
 */
import { sizeOf, type Shape } from '../array/type.ts';
import { loadsOf, type Buffer } from './expression.ts';
import { commute, touchedBy, type Nest, type Rows, type Step, type Target, type Touched } from './step.ts';
import { thresholds } from './thresholds.ts';

/** Longer rows leave the cache anyway. */
const longest = 16384;
/** How far back a partner is looked for. */
const reach = 16;

const startsWith = (shape: Shape, outer: Shape): boolean => outer.every((n, axis) => shape[axis] === n);

/** The rows of a fold: what it keeps, if the loops behind are of a fitting length. */
const rowsOf = ({ shape, reduce }: Nest): Shape | null => {
  if (reduce === null) return null;
  const [outer, inner] = [shape.slice(0, reduce.kept), sizeOf(shape.slice(reduce.kept))];
  const { rowwiseRow, rowwiseSize } = thresholds();
  return sizeOf(outer) > 1 && inner >= rowwiseRow && inner <= longest && sizeOf(shape) >= rowwiseSize ? outer : null;
};

/** The last position of a row that is reached, counted from where the row begins. */
const reachOf = (strides: readonly number[], shape: Shape, rank: number): number =>
  shape.slice(rank).reduce((sum, n, i) => sum + (n - 1) * Math.abs(strides[rank + i] ?? 0), 0);

/** Whether a nest goes row by row: its rows are those asked for, and it folds within them. */
const isByRow = ({ shape, reduce }: Nest, outer: Shape): boolean =>
  startsWith(shape, outer) &&
  (reduce === null ? sizeOf(shape.slice(outer.length)) <= longest : reduce.kept === outer.length);

/** Whether what a nest reads of earlier ones lies in the row that it is at. */
const staysInRow = (nest: Nest, earlier: readonly Nest[], outer: Shape): boolean => {
  const written = new Map<Buffer, { readonly target: Target; readonly shape: Shape }>();
  for (const { writes, shape } of earlier)
    for (const { target } of writes) written.set(target.buffer, { target, shape });
  return loadsOf(nest.writes.map((w) => w.value)).every((load) => {
    const source = written.get(load.buffer);
    if (source === undefined) return true;
    const { target, shape } = source;
    const step = outer.reduce(
      (least, n, axis) => (n > 1 ? Math.min(least, target.strides[axis] ?? 0) : least),
      Infinity,
    );
    const [mine, theirs] = [
      reachOf(load.strides, nest.shape, outer.length),
      reachOf(target.strides, shape, outer.length),
    ];
    const isForward = [...load.strides, ...target.strides].every((s) => s >= 0);
    const isSameRow = outer.every((n, axis) => n === 1 || load.strides[axis] === target.strides[axis]);
    return isForward && isSameRow && load.offset === target.offset && mine <= theirs && theirs < step;
  });
};

interface Entry {
  readonly step: Step;
  readonly touched: Touched;
}

const entryOf = (step: Step): Entry => ({ step, touched: touchedBy(step) });
const nestsOf = (step: Step): readonly Nest[] =>
  step.kind === 'nest' ? [step] : step.kind === 'rows' ? step.nests : [];

/** Both as one loop over rows, if they go over the same. */
const joined = (first: Step, nest: Nest): Rows | null => {
  const earlier = nestsOf(first);
  const [lead] = earlier;
  if (lead === undefined) return null;
  const outer = first.kind === 'rows' ? first.outer : (rowsOf(lead) ?? rowsOf(nest));
  if (outer === null || ![...earlier, nest].every((n) => isByRow(n, outer)) || !staysInRow(nest, earlier, outer))
    return null;
  return { kind: 'rows', outer, nests: [...earlier, nest] };
};

const insert = (entries: Entry[], nest: Nest): void => {
  const own = entryOf(nest);
  for (let at = entries.length - 1; at >= Math.max(0, entries.length - reach); at--) {
    const entry = entries[at];
    if (entry === undefined) break;
    const isRelated = [...entry.touched.writes].some((b) => own.touched.reads.has(b));
    const merged = isRelated ? joined(entry.step, nest) : null;
    if (merged !== null) return void (entries[at] = entryOf(merged));
    if (!commute(entry.touched, own.touched)) break;
  }
  entries.push(own);
};

/** The same steps with loops over the same rows put together. */
export const byRows = (steps: readonly Step[]): readonly Step[] => {
  const entries: Entry[] = [];
  for (const step of steps) {
    if (step.kind === 'nest' && sizeOf(step.shape) > 0) insert(entries, step);
    else entries.push(entryOf(step));
  }
  return entries.map((e) => e.step);
};
