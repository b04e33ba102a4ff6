/** The examples of the chapter on text whose data are at hand. */
import { expect, test } from 'vitest';
import { run as reversal } from '../../examples/text/reversal.ts';
import { runQuickly } from './examples.ts';

test('words are written backwards, by looking along the other diagonal', async () => {
  const { figures, files, lines } = await runQuickly(reversal);
  expect(figures['exact']).toBeGreaterThan(0.98);
  expect(figures['diagonal']).toBeGreaterThan(0.8);
  expect(lines).toHaveLength(3);
  expect(files).toEqual(['attention.png']);
});
