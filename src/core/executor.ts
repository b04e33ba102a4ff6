/** The executor slot: who runs programs on concrete arrays. The compiler fills it; the reference interpreter can stand in. */
import { InternalError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import type { Primitive } from './primitive.ts';

export interface Executor {
  readonly name: string;
  /** Run one primitive on concrete arrays; the outputs have the types that `infer` gives, and types that it refuses throw what it throws. */
  run(primitive: Primitive, params: unknown, inputs: readonly NDArray[]): readonly NDArray[];
}

let current: Executor | null = null;

export const executor = (): Executor => {
  if (current === null) throw new InternalError('executor: expected an executor to be installed, got none.');
  return current;
};

/** Put an executor into the slot if it is empty. */
export const installExecutor = (made: Executor): void => {
  current ??= made;
};

/** Run `body` with another executor in the slot. */
export const withExecutor = <A>(made: Executor, body: () => A): A => {
  const before = current;
  current = made;
  try {
    return body();
  } finally {
    current = before;
  }
};
