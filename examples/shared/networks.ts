/** Networks that learn windows of a series, and foretell its end. */
import { jit, nn, np, optim, random, scan, vmap, type NDArray } from 'fluxion';
import { windows } from 'fluxion/series';
import { fitEnsemble } from 'fluxion/train';

const model = nn.serial({ lstm: nn.lstm(16), head: nn.dense(1) });
type Params = ReturnType<typeof model.init>['params'];
type State = ReturnType<typeof model.init>['state'];

/** What follows each window `[n, length, 1]`. */
const answers = (params: Params, state: State, inputs: NDArray): NDArray =>
  model.apply(params, state, inputs, {})[0].get(':', 0);

/** What follows one window `[length, 1]`, step by step: each answer is the end of the next window. */
const onward = (params: Params, state: State, start: NDArray, steps: number): NDArray =>
  scan(
    (window: NDArray, _: null): readonly [NDArray, NDArray] => {
      const [next] = model.apply(params, state, window, {});
      return [np.concatenate([window.get('1:'), next.reshape(1, 1)], 0), next.get(0)];
    },
    start,
    null,
    { length: steps },
  )[1];

export interface NetworkOptions {
  /** How many values at the end are to be foretold; no network learns from them. */
  readonly held: number;
  /** How many values a window has. */
  readonly length: number;
  /** How many networks, which begin differently. */
  readonly members: number;
  readonly epochs: number;
}

/**
 * The end of a series of about unit spread, by each of several LSTM networks, `[members, held]`: `stepwise` from the values before each, `ahead` from the
 * values before the end and then from its own answers.
 */
export const byNetworks = async (series: NDArray, { held, length, members, epochs }: NetworkOptions) => {
  const { inputs, targets } = windows(series, { length });
  const x = np.expandDims(inputs, -1).astype('float32');
  const y = targets.astype('float32');
  const { params, state } = await fitEnsemble(model, {
    members,
    data: { x: x.get(`:${-held}`), y: y.get(`:${-held}`) },
    loss: nn.squaredError,
    optimizer: optim.adam(5e-3),
    epochs,
    batchSize: 32,
    key: random.key(0),
  });
  const forEach = { inAxes: [0, 0, null] } as const;
  const end = x.get(`${-held}:`);
  const stepwise = jit(vmap(answers, forEach))(params, state, end);
  const onwardFrom = (p: Params, s: State, start: NDArray): NDArray => onward(p, s, start, held);
  const ahead = jit(vmap(onwardFrom, forEach))(params, state, end.get(0));
  return { stepwise: stepwise.astype('float64'), ahead: ahead.astype('float64') };
};
