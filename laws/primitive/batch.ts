/** The rule for batches: as a loop over the examples, without copies of what all examples share. */
import * as fc from 'fast-check';
import { np, type NDArray } from 'fluxion';
import { bind, build, type Mask, type Primitive } from 'fluxion/extend';
import { withReference } from 'fluxion/reference';
import { law, type Law } from '../law.ts';
import { assertAgreement } from './agreement.ts';
import type { Case, Specimen } from './specimen.ts';

interface Batch {
  readonly drawn: Case;
  readonly size: number;
  readonly seed: number;
}

/** Which inputs differ between the examples; at least one of those there are. */
const mappedOf = ({ drawn: { inputs }, seed }: Batch): Mask => {
  const mask = inputs.map((_, i) => ((seed >> i) & 1) === 1);
  return mask.includes(true) ? mask : inputs.map(() => true);
};

/** Example `j` of an input: its elements moved on by `j` places; a lone element is changed. */
const exampleOf = (x: NDArray, j: number): readonly number[] => {
  const values = Array.from(x.dataSync());
  const changed = (value: number): number => (x.dtype === 'bool' ? (value + j) % 2 : value + j);
  return values.length === 1 ? values.map(changed) : values.map((_, i) => values[(i + j) % values.length] ?? 0);
};
const shaped = (x: NDArray, values: readonly number[], shape: readonly number[]): NDArray =>
  np.reshape(np.array(values, x.dtype), shape);

const rowOf = (y: NDArray, j: number): NDArray => {
  const length = y.shape.slice(1).reduce((n, extent) => n * extent, 1);
  return shaped(y, Array.from(y.dataSync()).slice(j * length, (j + 1) * length), y.shape.slice(1));
};

const asLoop = (primitive: Primitive, agreement: Specimen['agreement'], batch: Batch): void => {
  const { drawn, size } = batch;
  const mapped = mappedOf(batch);
  const rows = drawn.inputs.map((x) => Array.from({ length: size }, (_, j) => exampleOf(x, j)));
  const inputs = drawn.inputs.map((x, i) =>
    mapped[i] === true ? shaped(x, (rows[i] ?? []).flat(), [size, ...x.shape]) : x,
  );
  const { outputs, mapped: out } = primitive.batch({ inputs, mapped, size, axis: null, params: drawn.params });
  for (let j = 0; j < size; j++) {
    const example = drawn.inputs.map((x, i) => (mapped[i] === true ? shaped(x, rows[i]?.[j] ?? [], x.shape) : x));
    assertAgreement(
      `${primitive.name}: example ${j} of ${size}, inputs mapped: ${mapped.join(', ')}`,
      agreement === 'numbers' ? 'numbers' : 'bits',
      outputs.map((y, i) => (out[i] === true ? rowOf(y, j) : y)),
      bind(primitive, drawn.params, example),
    );
  }
};

/** No equation of the batch rule repeats an operand that all examples share, where the specimen says that none need. */
const asLean = (primitive: Primitive, lean: readonly number[], batch: Batch): void => {
  const mapped = mappedOf(batch);
  const { size, drawn } = batch;
  const types = drawn.inputs.map((x, i) => ({
    dtype: x.dtype,
    shape: mapped[i] === true ? [size, ...x.shape] : x.shape,
  }));
  const graph = build(
    primitive.name,
    types,
    (inputs) => primitive.batch({ inputs, mapped, size, axis: null, params: drawn.params }).outputs,
  );
  const shared = graph.inputs.filter((_, i) => mapped[i] !== true && lean.includes(i));
  const repeats = graph.equations.find(
    (e) => e.primitive.name === 'broadcast' && shared.some((v) => e.inputs.includes(v)),
  );
  if (repeats !== undefined)
    throw new Error(`${primitive.name}: expected shared operands as they are, got a broadcast`);
};

/** What holds of the batch rule, for each mask of mapped inputs. */
export const batchLaws = (primitive: Primitive, { cases, lean, agreement }: Specimen): readonly Law[] => {
  const drawn = fc.record({ drawn: cases, size: fc.integer({ min: 1, max: 3 }), seed: fc.nat(255) });
  const holds = (name: string, check: (batch: Batch) => void): Law =>
    law(
      `${primitive.name}: ${name}`,
      fc.property(drawn, (batch) => withReference(() => check(batch))),
    );
  return [
    holds('a batch is a loop over its examples', (batch) => asLoop(primitive, agreement, batch)),
    ...(lean === undefined
      ? []
      : [holds('a batch repeats no shared operand', (batch) => asLean(primitive, lean, batch))]),
  ];
};
