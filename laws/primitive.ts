/** The laws of primitives, with cases for each of the library's own. */
import { controlPrimitives, primitives, type Primitive } from 'fluxion/extend';
import type { Law } from './law.ts';
import { adjointLaws } from './primitive/adjoint.ts';
import { batchLaws } from './primitive/batch.ts';
import { compiledLaws } from './primitive/compiled.ts';
import { controlSpecimens } from './primitive/control.ts';
import { corners } from './primitive/corners.ts';
import { jvpLaws } from './primitive/derivative.ts';
import { elementwiseSpecimens } from './primitive/elementwise.ts';
import { foldingSpecimens } from './primitive/folding.ts';
import { lookupSpecimens } from './primitive/lookup.ts';
import { meaningLaws } from './primitive/meaning.ts';
import { movementSpecimens } from './primitive/movement.ts';
import { unrunnable } from './primitive/unrunnable.ts';
import { partLaws } from './primitive/parts.ts';
import type { Specimen } from './primitive/specimen.ts';

/** What the laws are told of each primitive that can run by itself; some have two specimens. */
export const specimens: readonly Specimen[] = [
  ...elementwiseSpecimens,
  ...movementSpecimens,
  ...foldingSpecimens,
  ...lookupSpecimens,
  ...controlSpecimens,
];

/** Every law of a primitive, on cases drawn as its specimen says. */
export const primitiveLaws = (primitive: Primitive, specimen: Specimen): readonly Law[] =>
  [meaningLaws, compiledLaws, jvpLaws, adjointLaws, batchLaws, partLaws].flatMap((laws) => laws(primitive, specimen));

export interface PrimitiveSuite {
  readonly primitive: Primitive;
  readonly laws: readonly Law[];
}

/** Each primitive of the library with all its laws. */
export const primitiveSuites: readonly PrimitiveSuite[] = [...primitives, ...controlPrimitives].map((primitive) => ({
  primitive,
  laws: [
    ...specimens.filter(({ name }) => name === primitive.name).flatMap((one) => primitiveLaws(primitive, one)),
    ...[...unrunnable, ...corners].filter(({ name }) => name === primitive.name).map((one) => one.law),
  ],
}));

/** A Markdown table of the primitives and the names of their laws. */
export const primitiveTable = (): string =>
  [
    '| primitive | laws |',
    '| --- | --- |',
    ...primitiveSuites.map(({ primitive: { name }, laws }) => {
      const sentences = laws.map((l) => l.name.slice(name.length + 2).replaceAll('|', '\\|'));
      return `| ${name} | ${[...new Set(sentences)].join('; ')} |`;
    }),
    '',
  ].join('\n');
