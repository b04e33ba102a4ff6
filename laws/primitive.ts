/** The laws of primitives, with cases for each of the library's own. */
import type { Primitive } from 'fluxion/extend';
import type { Law } from './law.ts';
import { compiledLaws } from './primitive/compiled.ts';
import { elementwiseSpecimens } from './primitive/elementwise.ts';
import { foldingSpecimens } from './primitive/folding.ts';
import { lookupSpecimens } from './primitive/lookup.ts';
import { movementSpecimens } from './primitive/movement.ts';
import type { Specimen } from './primitive/specimen.ts';

/** What the laws are told of each primitive. */
export const specimens: readonly Specimen[] = [
  ...elementwiseSpecimens,
  ...movementSpecimens,
  ...foldingSpecimens,
  ...lookupSpecimens,
];

/** Every law of a primitive, on cases drawn as its specimen says. */
export const primitiveLaws = (primitive: Primitive, specimen: Specimen): readonly Law[] =>
  compiledLaws(primitive, specimen);
