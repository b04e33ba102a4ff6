/** What every function of arrays must do: compiled as eager, batched as a loop, and with derivatives that differences confirm. */
import { isNDArray, jit, np, vmap, type NDArray } from 'fluxion';
import { assertAllClose, checkGrads } from 'fluxion/laws';
import { test } from 'vitest';

export type Operation = (...xs: readonly NDArray[]) => NDArray | readonly NDArray[];

interface Expectations {
  /** How often the function is differentiated; 0 for functions of integers and steps. Default 2. */
  readonly order?: 0 | 1 | 2;
}

const listOf = (result: NDArray | readonly NDArray[]): readonly NDArray[] => (isNDArray(result) ? [result] : result);

/** Fixed numbers between -2 and 2 without pattern or ties, turned round so that their strides are negative. */
export const sample = (shape: readonly number[], seed = 1): NDArray => {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: size }, (_, i) => 2 * Math.sin(12.9898 * (i + 1) * seed + seed));
  return np.flip(np.reshape(np.array(values, 'float64'), [...shape]));
};

const checkBatches = (f: Operation, xs: readonly NDArray[], axis: number): void => {
  const count = 3;
  const stacked = xs.map((x) =>
    np.stack(
      Array.from({ length: count }, (_, i) => np.roll(x, i)),
      axis,
    ),
  );
  const rows = Array.from({ length: count }, (_, i) => listOf(f(...xs.map((x) => np.roll(x, i)))));
  const mapped = vmap((...args: readonly NDArray[]) => listOf(f(...args)), { inAxes: axis })(...stacked);
  mapped.forEach((y, n) =>
    assertAllClose(y, np.stack(rows.map((row) => row[n] ?? y)), `vmap over axis ${axis}, result ${n}`),
  );
};

/** The test that `f` at `xs` is consistent. */
export const consistent = (
  name: string,
  f: Operation,
  xs: readonly NDArray[],
  { order = 2 }: Expectations = {},
): void =>
  test(`${name}: compiled, batched, differentiated`, () => {
    const expected = listOf(f(...xs));
    const compiled = jit((...args: readonly NDArray[]) => listOf(f(...args)))(...xs);
    compiled.forEach((y, n) => assertAllClose(y, expected[n] ?? y, `jit, result ${n}`));
    checkBatches(f, xs, 0);
    checkBatches(f, xs, -1);
    if (order > 0) checkGrads(f, xs, { order: order === 2 ? 2 : 1, directions: 1 });
  });
