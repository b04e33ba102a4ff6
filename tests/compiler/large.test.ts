/** What only large operands reach: counted sorts, streamed products, panels and blocks of depth, turned blocks, loops moved out of scans. */
import { expect, test } from 'vitest';
import { grad, jit, lax, np, random, scan, type NDArray } from 'fluxion';
import { withExecutor } from 'fluxion/extend';
import { difference } from 'fluxion/laws';
import { reference } from 'fluxion/reference';

const agrees = (f: (...xs: readonly NDArray[]) => NDArray, ...xs: readonly NDArray[]): void => {
  const compiled = jit(f)(...xs);
  const plain = withExecutor(reference, () => f(...xs));
  expect(difference(compiled, plain)).toBeNull();
};
const draw = (seed: number, shape: readonly number[], dtype: 'float32' | 'float64' = 'float32'): NDArray =>
  random.normal(random.key(seed), shape, dtype);

test.each(['float32', 'int32', 'uint32'] as const)('long rows of %s are sorted by counting digits', (dtype) => {
  const corners = [NaN, -0, 0, Infinity, -Infinity, 1e-40, -1e-40];
  const values = Array.from(
    { length: 2500 },
    (_, i) => corners[i % 83] ?? Math.round(Math.sin(i) * 500) * (i % 3 === 0 ? 1e6 : 0.5),
  );
  const x = np.array(dtype === 'float32' ? values : values.map((v) => (Number.isFinite(v) ? Math.trunc(v) : 7)), dtype);
  const both = np.stack([x, np.flip(x)], 1);
  agrees((v) => np.argsort(v, 0), both);
  agrees((v) => lax.sort([v, lax.iota({ dtype: 'int32', shape: v.shape }, 0)], 0)[1] ?? v, both);
});

test.each([
  ['one row', [1, 700], [700, 333]],
  ['three rows', [3, 511], [511, 331]],
  ['blocks of depth and rows', [101, 300], [300, 45]],
  ['few columns', [30, 270], [270, 6]],
] as const)('a product of %s', (_, left, right) => {
  for (const dtype of ['float32', 'float64'] as const) {
    agrees((a, b) => np.matmul(a, b), draw(1, left, dtype), draw(2, right, dtype));
    agrees((a, b) => np.matmul(a.T, b.T), draw(1, left.toReversed(), dtype), draw(2, right.toReversed(), dtype));
  }
});

test('a large right operand read backwards, by few rows and by many', () => {
  for (const rows of [1, 3, 5])
    for (const axis of [0, 1])
      agrees((a, b) => np.matmul(a, np.flip(b, axis)), draw(1, [rows, 300]), draw(2, [300, 300]));
});

test('what is read along one axis and written along another is turned in blocks', () => {
  agrees((x, y) => x.T.mul(2).add(y), draw(1, [37, 70]), draw(2, [70, 37]));
  agrees((x) => np.transpose(x, [2, 0, 1]).add(1), draw(3, [5, 33, 18]));
});

test('products leave a scan in both directions, and their sums come out right', () => {
  const cell = (w: NDArray, u: NDArray) => (h: NDArray, x: NDArray) => {
    const next = np.tanh(np.matmul(x, w).add(np.matmul(h, u)));
    return [next, next] as const;
  };
  const loss = (w: NDArray, u: NDArray, xs: NDArray): NDArray => {
    const [last, all] = scan(cell(w, u), np.zeros([8, 24], 'float64'), xs);
    return all.square().sum().add(last.sum());
  };
  const parameters = [draw(1, [16, 24], 'float64').mul(0.3), draw(2, [24, 24], 'float64').mul(0.3)] as const;
  const xs = draw(3, [9, 8, 16], 'float64');
  for (const argnums of [0, 1, 2] as const)
    agrees((w = xs, u = xs, all = xs) => grad(loss, { argnums })(w, u, all), ...parameters, xs);
});

type Operand = 'constant' | 'slice' | 'carry' | 'made';
const operands: readonly Operand[] = ['constant', 'slice', 'carry', 'made'];
const pairs = operands.flatMap((left) => operands.map((right) => [left, right] as const));

test.each(pairs)('a carry that adds products of what is %s and %s in each step', (left, right) => {
  // 15 x 15 x 12 is enough work for the product to leave the loop; the carry changes from step to step.
  const [m, k, length] = [15, 12, 3];
  const f = (constant: NDArray, slices: NDArray, start: NDArray): NDArray => {
    const body = ([h, sum]: readonly [NDArray, NDArray], x: NDArray) => {
      const of = { constant, slice: x, carry: h, made: np.sin(h.add(x)) };
      return [[h.mul(0.5).add(1), sum.add(np.einsum('ik,jk->ij', of[left], of[right]))], null] as const;
    };
    const [[, sum]] = scan(body, [start, np.zeros([m, m], 'float64')] as const, slices);
    return sum;
  };
  const xs = [draw(1, [m, k], 'float64'), draw(2, [length, m, k], 'float64'), draw(3, [m, k], 'float64')] as const;
  const weights = draw(4, [m, m], 'float64');
  agrees((a = weights, b = weights, c = weights) => f(a, b, c), ...xs);
  for (const argnums of [0, 1, 2] as const)
    agrees(
      (a = weights, b = weights, c = weights) =>
        grad((p: NDArray, q: NDArray, r: NDArray) => f(p, q, r).mul(weights).sum(), { argnums })(a, b, c),
      ...xs,
    );
});

test('the derivative of a product of a constant with itself, added to a carry that decays', () => {
  const weights = draw(1, [48, 48], 'float64');
  const inside = (b: NDArray): NDArray => {
    const body = (p: NDArray, _: null) => [p.mul(0.5).add(np.outer(b, b)), null] as const;
    return scan(body, np.zeros([48, 48], 'float64'), null, { length: 3 })[0]
      .mul(weights)
      .sum();
  };
  agrees((b) => grad(inside)(b), draw(0, [48], 'float64'));
});

test.each(['float32', 'float64'] as const)('loops over the same rows of %s run row by row', (dtype) => {
  const x = draw(1, [40, 30, 67], dtype);
  const softmax = (v: NDArray): NDArray => {
    const powers = np.exp(v.sub(v.max({ axis: -1, keepdims: true })));
    return powers.div(powers.sum({ axis: -1, keepdims: true }));
  };
  const normalize = (v: NDArray): NDArray => {
    const centred = v.sub(v.mean({ axis: -1, keepdims: true }));
    return centred.div(centred.square().mean({ axis: -1, keepdims: true }).add(1e-5).sqrt());
  };
  agrees(softmax, x);
  agrees(normalize, x);
  agrees((v) => grad((u: NDArray) => softmax(u).mul(normalize(u)).sum())(v), x);
  // What is read turned round, or of another row, waits for the whole loop.
  agrees(
    (v) =>
      np
        .flip(softmax(v), 1)
        .add(np.flip(normalize(v), 2))
        .sub(np.roll(v, 1, 0)),
    x,
  );
});
