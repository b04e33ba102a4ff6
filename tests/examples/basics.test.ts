/** The examples of the chapter on perceptrons, derivatives and descent. */
import { expect, test } from 'vitest';
import { run as gradientDescent } from '../../examples/basics/gradient-descent.ts';
import { runQuickly } from './examples.ts';

test('gradient descent arrives, crawls, or flies away', async () => {
  const { figures } = await runQuickly(gradientDescent);
  expect(figures['good']).toBeLessThan(0.01);
  expect(figures['small']).toBeGreaterThan(1);
  expect(figures['large']).toBeGreaterThan(1000);
});
