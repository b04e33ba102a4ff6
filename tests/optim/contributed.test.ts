/** P1 optimizers against their papers' equations, written once more with plain numbers. */
import { describe, expect, test } from 'vitest';
import { linalg, np, optim, random, type NDArray } from 'fluxion';
import { expectPath, pathFrom } from './paths.ts';

const start: readonly number[] = [1.5, -0.7, 0.2];
const gradients: readonly (readonly number[])[] = [
  [0.3, -2, 0.4],
  [0.5, -1, 4],
  [-0.2, -1.5, -0.1],
  [-0.1, 3, 0.7],
];
const pathOf = (optimizer: optim.GradientTransformation): readonly (readonly number[])[] =>
  pathFrom(start, gradients, optimizer);
const zeros = (): number[] => start.map(() => 0);
const expectClose = (got: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void =>
  expectPath(got, expected, 10);
const mix = (old: readonly number[], b: number, next: readonly number[]): number[] =>
  old.map((o, i) => b * o + (1 - b) * (next[i] ?? 0));
const each = (x: readonly number[], f: (v: number, i: number) => number): number[] => x.map(f);
const at = (x: readonly number[], i: number): number => x[i] ?? NaN;
const norm = (x: readonly number[]): number => Math.hypot(...x);
const dot = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, v, i) => sum + v * at(y, i), 0);

/** A path by a step that is computed once for all elements. */
const stepwise = (step: (g: readonly number[], x: readonly number[], t: number) => readonly number[]) => {
  let x = start;
  return gradients.map((g, i) => {
    const u = step(g, x, i + 1);
    return (x = each(x, (old, k) => old + at(u, k)));
  });
};

describe('P1 optimizers follow the formulas of their papers', () => {
  test('Adan (Xie et al. 2022, algorithm 1)', () => {
    let [m, d, v, old] = [zeros(), zeros(), zeros(), zeros()];
    const expected = stepwise((g, _, t) => {
      const diff = each(g, (x, i) => (t === 1 ? 0 : x - at(old, i)));
      [m, d] = [mix(m, 0.9, g), mix(d, 0.8, diff)];
      v = mix(
        v,
        0.7,
        each(g, (x, i) => (x + 0.2 * at(diff, i)) ** 2),
      );
      old = [...g];
      return each(m, (x, i) => {
        const up = x / (1 - 0.9 ** t) + (0.2 * at(d, i)) / (1 - 0.8 ** t);
        return (-0.1 * up) / (Math.sqrt(at(v, i) / (1 - 0.7 ** t)) + 1e-4);
      });
    });
    expectClose(pathOf(optim.adan(0.1, { b1: 0.9, b2: 0.8, b3: 0.7, eps: 1e-4 })), expected);
  });
  test('AdEMAMix (Pagliardini et al. 2024, algorithm 1)', () => {
    let [m, s, v] = [zeros(), zeros(), zeros()];
    const expected = stepwise((g, x, t) => {
      [m, s, v] = [
        mix(m, 0.8, g),
        mix(s, 0.99, g),
        mix(
          v,
          0.95,
          each(g, (y) => y * y),
        ),
      ];
      return each(m, (y, i) => {
        const up = y / (1 - 0.8 ** t) + 3 * at(s, i);
        return -0.1 * (up / (Math.sqrt(at(v, i) / (1 - 0.95 ** t)) + 1e-4) + 0.02 * at(x, i));
      });
    });
    const options = { b1: 0.8, b2: 0.95, b3: 0.99, alpha: () => np.array(3), eps: 1e-4, weightDecay: 0.02 };
    expectClose(pathOf(optim.ademamix(0.1, options)), expected);
  });
  test('NovoGrad (Ginsburg et al. 2019, algorithm 1)', () => {
    let [m, v] = [zeros(), 0];
    const expected = stepwise((g, x, t) => {
      v = t === 1 ? dot(g, g) : 0.3 * v + 0.7 * dot(g, g);
      m = each(m, (y, i) => 0.8 * y + at(g, i) / (Math.sqrt(v) + 1e-4) + 0.05 * at(x, i));
      return each(m, (y) => -0.1 * y);
    });
    expectClose(pathOf(optim.novograd(0.1, { b1: 0.8, b2: 0.3, eps: 1e-4, weightDecay: 0.05 })), expected);
  });
  test('Fromage (Bernstein et al. 2020, algorithm 1)', () => {
    const f = 1 / Math.sqrt(1.01);
    const expected = stepwise((g, x) => each(x, (y, i) => f * (y - (0.1 * norm(x) * at(g, i)) / norm(g)) - y));
    expectClose(pathOf(optim.fromage(0.1)), expected);
  });
  test('Adafactor, not factored (Shazeer and Stern 2018, algorithm 5)', () => {
    let v = zeros();
    const rms = (x: readonly number[]): number => norm(x) / Math.sqrt(x.length);
    const expected = stepwise((g, x, t) => {
      v = mix(
        v,
        1 - t ** -0.8,
        each(g, (y) => y * y + 1e-30),
      );
      const u = each(g, (y, i) => y / Math.sqrt(at(v, i)));
      return each(u, (y) => (-0.1 * Math.max(rms(x), 1e-3) * y) / Math.max(1, rms(u)));
    });
    expectClose(pathOf(optim.adafactor(0.1)), expected);
  });
  test('Adafactor, factored: exact for a gradient of rank 1, of any rank of array', () => {
    const t = optim.scaleByFactoredRms({ minDimSizeToFactor: 2 });
    const g = np.outer(np.array([1, -2, 3], 'float64'), np.array([0.5, -4], 'float64'));
    for (const shaped of [g, g.reshape([1, 3, 1, 2])]) {
      const [updates, memory] = t.update(shaped, t.init(shaped), shaped);
      expect(np.allclose(np.abs(updates), np.onesLike(updates)).item()).toBe(true);
      expect(memory.squares[0]?.map((x) => x.size)).toEqual([2, 3]);
    }
  });
  test('SM3-II (Anil et al. 2019): the bound of a matrix is the least over its axes', () => {
    const t = optim.scaleBySm3({ b1: 0, eps: 0 });
    const steps = [
      np.array(
        [
          [1, 2],
          [3, 4],
        ],
        'float64',
      ),
      np.array(
        [
          [2, 0],
          [1, 1],
        ],
        'float64',
      ),
    ];
    const [first, memory] = t.update(steps[0] ?? np.zeros([]), t.init(steps[0] ?? np.zeros([])), np.zeros([]));
    expect([...first.dataSync()]).toEqual([1, 1, 1, 1]);
    expect(memory.largest[0]?.map((x) => [...x.dataSync()])).toEqual([
      [4, 16],
      [9, 16],
    ]);
    const [second] = t.update(steps[1] ?? np.zeros([]), memory, np.zeros([]));
    const expected = [2 / Math.sqrt(4 + 4), 0, 1 / Math.sqrt(9 + 1), 1 / Math.sqrt(16 + 1)];
    expectClose([[...second.dataSync()]], [expected]);
  });
  test('optimistic gradients (Mokhtari et al. 2020)', () => {
    let old: readonly number[] = [];
    const expected = stepwise((g, _, t) => {
      const u = each(g, (y, i) => -0.1 * (1.2 * y - 0.5 * (t === 1 ? y : at(old, i))));
      old = g;
      return u;
    });
    expectClose(pathOf(optim.optimisticGradientDescent(0.1, { alpha: 0.7, beta: 0.5 })), expected);
  });
  test('Prodigy (Mishchenko and Defazio 2023, algorithm 4)', () => {
    let [m, v, s, d, r] = [zeros(), zeros(), zeros(), 0.01, 0];
    const b3 = Math.sqrt(0.95);
    const expected = stepwise((g, x, t) => {
      const rate = (d * Math.sqrt(1 - 0.95 ** t)) / (1 - 0.9 ** t);
      [m, v] = [
        mix(
          m,
          0.9,
          each(g, (y) => d * y),
        ),
        mix(
          v,
          0.95,
          each(g, (y) => (d * y) ** 2),
        ),
      ];
      s = each(s, (y, i) => b3 * y + ((rate * d) / 0.01) * at(g, i));
      r =
        b3 * r +
        ((rate * d) / 0.01) *
          dot(
            g,
            each(start, (y, i) => y - at(x, i)),
          );
      d = Math.max(d, r / s.reduce((sum, y) => sum + Math.abs(y), 0));
      return each(m, (y, i) => -rate * (y / (Math.sqrt(at(v, i)) + d * 1e-8)));
    });
    expectClose(pathOf(optim.prodigy({ b2: 0.95, estimLr0: 0.01 })), expected);
  });
  test('D-Adapted AdamW (Defazio and Mishchenko 2023, algorithm 5)', () => {
    let [m, v, s, d, r] = [zeros(), zeros(), zeros(), 0.01, 0];
    const b3 = Math.sqrt(0.95);
    const expected = stepwise((g, x, t) => {
      const rate = (d * Math.sqrt(1 - 0.95 ** t)) / (1 - 0.9 ** t);
      const seen = dot(
        g,
        each(s, (y, i) => y / (Math.sqrt(at(v, i)) + 1e-8)),
      );
      [m, v] = [
        mix(
          m,
          0.9,
          each(g, (y) => rate * y),
        ),
        mix(
          v,
          0.95,
          each(g, (y) => y * y),
        ),
      ];
      s = mix(
        s,
        b3,
        each(g, (y) => rate * y),
      );
      r = b3 * r + (1 - b3) * rate * seen;
      d = Math.max(d, r / ((1 - b3) * s.reduce((sum, y) => sum + Math.abs(y), 0)));
      return each(m, (y, i) => -y / (Math.sqrt(at(v, i)) + 1e-8) - rate * 0.1 * at(x, i));
    });
    expectClose(pathOf(optim.dadaptAdamw({ b2: 0.95, estimLr0: 0.01, weightDecay: 0.1 })), expected);
  });
  test('schedule-free gradient descent (Defazio et al. 2024, equations 3 to 5)', () => {
    let [z, x] = [start, start];
    const expected = gradients.map((g, i) => {
      z = each(z, (y, k) => y - 0.2 * at(g, k));
      x = each(x, (y, k) => y + (at(z, k) - y) / (i + 1));
      return each(x, (y, k) => 0.9 * y + 0.1 * at(z, k));
    });
    const optimizer = optim.scheduleFreeSgd(0.2);
    expectClose(pathOf(optimizer), expected);
    const y = np.array([...start], 'float64');
    const [updates, memory] = optimizer.update(np.array(gradients[0]?.slice() ?? [], 'float64'), optimizer.init(y), y);
    const average = optim.scheduleFreeEvalParams(memory, optim.applyUpdates(y, updates));
    expect(np.allclose(average, memory.z).item()).toBe(true);
  });
  test('SAM (Foret et al. 2021, algorithm 1)', () => {
    const x = np.array([3, 4], 'float64');
    const curved = (p: NDArray): readonly [NDArray, NDArray] => [np.sum(p.mul(p).mul(p)), p.mul(p).mul(3)];
    const optimizer = optim.sam(optim.sgd(0.1), { rho: 0.5 });
    const g = np.array([3, 4], 'float64');
    const [updates] = optimizer.update(g, optimizer.init(x), x, { valueAndGradient: curved });
    expectClose([[...updates.dataSync()]], [[-0.3 * 3.3 ** 2, -0.3 * 4.4 ** 2]]);
    expect(() => optimizer.update(g, optimizer.init(x), x)).toThrow(
      'sam: expected { valueAndGradient } as the fourth argument of update, got none.',
    );
  });
  test('Sophia (Liu et al. 2023): a diagonal Hessian is found exactly', () => {
    const t = optim.scaleBySophia({ b1: 0, b2: 0, gamma: 0.5, updateInterval: 1 });
    const x = np.array([1, 1], 'float64');
    const g = np.array([0.5, -8], 'float64');
    const extra = { hessianProduct: (v: NDArray) => v.mul(np.array([4, 8], 'float64')) };
    const [first, memory] = t.update(g, t.init(x), x, extra);
    expect([...first.dataSync()]).toEqual([1, -1]);
    expect([...memory.curvature.dataSync()]).toEqual([4, 8]);
    expect([...t.update(g, memory, x, extra)[0].dataSync()]).toEqual([0.25, -1]);
  });
  test('Muon makes matrices nearly orthogonal, and no other leaves', () => {
    for (const shape of [
      [4, 6],
      [6, 4],
    ] as const) {
      const g = random.normal(random.key(1), shape, 'float64');
      const t = optim.scaleByMuon();
      const factor = Math.sqrt(Math.max(1, shape[1] / shape[0]));
      const values = linalg
        .svdvals(t.update(g, t.init(g), g)[0])
        .div(factor)
        .dataSync();
      expect(Math.min(...values)).toBeGreaterThan(0.6);
      expect(Math.max(...values)).toBeLessThan(1.3);
    }
    const v = np.ones([3]);
    expect(() => optim.scaleByMuon().update(v, optim.scaleByMuon().init(v), v)).toThrow(
      'scaleByMuon: expected matrices, got float32[3].',
    );
  });
  test('reduceOnPlateau waits, shrinks, and rests', () => {
    const t = optim.reduceOnPlateau({ patience: 2, factor: 0.5, cooldown: 1 });
    const x = np.ones([1]);
    let memory = t.init(x);
    const seen = [5, 4, 4, 4, 4, 4, 4, 1].map((value) => {
      const [updates, next] = t.update(x, memory, x, { value: np.array(value) });
      memory = next;
      return updates.item();
    });
    expect(seen).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25]);
  });
  test('polyakSgd asks for the value', () => {
    const [x, t] = [np.array([3, 4], 'float64'), optim.polyakSgd({ maxLearningRate: 10 })];
    const [updates] = t.update(x, t.init(x), x, { value: np.array(12.5, 'float64') });
    expect([...updates.dataSync()]).toEqual([-1.5, -2]);
    expect(() => t.update(x, t.init(x), x)).toThrow('scaleByPolyak: expected { value }');
  });
});
