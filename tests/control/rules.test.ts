/** Functions with rules of their own, linear functions backwards, closures, what checkpoints keep. */
import { describe, expect, test } from 'vitest';
import {
  checkpoint,
  checkpointPolicies,
  closureConvert,
  cond,
  customGradient,
  customJvp,
  customVjp,
  debug,
  grad,
  jit,
  linearTranspose,
  makeGraph,
  np,
  remat,
  RuleError,
  scan,
  shapeDtype,
  stopGradient,
  vjp,
  vmap,
  whileLoop,
  type CheckpointPolicy,
  type NDArray,
} from 'fluxion';
import { plannedScratch } from 'fluxion/extend';

describe('customGradient', () => {
  const squared = customGradient((x: NDArray) => {
    const y = np.sin(x);
    return [y.mul(y), (ct: NDArray) => ct.mul(y).mul(10)];
  });

  test('takes its pullback, in every transformation', () => {
    const expected = 10 * Math.sin(0.5);
    const x = np.array(0.5, 'float64');
    expect(squared(x).item()).toBe(Math.sin(0.5) ** 2);
    expect(grad(squared)(x).item()).toBe(expected);
    expect(jit(grad(squared))(x).item()).toBeCloseTo(expected, 14);
    expect(vmap(grad(squared))(np.array([0.5, 1], 'float64')).toNested()).toEqual([expected, 10 * Math.sin(1)]);
    expect(grad(jit(squared))(x).item()).toBeCloseTo(expected, 14);
  });

  test('serves trees: a tuple of cotangents for several arguments', () => {
    const f = customGradient((p: { readonly w: NDArray; readonly b: NDArray }, x: NDArray) => [
      { y: p.w.mul(x).add(p.b), n: np.array(3, 'int32') },
      (ct: { readonly y: NDArray }) => [{ w: ct.y.mul(x), b: ct.y.mul(7) }, null],
    ]);
    const [value, pull] = vjp((p: { readonly w: NDArray; readonly b: NDArray }) => f(p, 5).y, { w: 2, b: 1 });
    expect(value.item()).toBe(11);
    const [{ w, b }] = pull(1);
    expect([w.item(), b.item()]).toEqual([5, 7]);
  });

  test('refuses a pullback of the wrong type', () => {
    const f = customGradient((x: NDArray) => [x.sum(), (ct: NDArray) => ct]);
    expect(() => grad(f)(np.ones([3]))).toThrow(
      /customVjp: expected bwd to give \(float32\[3\]\), got \(float32\[\]\)/,
    );
  });
});

describe('rules that verify', () => {
  const types = ['float32', 'float64'] as const;

  test.each(types)('right ones pass, in %s, and give what they give', (dtype) => {
    const forward = customJvp(
      (x: NDArray, n: NDArray) => np.log(x).mul(n),
      ([x, n], [dx]) => [np.log(x).mul(n), dx.div(x).mul(n)],
      { verify: true },
    );
    const backward = customVjp(
      (p: { readonly w: NDArray; readonly x: NDArray }) => ({ y: np.matmul(p.w, p.x), sum: p.x.sum() }),
      {
        fwd: (p) => [{ y: np.matmul(p.w, p.x), sum: p.x.sum() }, p] as const,
        bwd: (p, ct) => [{ w: np.outer(ct.y, p.x), x: np.matmul(p.w.T, ct.y).add(ct.sum) }],
      },
      { verify: true },
    );
    const n = np.array(3, 'int32');
    expect(grad((x: NDArray) => forward(x, n))(np.array(2, dtype)).item()).toBeCloseTo(1.5, 6);
    const given = { w: np.ones([2, 3], dtype), x: np.ones([3], dtype) };
    const slope = grad((p: typeof given) => backward(p).y.sum().add(backward(p).sum))(given);
    expect(slope.x.toNested()).toEqual([3, 3, 3]);
    expect(vmap(jit(grad((x: NDArray) => forward(x, n))))(np.ones([2], dtype)).toNested()).toEqual([3, 3]);
  });

  test.each(types)('a wrong forward rule is told apart, in %s', (dtype) => {
    const f = customJvp(
      function cube(x: { readonly a: NDArray; readonly b: NDArray }) {
        return { y: x.a.mul(x.b), z: x.b.mul(2) };
      },
      ([x], [dx]) => [
        { y: x.a.mul(x.b), z: x.b.mul(2) },
        { y: dx.a.mul(x.b).add(dx.b.mul(x.a).mul(1.1)), z: dx.b.mul(2) },
      ],
      { verify: true },
    );
    const loss = (a: NDArray): NDArray => f({ a, b: a }).y.sum();
    expect(() => grad(loss)(np.ones([3], dtype))).toThrow(RuleError);
    expect(() => grad(loss)(np.ones([3], dtype))).toThrow(
      /customJvp of cube: expected the tangent of result\.y along a random direction of arguments\[0\]\.b \(float(32|64)\[3\]\) to be \S+, got \S+ from the rule, off by \S+ at element \d of 3/,
    );
  });

  test('a wrong backward rule, a value of another function', () => {
    const x = np.array([0.5, 2]);
    const wrong = customVjp(
      (y: NDArray) => np.sin(y),
      { fwd: (y: NDArray) => [np.sin(y), y] as const, bwd: (y, ct) => [ct.mul(np.sin(y))] },
      { verify: true },
    );
    expect(() => grad((y: NDArray) => wrong(y).sum())(x)).toThrow(
      /customVjp.*: expected the pairing of the cotangent of arguments\[0\] \(float32\[2\]\) with a random direction to be/,
    );
    const other = customVjp(
      (y: NDArray) => np.sin(y),
      { fwd: (y: NDArray) => [np.sin(y).mul(2), y] as const, bwd: (y, ct) => [ct.mul(np.cos(y))] },
      { verify: true },
    );
    expect(() => grad((y: NDArray) => other(y).sum())(x)).toThrow(/expected the value of result.* from the rule/);
  });

  test('closed-over values, effects and what lies outside the domain do no harm', () => {
    const seen: number[] = [];
    const f = (w: NDArray) =>
      customJvp(
        (x: NDArray) => {
          debug.callback((v: NDArray) => void seen.push(Number(v.item())), x);
          return np.sqrt(x.sub(0.5)).mul(stopGradient(w));
        },
        ([x], [dx]) => {
          const y = np.sqrt(x.sub(0.5));
          return [y.mul(stopGradient(w)), dx.mul(stopGradient(w)).div(y.mul(2))];
        },
        { verify: true },
      );
    expect(jit((w: NDArray, x: NDArray) => grad((v: NDArray) => f(w)(v))(x))(3, 0.75).item()).toBe(3);
    expect(seen).toEqual([]);
  });
});

describe('linearTranspose', () => {
  const a = np.array([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  test('of a matrix product is the product with the transposed matrix', () => {
    const [back] = linearTranspose((x: NDArray) => np.matmul(a, x), shapeDtype([3]))(np.array([1, 10]));
    expect(back.toNested()).toEqual([41, 52, 63]);
  });

  test('of several arguments, of which some are not read, through a loop and a choice', () => {
    const f = (x: NDArray, y: NDArray, _: NDArray): readonly [NDArray, NDArray] => {
      const summed = scan((c: NDArray, row: NDArray) => [c.add(row.mul(2)), c] as const, np.zeros([]), x)[0];
      return [
        summed,
        cond(
          true,
          (v: NDArray) => v.mul(3),
          (v: NDArray) => v,
          y,
        ),
      ];
    };
    const back = linearTranspose(f, shapeDtype([4]), shapeDtype([]), shapeDtype([2]))([1, 5]);
    expect(back.map((ct) => ct.toNested())).toEqual([[2, 2, 2, 2], 15, [0, 0]]);
    expect(jit(linearTranspose(f, shapeDtype([4]), shapeDtype([]), shapeDtype([2])))([1, 5])[1].item()).toBe(15);
  });

  test.each([
    ['a square', (x: NDArray) => x.mul(x)],
    ['a sine', (x: NDArray) => np.sin(x)],
    ['a maximum', (x: NDArray) => np.max(x)],
  ])('of %s is refused by name', (_, f) => {
    expect(() => linearTranspose(f, shapeDtype([3]))).toThrow(
      /linearTranspose: expected a function linear in its arguments, got a derivative that depends on arguments\[0\]/,
    );
  });

  test('refuses integers and cotangents of other types', () => {
    expect(() => linearTranspose((x: NDArray) => x, shapeDtype([3], 'int32'))).toThrow(
      /expected floats, got int32\[3\]/,
    );
    expect(() => linearTranspose((x: NDArray) => x.sum(), shapeDtype([3]))(np.ones([3]))).toThrow(
      /cotangent.*: expected float32\[\], got float32\[3\]/,
    );
  });
});

test('closureConvert parts a function from what it closes over, so that a rule sees it', () => {
  const loss = (w: NDArray): NDArray => {
    const big = w.mul(np.ones([300, 2]));
    const [f, consts] = closureConvert((x: NDArray) => x.mul(w).add(big.sum()), np.ones([]));
    expect(consts.map((c) => c.size)).toEqual([1, 600]);
    return f(2, ...consts);
  };
  expect(grad(loss)(3).item()).toBe(602);
  const [plain, none] = closureConvert((x: { readonly a: NDArray }) => x.a.mul(2), { a: 1 });
  expect([plain({ a: 4 }).item(), none]).toEqual([8, []]);
  expect(() => plain({ a: 4 }, np.ones([]))).toThrow(/closureConvert: expected 0 arrays after the arguments, got 1/);
});

describe('checkpoint policies', () => {
  const layers = 8;
  const ws = Array.from({ length: layers }, (_, i) => np.ones([8, 8]).mul(0.1 + i / 50));
  const lossWith = (policy?: CheckpointPolicy) => {
    const layer = (x: NDArray, w: NDArray): NDArray => np.tanh(np.sin(np.tanh(np.sin(np.matmul(x, w)))));
    const block = policy === undefined ? layer : checkpoint(layer, { policy });
    return (all: readonly NDArray[], x: NDArray): NDArray => all.reduce((y, w) => block(y, w), x).sum();
  };
  const x = np.ones([512, 8]);
  const graphOf = (policy?: CheckpointPolicy) =>
    makeGraph((all: readonly NDArray[], given: NDArray) => grad(lossWith(policy))(all, given))(ws, x);
  const products = (policy?: CheckpointPolicy): number => {
    const count = ({ equations }: ReturnType<typeof graphOf>): number =>
      equations.reduce(
        (n, { primitive, params }) =>
          n +
          Number(primitive.name === 'contract') +
          primitive.graphs(params).reduce((m, graph) => m + count(graph), 0),
        0,
      );
    return count(graphOf(policy));
  };
  const { everythingSaveable, nothingSaveable, dotsSaveable } = checkpointPolicies;

  test('change no derivative', () => {
    const expected = grad(lossWith())(ws, x).map(String);
    for (const policy of Object.values(checkpointPolicies))
      expect(grad(lossWith(policy))(ws, x).map(String)).toEqual(expected);
  });

  test('say which products are computed again', () => {
    const once = products();
    expect([products(everythingSaveable), products(dotsSaveable), products(nothingSaveable)]).toEqual([
      once,
      once,
      once + layers,
    ]);
  });

  test('say how much is kept', () => {
    const [all, dots, none] = [everythingSaveable, dotsSaveable, nothingSaveable].map((p) =>
      plannedScratch(graphOf(p)),
    );
    expect(none).toBeLessThan(dots ?? 0);
    expect(dots).toBeLessThan(all ?? 0);
  });

  test('effects happen once whatever is kept', () => {
    const seen: number[] = [];
    for (const policy of Object.values(checkpointPolicies)) {
      seen.length = 0;
      const f = checkpoint(
        (y: NDArray) => {
          debug.callback((v: NDArray) => void seen.push(Number(v.item())), y);
          return np.sin(np.sin(y));
        },
        { policy },
      );
      expect(grad(f)(1).item()).toBeCloseTo(Math.cos(Math.sin(1)) * Math.cos(1), 6);
      expect(seen).toEqual([1]);
    }
  });

  test('of a policy of one`s own, under vmap and twice', () => {
    const f = remat((y: NDArray) => np.exp(np.sin(y)).sum(), { policy: (name) => name === 'sin' });
    const plain = (y: NDArray): NDArray => np.exp(np.sin(y)).sum();
    const twice = (g: (y: NDArray) => NDArray): unknown =>
      vmap((y: NDArray) => grad((z: NDArray) => grad(g)(z).sum())(y))(np.linspace(0, 1, 6).reshape([3, 2])).toNested();
    expect(twice(f)).toEqual(twice(plain));
  });
});

test('a bounded loop may stand in a checkpoint, and hold one', () => {
  const f = (x: NDArray): NDArray =>
    checkpoint((y: NDArray) =>
      whileLoop(
        (c: NDArray) => c.less(10),
        checkpoint((c: NDArray) => c.mul(c)),
        y,
        { maxSteps: 5 },
      ),
    )(x);
  expect(grad(f)(2).item()).toBe(32);
});
