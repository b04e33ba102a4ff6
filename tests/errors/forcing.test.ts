/** Traced values where JavaScript wants a concrete one: what works, and what the error says where it cannot. */
import { describe, expect, test } from 'vitest';
import { cond, grad, jit, jvp, lax, linearize, np, scan, vjp, vmap, type NDArray } from 'fluxion';
import { errorOf, lineOf, markedLine, sentenceOf } from './place.ts';

const isPositive = (x: NDArray): boolean => Number(x.item()) > 0; // here: item
const absolute = (x: NDArray): NDArray => (isPositive(x) ? x : x.neg());

describe('a choice by item()', () => {
  test.for([
    [-3, -1],
    [3, 1],
  ] as const)('works under grad at %f', ([x, slope]) => {
    expect(grad(absolute)(x).item()).toBe(slope);
  });

  test('works under grad of grad, jvp, vjp and linearize', () => {
    const cube = (x: NDArray): NDArray => (isPositive(x) ? x.mul(x).mul(x) : x.neg());
    expect(grad(grad(cube))(2).item()).toBe(12);
    expect(jvp(absolute, [-3], [2]).map((y) => y.item())).toEqual([3, -2]);
    expect(vjp(absolute, -3)[1](np.array(1)).map((y) => y.item())).toEqual([-1]);
    expect(linearize(absolute, -3)[1](2).item()).toBe(-2);
  });

  test('works inside a vmap that closes over the value', () => {
    const scaled = (x: NDArray): NDArray =>
      vmap((y: NDArray) => (isPositive(x) ? x.mul(y) : y))(np.array([1, 2, 3])).sum();
    expect(grad(scaled)(2).item()).toBe(6);
    expect(grad(scaled)(-2).item()).toBe(0);
  });

  test('works in a while loop of JavaScript', () => {
    const halvings = (x: NDArray): NDArray => {
      let y = x;
      while (Number(y.item()) > 1) y = y.div(2);
      return y;
    };
    expect(grad(halvings)(20).item()).toBe(1 / 32);
  });

  test('toNested and dataSync give values under grad, too', () => {
    const f = (x: NDArray): NDArray =>
      x
        .mul(Number(x.dataSync()[1]))
        .sum()
        .add((x.toNested() as readonly number[])[0] ?? 0);
    expect(grad(f)(np.array([5, 7])).toNested()).toEqual([7, 7]);
  });

  const readers: Readonly<Record<string, (x: NDArray) => unknown>> = {
    item: (x) => x.item(),
    toNested: (x) => x.toNested(),
    dataSync: (x) => x.dataSync(),
  };
  test.for(Object.entries(readers))('%s under jit says what to do instead', ([name, read]) => {
    const f = (x: NDArray): NDArray => (read(x) === 0 ? x : x.neg());
    expect(sentenceOf(() => jit(f)(1))).toBe(
      `TraceError trace.concrete: ${name}: expected a concrete value, got a traced float32[] in jit of f, made from argument [0]. Use where, cond or scan on traced values, or make the argument static.`,
    );
  });

  const transformations: Readonly<Record<string, () => unknown>> = {
    'jit of absolute': () => jit(absolute)(1),
    'vmap of absolute': () => vmap(absolute)(np.ones([2])),
    'cond of absolute': () => jit((p: NDArray) => cond(p, absolute, absolute, np.array(1)))(np.array(true)),
    'scan of step': () => {
      const step = (carry: NDArray, x: NDArray): readonly [NDArray, NDArray] => [absolute(carry), x];
      return scan(step, np.array(1), np.ones([2]));
    },
    'whileLoop of absolute': () => lax.whileLoop((x: NDArray) => x.less(0), absolute, np.array(1)),
  };
  test.for(Object.entries(transformations))('names %s', ([title, body]) => {
    expect(sentenceOf(body)).toContain(`got a traced float32[] in ${title}, made from argument [0].`);
  });

  test('names the leaf that has no value, counting static arguments', () => {
    const choose = (flag: boolean, { a, b }: { a: NDArray; b: readonly NDArray[] }): NDArray =>
      flag && a.add(b[1] ?? 0).item() === 0 ? a : a.neg();
    const unknown = np.array(1);
    expect(
      sentenceOf(() => jit(choose, { staticArgnums: [0] })(true, { a: unknown, b: [unknown, unknown] })),
    ).toContain('got a traced float32[] in jit of choose, made from argument [1].a.');
    const second = (x: readonly NDArray[]): NDArray => (x[1]?.item() === 0 ? np.zeros([]) : np.ones([]));
    expect(sentenceOf(() => jit(second)([unknown, unknown]))).toContain('made from argument [0][1].');
  });

  test('names the innermost transformation without a value', () => {
    expect(sentenceOf(() => grad(jit(absolute))(1))).toContain('in jit of absolute, made from argument [0].');
    expect(sentenceOf(() => jit(grad(absolute))(1))).toContain('in jit of grad of absolute, made from argument [0].');
    expect(sentenceOf(() => vmap(grad(absolute))(np.ones([2])))).toContain(
      'in vmap of grad of absolute, made from argument [0].',
    );
    expect(sentenceOf(() => grad((x: NDArray) => vmap(absolute)(x).sum())(np.ones([2])))).toContain(
      'in vmap of absolute, made from argument [0].',
    );
  });
});

describe('the place', () => {
  const line = markedLine(import.meta.filename, 'item');

  test.for(
    Object.entries({
      jit: () => jit(absolute)(1),
      'grad of jit': () => grad(jit(absolute))(1),
      'jit of grad': () => jit(grad(absolute))(1),
      vmap: () => vmap(absolute)(np.ones([2])),
    }),
  )('under %s is the line of the user', ([, body]) => {
    const { place, message } = errorOf(body);
    expect(lineOf(place)).toBe(line);
    expect(message).toContain(`(${line}:`);
  });
});

describe('a JavaScript operator', () => {
  const twice = (x: NDArray): NDArray => ((x as unknown as number) * 2) as unknown as NDArray;
  const advice =
    'TraceError trace.operator: operator: expected methods on a traced float32[], got a JavaScript operator, which would lose the derivative. Write x.mul(2) for x * 2, and where(x.greater(0), a, b) for a choice.';

  test.for(
    Object.entries({
      grad: () => grad(twice)(1),
      jvp: () => jvp(twice, [1], [1]),
      jit: () => jit(twice)(1),
      vmap: () => vmap(twice)(np.ones([2])),
      'jit of grad': () => jit(grad(twice))(1),
      scan: () => scan((c: NDArray, x: NDArray): readonly [NDArray, NDArray] => [twice(c), x], 1, np.ones([2])),
    }),
  )('throws with advice under %s', ([, body]) => {
    expect(sentenceOf(body)).toBe(advice);
  });

  test('works on a concrete scalar, as a number', () => {
    expect(Number(np.array(3)) * 2).toBe(6);
    expect((np.array(3) as unknown as number) * 2).toBe(6);
  });

  test('throws on a concrete array that is no scalar', () => {
    expect(sentenceOf(() => (np.ones([2]) as unknown as number) * 2)).toMatchInlineSnapshot(
      `"FluxionError operator: operator: expected a scalar for a JavaScript operator, got float32[2]. Write x.mul(2) for x * 2."`,
    );
  });
});

describe('values that leave or enter in the wrong way', () => {
  test('a number as loss has lost its derivative', () => {
    const f = (x: NDArray): NDArray => Number(x.item()) as unknown as NDArray;
    expect(sentenceOf(() => grad(f)(1))).toMatchInlineSnapshot(
      `"TraceError grad.number: grad: expected an array as result, got a JavaScript number. The result carries no derivative; was item() used?"`,
    );
  });

  test('a promise is no result', () => {
    const f = (x: NDArray): NDArray => Promise.resolve(x) as unknown as NDArray;
    for (const transformed of [jit(f), grad(f), vmap(f)])
      expect(sentenceOf(() => transformed(np.ones([1])))).toMatch(/^TraceError trace\.promise: .* got a promise/);
  });

  const keep = (): NDArray => {
    const kept: NDArray[] = [];
    const f = (x: NDArray): NDArray => {
      kept.push(x);
      return x;
    };
    jit(f)(1);
    return kept[0] ?? np.ones([]);
  };

  test('a value kept from inside is an error when it is used', () => {
    expect(sentenceOf(() => keep().add(1))).toMatchInlineSnapshot(
      `"TraceError trace.leak: jit of f: expected its values to stay inside, got a traced float32[] used after the function returned. Return the value instead of storing it outside."`,
    );
    expect(sentenceOf(() => keep().item())).toBe(sentenceOf(() => keep().add(1)));
    expect(sentenceOf(() => grad((x: NDArray) => x.mul(keep()))(1))).toBe(sentenceOf(() => keep().add(1)));
  });

  test('a value kept from inside still prints', () => {
    expect(String(keep())).toBe('traced float32[] in jit of f');
  });

  test('scopes close where a function throws', () => {
    const boom = (): NDArray => {
      throw new RangeError('mine');
    };
    for (const transformed of [jit(boom), grad(boom), vmap(boom)])
      expect(() => transformed(...([np.ones([1])] as unknown as []))).toThrow(new RangeError('mine'));
    expect(np.ones([2]).sum().item()).toBe(2);
  });
});
