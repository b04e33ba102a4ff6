/** Calling JavaScript from inside a program: for printing, for looking, for functions that only JavaScript has. */
import type { NDArray } from '../array/ndarray.ts';
import type { ArrayType } from '../array/type.ts';
import { UnsupportedError } from '../array/errors.ts';
import type { Primitive } from '../core/primitive.ts';
import { bind } from '../core/trace.ts';
import { define, noTangent } from '../primitives/record.ts';
import { sliceAxis, concatenate } from '../primitives/slicing.ts';
import { reshape } from '../primitives/broadcast.ts';

export type Callback = (inputs: readonly NDArray[]) => readonly NDArray[];

interface Host {
  readonly callback: Callback;
  readonly outputs: readonly ArrayType[];
  /** An effect is kept in order, happens once and is never dropped; a pure callback may be. */
  readonly ordered: boolean;
}

const batchedCallbacks = new WeakMap<Callback, Map<string, Callback>>();

/** A callback applied to each example of a batch in turn; the same function each time, so that programs with it have one key. */
const overExamples = (callback: Callback, size: number, mapped: readonly boolean[]): Callback => {
  const row = batchedCallbacks.get(callback) ?? new Map<string, Callback>();
  batchedCallbacks.set(callback, row);
  const name = `${size} ${mapped.join()}`;
  const known = row.get(name);
  if (known !== undefined) return known;
  const example = (x: NDArray, i: number): NDArray => reshape(sliceAxis(x, 0, i, i + 1), x.shape.slice(1));
  const made: Callback = (inputs) => {
    const rows = Array.from({ length: size }, (_, i) =>
      callback(inputs.map((x, n) => (mapped[n] === true ? example(x, i) : x))),
    );
    return (rows[0] ?? []).map((_, n) =>
      concatenate(
        rows.map((results) => addAxis(results[n])).flatMap((y) => y ?? []),
        0,
      ),
    );
  };
  row.set(name, made);
  return made;
};

const addAxis = (y: NDArray | undefined): NDArray | null => (y === undefined ? null : reshape(y, [1, ...y.shape]));

export const hostPrimitive: Primitive<Host> = define<Host>({
  name: 'host',
  infer: (_, { outputs }) => outputs,
  kernel: ({ callback }) => ({ kind: 'host', callback }),
  jvp: (moving) => {
    if (!moving.params.ordered)
      throw new UnsupportedError(
        'pureCallback: expected no derivative, got one asked for. Wrap it in customJvp or customVjp.',
        'unsupported.callback',
      );
    return noTangent(moving);
  },
  transpose: () => {
    throw new UnsupportedError(
      'pureCallback: expected no derivative, got one asked for. Wrap it in customVjp.',
      'unsupported.callback',
    );
  },
  batch: ({ inputs, mapped, size, params }) => {
    const types = params.outputs.map((t) => ({ dtype: t.dtype, shape: [size, ...t.shape] }));
    const outputs = bind(
      hostPrimitive,
      { ...params, callback: overExamples(params.callback, size, mapped), outputs: types },
      inputs,
    );
    return { outputs, mapped: outputs.map(() => true) };
  },
  effect: ({ ordered }) => (ordered ? 'ordered' : 'none'),
});

/** Call JavaScript with these values when the program runs. */
export const host = (
  callback: Callback,
  inputs: readonly NDArray[],
  outputs: readonly ArrayType[],
  ordered: boolean,
): readonly NDArray[] => bind(hostPrimitive, { callback, outputs, ordered }, inputs);
