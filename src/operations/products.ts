/** Products of vectors, matrices and arrays. */
import { ShapeError } from '../array/errors.ts';
import { type ArrayLike, withWeak, type NDArray } from '../array/ndarray.ts';
import { axesOf, showType } from '../array/type.ts';
import { convert } from '../primitives/arithmetic.ts';
import { broadcast, reduceSum, reshape, transpose } from '../primitives/broadcast.ts';
import { contract, dotGeneral } from '../primitives/contraction.ts';
import { multiply } from './arithmetic.ts';
import { axesFrom } from './axes.ts';
import { broadcastShapes, promote } from './promotion.ts';

/** Two operands of one number type. */
const numbers = (x: ArrayLike, y: ArrayLike): readonly [NDArray, NDArray] => {
  const [a, b] = promote(x, y) as readonly [NDArray, NDArray]; // sound: two in, two out
  return a.dtype === 'bool' ? [convert(a, 'int32'), convert(b, 'int32')] : [a, b];
};

const mismatch = (name: string, x: NDArray, y: NDArray): ShapeError =>
  new ShapeError(
    `${name}: expected the last axis of x to equal the ${y.ndim > 1 ? 'second to last' : 'first'} axis of y, got ${showType(x.type)} and ${showType(y.type)}. Transpose or reshape one of them.`,
    'shape.contract',
  );

/** The matrix product: over the last axis of `x` and the second to last of `y`, leading axes broadcast. Vectors are rows on the left, columns on the right. */
export const matmul = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [x, y] = numbers(a, b);
  if (x.ndim === 0 || y.ndim === 0)
    throw new ShapeError(
      `matmul: expected arrays of at least one axis, got ${showType(x.type)} and ${showType(y.type)}. Use multiply for scalars.`,
      'shape.rank',
    );
  const inner = y.ndim > 1 ? y.ndim - 2 : 0;
  if (x.shape[x.ndim - 1] !== y.shape[inner]) throw mismatch('matmul', x, y);
  if (y.ndim <= 2) return dotGeneral(x, y, { contract: [[x.ndim - 1], [inner]], batch: [[], []] });
  const lead = broadcastShapes('matmul', [
    { dtype: x.dtype, shape: x.shape.slice(0, -2) },
    { dtype: y.dtype, shape: y.shape.slice(0, -2) },
  ]);
  const spread = (z: NDArray): NDArray => {
    const own = z.shape.slice(-2);
    return broadcast(
      z,
      [...lead, ...own],
      axesOf(z.shape).map((axis) => axis + lead.length - z.ndim + own.length),
    );
  };
  const [left, right] = [x.ndim === 1 ? x : spread(x), spread(y)];
  // Counted anew: leading axes may have come in front.
  const second = right.ndim - 2;
  if (left.ndim === 1) return dotGeneral(left, right, { contract: [[0], [second]], batch: [[], []] });
  const batch = lead.map((_, axis) => axis);
  return dotGeneral(left, right, { contract: [[left.ndim - 1], [second]], batch: [batch, batch] });
};

/** NumPy's dot: inner product of vectors, matrix product of matrices, else over the last axis of `x` and the second to last of `y`. */
export const dot = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [x, y] = numbers(a, b);
  if (x.ndim === 0 || y.ndim === 0) return multiply(x, y);
  const inner = y.ndim > 1 ? y.ndim - 2 : 0;
  if (x.shape[x.ndim - 1] !== y.shape[inner]) throw mismatch('dot', x, y);
  return dotGeneral(x, y, { contract: [[x.ndim - 1], [inner]], batch: [[], []] });
};
/** The sum of products of all elements. */
export const vdot = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [x, y] = numbers(a, b);
  return dot(reshape(x, [x.size]), reshape(y, [y.size]));
};
/** Products of all pairs of elements. */
export const outer = (a: ArrayLike, b: ArrayLike): NDArray => {
  const [x, y] = numbers(a, b);
  return dotGeneral(reshape(x, [x.size]), reshape(y, [y.size]), { contract: [[], []], batch: [[], []] });
};
/** Over the given axes of both, or over the last `n` of `x` and the first `n` of `y`. */
export const tensordot = (
  a: ArrayLike,
  b: ArrayLike,
  axes: number | readonly [readonly number[], readonly number[]] = 2,
): NDArray => {
  const [x, y] = numbers(a, b);
  const pairs =
    typeof axes === 'number'
      ? ([axesOf(x.shape).slice(x.ndim - axes), axesOf(y.shape).slice(0, axes)] as const)
      : ([axesFrom('tensordot', x.type, axes[0]), axesFrom('tensordot', y.type, axes[1])] as const);
  return dotGeneral(x, y, { contract: pairs, batch: [[], []] });
};

/** The axes of one operand by letters, repeated letters taken along the diagonal. */
interface Lettered {
  readonly value: NDArray;
  readonly letters: string;
}

const readEinsum = (
  expression: string,
  operands: readonly NDArray[],
): { readonly inputs: readonly string[]; readonly output: string } => {
  const [left = '', right] = expression.replaceAll(' ', '').split('->');
  const inputs = left.split(',');
  const bad = inputs.findIndex(
    (letters, i) =>
      !/^[a-zA-Z]*$/.test(letters) || letters.length !== operands[i]?.ndim || new Set(letters).size !== letters.length,
  );
  if (inputs.length !== operands.length || bad >= 0)
    throw new ShapeError(
      `einsum: expected a letter for each axis, none twice in one operand, got '${expression}' for ${operands.map((x) => showType(x.type)).join(', ')}.`,
      'shape.einsum',
    );
  const counts = Array.from(inputs.join('')).reduce(
    (map, c) => map.set(c, (map.get(c) ?? 0) + 1),
    new Map<string, number>(),
  );
  return {
    inputs,
    output:
      right ??
      [...counts]
        .filter(([, n]) => n === 1)
        .map(([c]) => c)
        .sort()
        .join(''),
  };
};

const multiplyPair = (x: Lettered, y: Lettered, keep: string): Lettered => {
  const letters = [...new Set(Array.from(x.letters + y.letters))];
  const extents = letters.map((c) => {
    const [i, j] = [x.letters.indexOf(c), y.letters.indexOf(c)];
    const [m, n] = [x.value.shape[i], y.value.shape[j]];
    if (m !== undefined && n !== undefined && m !== n)
      throw new ShapeError(
        `einsum: expected one extent for axis '${c}', got ${showType(x.value.type)} and ${showType(y.value.type)}. Equal letters are equal extents.`,
        'shape.contract',
      );
    return m ?? n ?? 1;
  });
  const output = letters.filter((c) => keep.includes(c));
  const labels = (text: Iterable<string>): readonly number[] => Array.from(text, (c) => letters.indexOf(c));
  const value = contract(x.value, y.value, {
    extents,
    left: labels(x.letters),
    right: labels(y.letters),
    output: labels(output),
    shape: labels(output).map((l) => extents[l] ?? 1),
  });
  return { value, letters: output.join('') };
};

/**
 * Sums of products in Einstein's notation.
 *
 * @example einsum('bij,bjk->bik', x, y)
 */
export const einsum = (expression: string, ...values: readonly ArrayLike[]): NDArray => {
  const operands = promote(...values);
  const { inputs, output } = readEinsum(expression, operands);
  const parts = inputs.map((letters, i): Lettered => ({ letters, value: operands[i] as NDArray })); // sound: as many letters as operands
  const total = parts.reduce((x, y, i) => multiplyPair(x, y, output + inputs.slice(i + 1).join('')));
  const gone = Array.from(total.letters).flatMap((c, axis) => (output.includes(c) ? [] : [axis]));
  const summed = reduceSum(total.value, gone);
  const left = Array.from(total.letters).filter((c) => output.includes(c));
  return withWeak(
    transpose(
      summed,
      Array.from(output, (c) => left.indexOf(c)),
    ),
    false,
  );
};
