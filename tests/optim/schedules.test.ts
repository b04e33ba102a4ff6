import { describe, expect, test } from 'vitest';
import { jit, np, optim, type NDArray } from 'fluxion';

const at = (schedule: optim.schedules.StepSchedule, count: number): number => Number(schedule(count).item());
const half = (part: number): number => (1 + Math.cos(Math.PI * part)) / 2;

/** Each schedule with its formula, written for plain numbers. */
const cases: Readonly<Record<string, readonly [optim.schedules.StepSchedule, (t: number) => number]>> = {
  constant: [optim.schedules.constant(0.3), () => 0.3],
  linear: [optim.schedules.linear(1, 0.1, 10), (t) => 1 - 0.09 * Math.min(t, 10)],
  'linear from step 4': [
    optim.schedules.linear(1, 3, 8, { transitionBegin: 4 }),
    (t) => 1 + 0.25 * Math.min(Math.max(t - 4, 0), 8),
  ],
  polynomial: [optim.schedules.polynomial(2, 1, 3, 10), (t) => (1 - Math.min(t, 10) / 10) ** 3 + 1],
  'polynomial of power 0': [optim.schedules.polynomial(2, 1, 0, 10), () => 2],
  exponentialDecay: [optim.schedules.exponentialDecay(2, 5, 0.5), (t) => 2 * 0.5 ** (t / 5)],
  'exponentialDecay in stairs, late, with an end': [
    optim.schedules.exponentialDecay(2, 5, 0.5, { staircase: true, transitionBegin: 3, endValue: 0.4 }),
    (t) => (t <= 3 ? 2 : Math.max(0.4, 2 * 0.5 ** Math.floor((t - 3) / 5))),
  ],
  'exponential growth with an end': [
    optim.schedules.exponentialDecay(1, 5, 2, { endValue: 3 }),
    (t) => Math.min(3, 2 ** (t / 5)),
  ],
  cosineDecay: [optim.schedules.cosineDecay(3, 10), (t) => 3 * half(Math.min(t, 10) / 10)],
  'cosineDecay to a tenth, squared': [
    optim.schedules.cosineDecay(3, 10, { alpha: 0.1, exponent: 2 }),
    (t) => 3 * (0.9 * half(Math.min(t, 10) / 10) ** 2 + 0.1),
  ],
  piecewiseConstant: [
    optim.schedules.piecewiseConstant(1, { 5: 0.5, 9: 0.1 }),
    (t) => (t < 5 ? 1 : 0.5) * (t < 9 ? 1 : 0.1),
  ],
  piecewiseInterpolate: [
    optim.schedules.piecewiseInterpolate('linear', 1, { 4: 3, 8: 0.5 }),
    (t) => (t < 4 ? 1 + t / 2 : t < 8 ? 3 - (1.5 * (t - 4)) / 4 : 1.5),
  ],
  cosineOnecycle: [
    optim.schedules.cosineOnecycle(20, 1),
    (t) => {
      const [first, last] = [1 / 25, 1 / (25 * 1e4)];
      if (t < 6) return first + (1 - first) * (1 - half(t / 6));
      return t < 20 ? last + (1 - last) * half((t - 6) / 14) : last;
    },
  ],
  linearOnecycle: [
    optim.schedules.linearOnecycle(20, 1),
    (t) => {
      const [first, last] = [1 / 25, 1 / (25 * 1e4)];
      if (t < 6) return first + ((1 - first) * t) / 6;
      if (t < 17) return 1 + ((first - 1) * (t - 6)) / 11;
      return t < 20 ? first + ((last - first) * (t - 17)) / 3 : last;
    },
  ],
  warmupConstant: [optim.schedules.warmupConstant(0, 2, 4), (t) => Math.min(t, 4) / 2],
  warmupCosineDecay: [
    optim.schedules.warmupCosineDecay(0, 2, 4, 12, { endValue: 0.2 }),
    (t) => (t < 4 ? t / 2 : 2 * (0.9 * half(Math.min(t - 4, 8) / 8) + 0.1)),
  ],
  'warmupCosineDecay without a warmup': [
    optim.schedules.warmupCosineDecay(0, 2, 0, 8),
    (t) => 2 * half(Math.min(t, 8) / 8),
  ],
  warmupExponentialDecay: [
    optim.schedules.warmupExponentialDecay(0, 2, 4, 5, 0.5),
    (t) => (t < 4 ? t / 2 : 2 * 0.5 ** ((t - 4) / 5)),
  ],
  sgdr: [
    optim.schedules.sgdr([
      { initValue: 0, peakValue: 1, warmupSteps: 2, decaySteps: 6 },
      { initValue: 0.1, peakValue: 0.5, warmupSteps: 1, decaySteps: 9 },
    ]),
    (t) => {
      if (t < 6) return t < 2 ? t / 2 : half((t - 2) / 4);
      return t < 7 ? 0.1 + 0.4 * (t - 6) : 0.5 * half(Math.min(t - 7, 8) / 8);
    },
  ],
  joinSchedules: [
    optim.schedules.joinSchedules([optim.schedules.constant(1), optim.schedules.linear(1, 0, 4)], [5]),
    (t) => (t < 5 ? 1 : Math.max(0, 1 - (t - 5) / 4)),
  ],
};

describe('schedules', () => {
  test.for(Object.entries(cases))(
    '%s is its formula at every step, beyond its end, and traced',
    ([, [schedule, formula]]) => {
      const traced = jit((count: NDArray): NDArray => schedule(count));
      for (const t of [...Array.from({ length: 24 }, (_, i) => i), 1000]) {
        expect(at(schedule, t)).toBeCloseTo(formula(t), 12);
        expect(traced(np.array(t, 'int32')).item()).toBeCloseTo(formula(t), 12);
      }
    },
  );
  test('what cannot be is refused', () => {
    expect(() => optim.schedules.cosineDecay(1, 0)).toThrow('cosineDecay: expected decaySteps above 0, got 0.');
    expect(() => optim.schedules.warmupCosineDecay(0, 1, 5, 5)).toThrow(
      'expected decaySteps less warmupSteps above 0, got 0.',
    );
    expect(() => optim.schedules.joinSchedules([optim.schedules.constant(1)], [3])).toThrow(
      'joinSchedules: expected 0 boundaries for 1 schedules, got 1.',
    );
  });
});

describe('a schedule as the learning rate', () => {
  const optimizer = optim.sgd(optim.schedules.linear(1, 0, 4));
  const w = np.ones([2]);
  test('is asked in each step, and can be read back', () => {
    let memory = optimizer.init(w);
    const seen = Array.from({ length: 5 }, () => {
      const [updates, next] = optimizer.update(w, memory, w);
      memory = next;
      return [updates.toNested(), memory[0].learningRate.item(), memory[0].steps?.item()];
    });
    expect(seen).toEqual([1, 0.75, 0.5, 0.25, 0].map((r, i) => [[-r, -r].map((x) => (x === 0 ? -0 : x)), r, i + 1]));
  });
  test('cannot be replaced', () => {
    expect(() => optim.withLearningRate(optimizer.init(w), 0.1)).toThrow(
      'withLearningRate: expected learningRate to be a number, got one that follows a schedule.',
    );
  });
  test('scaleBySchedule multiplies', () => {
    const t = optim.scaleBySchedule(optim.schedules.linear(1, 0, 2));
    const [first, memory] = t.update(w, t.init(w), w);
    expect([first.toNested(), t.update(w, memory, w)[0].toNested()]).toEqual([
      [1, 1],
      [0.5, 0.5],
    ]);
  });
});
