/** Effects happen once and in the order in which the program names them, whatever transforms it. */
import * as fc from 'fast-check';
import { checkpoint, debug, grad, jit, jvp, type NDArray } from 'fluxion';
import { isReadable } from 'fluxion/extend';
import { law, type Law } from './law.ts';
import { operations, programs, runOf, type Sample } from './program/arbitrary.ts';
import { isFloating, normals, scalarOf } from './program/point.ts';
import { functionOf, type Apply } from './program/program.ts';
import type { Flat, FlatFunction } from './numeric.ts';

interface Seen {
  readonly name: string;
  readonly value: number;
}

/** Operations that tell what they computed, and that are read at once where they can be, if `isRead`; not within bodies, which may never run. */
const telling = (log: Seen[], isRead: boolean): { readonly [name: string]: Apply } => {
  let depth = 0;
  const deeper =
    (body: FlatFunction): FlatFunction =>
    (xs) => {
      depth++;
      try {
        return body(xs);
      } finally {
        depth--;
      }
    };
  const tell =
    (name: string, apply: Apply): Apply =>
    (operands) => {
      const results = apply({ ...operands, bodies: operands.bodies.map(deeper) });
      const [y] = results.filter(isFloating);
      if (y === undefined) return results;
      const total = y.sum();
      debug.callback((seen: NDArray) => void log.push({ name, value: Number(seen.item()) }), total);
      if (isRead && depth === 0 && isReadable(total)) total.item();
      return results;
    };
  return Object.fromEntries(Object.entries(operations).map(([name, apply]) => [name, tell(name, apply)] as const));
};

/** What is told while `use` runs the loss of a sample. */
const told = (
  { program, seed }: Sample,
  use: (loss: (xs: Flat) => NDArray, xs: Flat) => unknown,
  isRead = false,
): readonly Seen[] => {
  const log: Seen[] = [];
  const f = functionOf(program, telling(log, isRead), 'float64');
  const { xs } = runOf({ program, seed, kinked: false });
  const moving = xs.filter(isFloating);
  use((own) => scalarOf(f([...own, ...xs.slice(moving.length)])), moving);
  return log;
};

const compare = (what: string, got: readonly Seen[], expected: readonly Seen[]): void => {
  const names = (seen: readonly Seen[]): string => seen.map(({ name }) => name).join(', ');
  if (names(got) !== names(expected))
    throw new Error(`${what}: expected effects ${names(expected)}, got ${names(got)}`);
  const odd = got.find(({ value }, i) => !(Math.abs(value - (expected[i]?.value ?? NaN)) < 1e-9));
  if (odd !== undefined) throw new Error(`${what}: expected another value of ${odd.name}, got ${odd.value}`);
};

const gradient =
  (loss: (xs: Flat) => NDArray) =>
  (xs: Flat): Flat =>
    grad(loss)(xs);

/** Rules of one's own are traced apart, and a batch has effects for each example: both are other stories. */
const without = ['vmap', 'customJvp', 'customVjp'];

const once = law(
  'effects happen once and in order',
  fc.property(programs({ without }), (item) => {
    const expected = told(item, (loss, xs) => loss(xs));
    const uses: { readonly [name: string]: (loss: (xs: Flat) => NDArray, xs: Flat) => unknown } = {
      jit: (loss, xs) => jit(loss)(xs),
      grad: (loss, xs) => gradient(loss)(xs),
      'grad of jit': (loss, xs) => gradient(jit(loss))(xs),
      'jit of grad': (loss, xs) => jit(gradient(loss))(xs),
      'grad of checkpoint': (loss, xs) => gradient(checkpoint(loss))(xs),
      jvp: (loss, xs) => jvp(loss, [xs], [normals(1, xs)]),
    };
    for (const [name, use] of Object.entries(uses)) compare(name, told(item, use), expected);
    const twice = told(item, (loss, xs) => [jit(loss)].flatMap((f) => [f(xs), f(xs)]));
    compare('jit, twice', twice, [...expected, ...expected]);
  }),
);

const read = law(
  'reading values under grad repeats no effect',
  fc.property(programs({ without }), (item) => {
    const expected = told(item, (loss, xs) => loss(xs));
    const uses: { readonly [name: string]: (loss: (xs: Flat) => NDArray, xs: Flat) => unknown } = {
      grad: (loss, xs) => gradient(loss)(xs),
      'grad of grad': (loss, xs) => gradient((own) => scalarOf(gradient(loss)(own)))(xs),
      jvp: (loss, xs) => jvp(loss, [xs], [normals(1, xs)]),
    };
    for (const [name, use] of Object.entries(uses)) compare(name, told(item, use, true), expected);
  }),
);

export const effectLaws = (): readonly Law[] => [once, read];
