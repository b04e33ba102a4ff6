/** Losses of one class among several, along the last axis: one value for each example, the mean over the axes between. */
import { isFloat } from '../../array/dtype.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { add, equal, log, maximum, multiply, negative, subtract, where } from '../../operations/arithmetic.ts';
import { oneHot } from '../../operations/indexing.ts';
import { asFloat } from '../../operations/promotion.ts';
import { max, sum } from '../../operations/reduction.ts';
import { xlogy } from '../../special/entropy.ts';
import { logSoftmax, softmax } from '../activation.ts';
import type { ProbabilityOptions } from './binary.ts';
import { atLabels, labelsFor } from './labels.ts';
import { aligned, meanOfRest, type Loss } from './shape.ts';

const entropyAtLabels = (name: string, logits: NDArray, labels: NDArray): NDArray =>
  negative(atLabels(logSoftmax(logits), labelsFor(name, logits, labels)));

const entropyOfShares = (name: string, logits: NDArray, shares: NDArray): NDArray => {
  const [x, t] = aligned(name, logits, shares);
  return negative(sum(multiply(logSoftmax(x), t), -1));
};

/**
 * `-log(softmax(logits))` at integer labels `[n, ...]` of logits `[n, ..., classes]`. A label out of range is refused with its place where labels are
 * known, and gives NaN within jit.
 */
export const softmaxCrossEntropyWithIntegerLabels: Loss = (logits, labels) =>
  meanOfRest(entropyAtLabels('softmaxCrossEntropyWithIntegerLabels', logits, labels));

/** Cross entropy of softmax(logits) `[n, ..., classes]` with integer labels `[n, ...]` (see there for labels out of range), or with probabilities `[n, ..., classes]`. */
export const softmaxCrossEntropy: Loss = (logits, labels) =>
  meanOfRest((isFloat(labels.dtype) ? entropyOfShares : entropyAtLabels)('softmaxCrossEntropy', logits, labels));

/** Cross entropy with probabilities `[n, ..., classes]`, where a probability of 0 counts nothing even beside a logit of -Infinity. */
export const safeSoftmaxCrossEntropy: Loss = (logits, shares) => {
  const [x, t] = aligned('safeSoftmaxCrossEntropy', logits, shares);
  return meanOfRest(negative(sum(multiply(where(equal(t, 0), 0, logSoftmax(x)), t), -1)));
};

/**
 * `-sum(t log(p))` of probabilities `[n, ..., classes]`, with integer labels or with probabilities as targets. Predictions are taken to sum to 1. Exactly 0
 * where a certain prediction is right.
 */
export const categoricalCrossEntropy = (
  probabilities: NDArray,
  targets: NDArray,
  { epsilon = 1e-7 }: ProbabilityOptions = {},
): NDArray => {
  const name = 'categoricalCrossEntropy';
  if (!isFloat(targets.dtype)) {
    const logs = log(maximum(asFloat(probabilities), epsilon));
    return meanOfRest(negative(atLabels(logs, labelsFor(name, probabilities, targets))));
  }
  const [p, t] = aligned(name, probabilities, targets);
  return meanOfRest(negative(sum(xlogy(t, maximum(p, epsilon)), -1)));
};

export interface PolyOptions {
  /** How much the probability given to other classes weighs. Default 2, the paper's for images. */
  readonly epsilon?: number;
}
/** Softmax cross entropy plus `epsilon sum(t (1 - softmax))` (Leng et al. 2022, eq. 6), for probabilities `[n, ..., classes]`. */
export const polyLoss = (logits: NDArray, shares: NDArray, { epsilon = 2 }: PolyOptions = {}): NDArray => {
  const [x, t] = aligned('polyLoss', logits, shares);
  const missed = sum(multiply(t, subtract(1, softmax(x))), -1);
  return meanOfRest(add(entropyOfShares('polyLoss', x, t), multiply(missed, epsilon)));
};

/** `max(0, 1 + the best other score - the score at the label)` (Crammer and Singer 2001), of scores `[n, ..., classes]` and integer labels. */
export const multiclassHingeLoss: Loss = (scores, labels) => {
  const at = labelsFor('multiclassHingeLoss', scores, labels);
  const s = asFloat(scores);
  const isOwn = oneHot(at, s.shape.at(-1) ?? 1, 'bool');
  return meanOfRest(subtract(max(add(s, where(isOwn, 0, 1)), -1), atLabels(s, at)));
};

/** Probabilities `[..., classes]` moved by a share `alpha` towards equal ones (Szegedy et al. 2016, section 7). */
export const smoothLabels = (shares: NDArray, alpha: number): NDArray =>
  add(multiply(shares, 1 - alpha), alpha / (shares.shape.at(-1) ?? 1));
