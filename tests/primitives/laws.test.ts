import { primitives } from 'fluxion/extend';
import { primitiveLaws, specimens } from 'fluxion/laws';
import { describe, expect, test } from 'vitest';

describe.each(specimens.map((s) => [s.name, s] as const))('%s', (name, specimen) => {
  const primitive = primitives.find((p) => p.name === name);
  test('is in the catalogue', () => expect(primitive).toBeDefined());
  test.each(primitive === undefined ? [] : primitiveLaws(primitive, specimen).map((l) => [l.name, l] as const))(
    '%s',
    (_, law) => law.check({ runs: 12 }),
  );
});
