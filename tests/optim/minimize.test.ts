import { describe, expect, test } from 'vitest';
import { grad, jit, np, optim, valueAndGrad, type NDArray } from 'fluxion';
import { rosenbrock } from 'fluxion/laws';

type Pair = readonly [NDArray, NDArray];
const of =
  (f: (x: NDArray) => NDArray) =>
  (x: NDArray): Pair =>
    valueAndGrad(f)(x);
const run = (
  f: (x: NDArray) => NDArray,
  start: readonly number[],
  options: optim.MinimizeOptions = {},
  dtype: 'float32' | 'float64' = 'float64',
) => {
  const { params, ...rest } = jit((x: NDArray) => optim.minimize(of(f), x, options))(np.array([...start], dtype));
  return {
    params: [...params.dataSync()],
    ...Object.fromEntries(Object.entries(rest).map(([name, x]) => [name, x.item()])),
  } as {
    params: number[];
    value: number;
    gradientNorm: number;
    iterations: number;
    evaluations: number;
    converged: boolean;
    reason: number;
  };
};
const near = (got: readonly number[], expected: readonly number[], digits: number): void =>
  expected.forEach((x, i) => expect(got[i]).toBeCloseTo(x, digits));

/** Rosenbrock's valley in ten dimensions (Moré, Garbow and Hillstrom 1981, problem 21). */
const valley10 = (x: NDArray): NDArray => {
  const [odd, even] = [x.get('::2'), x.get('1::2')];
  return np.sum(
    np
      .square(even.sub(np.square(odd)))
      .mul(100)
      .add(np.square(odd.sub(1))),
  );
};
/** Powell's singular function: its Hessian at the minimum has rank 2 (problem 13). */
const powell = (p: NDArray): NDArray => {
  const x = (i: number): NDArray => p.get(i);
  const squares = [x(0).add(x(1).mul(10)), x(2).sub(x(3)).mul(Math.sqrt(5))].map(np.square);
  const fourths = [
    x(1).sub(x(2).mul(2)),
    x(0)
      .sub(x(3))
      .mul(Math.sqrt(10 ** 0.5)),
  ].map((y) => np.square(np.square(y)));
  return [...squares, ...fourths].reduce((a, b) => a.add(b));
};
/** A quadratic whose axes differ by 1e6. */
const stretched = (x: NDArray): NDArray => np.sum(np.square(x).mul(np.array([1, 1e2, 1e4, 1e6], x.dtype))).mul(0.5);

describe('minimize', () => {
  test.for(['zoom', 'backtracking'] as const)('finds the bottom of the Rosenbrock valley with %s', (lineSearch) => {
    const got = run(rosenbrock.value, [-1.2, 1], { lineSearch });
    near(got.params, [1, 1], 6);
    expect([got.converged, got.gradientNorm <= 1e-6, got.iterations < 80]).toEqual([true, true, true]);
  });
  test('is as economical as SciPy', () => {
    // scipy.optimize.minimize(rosen, [-1.2, 1], jac=rosen_der, method='L-BFGS-B', options={'ftol': 0, 'gtol': 1e-6}): 37 iterations, 45 evaluations.
    const got = run(rosenbrock.value, [-1.2, 1]);
    expect(got.iterations).toBeLessThan(60);
    expect(got.evaluations).toBeLessThan(80);
  });
  test('finds it in ten dimensions, in a stretched bowl, at a singular minimum', () => {
    near(
      run(valley10, [-1.2, 1, -1.2, 1, -1.2, 1, -1.2, 1, -1.2, 1]).params,
      Array.from({ length: 10 }, () => 1),
      6,
    );
    const bowl = run(stretched, [1, 1, 1, 1]);
    near(bowl.params, [0, 0, 0, 0], 5);
    expect(bowl.converged).toBe(true);
    const flat = run(powell, [3, -1, 0, 1]);
    expect([flat.converged, flat.value < 1e-8]).toEqual([true, true]);
  });
  test('maximises a likelihood on a tree: the mean and deviation of a sample', () => {
    const sample = np.array([2.1, 3.4, 1.9, 4.2, 2.8, 3.3], 'float64');
    const loss = (p: { readonly mean: NDArray; readonly logDeviation: NDArray }): NDArray =>
      np
        .sum(np.square(sample.sub(p.mean).div(np.exp(p.logDeviation))))
        .mul(0.5)
        .add(p.logDeviation.mul(6));
    const start = { mean: np.array(0, 'float64'), logDeviation: np.array(0, 'float64') };
    const { params, converged } = optim.minimize((p: typeof start) => valueAndGrad(loss)(p), start);
    expect(converged.item()).toBe(true);
    expect(params.mean.item()).toBeCloseTo(17.7 / 6, 7);
    expect(Math.exp(Number(params.logDeviation.item()))).toBeCloseTo(Number(np.std(sample).item()), 7);
  });
  test('goes around where the function is not defined', () => {
    // log is not a number to the left of 0; the minimum of x - log x is at 1. The first step leads far to the left.
    const got = run((x) => np.sum(x.sub(np.log(x)).mul(50)), [3]);
    near(got.params, [1], 6);
  });
  test('stops at once at a minimum, and where there is nothing to see', () => {
    expect(run(stretched, [0, 0, 0, 0])).toMatchObject({ iterations: 0, converged: true, reason: 1 });
    expect(run((x) => np.sum(np.log(x)), [-1])).toMatchObject({ iterations: 0, converged: false, reason: 3 });
  });
  test('stops where it does not get lower: a value at rest, no descent, no more iterations', () => {
    expect(run(rosenbrock.value, [-1.2, 1], { valueTolerance: 0.9 })).toMatchObject({ converged: true, reason: 2 });
    // A gradient that points the wrong way.
    const wrong = (x: NDArray): Pair => [np.sum(np.square(x)), x.mul(-2)];
    const { reason, converged } = optim.minimize(wrong, np.array([1], 'float64'));
    expect([reason.item(), converged.item()]).toEqual([optim.stopReasons.noDescent, false]);
    expect(run(rosenbrock.value, [-1.2, 1], { maxIterations: 3 })).toMatchObject({
      iterations: 3,
      converged: false,
      reason: 0,
    });
  });
  test.each([1e-12, 1e-9])('has converged where errors of %d in the value hide the rest', (size) => {
    const noisy = (x: NDArray): Pair => [stretched(x).add(np.sin(x.sum().mul(1e12)).mul(size)), grad(stretched)(x)];
    const options = { gradientTolerance: 0, valueTolerance: size };
    const { reason, params } = optim.minimize(noisy, np.array([3, -2, 1, 5], 'float64'), options);
    expect(reason.item()).toBe(optim.stopReasons.value);
    expect(stretched(params).item()).toBeLessThan(size);
  });
  test('does not end on a slope without a bottom', () => {
    expect(run((x) => np.sum(x), [0], { maxIterations: 20 })).toMatchObject({ converged: false });
  });
  test('works in float32, and by steepest descent', () => {
    near(run(rosenbrock.value, [-1.2, 1], {}, 'float32').params, [1, 1], 2);
    near(
      run((x) => np.sum(np.square(x.sub(2)).mul(np.array([1, 4], x.dtype))), [5, 5], { method: 'gradientDescent' })
        .params,
      [2, 2],
      6,
    );
  });
  test('without jit it finds the same', () => {
    const plain = optim.minimize(of(rosenbrock.value), np.array([-1.2, 1], 'float64'));
    near([...plain.params.dataSync()], [1, 1], 6);
  });
});
