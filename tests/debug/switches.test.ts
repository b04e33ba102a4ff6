/** Switches for debugging: running jitted functions as written, the search for NaN, forgetting what was compiled. */
import { describe, expect, test } from 'vitest';
import { clearCaches, debugNans, disableJit, grad, jit, NaNError, np, scan, vmap, type NDArray } from 'fluxion';
import { errorOf, lineOf, markedLine, sentenceOf } from '../errors/place.ts';

describe('disableJit', () => {
  test('runs the function itself, on concrete arrays', () => {
    const seen: string[] = [];
    const f = (x: NDArray): NDArray => {
      seen.push(String(x));
      return x.mul(2);
    };
    const g = jit(f);
    expect(disableJit(() => [g(1), g(2)]).map((y) => y.item())).toEqual([2, 4]);
    expect(seen).toEqual(['1.0', '2.0']);
  });

  test('lets item() through, and gives the same results', () => {
    const g = jit((x: NDArray) => (Number(x.item()) > 0 ? x.mul(3) : x));
    expect(disableJit(() => g(2)).item()).toBe(6);
    expect(disableJit(() => grad(g)(2)).item()).toBe(3);
    expect(() => g(2)).toThrow('item: expected a concrete value');
  });

  test('passes static arguments as they are', () => {
    const g = jit((x: NDArray, n: number) => x.mul(n * 2), { staticArgnums: 1 });
    expect(disableJit(() => g(np.ones([2]), 3)).toNested()).toEqual([6, 6]);
  });

  test('ends with the body, even if that throws', () => {
    expect(() =>
      disableJit(() => {
        throw new RangeError('mine');
      }),
    ).toThrow('mine');
    let traces = 0;
    const g = jit((x: NDArray) => {
      traces++;
      return x;
    });
    [g(1), g(2), g(3)].forEach((y) => y.item());
    expect(traces).toBe(1);
  });
});

describe('debugNans', () => {
  const root = (x: NDArray): NDArray => {
    const shifted = x.sub(2);
    const y = np.sqrt(shifted); // here: sqrt
    return y.mul(3).sum();
  };
  const line = markedLine(import.meta.filename, 'sqrt');

  test.for(
    Object.entries({
      'at once': () => root(np.ones([2])),
      jit: () => jit(root)(np.ones([2])),
      'jit in jit': () => jit((x: NDArray) => jit(root)(x.mul(1)).add(1))(np.ones([2])),
      vmap: () => vmap(root)(np.ones([2, 2])),
      'jit of grad': () => jit(grad(root))(np.ones([2])),
      grad: () => grad(root)(np.ones([2])),
    }),
  )('names the operation and the line: %s', ([, body]) => {
    const error = errorOf(() => debugNans(body));
    expect(error).toBeInstanceOf(NaNError);
    expect(error.code).toBe('nan');
    expect(error.message).toMatch(/^sqrt: expected numbers from numbers, got NaN from float32\[/);
    expect(lineOf(error.place)).toBe(line);
  });

  test('finds a NaN that only the derivative has', () => {
    const f = (x: NDArray): NDArray => np.sqrt(x.mul(x)).sum();
    expect(f(np.zeros([2])).item()).toBe(0);
    expect(sentenceOf(() => debugNans(() => grad(f)(np.zeros([2]))))).toMatchInlineSnapshot(
      `"NaNError nan: mul: expected numbers from numbers, got NaN from float32[2], float32[2]. Look at the operands; where(c, f(x), 0) still computes f outside c."`,
    );
  });

  test('finds a NaN inside of a loop', () => {
    const f = (xs: NDArray): NDArray =>
      scan((c: NDArray, x: NDArray): readonly [NDArray, null] => [np.log(c.sub(x)), null], 1.5, xs)[0];
    expect(sentenceOf(() => debugNans(() => f(np.ones([3]))))).toMatch(/^NaNError nan: scan: expected numbers/);
  });

  test('says nothing where there is no NaN, or it came from the arguments', () => {
    expect(debugNans(() => root(np.array([3, 6]))).item()).toBe(9);
    expect(debugNans(() => np.array([NaN, 1]).mul(2)).toNested()).toEqual([NaN, 2]);
    expect(debugNans(() => np.log(np.zeros([1]))).toNested()).toEqual([-Infinity]);
  });

  test('runs the same program: results are the same to the bit', () => {
    const f = jit((x: NDArray) => np.tanh(x.mul(3)).sum());
    const x = np.array([0.1, 0.2, 0.3]);
    expect(debugNans(() => f(x)).item()).toBe(f(x).item());
  });
});

describe('clearCaches', () => {
  test('loses nothing but time', () => {
    const f = (x: NDArray): NDArray => np.exp(x).sum();
    const g = jit(grad(f));
    const before = g(np.array([1, 2])).toNested();
    clearCaches();
    expect(g(np.array([1, 2])).toNested()).toEqual(before);
    expect(jit(grad(f))(np.array([1, 2])).toNested()).toEqual(before);
  });
});
