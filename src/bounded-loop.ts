/** Loops that end by a condition, but after a number of steps known beforehand: they differentiate in reverse. */
import { FluxionError, ShapeError } from './array/errors.ts';
import { splat, type NDArray } from './array/ndarray.ts';
import { checkpoint } from './checkpoint.ts';
import { skipUnless } from './cond.ts';
import { host, type Callback } from './control/callback.ts';
import { add } from './primitives/arithmetic.ts';
import { and, lt } from './primitives/logic.ts';
import { scan } from './scan.ts';

type Flat = readonly NDArray[];
/** How many steps were made, whether the condition holds, the carry. */
type State = readonly [made: NDArray, going: NDArray, carry: Flat];

/** A `whileLoop` whose condition still held after all the steps that it may take. */
export class LoopError extends FluxionError {
  override get name(): string {
    return 'LoopError';
  }
  constructor(maxSteps: number) {
    super(
      'loop.maxSteps',
      `whileLoop: expected the condition to fail within ${maxSteps} steps, got a loop that would go on. Raise maxSteps, or make the condition count steps and look at the carry.`,
    );
  }
}

// One function for all loops, so that equal programs stay equal.
const checkEnd: Callback = ([going, most]) => {
  if (going?.item() === true) throw new LoopError(Number(most?.item()));
  return [];
};

const int32 = (value: number): NDArray => splat({ dtype: 'int32', shape: [] }, value);

/**
 * Segments of about sqrt(maxSteps) steps, each a checkpoint: a reverse derivative keeps the carry before each segment, and the values within one
 * segment at a time (Griewank, "Achieving logarithmic growth of temporal and spatial complexity in reverse automatic differentiation", 1992,
 * with one level of checkpoints). Once the condition fails, segments and steps are skipped.
 */
export const boundedLoop = (
  test: (carry: Flat) => NDArray,
  body: (carry: Flat) => Flat,
  start: Flat,
  maxSteps: number,
): Flat => {
  if (!Number.isInteger(maxSteps) || maxSteps < 0)
    throw new ShapeError(
      `whileLoop: expected maxSteps to be a whole number from 0, got ${maxSteps}. It bounds the number of steps.`,
      'shape.maxSteps',
    );
  const inner = Math.ceil(Math.sqrt(maxSteps));
  const outer = inner === 0 ? 0 : Math.ceil(maxSteps / inner);
  const many =
    (f: (state: State) => State, length: number) =>
    (state: State): State =>
      scan<State, null, null>(
        (s) => [skipUnless(and(s[1], lt(s[0], int32(maxSteps))), f, s), null] as const,
        state,
        null,
        { length },
      )[0];
  const step = ([made, , carry]: State): State => {
    const next = body(carry);
    return [add(made, int32(1)), test(next), next];
  };
  const whole = many(checkpoint(many(step, inner)), outer);
  const [, going, end] = whole([int32(0), test(start), start]);
  host(checkEnd, [going, int32(maxSteps)], [], true);
  return end;
};
