/** The examples of the chapter on transformations at work. */
import { expect, test } from 'vitest';
import { run as fixedPoint } from '../../examples/research/fixed-point.ts';
import { run as laplace } from '../../examples/research/laplace.ts';
import { run as maml } from '../../examples/research/maml.ts';
import { run as neuralTangentKernel } from '../../examples/research/neural-tangent-kernel.ts';
import { run as perExampleGradients } from '../../examples/research/per-example-gradients.ts';
import { runQuickly } from './examples.ts';

const of = (figures: { readonly [name: string]: number }, name: string): number => figures[name] ?? NaN;

test('MAML adapts in a step, plain training does not', async () => {
  const { figures, files } = await runQuickly(maml);
  expect(of(figures, 'MAML: 1')).toBeLessThan(of(figures, 'MAML: 0') / 2);
  expect(of(figures, 'MAML: 1')).toBeLessThan(of(figures, 'plain training: 1') / 2);
  expect(of(figures, 'MAML: 10')).toBeLessThan(of(figures, 'plain training: 10') / 3);
  expect(files).toEqual(['maml.png']);
});

test('gradients by example are those of a loop, and long for digits that are hard to read', async () => {
  const { figures, files } = await runQuickly(perExampleGradients);
  expect(figures['difference']).toBeLessThan(1e-5);
  expect(figures['accuracy']).toBeGreaterThan(0.8);
  expect(figures['accuracy of the longest']).toBeLessThan(0.2);
  expect(files).toEqual(['unusual.png']);
});

test('the kernel of a wide network stays, and foretells training', async () => {
  const { figures, files } = await runQuickly(neuralTangentKernel);
  expect(of(figures, 'moved 256')).toBeLessThan(of(figures, 'moved 16') / 3);
  expect(of(figures, 'apart 256')).toBeLessThan(of(figures, 'apart 16') / 2);
  expect(files).toEqual(['kernel.png']);
});

test('the implicit gradient is that through the iterations, in less memory', async () => {
  const { figures, files } = await runQuickly(fixedPoint);
  expect(figures['apart']).toBeLessThan(1e-10);
  expect(of(figures, 'implicit memory')).toBeLessThan(of(figures, 'memory') / 5);
  expect(files).toEqual(['fixed-point.png']);
});

test('a network knows where it has no data', async () => {
  const { figures, files } = await runQuickly(laplace);
  expect(figures['coverage']).toBeGreaterThan(0.9);
  expect(figures['coverage']).toBeLessThan(0.98);
  expect(of(figures, 'between')).toBeGreaterThan(2 * of(figures, 'near'));
  expect(of(figures, 'beyond')).toBeGreaterThan(of(figures, 'between'));
  expect(of(figures, 'least')).toBeGreaterThan(0);
  expect(files).toEqual(['band.png']);
});
