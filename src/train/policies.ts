/** The policies that Keras has as callbacks, as pure reducers. */
import { FluxionError } from '../array/errors.ts';
import { checkCount, watcher, type Policy, type Watch } from './policy.ts';

export interface EarlyStopping extends Watch {
  /** After how many epochs without improvement to stop; 0 and 1 both stop at the first. Default 0. */
  readonly patience?: number;
  /** Before this epoch, counted from 1, nothing is watched. Default 1. */
  readonly startFromEpoch?: number;
  /** Improvement counts only against this figure too: training stops if it is not passed within `patience`. */
  readonly baseline?: number;
}

export interface Best {
  readonly best: number;
  readonly waited: number;
}

/**
 * Stop when the monitored figure has not improved for `patience` epochs, as `EarlyStopping` of Keras 3; the best state is always what
 * `fit` returns.
 */
export const earlyStopping = (options: EarlyStopping): Policy<Best> => {
  const { value, better, worst } = watcher(options);
  const patience = checkCount('patience', options.patience ?? 0);
  const from = checkCount('startFromEpoch', options.startFromEpoch ?? 1);
  const { baseline } = options;
  return {
    start: { best: worst, waited: 0 },
    next: ({ best, waited }, record) => {
      const now = value(record);
      if (record.epoch < from) return [{ best, waited }, {}];
      if (better(now, best)) {
        const isPassed = baseline === undefined || better(now, baseline);
        return [{ best: now, waited: isPassed ? 0 : waited + 1 }, { keep: true }];
      }
      return [{ best, waited: waited + 1 }, { stop: waited + 1 >= patience && record.epoch > 1 }];
    },
  };
};

/** Keep the state with the best figure: it is what `fit` returns. */
export const keepBest = (watch: Watch): Policy<number> => {
  const { value, better, worst } = watcher(watch);
  return {
    start: worst,
    next: (best, record) => {
      const now = value(record);
      return better(now, best) ? [now, { keep: true }] : [best, {}];
    },
  };
};

export interface ReduceLrOnPlateau extends Watch {
  /** The rate is multiplied by this. Default 0.1. */
  readonly factor?: number;
  /** After how many epochs without improvement. Default 10. */
  readonly patience?: number;
  /** Smaller changes do not count as improvement. Default 1e-4. */
  readonly minDelta?: number;
  /** How many epochs after a reduction do not count as waiting. Default 0. */
  readonly cooldown?: number;
  /** The rate does not fall below this. Default 0. */
  readonly minLr?: number;
}

export interface Plateau extends Best {
  readonly cooling: number;
}

/** Lower the learning rate when the monitored figure has stopped improving, as `ReduceLROnPlateau` of Keras 3. */
export const reduceLrOnPlateau = (options: ReduceLrOnPlateau): Policy<Plateau> => {
  const { factor = 0.1, minDelta = 1e-4, minLr = 0 } = options;
  const { value, better, worst } = watcher({ ...options, minDelta });
  const patience = checkCount('patience', options.patience ?? 10);
  const cooldown = checkCount('cooldown', options.cooldown ?? 0);
  if (!(factor > 0 && factor < 1))
    throw new FluxionError(
      'train.policy',
      `reduceLrOnPlateau: expected a factor between 0 and 1, got ${factor}. The rate is multiplied by it.`,
    );
  return {
    start: { best: worst, waited: 0, cooling: 0 },
    next: (memory, record) => {
      const now = value(record);
      const cooling = Math.max(0, memory.cooling - 1);
      const rested = { ...memory, cooling, waited: memory.cooling > 0 ? 0 : memory.waited };
      if (better(now, memory.best)) return [{ ...rested, best: now, waited: 0 }, {}];
      if (cooling > 0) return [rested, {}];
      const waited = rested.waited + 1;
      if (waited < patience) return [{ ...rested, waited }, {}];
      const rate = record.learningRate;
      if (rate === null)
        throw new FluxionError(
          'train.rate',
          'reduceLrOnPlateau: expected an optimizer whose memory has a learning rate, got none. Use one that ends with scaleByLearningRate.',
        );
      if (rate <= minLr) return [{ ...rested, waited }, {}];
      return [{ ...rested, waited: 0, cooling: cooldown }, { rate: Math.max(rate * factor, minLr) }];
    },
  };
};

/** The learning rate of each epoch, counted from 1, as a function of the epoch and the rate before it. */
export const learningRateSchedule = (rate: (epoch: number, rate: number) => number): Policy<null> => ({
  start: null,
  next: () => [null, {}],
  rate,
});

/** Where the loss becomes infinite or NaN, end training with the state before that epoch, or the best that was kept; without this policy it is an error. Keras's `TerminateOnNaN`. */
export const nanGuard = (): Policy<null> => ({ start: null, next: () => [null, {}], guard: true });
