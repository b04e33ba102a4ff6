/** The examples of the chapter on generative models. */
import { expect, test } from 'vitest';
import { run as autoencoder } from '../../examples/generative/autoencoder.ts';
import { run as dcgan } from '../../examples/generative/dcgan.ts';
import { run as vae } from '../../examples/generative/vae.ts';
import { run as wganGp } from '../../examples/generative/wgan-gp.ts';
import { runQuickly } from './examples.ts';

test('digits come back from sixteen numbers', async () => {
  const { figures, files } = await runQuickly(autoencoder);
  expect(figures['error']).toBeLessThan((figures['spread'] ?? NaN) / 2);
  expect(figures['after']).toBeLessThan(figures['before'] ?? NaN);
  expect(files).toEqual(['digits.png']);
});

test('the bound of the likelihood rises', async () => {
  const { figures, files } = await runQuickly(vae);
  expect(figures['elbo']).toBeGreaterThan((figures['before'] ?? NaN) + 50);
  expect(figures['elbo']).toBeLessThan(0);
  expect(figures['kl']).toBeGreaterThan(1);
  expect(files).toEqual(['digits.png']);
});

test('made points cover all heaps', async () => {
  const { figures, files } = await runQuickly(wganGp);
  expect(figures['covered']).toBe(8);
  expect(figures['close']).toBeGreaterThan(0.5);
  expect(files).toEqual(['points.png']);
});

test('a generator comes closer to digits', async () => {
  const { figures, lines, files } = await runQuickly(dcgan);
  expect(figures['after']).toBeLessThan(0.8 * (figures['before'] ?? NaN));
  expect(figures['confidence']).toBeGreaterThan(0.5);
  expect(lines).toHaveLength(2);
  expect(files).toEqual(['digits.png']);
});
