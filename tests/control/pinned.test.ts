/** Programs in which a law once failed, as small as shrinking made them. */
import { expect, test } from 'vitest';
import {
  checkpoint,
  customJvp,
  customVjp,
  foriLoop,
  grad,
  jit,
  jvp,
  linearize,
  np,
  stopGradient,
  whileLoop,
  type NDArray,
} from 'fluxion';

test('a loop whose body hands a call what it does not read can still be split', () => {
  const second = jit((_: NDArray, x: NDArray) => x);
  const inner = (outer: NDArray, start: NDArray): NDArray =>
    whileLoop(
      ({ i }: { i: NDArray; x: NDArray }) => i.less(2),
      ({ i, x }) => ({ i: i.add(1), x: x.mul(0.5).add(second(outer, x)) }),
      { i: np.array(0, 'int32'), x: start },
    ).x;
  const f = (start: NDArray): NDArray => foriLoop(0, 2, (_, x: NDArray) => x.add(inner(x, start)), start);
  expect(jit(f)(np.array(4, 'float64')).item()).toBe(f(np.array(4, 'float64')).item());
  expect(f(np.array(4, 'float64')).item()).toBe(4 + 2 * (4 * 1.5 * 1.5));
});

test('a customVjp inside a customJvp, one of whose tangents is zero', () => {
  const square = customVjp((x: NDArray) => x.mul(x), {
    fwd: (x) => [x.mul(x), x],
    bwd: (x: NDArray, dy) => [x.mul(dy).mul(2)],
  });
  const both = (x: NDArray, y: NDArray): NDArray => square(x).mul(square(y));
  const f = customJvp(both, (primals, tangents) => jvp(both, [...primals], [...tangents]));
  const still = (x: NDArray): NDArray => f(x, stopGradient(x));
  const x = np.array(3, 'float64');
  // d/dx (x^2 c^2) at c = x.
  expect(grad(still)(x).item()).toBe(54);
  expect(jit(grad(still))(x).item()).toBe(54);
  expect(grad(checkpoint(still))(x).item()).toBe(54);
  expect(grad(grad(still))(x).item()).toBe(18);
  expect(() => jvp(still, [x], [x])).toThrow('got a forward one');
});

test('a customVjp of what a customJvp makes of nothing', () => {
  const constant = (_: NDArray): NDArray => np.array(0.5, 'float64');
  const f = customJvp(constant, (primals, tangents) => jvp(constant, [...primals], [...tangents]));
  const same = customVjp((x: NDArray) => x.mul(1), { fwd: (x) => [x.mul(1), null], bwd: (_: null, dy) => [dy] });
  const still = (x: NDArray): NDArray => same(f(x)).add(x);
  const x = np.array(3, 'float64');
  expect(grad(still)(x).item()).toBe(1);
  expect(jit(grad(still))(x).item()).toBe(1);
  expect(grad(jit(still))(x).item()).toBe(1);
  expect(grad(checkpoint(still))(x).item()).toBe(1);
  expect(jvp(still, [x], [x])[1].item()).toBe(3);
});

test('a loop by a condition whose body hands a call what it does not need has its value under linearize', () => {
  const f = (x: NDArray): NDArray => jit((v: NDArray) => np.floor(v))(x);
  const loop = (x: NDArray): NDArray =>
    whileLoop<readonly [NDArray, NDArray]>(
      ([i]) => i.less(2),
      ([i]) => [i.add(1), f(x)],
      [np.zeros([], 'int32'), np.zeros([])],
    )[1];
  const [y, tangent] = linearize(loop, np.array(1.6));
  expect([y.item(), tangent(np.array(1)).item()]).toEqual([1, 0]);
});
