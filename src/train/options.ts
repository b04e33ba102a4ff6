/** What `fit` may be told. */
import type { NDArray } from '../array/ndarray.ts';
import type { GradientTransformation, MemoryKind, MemoryOf } from '../optim/transformation.ts';
import type { Key } from '../random/key.ts';
import type { ClassWeight } from './class-weight.ts';
import type { Source } from './data.ts';
import type { LossFor, LossWeights, MetricsFor } from './heads.ts';
import type { Observer } from './observer.ts';
import type { Policy } from './policy.ts';
import type { Training } from './training.ts';

/** Where training may start: what `init` or `fit` gave, or what `loadTraining` read. */
export type Start<P, S, M> = { readonly params: P; readonly state: S } & Partial<Training<P, S, M>>;

export interface FitOptions<P, S, M extends MemoryKind, In = NDArray, Out = NDArray, Y = NDArray> {
  /** Trees of arrays `{ x, y, weight? }` with examples along axis 0, or batches of such that can be gone through in each epoch. */
  readonly data: Source<In, Y>;
  readonly validation?: Source<In, Y>;
  /** The share of `data` to validate on: the last examples, taken before anything is shuffled, as in Keras. */
  readonly validationSplit?: number;
  /** One value for each example; the weighted mean is minimised. With several outputs, a record of losses by head: their weighted sum. */
  readonly loss: LossFor<Out, Y>;
  /** By head. Default 1. */
  readonly lossWeights?: LossWeights<Out>;
  /** By name; with several outputs, by head and name: `{ gender: { accuracy } }` is the figure `gender.accuracy`. */
  readonly metrics?: MetricsFor<Out>;
  /** Added to the mean loss in training, such as an L2 norm; not part of the figures. */
  readonly regularizer?: (params: P) => NDArray;
  /** How much examples of each class count in the training loss; the targets are integer labels or one-hot. */
  readonly classWeight?: ClassWeight;
  readonly optimizer: GradientTransformation<M>;
  /** The number of the last epoch: a training resumed after two of five epochs goes through three more. */
  readonly epochs: number;
  /** At most the number of examples; by default 32, or all if there are fewer. Not used for batches from elsewhere. */
  readonly batchSize?: number;
  /** Whether each epoch goes through the examples in an order of its own. Default true. */
  readonly shuffle?: boolean;
  readonly policies?: readonly Policy[];
  readonly observers?: readonly Observer[];
  /** For initial parameters, the order of examples, and chance in layers. A training that is resumed has its own. */
  readonly key: Key;
  /** Where to go on from; by default the model is initialised. */
  readonly from?: Start<P, S, MemoryOf<M, P>>;
  readonly signal?: AbortSignal;
  /** Look once for NaN, infinity and labels out of range. Default true. */
  readonly checkData?: boolean;
}
