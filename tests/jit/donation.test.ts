/** Donation: a state that is given away stays in WebAssembly memory, is read when somebody asks, and is never lost. */
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clearCaches, configure, debug, FluxionError, grad, jit, np, vmap, type NDArray } from 'fluxion';
import { withReference } from 'fluxion/reference';
import { bytesInUse } from '../../src/runtime/memory.ts';
import { memoryUse } from '../../src/runtime/mirror.ts';

const budget = memoryUse().homes.budget;
beforeEach(() => {
  configure({ residentBytes: 0 });
  configure({ residentBytes: budget });
  clearCaches();
});
afterEach(() => void configure({ residentBytes: budget }));

const size = 2048;
const bytes = 4 * size;
const ramp = (start: number): NDArray => np.array(Float32Array.from({ length: size }, (_, i) => start + i));

interface State {
  readonly w: NDArray;
  readonly v: NDArray;
  readonly count: NDArray;
}
const start = (): State => ({ w: ramp(0), v: ramp(1), count: np.array(0) });
const advance = ({ w, v, count }: State, x: NDArray): readonly [State, NDArray] => {
  const next = v.mul(0.5).add(x);
  return [{ w: w.sub(next), v: next, count: count.add(1) }, w.sum()];
};
const step = jit(advance, { donate: [0] });
const plain = jit(advance);

const codeOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return error instanceof FluxionError ? error.code : 'another error';
  }
  return 'no error';
};

describe('donation', () => {
  test('a loop over a donated state gives the bits of one that copies', () => {
    let [a, b] = [start(), start()];
    for (let i = 0; i < 5; i++) {
      const [left, right] = [step(a, ramp(i)), plain(b, ramp(i))];
      expect(left[1].item()).toBe(right[1].item());
      [a, b] = [left[0], right[0]];
    }
    expect(a.w.dataSync()).toEqual(b.w.dataSync());
    expect(a.v.dataSync()).toEqual(b.v.dataSync());
    expect(a.count.item()).toBe(5);
  });

  test('results stay in WebAssembly memory until they are read, and memory does not grow', () => {
    let [state] = step(start(), ramp(1));
    expect(memoryUse().homes.bytes).toBe(2 * bytes);
    [state] = step(state, ramp(1));
    const before = bytesInUse();
    for (let i = 0; i < 200; i++) [state] = step(state, ramp(1));
    expect(bytesInUse()).toBe(before);
    expect(memoryUse().homes.bytes).toBe(2 * bytes);
    expect(state.w.dataSync().length).toBe(size);
    expect(memoryUse().homes.bytes).toBe(bytes);
    expect(memoryUse().mirrors.bytes).toBe(bytes);
    // Read, and donated all the same.
    [state] = step(state, ramp(1));
    expect(memoryUse().homes.bytes).toBe(2 * bytes);
    expect(memoryUse().mirrors.bytes).toBe(0);
    expect(state.count.item()).toBe(203);
  });

  test('a resident result is an array like any other', () => {
    const results = (): NDArray => step(start(), ramp(1))[0].v;
    const [kept] = plain(start(), ramp(1));
    const expected = kept.v.dataSync();
    expect(results().dataSync()).toEqual(expected);
    expect(String(results())).toBe(String(kept.v));
    expect(inspect(results())).toBe(inspect(kept.v));
    expect(results().toNested()).toEqual([...expected]);
    expect(results().add(1).dataSync()).toEqual(kept.v.add(1).dataSync());
    expect(results().reshape([2, 1024]).T.dataSync()).toEqual(kept.v.reshape([2, 1024]).T.dataSync());
    expect(jit((x: NDArray) => x.sum())(results()).item()).toBe(kept.v.sum().item());
    expect(
      grad((x: NDArray) => x.square().sum())(results())
        .dataSync()
        .slice(0, 3),
    ).toEqual(kept.v.mul(2).dataSync().slice(0, 3));
    expect(withReference(() => results().mul(2).dataSync())).toEqual(kept.v.mul(2).dataSync());
  });

  test('reading a donated array is an error that names the receiver; texts say it without one', () => {
    const before = start();
    const view = before.w.reshape([2, 1024]);
    step(before, ramp(1));
    for (const read of [
      () => before.w.dataSync(),
      () => before.w.toNested(),
      () => before.w.add(1),
      () => before.w.reshape([2, 1024]),
      () => jit((x: NDArray) => x.sum())(before.w),
      () => grad((x: NDArray) => x.square().sum())(before.w),
      () => step(before, ramp(1)),
      () => np.concatenate([before.w, before.v]),
    ])
      expect(codeOf(read)).toBe('donated');
    expect(() => before.w.dataSync()).toThrow(
      /^read: expected an array that still has its elements, got float32\[2048\] that was donated to jit of advance\. Keep a copy before the call\. \(.*donation\.test\.ts:\d+:\d+\)$/,
    );
    expect(String(before.w)).toBe('float32[2048] donated to jit of advance');
    expect(inspect(before.w)).toBe('float32[2048] donated to jit of advance');
    // Scalars have nothing to give away, and a view has its own hold on the elements.
    expect(before.count.item()).toBe(0);
    expect(view.dataSync()[5]).toBe(5);
  });

  test('one array at two places is donated once', () => {
    const twice = jit((a: NDArray, b: NDArray) => [a.add(b), a.sub(b)] as const, { donate: [0, 1] });
    for (let i = 0; i < 3; i++) {
      const x = i === 0 ? ramp(1) : step(start(), ramp(1))[0].w;
      const expected = x.mul(2).dataSync();
      const [sum, difference] = twice(x, x);
      expect(sum.dataSync()).toEqual(expected);
      expect(difference.sum().item()).toBe(0);
      expect(codeOf(() => x.dataSync())).toBe('donated');
    }
    const shared = ramp(3);
    expect(jit((a: NDArray, b: NDArray) => a.mul(b), { donate: 0 })(shared, shared).dataSync()[2]).toBe(25);
  });

  test('what a function closes over is not given away', () => {
    const [large, small] = [ramp(1), np.array([1, 2, 3])];
    const f = jit((x: NDArray, y: NDArray) => [x.add(large), y.mul(small)] as const, { donate: [0, 1] });
    const [a, b] = f(large, small);
    expect(a.dataSync()[0]).toBe(2);
    expect(b.dataSync()).toEqual(Float32Array.of(1, 4, 9));
    expect(large.dataSync()[0]).toBe(1);
    expect(f(ramp(2), np.array([2, 2, 2]))[1].dataSync()).toEqual(Float32Array.of(2, 4, 6));
  });

  test('inside another transformation it is ignored', () => {
    const double = jit((x: NDArray) => x.mul(2), { donate: 0 });
    const x = ramp(1);
    grad((y: NDArray) => double(y).sum())(x);
    jit((y: NDArray) => double(double(y)).add(y))(x);
    vmap(double)(x.reshape([2, 1024]));
    withReference(() => double(x));
    expect(x.dataSync()[1]).toBe(2);
  });

  test('if a callback throws, the donated arrays are as they were', () => {
    let fails = true;
    const risky = jit(
      (s: NDArray) => {
        const next = s.mul(2);
        debug.callback((seen: NDArray) => {
          expect(seen.size).toBe(size);
          if (fails) throw new Error('no');
        }, next);
        return next.add(1);
      },
      { donate: 0 },
    );
    const warm = step(start(), ramp(1))[0].w;
    const expected = plain(start(), ramp(1))[0].w.mul(2).add(1).dataSync();
    const before = bytesInUse();
    expect(() => risky(warm)).toThrow('no');
    expect(bytesInUse()).toBe(before);
    fails = false;
    expect(risky(warm).dataSync()).toEqual(expected);
    expect(codeOf(() => warm.dataSync())).toBe('donated');
  });

  test('a call from a callback donates nothing', () => {
    const inner = jit((x: NDArray) => x.add(1), { donate: 0 });
    const x = ramp(1);
    jit((y: NDArray) => {
      debug.callback((seen: NDArray) => void inner(seen.mul(0).add(inner(x))), y);
      return y.add(x);
    })(x);
    expect(x.dataSync()[0]).toBe(1);
  });

  test('over the budget the oldest results move to the heap', () => {
    configure({ residentBytes: 3 * bytes });
    const states = [0, 1, 2, 3].map((i) => step(start(), ramp(i))[0]);
    expect(memoryUse().homes.bytes).toBeLessThanOrEqual(3 * bytes);
    states.forEach((state, i) => {
      const [expected] = plain(start(), ramp(i));
      expect(state.w.dataSync()).toEqual(expected.w.dataSync());
      expect(state.v.dataSync()).toEqual(expected.v.dataSync());
    });
  });

  test('positions outside of the arguments are refused', () => {
    expect(() => jit((x: NDArray) => x, { donate: 1 })(ramp(0))).toThrow('jit: expected donate below 1, got 1.');
  });
});
