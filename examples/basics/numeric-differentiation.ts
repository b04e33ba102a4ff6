/** Derivatives by differences and by autodiff: the error against the step h, partial derivatives, and the gradient field of x^2 + y^2. */
import { join } from 'node:path';
import { grad, np, type NDArray } from 'fluxion';
import { orThrow } from 'fluxion/data';
import { fieldChart, hconcat, lineChart, saveChart } from 'fluxion/plot';
import type { Example } from '../shared/example.ts';

type Scalar = (x: NDArray) => NDArray;
const at = (f: Scalar, x: number): number => Number(f(np.array(x, 'float64')).item());

const forwardDifference = (f: Scalar, x: number, h: number): number => (at(f, x + h) - at(f, x)) / h;
const centralDifference = (f: Scalar, x: number, h: number): number => (at(f, x + h) - at(f, x - h)) / (2 * h);

const f: Scalar = (x) => np.exp(np.sin(x));
const point = 1.2;
const truth = Math.cos(point) * Math.exp(Math.sin(point));

/** The partial derivatives of a function of a vector, one component at a time. */
const numericGradient = (g: Scalar, x: readonly number[], h = 1e-5): readonly number[] =>
  x.map((_, i) => {
    const moved = (by: number): NDArray =>
      np.array(
        x.map((v, j) => (i === j ? v + by : v)),
        'float64',
      );
    return (Number(g(moved(h)).item()) - Number(g(moved(-h)).item())) / (2 * h);
  });

const fieldOptions = {
  title: 'Minus the gradient of x² + y²',
  x: 'x',
  y: 'y',
  direction: 'down',
  width: 280,
  height: 260,
} as const;

export const run: Example = async ({ out, write }) => {
  const derivative = Number(grad(f)(np.array(point, 'float64')).item());
  write(`d/dx exp(sin x) at ${point}: ${truth}; by autodiff ${derivative}`);
  const steps = Array.from({ length: 29 }, (_, i) => 10 ** (-i / 2));
  const error = (approximate: (h: number) => number): readonly number[] =>
    steps.map((h) => Math.abs(approximate(h) - truth));
  const forward = error((h) => forwardDifference(f, point, h));
  const central = error((h) => centralDifference(f, point, h));
  const autodiff = Math.abs(derivative - truth);
  write(
    `least error: forward ${Math.min(...forward).toExponential(1)}, central ${Math.min(...central).toExponential(1)}, autodiff ${autodiff.toExponential(1)}`,
  );

  const bowl: Scalar = (v) => np.sum(v.square());
  const numeric = numericGradient(bowl, [3, 4]);
  const exact = grad(bowl)(np.array([3, 4], 'float64'));
  write(
    `gradient of x^2 + y^2 at (3, 4): by differences (${numeric.map((v) => v.toFixed(6)).join(', ')}), by autodiff ${String(exact)}`,
  );

  const errors = lineChart(
    {
      'forward difference': { x: steps, y: forward },
      'central difference': { x: steps, y: central },
      autodiff: { x: steps, y: steps.map(() => Math.max(autodiff, 1e-17)), dashed: true },
    },
    { title: 'Error of the derivative of exp(sin x)', x: 'step h', y: 'absolute error', xScale: 'log', yScale: 'log' },
  );
  const field = fieldChart((x, y) => x.square().add(y.square()), [-2, 2], [-2, 2], fieldOptions);
  await orThrow(saveChart(join(out, 'differences.png'), hconcat([errors, field])));
  return {
    forward: Math.min(...forward),
    central: Math.min(...central),
    autodiff,
    partialX: numeric[0] ?? NaN,
    partialY: numeric[1] ?? NaN,
  };
};
