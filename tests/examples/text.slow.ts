/** The examples of the chapter on text whose data are installed on first use. */
import { expect, test } from 'vitest';
import { run as spam } from '../../examples/text/spam.ts';
import { runQuickly } from './examples.ts';

test('four models tell spam from mail', async () => {
  const { figures, files } = await runQuickly(spam);
  for (const name of ['TF-IDF, logistic', 'embedding, mean', 'LSTM', 'bidirectional GRU']) {
    // Three letters of four are no spam.
    expect(figures[name]).toBeGreaterThan(0.9);
    expect(figures[`${name}: AUC`]).toBeGreaterThan(0.95);
  }
  expect(figures['best']).toBeGreaterThan(0.95);
  expect(files).toEqual(['spam.png']);
});
