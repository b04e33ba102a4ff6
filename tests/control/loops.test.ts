/** Loops: written out or not, in batches, with a bound; what they cost. */
import { describe, expect, test } from 'vitest';
import {
  debug,
  foriLoop,
  grad,
  jit,
  jvp,
  lax,
  LoopError,
  makeGraph,
  map,
  np,
  scan,
  vmap,
  whileLoop,
  type NDArray,
} from 'fluxion';
import { statistics } from 'fluxion/extend';

const linear = (xs: NDArray, options: { readonly reverse: boolean; readonly unroll?: number | boolean }) =>
  scan((c: NDArray, x: NDArray) => [c.mul(0.5).add(x), c.mul(x)] as const, np.array(1), xs, options);

describe('scan', () => {
  test.each([
    [false, 10.0390625, [0, 0.5, 2.5, 7.875, 17.25, 30.78125, 48.46875]],
    [true, 1.8828125, [0, 5.53125, 14.125, 24.375, 33, 32.5, 6]],
  ])('unrolled by any number it is the same, reverse %s', (reverse, last, ys) => {
    const xs = np.arange(7).astype('float32');
    const slope = grad((x: NDArray) => linear(x, { reverse })[1].sum());
    for (const unroll of [1, 2, 3, 6, 7, 10, true, false]) {
      const [carry, stacked] = linear(xs, { reverse, unroll });
      expect(carry.item()).toBe(last);
      expect(stacked.toNested()).toEqual(ys);
      const other = grad((x: NDArray) => linear(x, { reverse, unroll })[1].sum());
      expect(other(xs).toNested()).toEqual(slope(xs).toNested());
    }
  });

  test('unrolled it has fewer turns', () => {
    const lengths = (unroll: number | boolean): readonly string[] =>
      [
        ...String(makeGraph((x: NDArray) => linear(x, { reverse: false, unroll }))(np.ones([7]))).matchAll(
          /length=(\d+)/g,
        ),
      ].map(([, n]) => n ?? '');
    expect([lengths(1), lengths(3), lengths(true)]).toEqual([['7'], ['2'], []]);
  });

  test('no steps, unrolled', () => {
    expect(linear(np.zeros([0]), { reverse: false, unroll: true })[0].item()).toBe(1);
  });

  test('an unroll that is no count is refused', () => {
    expect(() => linear(np.ones([3]), { reverse: false, unroll: 0 })).toThrow(
      /scan: expected unroll to be a whole number/,
    );
  });
});

describe('map', () => {
  test.each([1, 2, 3, 7, 9])('in batches of %d it is the same', (batchSize) => {
    const f = (xs: NDArray): readonly [NDArray, NDArray] =>
      map((x: NDArray) => [np.sin(x), x.mul(x)] as const, xs, { batchSize });
    const xs = np.linspace(0, 1, 7);
    expect(f(xs)[1].toNested()).toEqual(xs.mul(xs).toNested());
    expect(f(xs)[0].toNested()).toEqual(np.sin(xs).toNested());
    expect(grad((x: NDArray) => f(x)[1].sum())(xs).toNested()).toEqual(xs.mul(2).toNested());
  });
});

/** The carry grows past 10. */
const growing =
  (maxSteps: number) =>
  (x: NDArray): NDArray =>
    whileLoop(
      (c: NDArray) => c.less(10),
      (c) => c.mul(c).mul(0.5).add(1),
      x,
      { maxSteps },
    );
const plainGrowing = (x: number): number => {
  let c = x;
  while (c < 10) c = c * c * 0.5 + 1;
  return c;
};

describe('whileLoop with maxSteps', () => {
  const xs = [1.3, 2, 4, 20];
  const points = np.array(xs, 'float64');
  const slopes = xs.map((x) => (plainGrowing(x + 1e-6) - plainGrowing(x - 1e-6)) / 2e-6);
  const close = (got: NDArray): void => got.dataSync().forEach((v, i) => expect(v).toBeCloseTo(slopes[i] ?? NaN, 4));

  test('gives what the plain loop gives', () => {
    for (const [i, x] of xs.entries())
      expect(growing(20)(np.array(x, 'float64')).item()).toBeCloseTo(plainGrowing(xs[i] ?? 0), 12);
    expect(vmap(growing(20))(points).toNested()).toEqual(xs.map((x) => growing(20)(np.array(x, 'float64')).item()));
  });

  test('differentiates in reverse, forwards and batched in either order', () => {
    close(vmap(grad(growing(20)))(points));
    close(jit(vmap(grad(growing(20))))(points));
    close(grad((all: NDArray) => vmap(growing(20))(all).sum())(points));
    close(jvp((all: NDArray) => vmap(growing(20))(all), [points], [np.ones([4], 'float64')])[1]);
  });

  test('its second derivative is that of the steps written out', () => {
    const twice = (f: (x: NDArray) => NDArray): unknown => grad(grad(f))(np.array(4, 'float64')).item();
    const steps = (x: NDArray): NDArray => [1, 2].reduce((c) => c.mul(c).mul(0.5).add(1), x);
    expect(twice(growing(20))).toBeCloseTo(Number(twice(steps)), 8);
  });

  test('that would go on throws, eagerly, compiled and under grad', () => {
    expect(() => growing(3)(np.array(1.3))).toThrow(LoopError);
    expect(() => jit(growing(3))(np.array(1.3))).toThrow(/condition to fail within 3 steps/);
    expect(() => grad(growing(3))(np.array(1.3))).toThrow(LoopError);
    expect(() => growing(0)(np.array(1))).toThrow(LoopError);
    expect(growing(0)(np.array(11)).item()).toBe(11);
    expect(() => growing(-1)(np.array(11))).toThrow(/maxSteps to be a whole number/);
  });

  test('runs the steps that are needed, under vmap those of the longest example', () => {
    const seen: number[] = [];
    const count = (n: NDArray): NDArray =>
      whileLoop(
        (i: NDArray) => i.less(n),
        (i) => {
          debug.callback((v: NDArray) => void seen.push(Number(v.item())), i);
          return i.add(1);
        },
        np.zeros([], 'int32'),
        { maxSteps: 100 },
      );
    expect(count(np.array(7, 'int32')).item()).toBe(7);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
    seen.length = 0;
    expect(vmap(count)(np.array([1, 4, 3], 'int32')).toNested()).toEqual([1, 4, 3]);
    expect(seen.length).toBe(3 * 4);
  });

  test('a weak start takes the type that the body gives', () => {
    const f = (x: NDArray): NDArray =>
      whileLoop(
        (c: NDArray) => c.less(10),
        (c) => c.add(x),
        0,
        { maxSteps: 9 },
      );
    expect(f(np.array(4, 'float64')).dtype).toBe('float64');
  });

  test('foriLoop with bounds that are arrays has it too', () => {
    const f = (x: NDArray, n: NDArray): NDArray =>
      foriLoop(0, n, (_, c: NDArray) => c.mul(x), np.ones([]), { maxSteps: 10 });
    expect(grad(f)(2, np.array(5, 'int32')).item()).toBe(80);
    expect(vmap(grad(f), { inAxes: [null, 0] })(2, np.array([0, 1, 3], 'int32')).toNested()).toEqual([0, 1, 12]);
  });
});

/** `tanh(w c)`, `n` times. */
const bounded =
  (n: number) =>
  (w: NDArray, x: NDArray): NDArray =>
    whileLoop(
      ([i]: readonly [NDArray, NDArray]) => i.less(n),
      ([i, c]) => [i.add(1), np.tanh(c.mul(w))] as const,
      [np.zeros([], 'int32'), x],
      { maxSteps: n },
    )[1].sum();
const scanned =
  (n: number) =>
  (w: NDArray, x: NDArray): NDArray =>
    scan((c: NDArray, _: null) => [np.tanh(c.mul(w)), null] as const, x, null, { length: n })[0].sum();

describe('the cost of long loops', () => {
  test.each([
    ['scan', scanned],
    ['whileLoop', bounded],
  ])('10,000 steps of %s compile to as many bytes as 100', (_, loop) => {
    const bytes = (n: number): number => jit(grad(loop(n))).lower(np.ones([]), np.ones([4])).moduleBytes;
    const before = statistics().modules;
    const few = bytes(100);
    expect(Math.abs(bytes(10_000) - few)).toBeLessThan(100);
    expect(few).toBeLessThan(20_000);
    jit(grad(loop(10_000)))(np.ones([]), np.ones([4]));
    expect(statistics().modules - before).toBe(2);
  });
});

test('switch has its name among the lax functions', () => {
  const f = (i: number): unknown => lax.switch(i, [(x: NDArray) => x, (x: NDArray) => x.neg()], 3).item();
  expect([f(-5), f(0), f(1), f(9)]).toEqual([3, 3, -3, -3]);
});
