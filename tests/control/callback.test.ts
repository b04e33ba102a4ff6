/** Functions of JavaScript inside programs. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import { customJvp, grad, ioCallback, jit, np, pureCallback, scan, shapeDtype, vmap, type NDArray } from 'fluxion';
import { statistics } from 'fluxion/extend';

const scalar = { dtype: 'float64', shape: [] } as const;
const sine = (x: NDArray): number => Math.sin(Number(x.item()));
const called = (x: NDArray): NDArray => pureCallback(sine, scalar, x);

describe('pureCallback', () => {
  test('gives what JavaScript gives: eagerly, compiled, in a loop, batched', () => {
    const x = np.array(0.5, 'float64');
    const rows = np.array([0.5, 1, 2], 'float64');
    const each = [0.5, 1, 2].map(Math.sin);
    expect(called(x).item()).toBe(Math.sin(0.5));
    expect(jit(called)(x).item()).toBe(Math.sin(0.5));
    expect(vmap(called)(rows).toNested()).toEqual(each);
    expect(jit(vmap(called))(rows).toNested()).toEqual(each);
    expect(scan((c: null, row: NDArray) => [c, called(row)] as const, null, rows)[1].toNested()).toEqual(each);
  });

  test('takes and gives trees', () => {
    const f = (x: { readonly a: NDArray; readonly b: readonly [NDArray] }) =>
      pureCallback(
        (y: typeof x) => ({ sum: y.a.add(y.b[0]), pair: [y.a.size, np.array([1, 2], 'int32')] as const }),
        {
          sum: shapeDtype([3]),
          pair: [
            { dtype: 'int32', shape: [] },
            { dtype: 'int32', shape: [2] },
          ],
        },
        x,
      );
    const result = jit(f)({ a: [1, 2, 3].map(Number).reduce((x, n) => x.add(n), np.ones([3])), b: [np.ones([3])] });
    expectTypeOf(result).toEqualTypeOf<{ sum: NDArray; pair: [NDArray, NDArray] }>();
    expect(result.sum.toNested()).toEqual([8, 8, 8]);
    expect(result.pair.map((y) => y.toNested())).toEqual([3, [1, 2]]);
  });

  test('of the same function is compiled once', () => {
    const x = np.array(0.5, 'float64');
    called(x);
    const before = statistics().modules;
    called(x);
    jit((y: NDArray) => called(y))(x);
    const between = statistics().modules;
    jit((y: NDArray) => called(y))(x);
    expect([between - before <= 1, statistics().modules - between]).toEqual([true, 0]);
  });

  test('has the derivative of the rule around it, and none without', () => {
    const f = customJvp(called, ([x], [dx]) => [called(x), dx.mul(np.cos(x))]);
    expect(grad(f)(np.array(0.5, 'float64')).item()).toBe(Math.cos(0.5));
    expect(vmap(grad(f))(np.array([0, 1], 'float64')).toNested()).toEqual([1, Math.cos(1)]);
    expect(() => grad(called)(np.array(0.5, 'float64'))).toThrow(/pureCallback: expected no derivative/);
  });

  test('is held to the types and the structure that it announced', () => {
    const wrong = (x: NDArray): NDArray =>
      pureCallback((_: NDArray) => np.ones([2]), { dtype: 'float32', shape: [3] }, x);
    expect(() => jit(wrong)(1)).toThrow(/callback: expected results of types \(float32\[3\]\), got \(float32\[2\]\)/);
    const other = (x: NDArray): readonly NDArray[] =>
      // @ts-expect-error -- two results are not one
      pureCallback((_: NDArray) => [np.ones([2]), np.ones([2])], [{ dtype: 'float32', shape: [2] }], x);
    expect(() => jit(other)(1)).toThrow(/callback: result/);
  });
});

test('ioCallback is called once, in order, and gives results', () => {
  const log: number[] = [];
  const note = (x: NDArray): NDArray => {
    log.push(Number(x.item()));
    return np.array(log.length, 'float32');
  };
  const f = jit((x: NDArray) => {
    const first = ioCallback(note, { dtype: 'float32', shape: [] }, x);
    ioCallback(note, { dtype: 'float32', shape: [] }, x.mul(2));
    return x.mul(x).add(first);
  });
  expect(f(3).item()).toBe(10);
  expect(log).toEqual([3, 6]);
  expect(grad(f)(3).item()).toBe(6);
  expect(log).toEqual([3, 6, 3, 6]);
});
