/** The examples of the chapter on text whose data are at hand. */
import { expect, test } from 'vitest';
import { run as arrangements } from '../../examples/text/arrangements.ts';
import { run as reversal } from '../../examples/text/reversal.ts';
import { runQuickly } from './examples.ts';

test('words are written backwards, by looking along the other diagonal', async () => {
  const { figures, files, lines } = await runQuickly(reversal);
  expect(figures['exact']).toBeGreaterThan(0.98);
  expect(figures['diagonal']).toBeGreaterThan(0.8);
  expect(lines).toHaveLength(3);
  expect(files).toEqual(['attention.png']);
});

test('the five arrangements give as many outputs as they should', async () => {
  const { figures, files } = await runQuickly(arrangements);
  expect(figures).toEqual({
    'one to one': 1,
    'one to many': 4,
    'many to one': 1,
    'many to many, in step': 6,
    'many to many': 4,
  });
  expect(files).toEqual(['arrangements.png']);
});
