/** Laws about one case of a primitive, and arrays to write them with. */
import { np, type NDArray } from 'fluxion';
import { withReference } from 'fluxion/reference';
import { fact, type Law } from '../law.ts';

/** A law about one case of a primitive. */
export interface Corner {
  readonly name: string;
  readonly law: Law;
}

const show = (values: readonly number[]): string => values.map((v) => (Object.is(v, -0) ? '-0' : String(v))).join(' ');

/** The elements expected, run by the compiler and by the reference. */
export const corner = (name: string, sentence: string, make: () => NDArray, wanted: readonly number[]): Corner => ({
  name,
  law: fact(`${name}: ${sentence}`, () => {
    for (const run of [make, () => withReference(make)]) {
      const got = Array.from(run().dataSync());
      if (got.length !== wanted.length || got.some((v, i) => !Object.is(v, wanted[i])))
        throw new Error(`expected ${show(wanted)}, got ${show(got)}`);
    }
  }),
});

/** A refusal: what `make` throws, with the beginning of its message. */
export const refusal = (name: string, sentence: string, make: () => unknown, message: string): Corner => ({
  name,
  law: fact(`${name}: ${sentence}`, () => {
    let caught: unknown = null;
    try {
      make();
    } catch (error) {
      caught = error;
    }
    if (!(caught instanceof Error) || !caught.message.startsWith(message))
      throw new Error(`expected an error '${message}...', got ${String(caught)}`);
  }),
});

export const f64 = (...values: readonly number[]): NDArray => np.array(values, 'float64');
export const f32 = (...values: readonly number[]): NDArray => np.array(values, 'float32');
export const i32 = (...values: readonly number[]): NDArray => np.array(values, 'int32');
export const u32 = (...values: readonly number[]): NDArray => np.array(values, 'uint32');
export const u8 = (...values: readonly number[]): NDArray => np.array(values, 'uint8');
export const bools = (...values: readonly number[]): NDArray => np.array(values, 'bool');
