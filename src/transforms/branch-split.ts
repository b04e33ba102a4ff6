/** Parting the branches of a choice into early and later ones that agree on what they hand over. */
import { either, negate, outputTypes, where, type Graph, type Mask } from '../core/graph.ts';
import { replay } from '../core/replay.ts';
import { build } from '../core/trace.ts';
import { filled, passedOn } from './loop-body.ts';
import { partition } from './partition.ts';

/** What any of the masks marks. */
export const anyMask = (masks: readonly Mask[]): Mask => masks.reduce(either);

interface Parts {
  readonly knownOutputs: Mask;
  readonly early: readonly Graph[];
  readonly later: readonly Graph[];
  /** For each residual: the known operand that it is, or -1 if the branch computes it. */
  readonly passed: readonly number[];
}

/** Each branch parted; the residuals of all stand side by side, zeros where another branch ran. */
export const partsOf = (branches: readonly Graph[], known: Mask): Parts => {
  const unknownOutputs = anyMask(branches.map((graph) => negate(partition(graph, known).knownOutputs)));
  const parts = branches.map((graph) => partition(graph, known, unknownOutputs));
  const count = where(unknownOutputs, negate(unknownOutputs)).length;
  const passed = parts.map((p) => passedOn(p.early, count));
  const types = parts.map((p) => outputTypes(p.early).slice(count));
  const allTypes = types.flat();
  const isMine = (b: number): Mask => types.flatMap((own, other) => own.map(() => other === b));
  const stacked = passed.flat().map((input) => input < 0);
  const early = parts.map((p, b) => {
    const produced = [...p.early.outputs.slice(0, count).map(() => true), ...isMine(b)];
    return filled(
      p.early,
      produced,
      [...p.early.outputs.slice(0, count).map(() => true), ...stacked],
      [...outputTypes(p.early).slice(0, count), ...allTypes],
    );
  });
  const later = parts.map((p, b): Graph => {
    const own = where(
      p.later.inputs,
      p.later.inputs.map((_, i) => i >= p.residuals),
    );
    return build('branch', [...allTypes, ...own.map((v) => v.type)], (values) =>
      replay(p.later, [...where(values.slice(0, allTypes.length), isMine(b)), ...values.slice(allTypes.length)]),
    );
  });
  return { knownOutputs: negate(unknownOutputs), early, later, passed: passed.flat() };
};
