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
import { folded, moved } from './primitive/plain.ts';
import type { Specimen } from './primitive/specimen.ts';

/** What the laws are told of each primitive that can run by itself; some have two specimens. */
export const specimens: readonly Specimen[] = [
  ...elementwiseSpecimens,
  ...movementSpecimens,
  ...foldingSpecimens,
  ...lookupSpecimens,
  ...controlSpecimens,
].map((specimen) => {
  const elements = moved[specimen.name] ?? folded[specimen.name];
  return elements === undefined ? specimen : { ...specimen, elements };
});

/** The kinds of laws, in the order of the table. */
const kinds = {
  meaning: meaningLaws,
  compiled: compiledLaws,
  jvp: jvpLaws,
  adjoint: adjointLaws,
  batch: batchLaws,
  parts: partLaws,
} as const;
/** What a second specimen, drawn where the primitive is linear, has to add. */
const derivatives = { jvp: jvpLaws, adjoint: adjointLaws } as const;

interface Sorted {
  readonly kind: keyof typeof kinds | 'corners';
  readonly law: Law;
}

const sorted = (primitive: Primitive, specimen: Specimen, some: Partial<typeof kinds> = kinds): readonly Sorted[] =>
  Object.entries(some).flatMap(([kind, laws]) =>
    // Sound: the keys are those of the kinds.
    laws(primitive, specimen).map((law): Sorted => ({ kind: kind as keyof typeof kinds, law })),
  );

/** Every law of a primitive, on cases drawn as its specimen says. */
export const primitiveLaws = (primitive: Primitive, specimen: Specimen): readonly Law[] =>
  sorted(primitive, specimen).map(({ law }) => law);

export interface PrimitiveSuite {
  readonly primitive: Primitive;
  readonly laws: readonly Law[];
}

const suites = [...primitives, ...controlPrimitives].map((primitive) => {
  const isOwn = ({ name }: { readonly name: string }): boolean => name === primitive.name;
  const entries: readonly Sorted[] = [
    ...specimens.filter(isOwn).flatMap((one, i) => sorted(primitive, one, i === 0 ? kinds : derivatives)),
    ...[...unrunnable, ...corners].filter(isOwn).map(({ law }): Sorted => ({ kind: 'corners', law })),
  ];
  return { primitive, entries };
});

/** Each primitive of the library with all its laws. */
export const primitiveSuites: readonly PrimitiveSuite[] = suites.map(({ primitive, entries }) => ({
  primitive,
  laws: entries.map(({ law }) => law),
}));

/** A Markdown table of the primitives: how many laws of each kind, and in words those of its own. */
export const primitiveTable = (): string => {
  const titles = Object.keys(kinds);
  const rows = suites.map(({ primitive: { name }, entries }) => {
    const counts = titles.map((kind) => String(entries.filter((entry) => entry.kind === kind).length || '–'));
    const words = entries
      .filter(({ kind }) => kind === 'corners')
      .map(({ law }) => law.name.slice(name.length + 2).replaceAll('|', '\\|'));
    return `| ${[name, ...counts, words.join('; ')].join(' | ')} |`;
  });
  const rule = ['---', ...titles.map(() => '--:'), '---'].join(' | ');
  return [`| primitive | ${titles.join(' | ')} | of its own |`, `| ${rule} |`, ...rows, ''].join('\n');
};
