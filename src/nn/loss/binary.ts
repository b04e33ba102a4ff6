/** Losses of yes and no: one value for each example, the mean over all further axes. */
import type { NDArray } from '../../array/ndarray.ts';
import {
  add,
  divide,
  greater,
  maximum,
  multiply,
  negative,
  power,
  sigmoid,
  square,
  subtract,
  where,
} from '../../operations/arithmetic.ts';
import { max, sum } from '../../operations/reduction.ts';
import { xlogy } from '../../special/entropy.ts';
import { softplus } from '../activation.ts';
import { aligned, meanOfRest, sumOfRest, type Loss } from './shape.ts';

/** `t a + (1 - t) b`. */
const mixed = (t: NDArray, a: NDArray, b: NDArray): NDArray => add(multiply(t, a), multiply(subtract(1, t), b));

const entropyOf = (logits: NDArray, t: NDArray): NDArray => mixed(t, softplus(negative(logits)), softplus(logits));

/** `-t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x))` of logits and of targets from 0 to 1, without overflow. */
export const sigmoidBinaryCrossEntropy: Loss = (logits, targets) =>
  meanOfRest(entropyOf(...aligned('sigmoidBinaryCrossEntropy', logits, targets)));

export interface ProbabilityOptions {
  /** Probabilities below count as this in logarithms, so that a wrong certainty costs `-log(epsilon)`. Default 1e-7, as in Keras; with 0 it costs Infinity. */
  readonly epsilon?: number;
}
/** `-t log(p) - (1 - t) log(1 - p)` of probabilities and of targets from 0 to 1. Exactly 0 where a certain prediction is right. */
export const binaryCrossEntropy = (
  probabilities: NDArray,
  targets: NDArray,
  { epsilon = 1e-7 }: ProbabilityOptions = {},
): NDArray => {
  const [p, t] = aligned('binaryCrossEntropy', probabilities, targets);
  const bounded = (x: NDArray): NDArray => maximum(x, epsilon);
  const rest = subtract(1, t);
  return meanOfRest(negative(add(xlogy(t, bounded(p)), xlogy(rest, bounded(subtract(1, p))))));
};

export interface FocalOptions {
  /** The weight of positive targets; negative ones weigh `1 - alpha`. Default: all weigh 1. */
  readonly alpha?: number;
  /** How strongly what is already right is discounted. Default 2. */
  readonly gamma?: number;
}
/** `sigmoidBinaryCrossEntropy` times the probability given to the wrong side, to the power gamma (Lin et al. 2017, eq. 4 and 5). */
export const sigmoidFocalLoss = (
  logits: NDArray,
  targets: NDArray,
  { alpha, gamma = 2 }: FocalOptions = {},
): NDArray => {
  const [x, t] = aligned('sigmoidFocalLoss', logits, targets);
  const wrong = mixed(t, sigmoid(negative(x)), sigmoid(x));
  const focal = multiply(entropyOf(x, t), power(wrong, gamma));
  if (alpha === undefined) return meanOfRest(focal);
  return meanOfRest(multiply(focal, add(multiply(t, 2 * alpha - 1), 1 - alpha)));
};

/** How far `score * target` falls short of 1, for targets 1 and -1 (or 0). */
const shortfall = (name: string, scores: NDArray, targets: NDArray): NDArray => {
  const [s, t] = aligned(name, scores, targets);
  return maximum(subtract(1, where(greater(t, 0), s, negative(s))), 0);
};
/** `max(0, 1 - t s)` of scores and of targets 1 and -1 (0 counts as -1, as in Keras). */
export const hingeLoss: Loss = (scores, targets) => meanOfRest(shortfall('hingeLoss', scores, targets));
/** The square of the hinge loss. */
export const squaredHinge: Loss = (scores, targets) => meanOfRest(square(shortfall('squaredHinge', scores, targets)));
/** `max(0, 1 + max((1 - t) s) - sum(t s))` over the last axis, for targets of one 1 among 0 (Keras). */
export const categoricalHinge: Loss = (scores, targets) => {
  const [s, t] = aligned('categoricalHinge', scores, targets);
  const [wrong, right] = [max(multiply(subtract(1, t), s), -1), sum(multiply(t, s), -1)];
  return meanOfRest(maximum(add(subtract(wrong, right), 1), 0));
};

export interface DiceOptions {
  /** Added above and below, so that two empty sets agree. Default 1. */
  readonly smooth?: number;
}
/** `1 - (2 sum(p t) + s) / (sum(p) + sum(t) + s)` over all further axes, of probabilities and of targets from 0 to 1 (Milletari et al. 2016). */
export const diceLoss = (probabilities: NDArray, targets: NDArray, { smooth = 1 }: DiceOptions = {}): NDArray => {
  const [p, t] = aligned('diceLoss', probabilities, targets);
  const both = add(multiply(sumOfRest(multiply(p, t)), 2), smooth);
  return subtract(1, divide(both, add(sumOfRest(add(p, t)), smooth)));
};
