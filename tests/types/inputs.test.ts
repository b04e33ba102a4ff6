/** What the types promise of arguments holds at run time: numbers and typed arrays become arrays wherever functions are lifted. */
import {
  checkpoint,
  cond,
  customJvp,
  customVjp,
  disableJit,
  grad,
  hessian,
  isNDArray,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearize,
  switchCase,
  valueAndGrad,
  vjp,
  vmap,
  type NDArray,
} from 'fluxion';
import { describe, expect, test } from 'vitest';

interface Params {
  readonly w: NDArray;
  readonly list: readonly [NDArray, NDArray | null];
}
const params = { w: new Float32Array([1, 2]), list: [3, null] } as const;
/** 3 (1 + 4) x = 15 x. */
const f = (p: Params, x: NDArray): NDArray => {
  if (![p.w, p.list[0], x].every(isNDArray)) throw new Error('expected arrays');
  return p.w.mul(p.w).mul(p.list[0]).sum().mul(x);
};
const value = (y: NDArray): unknown => y.item();

describe('numbers and typed arrays become arrays', () => {
  test.for<readonly [string, () => unknown]>([
    ['jit', () => value(jit(f)(params, 2))],
    ['disableJit', () => value(disableJit(() => jit(f)(params, 2)))],
    ['checkpoint', () => value(checkpoint(f)(params, 2))],
    ['customJvp', () => value(customJvp(f, (p, t) => [f(...p), f(...t)])(params, 2))],
    ['customVjp', () => value(customVjp(f, { fwd: (p, x) => [f(p, x), null], bwd: () => [null, null] })(params, 2))],
    ['cond', () => value(cond(true, f, f, params, 2))],
    ['switchCase', () => value(switchCase(0, [f], params, 2))],
    ['valueAndGrad', () => value(valueAndGrad(f)(params, 2)[0])],
    ['jvp', () => value(jvp(f, [params, 2], [params, 2])[0])],
    ['vjp', () => value(vjp(f, params, 2)[0])],
    ['linearize', () => value(linearize(f, params, 2)[0])],
    ['vmap', () => value(vmap(f, { inAxes: null, outAxes: null, axisSize: 3 })(params, 2))],
  ])('%s', ([, run]) => {
    expect(run()).toBe(30);
  });

  test('beside the argument of a Jacobian', () => {
    expect(jacfwd(f)(params, 2).w.toNested()).toEqual([12, 24]);
    expect(jacrev(f)(params, 2).list[0].item()).toBe(10);
    expect(hessian(f)(params, 2).w.w.toNested()).toEqual([
      [12, 0],
      [0, 12],
    ]);
  });

  test('static arguments stay as they are, also without jit', () => {
    const g = (x: NDArray, n: number): NDArray => x.mul(typeof n === 'number' ? n : 0);
    const jitted = jit(g, { staticArgnums: 1 });
    expect([jitted(2, 3).item(), disableJit(() => jitted(2, 3).item())]).toEqual([6, 6]);
  });
});

describe('argnums', () => {
  test('may count from the end', () => {
    expect(grad(f, { argnums: -1 })(params, 2).item()).toBe(15);
    expect(jacfwd(f, { argnums: -1 })(params, 2).item()).toBe(15);
    expect(jacrev(f, { argnums: -1 })(params, 2).item()).toBe(15);
    const [w, x] = grad(f, { argnums: [-2, -1] })(params, 2);
    expect([w.list[1], x.item()]).toEqual([null, 15]);
  });
  test.for([2, -3])('%i of two arguments is refused', (argnums) => {
    const message = `expected argnums below 2, got ${argnums}. Count the arguments of the call from 0.`;
    expect(() => grad(f, { argnums })(params, 2)).toThrow(`grad: ${message}`);
    expect(() => jacfwd(f, { argnums })(params, 2)).toThrow(`jacfwd: ${message}`);
  });
});

describe('static arguments of one text are told apart', () => {
  test.for<readonly [unknown, unknown]>([
    [1, 1n],
    [Symbol('s'), Symbol('s')],
    [{ 'a:1,b': 1 }, { a: 1, b: 1 }],
  ])('%#', ([a, b]) => {
    const isSecond = jit((x: NDArray, s: unknown) => x.add(s === b ? 1 : 0), { staticArgnums: 1 });
    expect([isSecond(0, a).item(), isSecond(0, b).item()]).toEqual([0, 1]);
  });
});
