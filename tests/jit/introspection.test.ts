/** What a jitted function tells: its program, loops and memory; why it records anew; what it warns of. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { grad, jit, np, scan, type NDArray } from 'fluxion';
import { moduleCount } from '../../src/runtime/run.ts';

const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  vi.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(text));
});
afterEach(() => void vi.restoreAllMocks());

describe('lower', () => {
  const model = (x: NDArray, w: NDArray): NDArray => x.matmul(w).tanh().mul(2).sum();
  const f = jit(model);
  const [x, w] = [np.ones([40, 30]), np.ones([30, 50])];

  test('shows program, loops, memory and size without running anything', () => {
    const lowered = f.lower(x, w);
    expect(lowered.graph).toContain('float32[40,50] = contract');
    expect(lowered.graph).toContain('tanh');
    expect(lowered.loops).toMatch(/multiply \[40,30\] x \[30,50\] t\d+ = in0 x in1/);
    expect(lowered.loops).toMatch(/sum of mul\(tanh\(t\d+\), 2\)/);
    expect(lowered.memory).toContain('in1   float32[30,50]');
    expect(lowered.memory).toMatch(/t\d+ {3,4}float32\[40,50\] at \d+/);
    expect(lowered.moduleBytes).toBeGreaterThan(100);
    expect(lowered.callBytes).toBeGreaterThanOrEqual(4 * (40 * 30 + 30 * 50 + 40 * 50 + 1));
    expect(lowered.flops).toBeGreaterThanOrEqual(2 * 40 * 30 * 50);
    expect(lowered.flops).toBeLessThan(2 * 40 * 30 * 50 + 20 * 40 * 50);
    expect(String(lowered)).toMatch(/^jit of model\n\ngraph\n.*\nloops\n.*\nmemory\n/s);
  });

  test('what it compiled is what a call runs', () => {
    const g = jit((a: NDArray) => a.mul(17).exp());
    g.lower(x);
    const before = moduleCount();
    g(x);
    expect(moduleCount()).toBe(before);
  });

  test('loop bodies stand below their loop', () => {
    const cumulative = jit((xs: NDArray) =>
      scan((s: NDArray, y: NDArray) => [s.add(y.exp()), s] as const, np.array(0), xs),
    );
    expect(cumulative.lower(np.ones([5])).loops).toMatch(/scan .*\n +0 {2}loop \[\] .*add\(in0, exp\(in1\)\)/);
  });

  test('a jitted function keeps its name, and transformations take it', () => {
    expect(f.name).toBe('model');
    expect(grad(f, { argnums: 1 })(x, w).shape).toEqual([30, 50]);
  });
});

describe('explainMiss', () => {
  interface Params {
    readonly kernel: NDArray;
    readonly bias: NDArray;
  }
  const f = jit((n: number, { kernel, bias }: Params, x: NDArray) => x.matmul(kernel).add(bias).mul(n), {
    staticArgnums: 0,
  });
  const params = { kernel: np.ones([3, 2]), bias: np.ones([2]) };
  const x = np.ones([4, 3]);

  test('names what differs from the nearest program', () => {
    expect(f.explainMiss(1, params, x)).toMatch(/^jit of .*: nothing is recorded yet\.$/);
    f(1, params, x);
    expect(f.explainMiss(1, params, x)).toBeNull();
    expect(f.explainMiss(2, params, x)).toContain('static argument 0 is 2, was 1');
    expect(f.explainMiss(1, params, np.ones([5, 3]))).toContain('argument [2] is float32[5,3], was float32[4,3]');
    expect(f.explainMiss(1, { ...params, bias: params.bias.astype('int32') }, x)).toContain(
      'argument [1].bias is int32[2], was float32[2]',
    );
    expect(f.explainMiss(1, { ...params, bias: 1 }, x)).toContain(
      '[1].bias is float32[], weak as a number is, was float32[2]',
    );
    f(1, params, np.ones([5, 3]));
    expect(f.explainMiss(3, params, np.ones([5, 3]))).toMatch(/: static argument 0 is 3, was 1\.$/);
  });

  test('tells structures apart', () => {
    const g = jit((tree: readonly NDArray[]) => tree.map((a) => a.mul(2)));
    g([x]);
    expect(g.explainMiss([x, x])).toMatch(/the arguments are .*, were /);
  });
});

describe('warnings', () => {
  test('the eighth program of a function is told of, with the reason and the line, once', () => {
    const f = jit(function often(x: NDArray): NDArray {
      return x.add(1);
    });
    for (let n = 1; n <= 7; n++) f(np.ones([n]));
    expect(warnings).toEqual([]);
    for (let n = 8; n <= 12; n++) f(np.ones([n]));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^jit of often: expected few kinds of arguments, got the 8th .*: argument \[0\] is float32\[8\], was float32\[\d\]\. .* \(.*introspection\.test\.ts:\d+:\d+\)$/,
    );
  });

  test('a large constant from outside is told of with the line that uses it', () => {
    const large = np.ones([512, 512]).add(np.arange(512));
    const small = np.ones([300]).add(np.arange(300));
    const f = jit((x: NDArray) => x.add(small.sum()).add(large));
    f(1);
    f(2);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^jit of .*: expected large arrays as arguments, got a constant float32\[512,512\] of 1\.0 MiB .* \(.*introspection\.test\.ts:\d+:\d+\)$/,
    );
  });

  test('a value of an outer transformation is no constant', () => {
    const x = np.ones([512, 512]).add(np.arange(512));
    grad((y: NDArray) => jit((scale: NDArray) => y.square().sum().mul(scale))(np.array(2)))(x);
    expect(warnings).toEqual([]);
  });
});
