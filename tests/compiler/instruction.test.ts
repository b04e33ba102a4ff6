import { configure } from 'fluxion';
import { instructions } from 'fluxion/extend';
import { instructionLaws } from 'fluxion/laws';
import { expect, test } from 'vitest';

// Where the engine needs to be asked, the relaxed instructions are looked at too.
configure({ relaxedSimd: 'force' });

test.each(instructionLaws.map((law) => [law.name, law] as const))('%s', (_, law) => law.check({ runs: 60 }));

test('each instruction of the tables has a law', () => {
  const { plain, saturating, vector, memory, lane, memoryLane } = instructions;
  const text = instructionLaws.map((law) => law.name).join('\n');
  const names = [plain, saturating, vector, memory, lane, memoryLane].flatMap((table) => Object.keys(table));
  expect(names.length).toBeGreaterThan(200);
  expect(names.filter((name) => name !== 'end' && !text.includes(name))).toEqual([]);
});
