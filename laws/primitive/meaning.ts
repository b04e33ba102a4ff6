/** What a primitive computes is what its name says, and of the type that it says. */
import * as fc from 'fast-check';
import { np, type DType, type NDArray } from 'fluxion';
import type { Primitive } from 'fluxion/extend';
import { law, type Law } from '../law.ts';
import { assertAgreement } from './agreement.ts';
import { referenceOf } from './compiled.ts';
import type { Case, Meaning, Specimen } from './specimen.ts';

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

/** These elements, rounded or wrapped, under the type of an output. */
const listed = (y: NDArray, values: readonly number[]): NDArray =>
  np.reshape(
    np.array(
      values.map((value) => element(y.dtype, value)),
      y.dtype,
    ),
    y.shape,
  );

const checkTypes = (primitive: Primitive, drawn: Case): void => {
  const wanted = drawn.results.map(show).join(' ');
  const inferred = primitive.infer(
    drawn.inputs.map((x) => x.type),
    drawn.params,
  );
  const got = referenceOf(primitive, drawn).map((x) => x.type);
  for (const types of [inferred, got])
    if (types.map(show).join(' ') !== wanted)
      throw new Error(`${primitive.name}: expected ${wanted}, got ${types.map(show).join(' ')}`);
};

/** The types of the outputs, and their elements where the specimen says what these mean. */
export const meaningLaws = (
  primitive: Primitive,
  { cases, meaning, elements, agreement }: Specimen,
): readonly Law[] => {
  const holds = (sentence: string, check: (drawn: Case) => void): Law =>
    law(`${primitive.name}: ${sentence}`, fc.property(cases, check));
  const compare = (drawn: Case, wanted: (y: NDArray) => NDArray): void => {
    const got = referenceOf(primitive, drawn).slice(0, 1);
    assertAgreement(primitive.name, agreement, got, got.map(wanted));
  };
  return [
    holds('the outputs have the types that they should have', (drawn) => checkTypes(primitive, drawn)),
    ...(meaning === undefined
      ? []
      : [
          holds('each element is what the name says', (drawn) =>
            compare(drawn, (y) => byElement(meaning, drawn.inputs, y)),
          ),
        ]),
    ...(elements === undefined
      ? []
      : [
          holds('each element is what plain indices give', (drawn) =>
            compare(drawn, (y) => listed(y, elements(drawn))),
          ),
        ]),
  ];
};
