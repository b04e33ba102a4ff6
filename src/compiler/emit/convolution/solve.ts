/** Contractions brought to a form whose output has plain labels: an affine index there is solved for a label of an operand. */
import { InternalError } from '../../../array/errors.ts';
import type { ArrayType, Shape } from '../../../array/type.ts';
import { affine, type AffineIndex, type AxisIndex, type ContractKernel } from '../../../kernels/kernel.ts';
import type { Value } from '../../builder.ts';

/** An operand before it is laid out: where the labels point on each axis, and how far apart its elements stand there. */
export interface Side {
  readonly value: Value;
  readonly axes: readonly AffineIndex[];
  readonly spread: readonly number[];
}

/** A contraction whose output has plain labels. */
export interface Gathering {
  readonly extents: Shape;
  readonly sides: readonly [Side, Side];
  readonly output: readonly AffineIndex[];
}

/** An index with each label once. */
const gathered = (index: AxisIndex): AffineIndex => {
  const { offset, terms } = affine(index);
  const labels = [...new Set(terms.map((t) => t.label))];
  const factorOf = (label: number): number => terms.reduce((sum, t) => (t.label === label ? sum + t.factor : sum), 0);
  return { offset, terms: labels.map((label) => ({ label, factor: factorOf(label) })).filter((t) => t.factor !== 0) };
};

/** Whether an index is just a label. */
export const isPlain = ({ offset, terms }: AffineIndex): boolean =>
  offset === 0 && terms.length === 1 && terms[0]?.factor === 1;
/** Whether a label takes part in an index. */
export const has = (index: AffineIndex, label: number): boolean => index.terms.some((t) => t.label === label);

/** The one axis of the operands on which a label stands, if it stands there alone and nowhere else. */
const onlyPlace = (
  { sides, output }: Gathering,
  label: number,
): { readonly side: 0 | 1; readonly axis: number } | null => {
  const places = ([0, 1] as const).flatMap((side) =>
    sides[side].axes.flatMap((index, axis) => (has(index, label) ? [{ side, axis, index }] : [])),
  );
  const [place] = places;
  if (place === undefined || places.length > 1 || !isPlain(place.index)) return null;
  return output.filter((index) => has(index, label)).length === 1 ? place : null;
};

/** A list with one item replaced. */
export const replaced = <A>(list: readonly A[], at: number, item: A): readonly A[] =>
  list.map((x, i) => (i === at ? item : x));

/**
 * Let a label run along an output axis in place of its own, which the affine index there then tells: from `p = offset + f l + rest` follows
 * `|f| l = sign(f) (p - offset - rest)`, a position among the operand's elements spread by `|f|`. The label of most
 * positions is the one to take, rather one that runs with `p`.
 */
const solved = (state: Gathering, axis: number, extent: number): Gathering | null => {
  const { sides, output, extents } = state;
  const { offset, terms } = output[axis] ?? { offset: 0, terms: [] };
  const candidates = terms.flatMap(({ label, factor }) => {
    const place = onlyPlace(state, label);
    return place === null || sides[place.side].spread[place.axis] !== 1 ? [] : [{ label, factor, ...place }];
  });
  const best = candidates.sort(
    (a, b) => Math.sign(b.factor) - Math.sign(a.factor) || (extents[b.label] ?? 0) - (extents[a.label] ?? 0),
  )[0];
  if (best === undefined) return null;
  const { label, side, factor } = best;
  const sign = Math.sign(factor);
  const position: AffineIndex = {
    offset: -sign * offset,
    terms: [
      { label, factor: sign },
      ...terms.filter((t) => t.label !== label).map((t) => ({ label: t.label, factor: -sign * t.factor })),
    ],
  };
  const { value, axes, spread } = sides[side];
  const moved: Side = {
    value,
    axes: replaced(axes, best.axis, position),
    spread: replaced(spread, best.axis, Math.abs(factor)),
  };
  return {
    extents: replaced(extents, label, extent),
    sides: side === 0 ? [moved, sides[1]] : [sides[0], moved],
    output: replaced(output, axis, { offset: 0, terms: [{ label, factor: 1 }] }),
  };
};

/** The contraction with plain labels on its output; `null` if some index there cannot be solved for a label. Every extent is at least 1. */
export const gathering = (
  { extents, left, right, output }: ContractKernel,
  inputs: readonly Value[],
  type: ArrayType,
): Gathering | null => {
  const [x, y] = inputs;
  if (x === undefined || y === undefined) throw new InternalError('contract: expected two operands.');
  const side = (value: Value, axes: readonly AxisIndex[]): Side => ({
    value,
    axes: axes.map(gathered),
    spread: axes.map(() => 1),
  });
  let state: Gathering = { extents, sides: [side(x, left), side(y, right)], output: output.map(gathered) };
  for (let axis = 0; axis < output.length; axis++) {
    const index = state.output[axis];
    if (index === undefined || isPlain(index)) continue;
    const next = solved(state, axis, type.shape[axis] ?? 1);
    if (next === null) return null;
    state = next;
  }
  return new Set(state.output.map(labelOf)).size === output.length ? state : null;
};

/** The label that a plain index is. */
export const labelOf = (index: AffineIndex): number => index.terms[0]?.label ?? -1;
