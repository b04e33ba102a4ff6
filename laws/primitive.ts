/** The laws of primitives, with cases for each of the library's own. */
import type { Primitive } from 'fluxion/extend';
import type { Law } from './law.ts';
import { adjointLaws } from './primitive/adjoint.ts';
import { batchLaws } from './primitive/batch.ts';
import { compiledLaws } from './primitive/compiled.ts';
import { jvpLaws } from './primitive/derivative.ts';
import { elementwiseSpecimens } from './primitive/elementwise.ts';
import { foldingSpecimens } from './primitive/folding.ts';
import { lookupSpecimens } from './primitive/lookup.ts';
import { meaningLaws } from './primitive/meaning.ts';
import { movementSpecimens } from './primitive/movement.ts';
import { partLaws } from './primitive/parts.ts';
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
  [meaningLaws, compiledLaws, jvpLaws, adjointLaws, batchLaws, partLaws].flatMap((laws) => laws(primitive, specimen));
