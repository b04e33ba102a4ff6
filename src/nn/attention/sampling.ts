/** Tokens chosen one after another: by a `scan`, each step fed with what the one before chose. */
import { FluxionError } from '../../array/errors.ts';
import { isNDArray, splat, type NDArray } from '../../array/ndarray.ts';
import { divide, equal, less, logicalOr, subtract, where } from '../../operations/arithmetic.ts';
import { moveaxis, reshape } from '../../operations/manipulation.ts';
import { argmax, min } from '../../operations/reduction.ts';
import { cumsum } from '../../operations/running.ts';
import { sort, topK } from '../../operations/sorting.ts';
import { iota } from '../../primitives/iota.ts';
import { sliceAxis } from '../../primitives/slicing.ts';
import { categorical } from '../../random/choice.ts';
import { foldIn, type Key } from '../../random/key.ts';
import { scan } from '../../scan.ts';
import { concatenate } from '../../operations/stacking.ts';
import { softmax } from '../activation/normalized.ts';

export interface SamplingOptions {
  /** For chance; without a key the likeliest token is taken. */
  readonly key?: Key;
  /** What logits are divided by before the draw: below 1 bolder choices, above 1 more even ones; 0 takes the likeliest. Default 1. */
  readonly temperature?: number | NDArray;
  /** How many of the likeliest tokens may be drawn; all of them unless said. */
  readonly topK?: number;
  /**
   * Nucleus sampling (Holtzman et al. 2020): only the fewest tokens whose probabilities add up to at least this may be drawn, of those that `topK` leaves;
   * above 0, at most 1. Tokens as likely as the last of them are in too. All of them unless said.
   */
  readonly topP?: number;
}

/** Logits without those that are below a bound `[..., 1]`. */
const above = (logits: NDArray, least: NDArray): NDArray => where(less(logits, least), -Infinity, logits);

const amongMost = (logits: NDArray, most: number): NDArray => {
  const [best] = topK(logits, most);
  return above(logits, sliceAxis(best, best.ndim - 1, most - 1, most));
};

const nucleus = (logits: NDArray, share: number): NDArray => {
  if (!(share > 0 && share <= 1))
    throw new FluxionError(
      'nn.sampling',
      `sampleToken: expected topP above 0 and at most 1, got ${share}. It is a probability.`,
    );
  if (share === 1) return logits;
  const sorted = sort(logits, { descending: true });
  const chances = softmax(sorted);
  // The first is always in: nothing stands before it.
  const isIn = less(subtract(cumsum(chances, -1), chances), share);
  return above(logits, min(where(isIn, sorted, Infinity), { axis: -1, keepdims: true }));
};

/** One token, int32 `[...]`, of logits `[..., vocabulary]`: by temperature, then `topK`, then `topP`. */
export const sampleToken = (
  logits: NDArray,
  { key, temperature = 1, topK: most, topP: share = 1 }: SamplingOptions = {},
): NDArray => {
  if (key === undefined || temperature === 0) return argmax(logits, -1);
  if (!isNDArray(temperature) && !(temperature > 0))
    throw new FluxionError(
      'nn.temperature',
      `sampleToken: expected a temperature from 0, got ${temperature}. Logits are divided by it.`,
    );
  const scaled = divide(logits, temperature);
  return categorical(key, nucleus(most === undefined ? scaled : amongMost(scaled, most), share));
};

export interface DecodeOptions extends SamplingOptions {
  /** How many tokens to choose. */
  readonly steps: number;
  /** After this token a sequence is finished: it repeats from there on. */
  readonly endToken?: number;
}

/** What was chosen, and from what. */
export interface Decoded {
  /** int32 `[..., steps]` */
  readonly tokens: NDArray;
  /** `[..., steps, vocabulary]` */
  readonly logits: NDArray;
}

/**
 * Tokens one after another: `step` takes a carry and the token before, int32 `[...]`, and gives the next carry and the logits of the next token.
 * One `scan`; under `jit` it is compiled once, whatever the number of steps.
 */
export const decode = <C>(
  step: (carry: C, token: NDArray) => readonly [C, NDArray],
  carry: C,
  first: NDArray,
  { endToken, ...options }: DecodeOptions,
): Decoded => {
  interface Going {
    readonly carry: C;
    readonly token: NDArray;
    readonly done: NDArray;
  }
  const { key, steps, ...chances } = options;
  const body = (now: Going, n: NDArray): readonly [Going, Decoded] => {
    const [next, logits] = step(now.carry, now.token);
    const drawn = sampleToken(logits, {
      ...chances,
      ...(key === undefined ? {} : { key: foldIn(key, n) }),
    });
    const token = endToken === undefined ? drawn : where(now.done, endToken, drawn);
    const done = endToken === undefined ? now.done : logicalOr(now.done, equal(token, endToken));
    return [
      { carry: next, token, done },
      { tokens: token, logits },
    ];
  };
  const start: Going = { carry, token: first, done: splat({ dtype: 'bool', shape: first.shape }, 0) };
  // Sound: trees of arrays are inputs of their own types.
  const [, { tokens, logits }] = scan<Going, NDArray, Decoded>(
    body,
    start as never,
    iota({ dtype: 'int32', shape: [steps] }, 0) as never,
  );
  return { tokens: moveaxis(tokens, 0, -1), logits: moveaxis(logits, 0, -2) };
};

/** The tokens that a decoder is fed with when it is taught (teacher forcing, Williams and Zipser 1989): `start`, then all but the last of `[..., time]`. */
export const shiftRight = (tokens: NDArray, start = 0): NDArray => {
  const time = tokens.shape.at(-1) ?? 0;
  const first = splat({ dtype: tokens.dtype, shape: [...tokens.shape.slice(0, -1), Math.min(1, time)] }, start);
  return reshape(concatenate([first, sliceAxis(tokens, tokens.ndim - 1, 0, Math.max(0, time - 1))], -1), tokens.shape);
};
