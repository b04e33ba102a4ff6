/** Reading traced values: possible where they exist, else an error that names the transformation and the user's line. */
import { describe, expect, test } from 'vitest';
import { cond, grad, jit, np, scan, TraceError, vmap, whileLoop, type NDArray } from 'fluxion';

const signed = (x: NDArray): NDArray => (Number(x.item()) > 0 ? x.mul(x) : x.neg());

/** The error that a function throws. */
const thrown = (body: () => unknown): TraceError => {
  try {
    body();
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  }
  throw new Error('expected a TraceError, got none');
};

describe('reading under grad', () => {
  test('ordinary branches follow the value', () => {
    expect(grad(signed)(3).item()).toBe(6);
    expect(grad(signed)(-3).item()).toBe(-1);
    expect(grad(grad(signed))(3).item()).toBe(2);
  });

  test('also inside a vmap that closes over the value', () => {
    const f = (x: NDArray): NDArray => vmap((y: NDArray) => signed(x).mul(y))(np.array([1, 2])).sum();
    expect(grad(f)(3).item()).toBe(18);
    expect(grad(f)(-3).item()).toBe(-3);
  });

  test('loops by value', () => {
    const f = (x: NDArray): NDArray => {
      let y = x;
      while (Number(y.item()) < 10) y = y.mul(2);
      return y;
    };
    expect(grad(f)(3).item()).toBe(4);
  });
});

describe('reading where there is no value', () => {
  const places: { readonly [name: string]: () => unknown } = {
    jit: () => jit(signed)(1),
    vmap: () => vmap(signed)(np.array([1, 2])),
    scan: () => scan((c: NDArray, x: NDArray) => [signed(c.add(x)), null], 0, np.ones([3])),
    cond: () => jit((x: NDArray) => cond(x.greater(0), signed, signed, x))(1),
    whileLoop: () => whileLoop((c: NDArray) => c.less(3), signed, np.array(1)),
    'grad of jit': () => grad(jit(signed))(1),
  };
  test.each(Object.entries(places))('%s says what, where and what to do', (_, body) => {
    const error = thrown(body);
    expect(error.message).toMatch(/item: expected a concrete value, got a traced float32\[\] in .*where, cond or scan/);
    expect(error.message).toMatch(/forcing\.test\.ts:\d+/);
  });

  test('JavaScript operators are refused, with or without a value', () => {
    // Sound: arithmetic on objects is what the test is about.
    const twice = (x: NDArray): NDArray => np.array((x as unknown as number) * 2);
    expect(() => grad(twice)(1)).toThrow();
    expect(() => jit(twice)(1)).toThrow();
  });
});

describe('values that leave their trace', () => {
  test('are refused wherever they are used', () => {
    const kept: NDArray[] = [];
    jit((x: NDArray) => {
      kept.push(x.mul(2));
      return x;
    })(1);
    const [leaked] = kept;
    if (leaked === undefined) throw new Error('nothing was kept');
    expect(() => leaked.add(1)).toThrow(TraceError);
    expect(() => jit((x: NDArray) => x.add(leaked))(1)).toThrow(TraceError);
  });

  test('a scope closes when its function throws', () => {
    expect(() =>
      jit(() => {
        throw new Error('mine');
      })(),
    ).toThrow('mine');
    expect(np.ones([2]).add(1).toNested()).toEqual([2, 2]);
  });
});
