/** Policies are pure reducers: tables of what they decide, worked out by hand after the rules of Keras 3. */
import { describe, expect, test } from 'vitest';
import {
  earlyStopping,
  keepBest,
  learningRateSchedule,
  monitored,
  nanGuard,
  policies,
  reduceLrOnPlateau,
  type Decision,
  type EpochRecord,
  type Policy,
} from 'fluxion/train';

const record = (epoch: number, loss: number, learningRate = 1): EpochRecord => ({
  epoch,
  training: { loss, 'gender.accuracy': loss },
  validation: null,
  learningRate,
  seconds: 0,
});

/** The decisions over epochs with these losses, up to the one that stops; rates are taken over. */
const run = (policy: Policy, losses: readonly number[]): readonly Decision[] => {
  let [memory, rate] = [policy.start, 1];
  const decisions: Decision[] = [];
  for (const [i, loss] of losses.entries()) {
    const [next, decision] = policy.next(memory, record(i + 1, loss, rate));
    memory = next;
    rate = decision.rate ?? rate;
    decisions.push(decision);
    if (decision.stop === true) break;
  }
  return decisions;
};
/** `k` for keep, `s` for stop, `.` for neither. */
const letters = (policy: Policy, losses: readonly number[]): string =>
  run(policy, losses)
    .map(({ keep, stop }) => (keep === true ? 'k' : stop === true ? 's' : '.'))
    .join('');
const rates = (policy: Policy, losses: readonly number[]): readonly number[] =>
  run(policy, losses).flatMap(({ rate }, i) => (rate === undefined ? [] : [i + 1, rate]));

const monitor = 'training.loss';

describe('early stopping', () => {
  test.for([
    [{ patience: 0 }, [3, 2, 2.5, 1], 'kks'],
    [{ patience: 1 }, [3, 2, 2.5, 1], 'kks'],
    [{ patience: 2 }, [3, 2, 2.5, 1, 2, 3, 0], 'kk.k.s'],
    [{ patience: 2 }, [3, 3, 3, 3], 'k.s'],
    [{ patience: 1, minDelta: 0.5 }, [3, 2.4, 2, 1], 'kks'],
    [{ patience: 1, mode: 'max' }, [1, 2, 3, 2], 'kkks'],
    [{ patience: 1, mode: 'min' }, [1, 2], 'ks'],
    [{ patience: 1, startFromEpoch: 3 }, [1, 2, 3, 4], '..ks'],
    // Better than before, but never than the baseline: no reprieve.
    [{ patience: 3, baseline: 1 }, [5, 4, 3, 3, 3], 'kkks'],
    [{ patience: 3, baseline: 4.5 }, [5, 4, 4, 4, 4], 'kk..s'],
    // A figure that is NaN improves on nothing; the first epoch never stops.
    [{ patience: 0 }, [NaN, NaN], '.s'],
    [{ patience: 2 }, [2, NaN, 1, NaN, NaN], 'k.k.s'],
  ] as const)('%o on %o', ([options, losses, expected]) => {
    expect(letters(earlyStopping({ monitor, ...options }), losses)).toBe(expected);
  });
  test('larger is better for what speaks of accuracy', () => {
    const policy = earlyStopping({ monitor: 'training.gender.accuracy' });
    expect(letters(policy, [0.5, 0.6, 0.55])).toBe('kks');
    expect(letters(earlyStopping({ monitor: 'training.gender.accuracy', mode: 'min' }), [0.5, 0.6])).toBe('ks');
  });
});

test('keepBest keeps what improves, and never stops', () => {
  expect(letters(keepBest({ monitor }), [3, 2, 2.5, 1, 1])).toBe('kk.k.');
  expect(letters(keepBest({ monitor, minDelta: 1 }), [3, 2.5, 1.9])).toBe('k.k');
});

describe('a plateau lowers the rate', () => {
  test.for([
    [{ patience: 2, factor: 0.5 }, [3, 3, 3, 3, 3], [3, 0.5, 5, 0.25]],
    [{ patience: 1, factor: 0.5, minDelta: 0 }, [3, 2, 1, 1], [4, 0.5]],
    // Less than 1e-4 is no improvement.
    [{ patience: 2, factor: 0.1 }, [3, 2.99995, 2.99994], [3, 0.1]],
    // After a reduction at epoch 2, epochs 3 and 4 cool; Keras counts again in the last of them.
    [{ patience: 1, factor: 0.5, cooldown: 2 }, [3, 3, 3, 3, 3], [2, 0.5, 4, 0.25]],
    [{ patience: 1, factor: 0.1, minLr: 0.05 }, [3, 3, 3, 3], [2, 0.1, 3, 0.05]],
    [{ patience: 1, factor: 0.5, mode: 'max' }, [3, 4, 4], [3, 0.5]],
  ] as const)('%o on %o', ([options, losses, expected]) => {
    expect(rates(reduceLrOnPlateau({ monitor, ...options }), losses)).toEqual(expected);
  });
  test('without a rate in the memory that is a sentence', () => {
    const policy = reduceLrOnPlateau({ monitor, patience: 1 });
    const at = { ...record(1, 1), learningRate: null };
    const [memory] = policy.next(policy.start, at);
    expect(() => policy.next(memory, at)).toThrow('expected an optimizer whose memory has a learning rate, got none.');
  });
});

test('policies compose, with policies() as identity', () => {
  const stop = earlyStopping({ monitor, patience: 2 });
  const both = policies(
    stop,
    reduceLrOnPlateau({ monitor, patience: 1 }),
    learningRateSchedule((epoch, rate) => rate / epoch),
    nanGuard(),
  );
  const losses = [3, 2, 2, 2, 2];
  expect(letters(both, losses)).toBe(letters(stop, losses));
  expect(rates(both, losses)).toEqual([3, 0.1, 4, 0.1 * 0.1]);
  expect(both.rate?.(4, 1)).toBe(0.25);
  expect(both.guard).toBe(true);
  expect(letters(policies(policies(), both, policies()), losses)).toBe(letters(both, losses));
  expect('rate' in policies()).toBe(false);
});

test('what is misconfigured is a sentence', () => {
  expect(() => earlyStopping({ monitor, patience: 1.5 })).toThrow(
    'policy: patience: expected a whole number of epochs, got 1.5.',
  );
  expect(() => keepBest({ monitor, minDelta: -1 })).toThrow('minDelta: expected a number of at least 0, got -1.');
  expect(() => reduceLrOnPlateau({ monitor, factor: 2 })).toThrow('expected a factor between 0 and 1, got 2.');
  expect(() => monitored(record(1, 2), 'training.gender.auc')).toThrow(
    'monitor: expected one of training.loss, training.gender.accuracy, got training.gender.auc. Validation figures need validation data.',
  );
  expect(monitored(record(1, 2), 'training.gender.accuracy')).toBe(2);
});
