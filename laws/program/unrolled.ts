/** What the operations that hold programs abbreviate, written out in plain JavaScript: another meaning for the same programs. */
import { np, type NDArray } from 'fluxion';
import type { Flat, FlatFunction } from '../numeric.ts';
import { operations, valuesOf, type Sample } from './arbitrary.ts';
import { at, functionOf, type Apply, type Operands } from './program.ts';

const plain: Apply = ({ inputs, bodies }) => at(bodies, 0)(inputs);
const slice = (x: NDArray, i: number, axis = 0): NDArray => np.squeeze(np.take(x, [i], axis), axis);
const stacked = (rows: readonly Flat[]): Flat => at(rows, 0).map((_, n) => np.stack(rows.map((row) => at(row, n))));

const scanning = operations['scan'] ?? plain;

/** The steps one after another; a loop without steps keeps its own meaning, which says the type of the empty result. */
const scan: Apply = (operands) => {
  const { inputs, params, bodies } = operands;
  const [start, xs] = [at(inputs, 0), at(inputs, 1)];
  const length = at(xs.shape, 0);
  if (length === 0) return scanning(operands);
  const order = Array.from({ length }, (_, i) => (params['reverse'] === true ? length - 1 - i : i));
  const rows: Flat[] = [];
  let carry = start;
  for (const i of order) {
    const [next, ...ys] = at(bodies, 0)([carry, slice(xs, i)]);
    carry = next ?? carry;
    rows[i] = ys;
  }
  return [carry, ...stacked(rows)];
};

const associativeScan: Apply = ({ inputs, params }) => {
  const [x, axis] = [at(inputs, 0), Number(params['axis'])];
  const length = at(x.shape, axis);
  if (length === 0) return [x];
  const order = Array.from({ length }, (_, i) => (params['reverse'] === true ? length - 1 - i : i));
  const rows: NDArray[] = [];
  let total: NDArray | null = null;
  for (const i of order) {
    const own = slice(x, i, axis);
    total = total === null ? own.mul(0.5) : np.tanh(own).mul(0.5).mul(total).add(own.mul(0.5));
    rows[i] = total;
  }
  return [np.stack(rows, axis)];
};

const linearTranspose: Apply = ({ inputs }) => {
  const scaled = at(inputs, 0)
    .mul(0.25)
    .mul(np.sin(at(inputs, 1)));
  return [np.flip(np.cumsum(np.flip(scaled, 0), 0), 0)];
};

const foriLoop: Apply = ({ inputs, params, bodies }) => {
  let carry = at(inputs, 0);
  for (let i = 0; i < Number(params['steps']); i++) carry = at(at(bodies, 0)([np.array(i, 'int32'), carry]), 0);
  return [carry];
};

const vmap: Apply = ({ inputs, params, bodies }) => {
  const axes = params['inAxes'] as readonly (number | null)[]; // sound: made so with the instruction
  const first = at(axes, 0) ?? 0;
  const size = at(at(inputs, 0).shape, first);
  return stacked(
    Array.from({ length: size }, (_, i) =>
      at(
        bodies,
        0,
      )(
        inputs.map((x, n) => {
          const axis = axes[n] ?? null;
          return axis === null ? x : slice(x, i, axis);
        }),
      ),
    ),
  );
};

const branchBy =
  (choose: (test: NDArray, yes: () => Flat, no: () => Flat) => Flat): Apply =>
  ({ inputs, bodies }) => {
    const own = inputs.slice(1);
    return choose(
      at(inputs, 0),
      () => at(bodies, 0)(own),
      () => at(bodies, 1)(own),
    );
  };

const shared: { readonly [name: string]: Apply } = {
  ...operations,
  jit: plain,
  checkpoint: plain,
  keepProducts: plain,
  customJvp: plain,
  customVjp: plain,
  scan,
  associativeScan,
  linearTranspose,
  foriLoop,
  vmap,
};

/** All steps that may be needed are made, and where the loop has ended their results are not taken. It serves everywhere. */
const maskedLoop: Apply = ({ inputs, params, bodies }) => {
  let carry = at(inputs, 0);
  let going = carry.sum().less(1.5);
  for (let i = 0; i < Number(params['steps']); i++) {
    const next = at(at(bodies, 0)([np.array(i, 'int32'), carry]), 0);
    carry = np.where(going, next, carry);
    going = np.logicalAnd(going, carry.sum().less(1.5));
  }
  return [carry];
};

/** Choices are made by `where`: both branches run. It serves everywhere. */
export const selecting: { readonly [name: string]: Apply } = {
  ...shared,
  boundedLoop: maskedLoop,
  cond: branchBy((test, yes, no) => {
    const other = no();
    return yes().map((y, i) => np.where(test, y, at(other, i)));
  }),
};

const whileLoop: Apply = ({ inputs, params, bodies }: Operands) => {
  let carry = at(inputs, 0);
  for (let i = 0; i < Number(params['steps']) && Number(carry.sum().item()) < 1.5; i++)
    carry = at(at(bodies, 0)([np.array(i, 'int32'), carry]), 0);
  return [carry];
};

/** Choices are made by reading values in JavaScript, as is possible where the values are known. */
export const reading: { readonly [name: string]: Apply } = {
  ...shared,
  cond: branchBy((test, yes, no) => (test.item() === true ? yes() : no())),
  whileLoop,
  boundedLoop: whileLoop,
};

/** The function of a case under other meanings of its operations. */
export const meaning = ({ program }: Sample, meanings: { readonly [name: string]: Apply }): FlatFunction =>
  functionOf(program, meanings, 'float64');

/** Values of the inputs for several examples. */
export const examplesOf = ({ program, seed }: Sample, size: number): readonly Flat[] =>
  Array.from({ length: size }, (_, k) => valuesOf(program.inputs, seed + 17 * k));
