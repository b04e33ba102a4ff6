/** Mirrors: copies of operands in WebAssembly memory that save copying in, within a budget, and are never stale. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clearCaches, configure, jit, np, pureCallback, type NDArray } from 'fluxion';
import { cellOf } from 'fluxion/extend';
import { bytesInUse } from '../../src/runtime/memory.ts';
import { memoryUse } from '../../src/runtime/mirror.ts';
import { callDepth } from '../../src/runtime/scratch.ts';

const whole = memoryUse().mirrors.budget;
beforeEach(clearCaches);
afterEach(() => void configure({ mirrorBytes: whole }));

const big = (start: number, size = 2048): NDArray => np.array(Float32Array.from({ length: size }, (_, i) => start + i));
const total = jit((x: NDArray) => x.sum());
const expected = (start: number, size = 2048): number => (size * (2 * start + size - 1)) / 2;

describe('mirrors', () => {
  test('an operand passed once leaves none; passed again it leaves one, which is used from then on', () => {
    const x = big(1);
    total(x);
    expect(memoryUse().mirrors.bytes).toBe(0);
    total(x);
    expect(memoryUse().mirrors.bytes).toBe(8192);
    // If the mirror is used, the store is not read any more: it may be changed behind the library's back.
    cellOf(x).data?.fill(0);
    expect(total(x).item()).toBe(expected(1));
    expect(memoryUse().mirrors.bytes).toBe(8192);
  });

  test('small operands and results leave none', () => {
    const x = big(1, 512);
    for (let i = 0; i < 4; i++) jit((a: NDArray) => a.add(1))(x);
    expect(memoryUse().mirrors.bytes).toBe(0);
  });

  test('a view that is not row-major is mirrored in order', () => {
    const x = big(0, 4096).reshape([64, 64]).T;
    const f = jit((a: NDArray) => a.mul(2));
    const once = f(x).toNested();
    f(x);
    expect(memoryUse().mirrors.bytes).toBe(4 * 4096);
    expect(f(x).toNested()).toEqual(once);
  });

  test('captured constants are mirrored, and eager operations use mirrors', () => {
    const c = big(3);
    const f = jit((x: NDArray) => x.add(c).sum());
    for (let i = 0; i < 3; i++) expect(f(0).item()).toBe(expected(3));
    expect(memoryUse().mirrors.bytes).toBe(8192);
    cellOf(c).data?.fill(0);
    expect(c.add(0).dataSync()[5]).toBe(8);
  });

  test('the budget holds: the ones not used for longest go, and come again when they are needed', () => {
    configure({ mirrorBytes: 3 * 8192 });
    const xs = [0, 1, 2, 3, 4].map((i) => big(i));
    for (let round = 0; round < 4; round++)
      xs.forEach((x, i) => {
        expect(total(x).item()).toBe(expected(i));
        expect(memoryUse().mirrors.bytes).toBeLessThanOrEqual(3 * 8192);
      });
    const before = bytesInUse();
    clearCaches();
    expect(memoryUse().mirrors.bytes).toBe(0);
    expect(bytesInUse()).toBe(before - 3 * 8192);
    xs.forEach((x, i) => expect(total(x).item()).toBe(expected(i)));
  });

  test('operands of one call do not push each other out', () => {
    configure({ mirrorBytes: 2 * 8192 });
    const f = jit((...xs: readonly NDArray[]) => xs.reduce((a, b) => a.add(b)).sum());
    const xs = [0, 1, 2, 3].map((i) => big(i));
    for (let round = 0; round < 4; round++)
      expect(f(...xs).item()).toBe([0, 1, 2, 3].reduce((sum, i) => sum + expected(i), 0));
  });

  test('calls within a callback leave the operands of the outer call alone', () => {
    configure({ mirrorBytes: 2 * 8192 });
    const inner = [5, 6, 7].map((i) => big(i));
    const f = jit((x: NDArray, y: NDArray) => {
      const z = pureCallback(
        (a: NDArray) => {
          expect(callDepth()).toBe(1);
          for (let i = 0; i < 3; i++) inner.forEach((b, k) => expect(total(b).item()).toBe(expected(5 + k)));
          return total(a);
        },
        { dtype: 'float32', shape: [] },
        x.add(1),
      );
      return x.add(y).sum().add(z);
    });
    const [x, y] = [big(1), big(2)];
    for (let i = 0; i < 4; i++) expect(f(x, y).item()).toBe(expected(1) + expected(2) + expected(2));
    expect(callDepth()).toBe(0);
  });
});
