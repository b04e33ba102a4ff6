/** What grad accepts and gives back: argnums, aux, integers, static leaves, and results that carry no derivative. */
import { describe, expect, test } from 'vitest';
import { grad, jacfwd, jacrev, jit, np, valueAndGrad, vmap, type NDArray } from 'fluxion';

describe('grad', () => {
  test('argnums: one gives a tree, several a tuple, negative ones count from the end', () => {
    const f = (a: NDArray, b: NDArray): NDArray => a.mul(b).mul(b);
    expect(grad(f, { argnums: 1 })(2, 3).item()).toBe(12);
    expect(grad(f, { argnums: [1, 0] })(2, 3).map((g) => g.item())).toEqual([12, 9]);
    expect(grad(f, { argnums: -1 })(2, 3)).toMatchObject({ shape: [] });
    expect(() => grad(f, { argnums: 2 })(2, 3)).toThrow(/argnums below 2/);
  });

  test('hasAux hands aux through, concrete and without a derivative', () => {
    const f = (x: NDArray): readonly [NDArray, { twice: NDArray; name: string }] => [
      x.mul(x),
      { twice: x.mul(2), name: 'aux' },
    ];
    const [[value, aux], slope] = valueAndGrad(f, { hasAux: true })(3);
    expect([value.item(), aux.twice.item(), aux.name, slope.item()]).toEqual([9, 6, 'aux', 6]);
  });

  test('integers are refused with their path, or allowed', () => {
    const f = ({ w, n }: { w: NDArray; n: NDArray }): NDArray => w.mul(n).sum();
    const args = { w: np.array([1, 2]), n: np.array([3, 4], 'int32') };
    expect(() => grad(f)(args)).toThrow(/n.*expected a float to differentiate, got int32\[2\].*allowInt/);
    const given: { w: NDArray; n: unknown } = grad(f, { allowInt: true })(args);
    expect(given.w.toNested()).toEqual([3, 4]);
    expect(given.n).toBeNull();
  });

  test('static leaves come back as they are', () => {
    const given = grad((p: { w: NDArray; act: string }) => p.w.mul(p.act === 'x' ? 2 : 3))({
      w: np.array(1),
      act: 'x',
    });
    expect([given.w.item(), given.act]).toEqual([2, 'x']);
  });

  test('a number as result has lost its derivative, a promise its trace', () => {
    expect(() => grad((x: NDArray) => x.mul(2).item())(1)).toThrow(/was item\(\) used\?/);
    expect(() => grad((x: NDArray) => Promise.resolve(x))(1)).toThrow(/promise/);
    expect(() => jit((x: NDArray) => Promise.resolve(x))(1)).toThrow(/promise/);
  });

  test('a result that is not a float scalar says what to do', () => {
    expect(() => grad((x: NDArray) => x)(np.ones([2]))).toThrow(/scalar.*float32\[2\].*jacrev/);
    expect(() => grad((x: NDArray) => x.sum().astype('int32'))(np.ones([2]))).toThrow(/float result/);
  });
});

describe('nesting in any order', () => {
  const f = (x: NDArray): NDArray => x.mul(x).mul(x);
  test('third derivatives', () => expect(grad(grad(grad(f)))(2).item()).toBe(6));
  test('jit in and out', () => expect(jit(grad(jit(grad(jit(f)))))(2).item()).toBe(12));
  test('vmap of jit of grad of vmap', () => {
    const total = (x: NDArray): NDArray => vmap(f)(x).sum();
    expect(vmap(jit(grad(total)))(np.array([[1, 2]])).toNested()).toEqual([[3, 12]]);
  });
  test('Jacobians of Jacobians', () => {
    const x = np.array([1, 2]);
    const g = (v: NDArray): NDArray => v.mul(v).mul(v.sum());
    expect(jacfwd(jacrev(g))(x).toNested()).toEqual(jacrev(jacfwd(g))(x).toNested());
  });
});
