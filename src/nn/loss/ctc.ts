/** Sequences of labels without times: connectionist temporal classification (Graves et al. 2006). */
import { ShapeError } from '../../array/errors.ts';
import type { NDArray } from '../../array/ndarray.ts';
import { showType } from '../../array/type.ts';
import {
  add,
  equal,
  greaterEqual,
  less,
  logicalAnd,
  negative,
  notEqual,
  subtract,
  where,
} from '../../operations/arithmetic.ts';
import { full } from '../../operations/creation.ts';
import { logaddexp } from '../../operations/functions.ts';
import { takeAlongAxis } from '../../operations/indexing.ts';
import { astype, broadcastTo, expandDims, moveaxis, reshape, squeeze } from '../../operations/manipulation.ts';
import { asFloat } from '../../operations/promotion.ts';
import { arange } from '../../operations/ranges.ts';
import { concatenate, stack } from '../../operations/stacking.ts';
import { sliceAxis } from '../../primitives/slicing.ts';
import { scan } from '../../scan.ts';
import { logSoftmax } from '../activation.ts';

export interface CtcOptions {
  /** The class that stands for no label. Default 0. */
  readonly blank?: number;
  /** How many times count of each sequence, `[n]`. Default all. */
  readonly logitLengths?: NDArray;
  /** How many labels count of each sequence, `[n]`. Default all. */
  readonly labelLengths?: NDArray;
}

/** Labels with a blank before, between and after: `[n, N]` to `[n, 2 N + 1]`. */
const withBlanks = (labels: NDArray, blank: number): NDArray => {
  const [n = 0, count = 0] = labels.shape;
  const blanks = full([n, count], blank, 'int32');
  const pairs = reshape(stack([blanks, labels], -1), [n, 2 * count]);
  return concatenate([pairs, full([n, 1], blank, 'int32')], 1);
};

/** Moved to the right by some places along the last axis, -Infinity coming in. */
const later = (x: NDArray, by: number): NDArray => {
  const [n = 0, width = 0] = x.shape;
  const lead = full([n, Math.min(by, width)], -Infinity, x.dtype);
  return concatenate([lead, sliceAxis(x, 1, 0, Math.max(0, width - by))], 1);
};

const check = (logits: NDArray, labels: NDArray): void => {
  if (logits.ndim !== 3 || labels.ndim !== 2 || logits.shape[0] !== labels.shape[0])
    throw new ShapeError(
      `ctcLoss: expected logits [n, times, classes] and labels [n, count], got ${showType(logits.type)} and ${showType(labels.type)}. Pad the shorter sequences and give their lengths.`,
      'shape.loss',
    );
};

/** Log-probabilities of all that ends in each place of the extended labels, after the last time that counts (eq. 6 to 8). */
const forward = (emitted: NDArray, extended: NDArray, blank: number, lengths: NDArray): NDArray => {
  const [times = 0, n = 0, width = 0] = emitted.shape;
  const before = concatenate(
    [full([n, Math.min(2, width)], blank, 'int32'), sliceAxis(extended, 1, 0, Math.max(0, width - 2))],
    1,
  );
  // A blank may be left out between two labels that differ.
  const mayJump = logicalAnd(notEqual(extended, blank), notEqual(extended, before));
  // Before the first time stands one place, from which the first blank and the first label are reached.
  const start = broadcastTo(where(equal(arange(width), 0), 0, full([width], -Infinity, emitted.dtype)), [n, width]);
  const [last] = scan(
    (alpha: NDArray, [logs, time]: readonly [NDArray, NDArray]) => {
      const jumped = where(mayJump, later(alpha, 2), -Infinity);
      const stepped = logaddexp(later(alpha, 1), jumped);
      const next = add(logaddexp(alpha, stepped), logs);
      return [where(expandDims(less(time, lengths), -1), next, alpha), null] as const;
    },
    start,
    [emitted, arange(times, undefined, 1, 'int32')] as const,
  );
  return last;
};

/**
 * `-log` of the probability that logits `[n, times, classes]` spell the integer labels `[n, count]`, one value for each sequence. Labels stand at the left;
 * Infinity where there are too few times. Differentiable in the logits.
 */
export const ctcLoss = (
  logits: NDArray,
  labels: NDArray,
  { blank = 0, logitLengths, labelLengths }: CtcOptions = {},
): NDArray => {
  check(logits, labels);
  const x = asFloat(logits);
  const [n = 0, times = 0] = x.shape;
  const extended = withBlanks(astype(labels, 'int32'), blank);
  const width = extended.shape[1] ?? 1;
  const emitted = takeAlongAxis(logSoftmax(x), broadcastTo(expandDims(extended, 1), [n, times, width]), -1);
  const lengths = astype(logitLengths ?? full([n], times, 'int32'), 'int32');
  const alpha = forward(moveaxis(emitted, 1, 0), extended, blank, lengths);
  const ends = expandDims(astype(labelLengths ?? full([n], labels.shape[1] ?? 0, 'int32'), 'int32'), -1);
  const endBlank = add(ends, ends);
  const at = (place: NDArray): NDArray =>
    squeeze(takeAlongAxis(alpha, where(greaterEqual(place, 0), place, 0), -1), -1);
  const label = where(squeeze(equal(ends, 0), -1), -Infinity, at(subtract(endBlank, 1)));
  return negative(logaddexp(at(endBlank), label));
};
