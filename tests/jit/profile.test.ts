/** `profile`: kernels with calls, time and arithmetic, for jitted and eager code, nested calls and callbacks. */
import { describe, expect, test } from 'vitest';
import { debug, jit, np, profile, scan, type NDArray } from 'fluxion';

const quiet = { print: () => undefined };

describe('profile', () => {
  test('gives the result, a row for each kernel, and a table', () => {
    const f = jit((x: NDArray, w: NDArray) => x.matmul(w).tanh().sum());
    const [x, w] = [np.ones([64, 32]), np.ones([32, 48])];
    const expected = f(x, w).item();
    const tables: string[] = [];
    const { result, kernels, milliseconds } = profile(
      () => {
        f(x, w);
        return f(x, w).item();
      },
      { print: (table) => void tables.push(table) },
    );
    expect(result).toBe(expected);
    const multiply = kernels.find((k) => k.kernel.startsWith('multiply'));
    expect(multiply).toMatchObject({ calls: 2, flops: 2 * 2 * 64 * 32 * 48 });
    expect(kernels.some((k) => k.kernel.includes('tanh') && k.calls === 2)).toBe(true);
    const inside = kernels.reduce((sum, k) => sum + k.milliseconds, 0);
    expect(inside).toBeGreaterThan(0);
    expect(inside).toBeLessThanOrEqual(milliseconds);
    expect(tables).toHaveLength(1);
    expect(tables[0]).toMatch(/GFLOP\/s.*\n.*multiply \[64,32\] x \[32,48\]/s);
  });

  test('steps of loop bodies are counted each time', () => {
    const f = jit((xs: NDArray) => scan((s: NDArray, x: NDArray) => [s.add(x.exp()), s] as const, np.zeros([4]), xs));
    const { kernels } = profile(() => f(np.ones([7, 4])), quiet);
    expect(kernels.find((k) => k.kernel.includes('exp'))?.calls).toBe(7);
    expect(kernels.find((k) => k.kernel.startsWith('scan'))?.calls).toBe(1);
  });

  test('eager operations have rows too, also those in callbacks', () => {
    const seen: number[] = [];
    const f = jit((x: NDArray) => {
      debug.callback((y: NDArray) => void seen.push(Number(y.exp().sum().item())), x);
      return x.mul(2);
    });
    const { kernels } = profile(() => f(np.zeros([3])).add(np.ones([3])), quiet);
    expect(seen).toEqual([3]);
    expect(kernels.map((k) => k.kernel)).toEqual(
      expect.arrayContaining(['eager add float32[3]', 'eager exp float32[3]']),
    );
    expect(kernels.find((k) => k.kernel === 'eager add float32[3]')?.flops).toBe(3);
  });

  test('after an error in a callback everything goes on as before', () => {
    const f = jit((x: NDArray) => {
      debug.callback((y: NDArray) => {
        if (Number(y.sum().item()) > 0) throw new Error('positive');
      }, x);
      return x.mul(2);
    });
    const { kernels } = profile(() => {
      expect(() => f(np.ones([3]))).toThrow('positive');
      return f(np.zeros([3]));
    }, quiet);
    expect(kernels.find((k) => k.kernel.includes('operands and results'))?.calls).toBe(2);
    expect(f(np.zeros([3])).toNested()).toEqual([0, 0, 0]);
  });
});
