/** Corners of control flow that random programs do not reach by name. */
import { describe, expect, test } from 'vitest';
import {
  checkpoint,
  customJvp,
  customVjp,
  debug,
  foriLoop,
  grad,
  jit,
  np,
  scan,
  vmap,
  whileLoop,
  type NDArray,
} from 'fluxion';

describe('loops', () => {
  test('a scan of no steps gives its start back, and its gradient', () => {
    const f = (c: NDArray): NDArray => scan((s: NDArray, x: NDArray) => [s.mul(x), s], c, np.zeros([0]))[0];
    expect([f(np.array(3)).item(), grad(f)(3).item()]).toEqual([3, 1]);
  });

  test('a while over undifferentiated data stands inside a loss', () => {
    const f = (x: NDArray, n: NDArray): NDArray =>
      x.mul(
        whileLoop(
          ([i]: readonly [NDArray]) => i.less(n),
          ([i]) => [i.add(1)] as const,
          [np.zeros([], 'int32')],
        )[0],
      );
    expect(grad(f)(2, np.array(5, 'int32')).item()).toBe(5);
  });

  test('a while with a mapped predicate stops each example on its own', () => {
    const double = (x: NDArray): NDArray =>
      whileLoop(
        (c: NDArray) => c.less(10),
        (c) => c.mul(2),
        x,
      );
    expect(vmap(double)(np.array([1, 3, 20])).toNested()).toEqual([16, 12, 20]);
  });

  test('foriLoop passes its counter', () => {
    const f = (x: NDArray): NDArray => foriLoop(1, 4, (i, c: NDArray) => c.mul(i.astype('float32')), x);
    expect(grad(f)(2).item()).toBe(6);
  });
});

describe('custom rules', () => {
  const clipped = customVjp((x: NDArray) => x.mul(1), {
    fwd: (x: NDArray) => [x.mul(1), null] as const,
    bwd: (_, ct) => [np.clip(ct, -1, 1)],
  });

  test('behind what has no slope they have nothing to do', () => {
    expect(grad((x: NDArray) => clipped(np.floor(x)).add(x))(1.5).item()).toBe(1);
  });

  test('beside a constant operand', () => {
    const second = customVjp((_: NDArray, y: NDArray) => y.mul(1), {
      fwd: (_: NDArray, y: NDArray) => [y.mul(1), null] as const,
      bwd: (_, ct) => [null, ct.mul(3)],
    });
    expect(grad((x: NDArray) => second(np.ones([]), x))(2).item()).toBe(3);
  });

  test('a customJvp serves both directions', () => {
    const f = customJvp(
      (x: NDArray) => np.sin(x),
      ([x], [dx]) => [np.sin(x), dx.mul(10)],
    );
    expect(grad(f)(0).item()).toBe(10);
  });
});

describe('effects', () => {
  test('of a function called by jit are not repeated when its result was read under grad', () => {
    const seen: number[] = [];
    const inner = jit((x: NDArray) => {
      debug.callback((v: NDArray) => void seen.push(Number(v.item())), x);
      return x.mul(x);
    });
    const f = (x: NDArray): NDArray => (Number(inner(x).item()) > 0 ? inner(x).mul(1) : x);
    expect(grad(f)(3).item()).toBe(6);
    expect(seen).toEqual([3, 3]);
  });

  test('of a checkpoint happen once', () => {
    const seen: number[] = [];
    const f = checkpoint((x: NDArray) => {
      debug.callback((v: NDArray) => void seen.push(Number(v.item())), x);
      return np.sin(np.sin(x));
    });
    grad(f)(1);
    jit(grad(f))(1);
    expect(seen).toEqual([1, 1]);
  });
});
