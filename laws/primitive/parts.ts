/** The rules for taking apart: what is pruned or split gives what the whole gives. */
import * as fc from 'fast-check';
import type { NDArray } from 'fluxion';
import { bind, primitives, type Mask, type Primitive } from 'fluxion/extend';
import { withReference } from 'fluxion/reference';
import { law, type Law } from '../law.ts';
import { assertAgreement } from './agreement.ts';
import { alone, equationOf } from './probe.ts';
import type { Case, Specimen } from './specimen.ts';

interface Part {
  readonly drawn: Case;
  readonly seed: number;
}

const maskOf = (count: number, seed: number): Mask => Array.from({ length: count }, (_, i) => ((seed >> i) & 1) === 1);
const where = <A>(items: readonly A[], mask: Mask): readonly A[] => items.filter((_, i) => mask[i] === true);

/** The equation with only some outputs, on the inputs that it keeps, gives those outputs. */
const asPruned = (primitive: Primitive, { drawn, seed }: Part): void => {
  const whole = bind(primitive, drawn.params, drawn.inputs);
  const used = maskOf(whole.length, seed);
  if (!used.includes(true)) return;
  const smaller = primitive.prune(equationOf(alone(primitive, drawn)), used);
  if (smaller === null) return;
  if (used.some((u, i) => u && smaller.outputs[i] !== true))
    throw new Error(`${primitive.name}: expected the used outputs kept`);
  const got = bind(smaller.primitive, smaller.params, where(drawn.inputs, smaller.inputs));
  assertAgreement(`${primitive.name}: outputs used: ${used.join(', ')}`, 'numbers', got, where(whole, smaller.outputs));
};

/** What is known early and what comes later, put together, is the whole; the later part reads what it may read only. */
const asSplit = (primitive: Primitive, { drawn, seed }: Part): void => {
  const known = maskOf(drawn.inputs.length, seed);
  if (!known.includes(true) || !known.includes(false)) return;
  const split = primitive.partition(equationOf(alone(primitive, drawn)), known);
  if (split === null) return;
  const side = (isKnown: boolean): readonly (NDArray | null)[] =>
    drawn.inputs.map((x, i) => (known[i] === isKnown ? x : null));
  const { outputs, residuals } = split.early(side(true));
  const later = split.later(residuals, side(false));
  const together = split.knownOutputs.map((isKnown, i) => (isKnown ? outputs[i] : later[i]) ?? null);
  if (together.includes(null)) throw new Error(`${primitive.name}: expected each output from one of the two parts`);
  assertAgreement(
    `${primitive.name}: inputs known: ${known.join(', ')}`,
    'numbers',
    together.flatMap((y) => y ?? []),
    bind(primitive, drawn.params, drawn.inputs),
  );
};

/** The rules of an indivisible step, of which there is nothing to say. */
const trivial = primitives.find(({ name }) => name === 'add');

/** What holds of the rules for pruning and splitting, where a primitive has its own. */
export const partLaws = (primitive: Primitive, { cases }: Specimen): readonly Law[] => {
  const holds = (name: string, check: (primitive: Primitive, part: Part) => void): Law =>
    law(
      `${primitive.name}: ${name}`,
      fc.property(fc.record({ drawn: cases, seed: fc.nat(255) }), (part) =>
        withReference(() => check(primitive, part)),
      ),
    );
  return [
    ...(isOwn(primitive, 'prune') ? [holds('pruned it gives the outputs that are left', asPruned)] : []),
    ...(isOwn(primitive, 'partition') ? [holds('split it gives the whole', asSplit)] : []),
  ];
};
const isOwn = (primitive: Primitive, rule: 'prune' | 'partition'): boolean =>
  Reflect.get(primitive, rule) !== (trivial === undefined ? null : Reflect.get(trivial, rule));
