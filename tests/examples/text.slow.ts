/** The examples of the chapter on text whose data are installed on first use. */
import { expect, test } from 'vitest';
import { run as mobyDick } from '../../examples/text/moby-dick.ts';
import { run as spam } from '../../examples/text/spam.ts';
import { run as vectors } from '../../examples/text/vectors.ts';
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

test('a network guesses the letters of Moby Dick better than pairs of letters do, and writes on', async () => {
  const { figures, files, lines } = await runQuickly(mobyDick);
  const { perplexity = NaN, baseline = NaN } = figures;
  expect(perplexity).toBeLessThan(0.8 * baseline);
  // Alone the frequencies of pairs say more than nothing, of about 58 letters.
  expect(baseline).toBeLessThan(15);
  const written = lines.slice(1);
  expect(written).toHaveLength(4);
  for (const line of written) expect(line).toContain('The whale ');
  expect(new Set(written).size).toBe(4);
  expect(files).toEqual(['perplexity.png']);
});

test('words that are used alike have vectors that are close', async () => {
  const { figures, files, lines } = await runQuickly(vectors);
  const { chance = NaN, captain = NaN, numbers = NaN } = figures;
  expect(Math.abs(chance)).toBeLessThan(0.25);
  expect(captain).toBeGreaterThan(chance + 0.3);
  expect(numbers).toBeGreaterThan(chance + 0.1);
  expect(lines).toHaveLength(5);
  expect(files).toEqual(['cosines.png']);
});
