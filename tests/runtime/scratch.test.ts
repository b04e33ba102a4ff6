/** Scratch: calls nest, each with room of its own; what does not fit is refused before anything runs. */
import { expect, test } from 'vitest';
import { debug, jit, np, UnsupportedError, type NDArray } from 'fluxion';
import { bytesInUse } from '../../src/runtime/memory.ts';
import { callDepth, enter, leave } from '../../src/runtime/scratch.ts';

test('a call has its bytes to itself, also when a larger one begins inside it', () => {
  const outer = enter(1000);
  const inner = enter(3 * 2 ** 20);
  const innermost = enter(50);
  const places = [
    [outer, 1000],
    [inner, 3 * 2 ** 20],
    [innermost, 50],
  ] as const;
  for (const [a, n] of places) for (const [b, m] of places) if (a !== b) expect(a + n <= b || b + m <= a).toBe(true);
  for (const [base] of places) expect(base % 128).toBe(0);
  expect(callDepth()).toBe(3);
  for (const base of [innermost, inner, outer]) leave(base);
  expect(callDepth()).toBe(0);
});

test('room taken for an inner call is given back', () => {
  leave(enter(2 ** 20));
  const before = bytesInUse();
  const outer = enter(128);
  leave(enter(2 ** 23));
  leave(outer);
  expect(bytesInUse()).toBe(before);
});

test('a callback may run larger programs while its own waits', () => {
  const large = jit((x: NDArray) => x.T.matmul(x).sum());
  const totals: unknown[] = [];
  const f = jit((x: NDArray) => {
    const y = x.mul(3);
    debug.callback((seen: NDArray) => void totals.push(large(np.ones([700, 600]).mul(seen.sum())).item()), x);
    return y.add(x);
  });
  expect(f(np.array([0.5, 0.5])).toNested()).toEqual([2, 2]);
  expect(totals).toEqual([700 * 600 * 600]);
});

test('what does not fit is refused with its size, and everything goes on', () => {
  expect(() => enter(5 * 2 ** 30)).toThrow(UnsupportedError);
  expect(() => enter(5 * 2 ** 30)).toThrow(/got one that needs 5120 MiB more/);
  expect(callDepth()).toBe(0);
  expect(jit((x: NDArray) => x.add(1))(1).item()).toBe(2);
});
