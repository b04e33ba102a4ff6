/** Tokens chosen one after another: by a `scan`, each step fed with what the one before chose. */
import { FluxionError } from '../../array/errors.ts';
import { isNDArray, splat, type NDArray } from '../../array/ndarray.ts';
import { divide, less, logicalOr, where, equal } from '../../operations/arithmetic.ts';
import { moveaxis, reshape } from '../../operations/manipulation.ts';
import { argmax } from '../../operations/reduction.ts';
import { topK } from '../../operations/sorting.ts';
import { iota } from '../../primitives/iota.ts';
import { sliceAxis } from '../../primitives/slicing.ts';
import { categorical } from '../../random/choice.ts';
import { foldIn, type Key } from '../../random/key.ts';
import { scan } from '../../scan.ts';
import { concatenate } from '../../operations/stacking.ts';

export interface SamplingOptions {
  /** For chance; without a key the likeliest token is taken. */
  readonly key?: Key;
  /** What logits are divided by before the draw: below 1 bolder choices, above 1 more even ones; 0 takes the likeliest. Default 1. */
  readonly temperature?: number | NDArray;
  /** How many of the likeliest tokens may be drawn; all of them unless said. */
  readonly topK?: number;
}

/** One token, int32 `[...]`, of logits `[..., vocabulary]`. */
export const sampleToken = (logits: NDArray, { key, temperature = 1, topK: most }: SamplingOptions = {}): NDArray => {
  if (key === undefined || temperature === 0) return argmax(logits, -1);
  if (!isNDArray(temperature) && !(temperature > 0))
    throw new FluxionError(
      'nn.temperature',
      `sampleToken: expected a temperature from 0, got ${temperature}. Logits are divided by it.`,
    );
  const scaled = divide(logits, temperature);
  if (most === undefined) return categorical(key, scaled);
  const [best] = topK(scaled, most);
  const least = sliceAxis(best, best.ndim - 1, most - 1, most);
  return categorical(key, where(less(scaled, least), -Infinity, scaled));
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
  const { key, temperature = 1, topK: most, steps } = options;
  const body = (now: Going, n: NDArray): readonly [Going, Decoded] => {
    const [next, logits] = step(now.carry, now.token);
    const drawn = sampleToken(logits, {
      temperature,
      ...(key === undefined ? {} : { key: foldIn(key, n) }),
      ...(most === undefined ? {} : { topK: most }),
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
