/** Programs being recorded: the one that is open now, and what recording knows of each. */
import { TraceError } from '../array/errors.ts';
import { cellAsIs, type NDArray, type Tracer } from '../array/ndarray.ts';
import { showType, type ArrayType } from '../array/type.ts';
import type { Equation, Variable } from './primitive.ts';

/** A program being recorded. */
export interface Scope {
  /** The transformation and the function, as messages name it: `jit of f`. */
  readonly title: string;
  /** What a message calls an input, by its number. */
  readonly inputName: (input: number) => string;
  readonly equations: Equation[];
  readonly inputs: Variable[];
  /** Values from outside, by the array that stands for them there. */
  readonly captured: Map<NDArray, Variable>;
  /** What placeholders and captures stand for outside; a placeholder without an entry has no value yet. */
  readonly sources: Map<Variable, NDArray>;
  /** Values computed by forcing. */
  readonly known: Map<Variable, NDArray>;
  readonly forced: Set<Equation>;
  open: boolean;
}

export interface Recorded extends Tracer {
  readonly scope: Scope;
  readonly variable: Variable;
}

let current: Scope | null = null;

/** The innermost program being recorded. */
export const currentScope = (): Scope | null => current;

/** Whether a program is being recorded. */
export const isTracing = (): boolean => current !== null;

/** What is wrong where a value is used after its function returned. */
export const leaked = (scope: Scope, type: ArrayType): TraceError =>
  new TraceError(
    `${scope.title}: expected its values to stay inside, got a traced ${showType(type)} used after the function returned. Return the value instead of storing it outside.`,
    'trace.leak',
  );

/** Run `body` with `scope` as the innermost one; with null, as if nothing were being recorded. */
export const within = <A>(scope: Scope | null, body: () => A): A => {
  const before = current;
  current = scope;
  try {
    return body();
  } finally {
    current = before;
  }
};

/** What stands behind a traced value. */
// Sound: only `trace.ts` makes tracers, and it makes `Recorded` ones.
export const recordedOf = (x: NDArray): Recorded | null => cellAsIs(x).tracer as Recorded | null;
