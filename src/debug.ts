/** Looking into programs while they run: printing, callbacks, the search for NaN. */
import { isFloat } from './array/dtype.ts';
import { FluxionError } from './array/errors.ts';
import { cellOf, copyElements, type NDArray } from './array/ndarray.ts';
import { showType } from './array/type.ts';
import { executor, withExecutor, type Executor } from './core/executor.ts';
import { framesOf, handedOn } from './core/origin.ts';
import { replay } from './core/replay.ts';
import { host, type Callback } from './control/callback.ts';
import { flattenArrays } from './lift.ts';
import { unflatten } from './tree/structure.ts';

/** A NaN came out of an operation whose operands had none. */
export class NaNError extends FluxionError {
  override get name(): string {
    return 'NaNError';
  }
  constructor(message: string, place: string | null) {
    super('nan', message, place);
  }
}

/**
 * Print values when the program runs: `{0}`, `{1}` in the text stand for the arguments. Order is kept, nothing is printed twice.
 *
 * @example debug.print('loss {0}', loss)
 */
const print = (text: string, ...values: readonly NDArray[]): void =>
  callback(
    (...seen: readonly NDArray[]) =>
      console.log(text.replace(/\{(\d+)\}/g, (whole, digits: string) => seen[Number(digits)]?.toString() ?? whole)),
    ...values,
  );

/** Call JavaScript with concrete values when the program runs, for its effect. Order is kept, it happens once. */
const callback = <A extends readonly unknown[]>(f: (...args: A) => void, ...args: A): void => {
  const { leaves, structure } = flattenArrays(args);
  const run: Callback = (inputs) => {
    f(...(unflatten(structure, inputs) as unknown as A)); // sound: the structure of the arguments
    return [];
  };
  host(run, leaves, [], true);
};

export const debug = { print, callback };

const hasNaN = (x: NDArray): boolean => {
  if (!isFloat(x.dtype)) return false;
  const { data, value } = cellOf(x);
  return data === null ? Number.isNaN(value) && x.size > 0 : copyElements(x).some(Number.isNaN);
};

/** An executor that looks at every result, inside of called programs too. */
const watching = (inner: Executor): Executor => ({
  name: `${inner.name}, watched for NaN`,
  run: (primitive, params, inputs) => {
    const types = inputs.map((x) => x.type);
    const kernel = primitive.kernel(params, types, primitive.infer(types, params));
    if (kernel.kind === 'call') return replay(kernel.graph, inputs);
    const results = inner.run(primitive, params, inputs);
    if (!results.some(hasNaN) || inputs.some(hasNaN)) return results;
    throw new NaNError(
      `${primitive.name}: expected numbers from numbers, got NaN from ${types.map(showType).join(', ')}. Look at the operands; where(c, f(x), 0) still computes f outside c.`,
      framesOf(handedOn())[0] ?? null,
    );
  },
});

/** Run `body` so that the first operation that makes a NaN out of numbers throws a `NaNError` naming it and the user's line. Slow. */
export const debugNans = <A>(body: () => A): A => withExecutor(watching(executor()), body);
