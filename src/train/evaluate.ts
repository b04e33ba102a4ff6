/** Looking at a model over data: its figures, and what it predicts. */
import type { NDArray } from '../array/ndarray.ts';
import { fromStore } from '../array/ndarray.ts';
import { jit } from '../jit.ts';
import type { Layer } from '../nn/layer.ts';
import { concatenate } from '../operations/stacking.ts';
import { map } from '../tree/traverse.ts';
import { batchesOf, checkBatchSize } from './batches.ts';
import { rowCount, rowsAt, rowsBetween, type Source } from './data.ts';
import type { LossFor, LossWeights, MetricsFor } from './heads.ts';
import { lookThrough } from './passes.ts';
import { makePause } from './pause.ts';
import type { Figures } from './record.ts';
import { evaluationStep } from './step.ts';
import { figuresOf } from './tally.ts';

/** A model's parameters and state, as `init` and `fit` give them. */
export interface Fitted<P, S> {
  readonly params: P;
  readonly state: S;
}

export interface EvaluateOptions<Out = NDArray, In = NDArray, Y = NDArray> {
  readonly data: Source<In, Y>;
  /** As for `fit`. */
  readonly loss: LossFor<Out, Y>;
  readonly lossWeights?: LossWeights<Out>;
  readonly metrics?: MetricsFor<Out>;
  /** Default 256. The figures do not depend on it. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

/** Mean loss and metrics of a model over data, batch by batch. */
export const evaluate = async <P, S, In, Out, Y>(
  model: Layer<P, S, In, Out>,
  fitted: Fitted<P, S>,
  options: EvaluateOptions<Out, In, Y>,
): Promise<Figures> => {
  const { data, loss, lossWeights, metrics, batchSize = 256, signal } = options;
  checkBatchSize('evaluate', batchSize);
  const look = evaluationStep<P, S, In, Out, Y>({
    model,
    loss,
    ...(lossWeights === undefined ? {} : { lossWeights }),
    ...(metrics === undefined ? {} : { metrics }),
  });
  const machinery = { look, figures: figuresOf(metrics), pause: makePause() };
  return lookThrough(machinery, fitted, batchesOf(data, batchSize), signal);
};

export interface PredictOptions {
  /** Default 256. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

/** What a function of a batch gives for all examples, computed in batches of one size, the last filled up with examples from the start. */
export const inBatches = async <In, Out>(
  apply: (x: In) => Out,
  x: In,
  { batchSize = 256, signal }: PredictOptions,
): Promise<Out> => {
  checkBatchSize('predict', batchSize);
  const count = rowCount('predict', 'x', x);
  const size = Math.min(batchSize, count);
  const pause = makePause();
  const pieces: Out[] = [];
  for (let at = 0; at < count; at += size) {
    signal?.throwIfAborted();
    const picked = Int32Array.from({ length: size }, (_, i) => (at + i) % count);
    const isWhole = at + size <= count;
    const rows = isWhole
      ? rowsBetween(x, at, at + size)
      : rowsAt(x, fromStore({ dtype: 'int32', shape: [size] }, picked));
    const y = apply(rows);
    pieces.push(isWhole ? y : rowsBetween(y, 0, count - at));
    await pause();
  }
  const [first, ...rest] = pieces;
  // Sound: there is at least one example, and so one piece.
  return rest.length === 0
    ? (first as Out)
    : map((...parts: NDArray[]) => concatenate(parts, 0), first as Out, ...rest);
};

/** What a model gives for examples, a tree of arrays, computed batch by batch by one compiled function. */
export const predict = async <P, S, In, Out>(
  model: Layer<P, S, In, Out>,
  { params, state }: Fitted<P, S>,
  x: In,
  options: PredictOptions = {},
): Promise<Out> => {
  const apply = (p: P, s: S, batch: In): Out => model.apply(p, s, batch, {})[0];
  const compiled = jit(apply) as unknown as typeof apply; // sound: it takes exactly these arrays
  return inBatches((batch: In) => compiled(params, state, batch), x, options);
};
