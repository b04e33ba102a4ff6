/** Noise in training against overfitting. */
import { FluxionError } from '../array/errors.ts';
import { splat } from '../array/ndarray.ts';
import { div } from '../primitives/arithmetic.ts';
import { select } from '../primitives/logic.ts';
import { bernoulli } from '../random/sample.ts';
import type { Layer } from './layer.ts';

/** Throws unless the share of elements dropped is from 0 below 1. */
export const checkRate = (kind: string, rate: number): void => {
  if (!(rate >= 0 && rate < 1))
    throw new FluxionError(
      'nn.dropout',
      `${kind}: expected a rate from 0 below 1, got ${rate}. It is the share of elements dropped.`,
    );
};

/** In training each element is 0 with probability `rate`, and the others grow by `1 / (1 - rate)` (Srivastava et al. 2014); otherwise the identity. */
export const dropout = (rate: number): Layer<null, null> => {
  checkRate('dropout', rate);
  return {
    anatomy: { kind: 'dropout', settings: { rate } },
    init: (_, inputShape) => ({ params: null, state: null, outputShape: inputShape }),
    apply: (_, state, x, context) => {
      if (context.training !== true || rate === 0) return [x, state];
      const keep = bernoulli(context.key, 1 - rate, x.shape);
      return [select(keep, div(x, splat(x.type, 1 - rate)), splat(x.type, 0)), state];
    },
  };
};
