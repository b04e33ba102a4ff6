/** Sums of products in Einstein's notation. */
import { type ArrayLike, withWeak, type NDArray } from '../array/ndarray.ts';
import { ShapeError } from '../array/errors.ts';
import { convert } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum, reshape, transpose } from '../primitives/broadcast.ts';
import { contract } from '../primitives/contraction.ts';
import { slice } from '../primitives/slicing.ts';
import { afterPair, contractionOrder, type Pair } from './contraction-order.ts';
import { readEinsum, type EinsumExpression, type Label } from './einsum-expression.ts';
import { promote } from './promotion.ts';

/** An operand and the labels of its axes. */
interface Labelled {
  readonly value: NDArray;
  readonly labels: readonly Label[];
}

/** The diagonal of the last two axes, which have one extent: every `n + 1`st of their elements. */
export const diagonalOfLast = (x: NDArray): NDArray => {
  const n = x.shape.at(-1) ?? 0;
  const lead = x.shape.slice(0, -2);
  if (n === 0) return reshape(x, [...lead, 0]);
  const flat = reshape(x, [...lead, n * n]);
  return slice(flat, [...lead.map(() => 0), 0], flat.shape, [...lead.map(() => 1), n + 1]);
};

/** Repeated labels taken along the diagonal, one by one. */
const withoutRepeats = ({ value, labels }: Labelled): Labelled => {
  const second = labels.findIndex((label, axis) => labels.indexOf(label) < axis);
  const label = labels[second];
  if (label === undefined) return { value, labels };
  const first = labels.indexOf(label);
  const rest = labels.map((_, axis) => axis).filter((axis) => axis !== first && axis !== second);
  const square = transpose(value, [...rest, first, second]);
  return withoutRepeats({
    value: diagonalOfLast(square),
    labels: [...rest.map((axis) => labels[axis] ?? label), label],
  });
};

/** Without axes of extent 1 that others have longer. */
const withoutSingles = ({ value, labels }: Labelled, { extents }: EinsumExpression): Labelled => {
  const isKept = labels.map((label, axis) => value.shape[axis] !== 1 || extents.get(label) === 1);
  return {
    value: reshape(
      value,
      value.shape.filter((_, axis) => isKept[axis] === true),
    ),
    labels: labels.filter((_, axis) => isKept[axis] === true),
  };
};

/** The sum over the labels that nobody needs. */
const summed = ({ value, labels }: Labelled, needed: ReadonlySet<Label>): Labelled => ({
  value: reduceSum(
    value,
    labels.flatMap((label, axis) => (needed.has(label) ? [] : [axis])),
  ),
  labels: labels.filter((label) => needed.has(label)),
});

const multiplied = (x: Labelled, y: Labelled, kept: readonly Label[], expression: EinsumExpression): Labelled => {
  const all = [...new Set([...x.labels, ...y.labels])];
  const extents = all.map((label) => expression.extents.get(label) ?? 1);
  const numbered = (labels: readonly Label[]): readonly number[] => labels.map((label) => all.indexOf(label));
  const output = numbered(kept);
  const value = contract(x.value, y.value, {
    extents,
    left: numbered(x.labels),
    right: numbered(y.labels),
    output,
    shape: output.map((label) => extents[label] ?? 1),
  });
  return { value, labels: kept };
};

/** The axes in the order of the output; those of extent 1 everywhere but in the output are repeated. */
const arranged = ({ value, labels }: Labelled, { output, extents }: EinsumExpression): NDArray => {
  const present = output.filter((label) => labels.includes(label));
  const ordered = transpose(
    value,
    present.map((label) => labels.indexOf(label)),
  );
  return broadcast(
    ordered,
    output.map((label) => extents.get(label) ?? 1),
    present.map((label) => output.indexOf(label)),
  );
};

interface Prepared {
  readonly expression: EinsumExpression;
  readonly parts: readonly Labelled[];
}

const prepare = (text: string, values: readonly ArrayLike[]): Prepared => {
  if (values.length === 0) throw new ShapeError(`einsum: expected operands, got none for '${text}'. Give arrays.`);
  const operands = promote(...values).map((x) => (x.dtype === 'bool' ? convert(x, 'int32') : x));
  const expression = readEinsum(
    text,
    operands.map((x) => x.type),
  );
  const single = expression.inputs.map((labels, i) =>
    // Sound: as many terms as operands.
    withoutSingles(withoutRepeats({ value: operands[i] as NDArray, labels }), expression),
  );
  const parts = single.map((part, i) => {
    const others = single.flatMap(({ labels }, k) => (k === i ? [] : labels));
    return summed(part, new Set([...expression.output, ...others]));
  });
  return { expression, parts };
};

const orderOf = ({ expression, parts }: Prepared): ReturnType<typeof contractionOrder> =>
  contractionOrder(
    parts.map(({ labels }) => labels),
    expression.output,
    expression.extents,
  );

/**
 * Sums of products in Einstein's notation, every expression of NumPy: repeated letters are diagonals, `...` stands for axes that broadcast,
 * without an arrow the letters that occur once are kept. Many operands are multiplied pair by pair in the order of `einsumPath`.
 *
 * @example einsum('bij,bjk->bik', x, y)
 */
export const einsum = (expression: string, ...values: readonly ArrayLike[]): NDArray => {
  const prepared = prepare(expression, values);
  const { parts, expression: read } = prepared;
  const list = orderOf(prepared).path.reduce<readonly Labelled[]>((some, pair) => multiplyAt(some, pair, read), parts);
  // Sound: one operand at least, and each pair leaves one.
  return withWeak(arranged(list[0] as Labelled, read), false);
};

const multiplyAt = (list: readonly Labelled[], [i, j]: Pair, read: EinsumExpression): readonly Labelled[] => {
  const kept = afterPair(
    list.map(({ labels }) => labels),
    [i, j],
    read.output,
  );
  // Sound: a path names operands that there are.
  const product = multiplied(list[i] as Labelled, list[j] as Labelled, kept.at(-1) ?? [], read);
  return [...list.filter((_, k) => k !== i && k !== j), product];
};

export interface EinsumPath {
  /** Which two operands are multiplied, by their places in the list; the product goes to its end. */
  readonly path: readonly Pair[];
  /** Multiplications and additions in this order. */
  readonly flops: number;
  /** The same of one loop over all letters. */
  readonly naiveFlops: number;
}

/** The order in which `einsum` multiplies: the cheapest for up to five operands, a greedy one for more. */
export const einsumPath = (expression: string, ...values: readonly ArrayLike[]): EinsumPath => {
  const prepared = prepare(expression, values);
  const { extents, output } = prepared.expression;
  const all = [...extents.values()].reduce((a, b) => a * b, 1);
  return {
    ...orderOf(prepared),
    naiveFlops: all * (values.length - 1 + (extents.size > output.length ? 1 : 0)),
  };
};
