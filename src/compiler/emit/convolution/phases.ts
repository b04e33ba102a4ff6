/**
 * Operands with zeros between their elements, which strided convolutions leave to their input gradients, in phases without zeros: of the positions
 * `p = i + a + m k` along a spread axis only multiples of the spread `s` hold an element. Along `i = r + s q` these are met by every
 * `s / gcd(m, s)`-th `k`, so that each residue `r` is a contraction of its own over what is there.
 */
import type { AffineIndex } from '../../../kernels/kernel.ts';
import { has, isPlain, labelOf, replaced, type Gathering, type Side } from './solve.ts';

/** A part of the output, along each axis from `start` by `step`; without a contraction it is 0. */
export interface Phase {
  readonly gathering: Gathering;
  readonly isZero: boolean;
  readonly places: readonly { readonly start: number; readonly step: number }[];
}

/** A spread axis that falls into phases. */
interface Spread {
  readonly side: 0 | 1;
  readonly axis: number;
  readonly spread: number;
  /** The label of the output in its index, and the output's axis. */
  readonly along: number;
  readonly output: number;
  /** The other term of its index, if there is one. */
  readonly over: { readonly label: number; readonly factor: number } | null;
  readonly offset: number;
}

/** How often a label stands on the operands. */
const countOf = ({ sides }: Gathering, label: number): number =>
  sides.flatMap((side) => side.axes).filter((index) => has(index, label)).length;

/** Where else the second term's label stands must be plain, so that it can be made to skip. */
const canSkip = (state: Gathering, side: 0 | 1, label: number): boolean =>
  countOf(state, label) === 2 &&
  !state.output.some((index) => has(index, label)) &&
  state.sides[side === 0 ? 1 : 0].axes.some((index) => isPlain(index) && labelOf(index) === label);

const spreadAt = (state: Gathering, side: 0 | 1, axis: number): Spread | null => {
  const { axes, spread } = state.sides[side];
  const [index, own] = [axes[axis], spread[axis] ?? 1];
  if (index === undefined || own === 1 || index.terms.length > 2) return null;
  const output = state.output.findIndex((o) => has(index, labelOf(o)));
  const along = output < 0 ? -1 : labelOf(state.output[output] ?? index);
  const over = index.terms.find((t) => t.label !== along) ?? null;
  const isForwards = index.terms.some((t) => t.label === along && t.factor === 1);
  if (!isForwards || countOf(state, along) !== 1 || (over !== null && !canSkip(state, side, over.label))) return null;
  return { side, axis, spread: own, along, output, over, offset: index.offset };
};

const firstSpread = (state: Gathering): Spread | null => {
  for (const side of [0, 1] as const)
    for (let axis = 0; axis < state.sides[side].axes.length; axis++) {
      const found = spreadAt(state, side, axis);
      if (found !== null) return found;
    }
  return null;
};

const divisor = (a: number, b: number): number => (b === 0 ? Math.abs(a) : divisor(b, a % b));

/** One residue of a spread axis. */
const phaseOf = (state: Gathering, at: Spread, residue: number): Phase => {
  const { side, axis, spread, along, over, offset } = at;
  const [m, period] = over === null ? [0, 1] : [over.factor, spread / divisor(over.factor, spread)];
  const first = Array.from({ length: period }, (_, k) => k).find((k) => (residue + offset + m * k) % spread === 0);
  const count = over === null ? 1 : Math.ceil(((state.extents[over.label] ?? 1) - (first ?? 0)) / period);
  const isZero = first === undefined || count <= 0;
  const start = first ?? 0;
  const index: AffineIndex = {
    offset: (residue + offset + m * start) / spread,
    terms: [
      { label: along, factor: 1 },
      ...(over === null ? [] : [{ label: over.label, factor: (m * period) / spread }]),
    ],
  };
  const skipping = (s: Side): Side => ({
    ...s,
    axes: s.axes.map((i) =>
      over !== null && has(i, over.label) ? { offset: start, terms: [{ label: over.label, factor: period }] } : i,
    ),
  });
  const tight = (s: Side): Side => ({
    ...s,
    axes: replaced(s.axes, axis, index),
    spread: replaced(s.spread, axis, 1),
  });
  const [x, y] = state.sides;
  const extent = Math.ceil(((state.extents[along] ?? 1) - residue) / spread);
  const extents = replaced(state.extents, along, extent);
  return {
    isZero,
    gathering: {
      ...state,
      extents: over === null || isZero ? extents : replaced(extents, over.label, count),
      sides: side === 0 ? [tight(x), skipping(y)] : [skipping(x), tight(y)],
    },
    places: state.output.map((_, o) => (o === at.output ? { start: residue, step: spread } : { start: 0, step: 1 })),
  };
};

/** The contraction in phases: one, itself, if nothing is spread. */
export const phasesOf = (state: Gathering): readonly Phase[] => {
  const at = firstSpread(state);
  if (at === null)
    return [{ gathering: state, isZero: false, places: state.output.map(() => ({ start: 0, step: 1 })) }];
  const residues = Math.min(at.spread, state.extents[at.along] ?? 1);
  return Array.from({ length: residues }, (_, r) => phaseOf(state, at, r)).flatMap((phase) =>
    phase.isZero ? [phase] : phasesOf(phase.gathering).map((inner) => within(phase, inner)),
  );
};

/** A phase of a phase, placed in the whole. */
const within = (outer: Phase, inner: Phase): Phase => ({
  ...inner,
  places: inner.places.map(({ start, step }, axis) => {
    const around = outer.places[axis] ?? { start: 0, step: 1 };
    return { start: around.start + start * around.step, step: step * around.step };
  }),
});
