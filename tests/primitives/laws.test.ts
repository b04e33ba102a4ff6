import { controlPrimitives, primitives } from 'fluxion/extend';
import { primitiveSuites, primitiveTable, specimens } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';

const names = [...primitives, ...controlPrimitives].map((p) => p.name);

test('no primitive is without laws, no specimen without primitive', () => {
  expect(primitiveSuites.filter(({ laws }) => laws.length < 3).map(({ primitive }) => primitive.name)).toEqual([]);
  expect(specimens.map((s) => s.name).filter((name) => !names.includes(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

test('the table has a line for each primitive', () => {
  const lines = primitiveTable().trimEnd().split('\n');
  expect(lines.slice(2).map((line) => line.split('|')[1]?.trim())).toEqual(names);
});

describe.each(primitiveSuites.map(({ primitive, laws }) => [primitive.name, laws] as const))('%s', (_, laws) => {
  test.each(laws.map((law) => [law.name, law] as const))('%s', (_name, law) => law.check({ runs: 7 }));
});
