/** The examples of the chapter on models of several inputs and outputs. */
import { expect, test } from 'vitest';
import { run as ageIncomeGender } from '../../examples/models/age-income-gender.ts';
import { run as branches } from '../../examples/models/branches.ts';
import { run as questionAnswering } from '../../examples/models/question-answering.ts';
import { runQuickly } from './examples.ts';

test('a story and a question have an answer', async () => {
  const { figures, lines, files } = await runQuickly(questionAnswering);
  expect(figures['accuracy']).toBeGreaterThan(0.9);
  expect(lines[0]).toMatch(/^serial of {story: \[12\], question: \[3\]}/);
  expect(files).toEqual(['model.png']);
});

test('three heads learn at once', async () => {
  const { figures, files } = await runQuickly(ageIncomeGender);
  expect(figures['age']).toBeLessThan(5);
  expect(figures['income']).toBeGreaterThan(2 * (figures['income without reading'] ?? NaN));
  expect(figures['gender']).toBeGreaterThan(0.8);
  expect(files).toEqual(['model.png', 'training.png']);
});

test('branches and blocks read digits', async () => {
  const { figures, files } = await runQuickly(branches);
  expect(figures['accuracy']).toBeGreaterThan(0.75);
  expect(files).toEqual(['model.png']);
});
