/** P0 optimizers against their papers' equations, written once more with plain numbers. */
import { describe, expect, test } from 'vitest';
import { np, optim } from 'fluxion';
import { expectPath, pathFrom } from './paths.ts';

const start: readonly number[] = [1.5, -0.7, 0.2, 0];
/** Gradients of five steps: changes of sign, a zero, a large one. */
const gradients: readonly (readonly number[])[] = [
  [0.3, -2, 0, 1e-3],
  [0.5, -1, 4, 1e-3],
  [-0.2, -1.5, -0.1, 0],
  [-0.1, 3, 0.7, -2e-3],
  [0.4, 0.5, 0.6, 5],
];

/** The parameters after each step, by fluxion. */
const pathOf = (optimizer: optim.GradientTransformation): readonly (readonly number[])[] =>
  pathFrom(start, gradients, optimizer);

type Memory = Record<string, number>;
/** What is added to one parameter in step `t` (from 1); `m` holds numbers that begin at 0. */
type Rule = (g: number, m: Memory, t: number, x: number) => number;
const mem = (m: Memory, name: string): number => m[name] ?? 0;
const elementwise = (rule: Rule): readonly (readonly number[])[] => {
  const x = [...start];
  const memories: readonly Memory[] = start.map(() => ({}));
  return gradients.map((g, step) => {
    x.forEach((old, i) => (x[i] = old + rule(g[i] ?? 0, memories[i] ?? {}, step + 1, old)));
    return [...x];
  });
};

const moments = (g: number, m: Memory, b1: number, b2: number): readonly [number, number] => {
  m['m'] = b1 * mem(m, 'm') + (1 - b1) * g;
  m['v'] = b2 * mem(m, 'v') + (1 - b2) * g * g;
  return [m['m'], m['v']];
};
const adam: Rule = (g, memory, t) => {
  const [m, v] = moments(g, memory, 0.8, 0.95);
  return -0.1 * (m / (1 - 0.8 ** t) / (Math.sqrt(v / (1 - 0.95 ** t)) + 1e-6));
};
const options = { b1: 0.8, b2: 0.95, eps: 1e-6 };

const cases: Readonly<Record<string, readonly [optim.GradientTransformation, Rule]>> = {
  sgd: [optim.sgd(0.1), (g) => -0.1 * g],
  'momentum (Polyak 1964)': [
    optim.sgd(0.1, { momentum: 0.7 }),
    (g, m) => {
      m['v'] = 0.7 * mem(m, 'v') + g;
      return -0.1 * m['v'];
    },
  ],
  'Nesterov (Sutskever et al. 2013, at the point ahead)': [
    optim.momentum(0.1, 0.7, { nesterov: true }),
    (g, m) => {
      m['v'] = 0.7 * mem(m, 'v') + g;
      return -0.1 * (g + 0.7 * m['v']);
    },
  ],
  'Adam (Kingma and Ba 2014, algorithm 1)': [optim.adam(0.1, options), adam],
  'AdamW (Loshchilov and Hutter 2017, algorithm 2)': [
    optim.adamw(0.1, { ...options, weightDecay: 0.03 }),
    (g, m, t, x) => adam(g, m, t, x) - 0.1 * 0.03 * x,
  ],
  'NAdam (Dozat 2016)': [
    optim.nadam(0.1, options),
    (g, memory, t) => {
      const [m, v] = moments(g, memory, 0.8, 0.95);
      const ahead = (0.8 * m) / (1 - 0.8 ** (t + 1)) + (0.2 * g) / (1 - 0.8 ** t);
      return -0.1 * (ahead / (Math.sqrt(v / (1 - 0.95 ** t)) + 1e-6));
    },
  ],
  NAdamW: [
    optim.nadamw(0.1, { ...options, weightDecay: 0.03 }),
    (g, memory, t, x) => {
      const [m, v] = moments(g, memory, 0.8, 0.95);
      const ahead = (0.8 * m) / (1 - 0.8 ** (t + 1)) + (0.2 * g) / (1 - 0.8 ** t);
      return -0.1 * (ahead / (Math.sqrt(v / (1 - 0.95 ** t)) + 1e-6) + 0.03 * x);
    },
  ],
  'AdaMax (Kingma and Ba 2014, algorithm 2)': [
    optim.adamax(0.1, options),
    (g, m, t) => {
      m['m'] = 0.8 * mem(m, 'm') + 0.2 * g;
      m['u'] = Math.max(0.95 * mem(m, 'u'), Math.abs(g) + 1e-6);
      return (-0.1 / (1 - 0.8 ** t)) * (m['m'] / m['u']);
    },
  ],
  AdaMaxW: [
    optim.adamaxw(0.1, { ...options, weightDecay: 0.03 }),
    (g, m, t, x) => {
      m['m'] = 0.8 * mem(m, 'm') + 0.2 * g;
      m['u'] = Math.max(0.95 * mem(m, 'u'), Math.abs(g) + 1e-6);
      return -0.1 * (m['m'] / (1 - 0.8 ** t) / m['u'] + 0.03 * x);
    },
  ],
  'AMSGrad (Reddi et al. 2018, algorithm 2, with bias correction)': [
    optim.amsgrad(0.1, options),
    (g, memory, t) => {
      const [m, v] = moments(g, memory, 0.8, 0.95);
      memory['max'] = Math.max(mem(memory, 'max'), v / (1 - 0.95 ** t));
      return -0.1 * (m / (1 - 0.8 ** t) / (Math.sqrt(memory['max']) + 1e-6));
    },
  ],
  'AdaBelief (Zhuang et al. 2020, algorithm 2)': [
    optim.adabelief(0.1, { b1: 0.8, b2: 0.95, eps: 1e-5, epsRoot: 1e-6 }),
    (g, m, t) => {
      m['m'] = 0.8 * mem(m, 'm') + 0.2 * g;
      m['s'] = 0.95 * mem(m, 's') + 0.05 * (g - m['m']) ** 2 + 1e-6;
      return -0.1 * (m['m'] / (1 - 0.8 ** t) / (Math.sqrt(m['s'] / (1 - 0.95 ** t)) + 1e-5));
    },
  ],
  'Yogi (Zaheer et al. 2018, algorithm 2, with bias correction)': [
    optim.yogi(0.1, { b1: 0.8, b2: 0.95, eps: 1e-3, initialAccumulator: 1e-2 }),
    (g, m, t) => {
      m['m'] = 0.8 * (m['m'] ?? 1e-2) + 0.2 * g;
      const v = m['v'] ?? 1e-2;
      m['v'] = v - 0.05 * Math.sign(v - g * g) * g * g;
      return -0.1 * (m['m'] / (1 - 0.8 ** t) / (Math.sqrt(m['v'] / (1 - 0.95 ** t)) + 1e-3));
    },
  ],
  'RAdam (Liu et al. 2019, algorithm 2)': [
    optim.radam(0.1, { ...options, threshold: 4.2 }),
    (g, memory, t) => {
      const [m, v] = moments(g, memory, 0.8, 0.95);
      const most = 2 / 0.05 - 1;
      const now = most - (2 * t * 0.95 ** t) / (1 - 0.95 ** t);
      const mean = m / (1 - 0.8 ** t);
      if (now < 4.2) return -0.1 * mean;
      const r = Math.sqrt(((now - 4) * (now - 2) * most) / ((most - 4) * (most - 2) * now));
      return -0.1 * ((r * mean) / (Math.sqrt(v / (1 - 0.95 ** t)) + 1e-6));
    },
  ],
  'AdaGrad (Duchi et al. 2011)': [
    optim.adagrad(0.1, { initialAccumulator: 0.2, eps: 1e-5 }),
    (g, m) => {
      m['s'] = (m['s'] ?? 0.2) + g * g;
      return (-0.1 * g) / Math.sqrt(m['s'] + 1e-5);
    },
  ],
  'AdaDelta (Zeiler 2012, algorithm 1)': [
    optim.adadelta(0.7, { rho: 0.8, eps: 1e-4 }),
    (g, m) => {
      m['g'] = 0.8 * mem(m, 'g') + 0.2 * g * g;
      const step = (Math.sqrt(mem(m, 'x') + 1e-4) / Math.sqrt(m['g'] + 1e-4)) * g;
      m['x'] = 0.8 * mem(m, 'x') + 0.2 * step * step;
      return -0.7 * step;
    },
  ],
  'RMSProp (Tieleman and Hinton 2012)': [
    optim.rmsprop(0.1, { decay: 0.8, eps: 1e-4 }),
    (g, m) => {
      m['v'] = 0.8 * mem(m, 'v') + 0.2 * g * g;
      return (-0.1 * g) / Math.sqrt(m['v'] + 1e-4);
    },
  ],
  'RMSProp as in PyTorch, with momentum': [
    optim.rmsprop(0.1, { decay: 0.8, eps: 1e-4, epsInRoot: false, momentum: 0.6, initialScale: 0.5 }),
    (g, m) => {
      m['v'] = 0.8 * (m['v'] ?? 0.5) + 0.2 * g * g;
      m['b'] = 0.6 * mem(m, 'b') + (0.1 * g) / (Math.sqrt(m['v']) + 1e-4);
      return -m['b'];
    },
  ],
  'RMSProp, centred (Graves 2013, equations 38 to 41)': [
    optim.rmsprop(0.1, { decay: 0.8, eps: 1e-4, centered: true }),
    (g, m) => {
      m['v'] = 0.8 * mem(m, 'v') + 0.2 * g * g;
      m['m'] = 0.8 * mem(m, 'm') + 0.2 * g;
      return (-0.1 * g) / Math.sqrt(m['v'] - m['m'] ** 2 + 1e-4);
    },
  ],
  'Lion (Chen et al. 2023, algorithm 2)': [
    optim.lion(0.1, { b1: 0.7, b2: 0.9, weightDecay: 0.02 }),
    (g, m, _, x) => {
      const step = Math.sign(0.7 * mem(m, 'm') + 0.3 * g);
      m['m'] = 0.9 * mem(m, 'm') + 0.1 * g;
      return -0.1 * (step + 0.02 * x);
    },
  ],
  'Rprop (Igel and Huesken 2000, iRprop-)': [
    optim.rprop(0.1, { etaMinus: 0.4, etaPlus: 1.3, maxStepSize: 0.15 }),
    (g, m) => {
      const trend = Math.sign(g) * Math.sign(mem(m, 'g'));
      const step = m['s'] ?? 0.1;
      m['s'] = trend > 0 ? Math.min(step * 1.3, 0.15) : trend < 0 ? Math.max(step * 0.4, 1e-6) : step;
      m['g'] = trend < 0 ? 0 : g;
      return -m['s'] * Math.sign(m['g']);
    },
  ],
  'signSgd (Bernstein et al. 2018)': [optim.signSgd(0.1), (g) => -0.1 * Math.sign(g)],
};

const expectClose = (got: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void =>
  expectPath(got, expected, 11);
const norm = (x: readonly number[]): number => Math.hypot(...x);

describe('optimizers follow the formulas of their papers', () => {
  test.for(Object.entries(cases))('%s', ([, [optimizer, rule]]) => expectClose(pathOf(optimizer), elementwise(rule)));

  test('LAMB (You et al. 2019, algorithm 2)', () => {
    const memories: readonly Memory[] = start.map(() => ({}));
    let x: readonly number[] = start;
    const expected = gradients.map((g, step) => {
      const u = g.map((gi, i) => adam(gi, memories[i] ?? {}, step + 1, 0) / -0.1 + 0.05 * (x[i] ?? 0));
      const ratio = norm(x) / norm(u);
      return (x = x.map((xi, i) => xi - 0.2 * ratio * (u[i] ?? 0)));
    });
    expectClose(pathOf(optim.lamb(0.2, { ...options, weightDecay: 0.05 })), expected);
  });
  test('LARS (You et al. 2017, algorithm 1)', () => {
    let [x, v]: [readonly number[], readonly number[]] = [start, [0, 0, 0, 0]];
    const expected = gradients.map((g) => {
      const u = g.map((gi, i) => gi + 0.05 * (x[i] ?? 0));
      const local = (0.02 * norm(x)) / (norm(u) + 1e-3);
      v = v.map((vi, i) => 0.6 * vi + 0.5 * local * (u[i] ?? 0));
      return (x = x.map((xi, i) => xi - (v[i] ?? 0)));
    });
    const lars = optim.lars(0.5, { weightDecay: 0.05, trustCoefficient: 0.02, eps: 1e-3, momentum: 0.6 });
    expectClose(pathOf(lars), expected);
  });
  test('noisySgd adds noise of variance eta / t^gamma (Neelakantan et al. 2015)', () => {
    const optimizer = optim.noisySgd(1, { eta: 0.04, gamma: 0.5, key: 3 });
    const x = np.zeros([20000], 'float64');
    let memory = optimizer.init(x);
    for (const t of [1, 2, 3]) {
      const [updates, next] = optimizer.update(x, memory, x);
      memory = next;
      const [mean, variance] = [Number(updates.mean().item()), Number(np.var(updates).item())];
      // Five standard errors of the mean and of the variance of 20000 draws.
      const expected = 0.04 / t ** 0.5;
      expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(expected / 20000));
      expect(Math.abs(variance - expected)).toBeLessThan(5 * expected * Math.sqrt(2 / 20000));
    }
  });
});
