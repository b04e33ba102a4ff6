/**
 * Loops over one shape become one loop: what one writes and the next reads at the same place stays in a register, and what nobody else reads is
 * not written at all. A loop may move up to an earlier one, or an earlier one down to it, past steps that do not touch what it reads or writes.
 */
import { sizeOf } from '../array/type.ts';
import { probe } from './emit/probe.ts';
import { loadsOf, rewriteAffine, substitute, type Buffer, type Expression } from './expression.ts';
import { byRows } from './rows.ts';
import { commute, touchedBy, type Nest, type Step, type Target, type Touched } from './step.ts';

/** Larger loops would only spill registers. */
const mostOperations = 400;
const mostWrites = 16;
/** How far back a partner is looked for. */
const reach = 48;

/** The same loop without axes of extent 1. */
const squeezed = (nest: Nest): Nest => {
  const kept = nest.shape.flatMap((extent, axis) => (extent === 1 ? [] : [axis]));
  if (kept.length === nest.shape.length || nest.reduce !== null) return nest;
  const pick = (strides: readonly number[]): readonly number[] => kept.map((axis) => strides[axis] ?? 0);
  const narrow = (e: Expression): Expression =>
    rewriteAffine(e, ({ strides, offset }) => ({ strides: pick(strides), offset })) ?? e;
  return {
    ...nest,
    shape: pick(nest.shape),
    writes: nest.writes.map(({ target, value }) => ({
      target: { ...target, strides: pick(target.strides) },
      value: narrow(value),
    })),
  };
};

const samePlace = (a: Pick<Target, 'strides' | 'offset'>, b: Pick<Target, 'strides' | 'offset'>): boolean =>
  a.offset === b.offset && a.strides.every((s, axis) => s === b.strides[axis]);

/** Both loops as one, the first part's values used by the second; `null` if some place is read before the whole of it is written. */
const joined = (first: Nest, second: Nest): Nest | null => {
  const written = new Map(first.writes.map((w) => [w.target.buffer, w] as const));
  const loads = loadsOf(second.writes.map((w) => w.value));
  if (
    loads.some(
      (l) =>
        !(written.get(l.buffer) === undefined || samePlace(l, (written.get(l.buffer) ?? first.writes[0])?.target ?? l)),
    )
  )
    return null;
  const values = substitute(
    second.writes.map((w) => w.value),
    (load) => written.get(load.buffer)?.value ?? null,
  );
  const writes = [...first.writes, ...second.writes.map((w, i) => ({ target: w.target, value: values[i] ?? w.value }))];
  if (writes.length > mostWrites) return null;
  const [before, after] = [probe(first.writes.map((w) => w.value)), probe(writes.map((w) => w.value))];
  const worse = after.lanes !== before.lanes || after.lanes !== probe(values).lanes;
  return worse || after.operations > mostOperations ? null : { ...first, writes };
};

interface Entry {
  readonly step: Step;
  readonly touched: Touched;
}

const isPartner = (a: Step, b: Nest): a is Nest =>
  a.kind === 'nest' &&
  a.reduce === null &&
  a.shape.length === b.shape.length &&
  a.shape.every((n, axis) => n === b.shape[axis]);

/** Put a loop into the list: into a partner if there is one within reach, else at the end. */
const insert = (entries: Entry[], nest: Nest): void => {
  const own = touchedBy(nest);
  let canRise = true;
  for (let at = entries.length - 1; at >= Math.max(0, entries.length - reach); at--) {
    const entry = entries[at];
    if (entry === undefined) break;
    if (isPartner(entry.step, nest) && commute({ reads: new Set(), writes: own.writes }, entry.touched)) {
      const later = entries.slice(at + 1);
      const canSink = !canRise && later.every((e) => commute(e.touched, entry.touched));
      const merged = canRise || canSink ? joined(entry.step, nest) : null;
      if (merged !== null) {
        const made = { step: merged, touched: touchedBy(merged) };
        if (canRise) entries[at] = made;
        else entries.splice(at, entries.length - at, ...later, made);
        return;
      }
    }
    canRise &&= commute(entry.touched, own);
  }
  entries.push({ step: nest, touched: own });
};

/** The steps without what nobody reads. */
const live = (steps: readonly Step[]): readonly Step[] => {
  const read = new Set<Buffer>();
  const kept: Step[] = [];
  for (const step of steps.toReversed()) {
    const wanted = (buffer: Buffer): boolean => buffer.role.kind !== 'scratch' || read.has(buffer);
    const made: Step | null =
      step.kind !== 'nest' ? step : { ...step, writes: step.writes.filter((w) => wanted(w.target.buffer)) };
    if (made.kind === 'nest' && made.writes.length === 0) continue;
    if (made.kind === 'multiply' && !wanted(made.output)) continue;
    for (const buffer of touchedBy(made).reads) read.add(buffer);
    kept.push(made);
  }
  return kept.reverse();
};

/** The same work in fewer loops. */
export const merge = (steps: readonly Step[]): readonly Step[] => {
  const entries: Entry[] = [];
  for (const step of steps) {
    if (step.kind === 'nest' && step.reduce === null && sizeOf(step.shape) > 0) insert(entries, squeezed(step));
    else entries.push({ step, touched: touchedBy(step) });
  }
  return byRows(live(entries.map((e) => e.step)));
};
