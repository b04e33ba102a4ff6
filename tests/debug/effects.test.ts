/** Printing and callbacks from inside programs: in order, once, under every transformation and with forcing. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  checkpoint,
  cond,
  debug,
  disableJit,
  grad,
  jit,
  jvp,
  np,
  scan,
  valueAndGrad,
  vjp,
  vmap,
  whileLoop,
  type NDArray,
} from 'fluxion';

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => void lines.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The lines printed while `body` runs. */
const printed = (body: () => unknown): readonly string[] => {
  lines = [];
  body();
  return lines;
};

const f = (x: NDArray): NDArray => {
  debug.print('x {0}', x);
  const y = x.mul(x);
  debug.print('y {0} of {1}', y, x);
  return y;
};
const once = ['x 3.0', 'y 9.0 of 3.0'];

describe('debug.print happens once and in order', () => {
  const ways: Readonly<Record<string, () => unknown>> = {
    'at once': () => f(np.array(3)),
    jit: () => jit(f)(3),
    grad: () => grad(f)(3),
    valueAndGrad: () => valueAndGrad(f)(3),
    jvp: () => jvp(f, [3], [1]),
    vjp: () => vjp(f, 3)[1](1),
    'jit of grad': () => jit(grad(f))(3),
    'grad of jit': () => grad(jit(f))(3),
    'jit of jit': () => jit(jit(f))(3),
    disableJit: () => disableJit(() => jit(f)(3)),
    'cond of a known predicate': () => cond(true, f, (x: NDArray) => x, 3),
    'cond in jit': () => jit((p: NDArray, x: NDArray) => cond(p, f, (y: NDArray) => y, x))(np.array(true), 3),
    'grad of grad': () => grad(grad(f))(3),
  };
  test.for(Object.entries(ways))('under %s', ([, run]) => {
    expect(printed(run)).toEqual(once);
  });

  test('each time that a jitted function runs, and not when it is traced', () => {
    const g = jit(f);
    expect(printed(() => g(3))).toEqual(once);
    expect(printed(() => g(3))).toEqual(once);
  });

  test('not in the branch that is not taken', () => {
    const g = jit((p: NDArray, x: NDArray) => cond(p, f, (y: NDArray) => y, x));
    expect(printed(() => g(np.array(false), 3))).toEqual([]);
  });

  test('for each example under vmap', () => {
    expect(printed(() => vmap(f)(np.array([3, 4]))).toSorted()).toEqual([
      'x 3.0',
      'x 4.0',
      'y 16.0 of 4.0',
      'y 9.0 of 3.0',
    ]);
    expect(printed(() => vmap(f)(np.array([3, 4])))[0]).toBe('x 3.0');
  });

  const running = (xs: NDArray): NDArray =>
    scan(
      (total: NDArray, x: NDArray): readonly [NDArray, null] => {
        debug.print('{0} + {1}', total, x);
        return [total.add(x.mul(x)), null];
      },
      0,
      xs,
    )[0];
  test('for each step of a scan, also when it is differentiated', () => {
    const steps = ['0.0 + 1.0', '1.0 + 2.0', '5.0 + 3.0'];
    const xs = np.array([1, 2, 3]);
    expect(printed(() => running(xs))).toEqual(steps);
    expect(printed(() => jit(running)(xs))).toEqual(steps);
    expect(printed(() => grad(running)(xs))).toEqual(steps);
    expect(printed(() => jit(grad(running))(xs))).toEqual(steps);
  });

  test('for each step of a while loop', () => {
    const body = (x: NDArray): NDArray => {
      debug.print('at {0}', x);
      return x.mul(2);
    };
    expect(printed(() => whileLoop((x: NDArray) => x.less(5), body, np.array(1)))).toEqual([
      'at 1.0',
      'at 2.0',
      'at 4.0',
    ]);
  });

  test('in the order of the program, whatever is fused or dropped between', () => {
    const g = jit((x: NDArray) => {
      debug.print('one {0}', x.add(1));
      x.mul(100).sum(); // unused
      debug.print('two {0}', x.add(2));
      debug.print('three');
      return x;
    });
    expect(printed(() => g(0))).toEqual(['one 1.0', 'two 2.0', 'three']);
  });
});

describe('with forcing', () => {
  const branching = (x: NDArray): NDArray => {
    debug.print('start {0}', x);
    const y = x.mul(2);
    debug.print('twice {0}', y);
    const z = Number(y.item()) > 0 ? y.mul(x) : y;
    debug.print('end {0}', z);
    return z;
  };
  const all = ['start 3.0', 'twice 6.0', 'end 18.0'];

  test('what forcing has printed is not printed again', () => {
    expect(printed(() => grad(branching)(3))).toEqual(all);
    expect(printed(() => vjp(branching, 3)[1](1))).toEqual(all);
    expect(grad(branching)(3).item()).toBe(12);
  });

  test('an item() of something else does not bring later prints forward', () => {
    const g = (x: NDArray): NDArray => {
      const y = x.mul(2);
      debug.print('first {0}', x);
      y.item();
      debug.print('second {0}', y);
      return y;
    };
    expect(printed(() => grad(g)(3))).toEqual(['first 3.0', 'second 6.0']);
  });
});

describe('debug.callback', () => {
  test('gets concrete values in their trees', () => {
    const seen: unknown[] = [];
    const g = (p: { readonly w: NDArray; readonly b: NDArray }): NDArray => {
      debug.callback((tree: typeof p) => seen.push([tree.w.toNested(), tree.b.item()]), p);
      return p.w.sum().add(p.b);
    };
    jit(g)({ w: np.ones([2]), b: 1 });
    grad(g)({ w: np.zeros([2]), b: 2 });
    expect(seen).toEqual([
      [[1, 1], 1],
      [[0, 0], 2],
    ]);
  });

  test('may call jitted functions itself', () => {
    const inner = jit((x: NDArray) => x.mul(10));
    const seen: unknown[] = [];
    const outer = jit((x: NDArray) => {
      debug.callback((y: NDArray) => seen.push(inner(y).item()), x);
      return x.add(1);
    });
    expect(outer(4).item()).toBe(5);
    expect(seen).toEqual([40]);
  });

  test('throws what the function throws, and the next call works', () => {
    let fails = true;
    const g = jit((x: NDArray) => {
      debug.callback(() => {
        if (fails) throw new RangeError('mine');
      });
      return x.add(1);
    });
    expect(() => g(1)).toThrow(new RangeError('mine'));
    fails = false;
    expect(g(1).item()).toBe(2);
  });

  test('works inside of a checkpoint', () => {
    expect(printed(() => checkpoint(f)(3))).toEqual(once);
    expect(printed(() => jit(checkpoint(f))(3))).toEqual(once);
    expect(printed(() => grad(checkpoint(f))(3)).slice(0, 2)).toEqual(once);
  });
});
