/** What a primitive computes is what its name says, and of the type that it says. */
import * as fc from 'fast-check';
import { np, type DType, type NDArray } from 'fluxion';
import type { Primitive } from 'fluxion/extend';
import { law, type Law } from '../law.ts';
import { assertAgreement } from './agreement.ts';
import { referenceOf } from './compiled.ts';
import type { Meaning, Specimen } from './specimen.ts';

const show = (x: { readonly dtype: string; readonly shape: readonly number[] }): string =>
  `${x.dtype}[${x.shape.join(',')}]`;

/** The element that an exact result becomes. */
const element = (dtype: DType, value: number): number => {
  if (dtype === 'float64') return value;
  if (dtype === 'float32') return Math.fround(value);
  if (dtype === 'bool') return Number(value !== 0);
  return dtype === 'int32' ? value | 0 : dtype === 'uint32' ? value >>> 0 : value & 255;
};

const byElement = (meaning: Meaning, inputs: readonly NDArray[], result: NDArray): NDArray => {
  const columns = inputs.map((x) => x.dataSync());
  const dtype = inputs.at(-1)?.dtype ?? result.dtype;
  const values = Array.from({ length: result.size }, (_, i) =>
    element(result.dtype, meaning(dtype, ...columns.map((column) => column[i] ?? NaN))),
  );
  return np.reshape(np.array(values, result.dtype), result.shape);
};

/** The types of the outputs, and their elements where the specimen says what these mean. */
export const meaningLaws = (primitive: Primitive, { cases, meaning }: Specimen): readonly Law[] => [
  law(
    `${primitive.name}: the outputs have the types that they should have`,
    fc.property(cases, (drawn) => {
      const wanted = drawn.results.map(show).join(' ');
      const inferred = primitive.infer(
        drawn.inputs.map((x) => x.type),
        drawn.params,
      );
      const got = referenceOf(primitive, drawn).map((x) => x.type);
      for (const types of [inferred, got])
        if (types.map(show).join(' ') !== wanted)
          throw new Error(`${primitive.name}: expected ${wanted}, got ${types.map(show).join(' ')}`);
    }),
  ),
  ...(meaning === undefined
    ? []
    : [
        law(
          `${primitive.name}: each element is what the name says`,
          fc.property(cases, (drawn) => {
            const got = referenceOf(primitive, drawn);
            assertAgreement(
              primitive.name,
              'bits',
              got,
              got.map((y) => byElement(meaning, drawn.inputs, y)),
            );
          }),
        ),
      ]),
];
