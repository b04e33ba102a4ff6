/** From values that may be faults to exceptions, for scripts. */
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { FluxionError } from '../array/errors.ts';

/**
 * Run a task and take its value: `const images = await orThrow(readIdx(path))`. It works with every reader and writer of
 * `fluxion/io` and `fluxion/data`.
 * @throws FluxionError with code `io` and the sentence of the `Left`
 */
export const orThrow = async <T>(task: TaskEither<string, T>): Promise<T> => {
  const result = await task();
  if (E.isLeft(result)) throw new FluxionError('io', result.left);
  return result.right;
};
