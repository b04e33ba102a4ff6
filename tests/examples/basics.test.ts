/** The examples of the chapter on perceptrons, derivatives and descent. */
import { expect, test } from 'vitest';
import { run as activations } from '../../examples/basics/activations.ts';
import { run as computationalGraph } from '../../examples/basics/computational-graph.ts';
import { run as forwardPass } from '../../examples/basics/forward-pass.ts';
import { run as gradientDescent } from '../../examples/basics/gradient-descent.ts';
import { run as numericDifferentiation } from '../../examples/basics/numeric-differentiation.ts';
import { run as perceptron } from '../../examples/basics/perceptron.ts';
import { run as xor } from '../../examples/basics/xor.ts';
import { runQuickly } from './examples.ts';

test('a perceptron is and learns AND, OR and NAND, and fails at XOR', async () => {
  const { figures, files } = await runQuickly(perceptron);
  for (const gate of ['AND', 'OR', 'NAND']) expect([figures[gate], figures[`${gate} by hand`]]).toEqual([0, 0]);
  expect(figures['XOR']).toBeGreaterThan(0);
  expect(files).toEqual(['gates.png']);
});

test('XOR by three gates and by two layers', async () => {
  const { figures, files } = await runQuickly(xor);
  expect([figures['composed'], figures['trained']]).toEqual([0, 0]);
  expect(figures['loss']).toBeLessThan(0.05);
  expect(files).toEqual(['xor.png']);
});

test('activations and their slopes', async () => {
  const { figures, files } = await runQuickly(activations);
  expect(figures).toEqual({ sigmoidSlope: 0.25, stepSlope: 0, reluSlope: 1 });
  expect(files).toEqual(['others.png', 'step-sigmoid-relu.png']);
});

test('the forward pass of the course', async () => {
  const { figures } = await runQuickly(forwardPass);
  expect(figures['y1']).toBeCloseTo(0.31682708, 6);
  expect(figures['y2']).toBeCloseTo(0.69627909, 6);
  expect(figures['sum']).toBeCloseTo(1, 6);
  expect(figures['difference']).toBeLessThan(1e-6);
});

test('differences have a best step, autodiff needs none', async () => {
  const { figures, files } = await runQuickly(numericDifferentiation);
  const { forward = NaN, central = NaN, autodiff = NaN } = figures;
  expect(autodiff).toBeLessThan(1e-15);
  expect(central).toBeGreaterThan(autodiff);
  expect(central).toBeLessThan(1e-9);
  expect(forward).toBeGreaterThan(central);
  expect(figures['partialX']).toBeCloseTo(6, 6);
  expect(figures['partialY']).toBeCloseTo(8, 6);
  expect(files).toEqual(['differences.png']);
});

test('the computational graph of (x + y)^2', async () => {
  const { figures, files } = await runQuickly(computationalGraph);
  expect(figures).toEqual({ z: 64, dx: 16, dy: 16 });
  expect(files).toEqual(['graph.png']);
});

test('gradient descent arrives, crawls, or flies away', async () => {
  const { figures } = await runQuickly(gradientDescent);
  expect(figures['good']).toBeLessThan(0.01);
  expect(figures['small']).toBeGreaterThan(1);
  expect(figures['large']).toBeGreaterThan(1000);
});
