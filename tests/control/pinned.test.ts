/** Programs in which a law once failed, as small as shrinking made them. */
import { expect, test } from 'vitest';
import { foriLoop, jit, np, whileLoop, type NDArray } from 'fluxion';

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
