/** Vectors for integers. */
import { DTypeError, FluxionError, ShapeError } from '../array/errors.ts';
import { isNDArray, type NDArray } from '../array/ndarray.ts';
import { showShape, showType } from '../array/type.ts';
import { take } from '../operations/indexing.ts';
import { uniform } from '../random/sample.ts';
import { settingsOf } from './parts.ts';
import type { Initializer } from './initializer.ts';
import type { Layer } from './layer.ts';

/** A table of vectors `[count, width]`: a parameter, or state where it is frozen; null in the other place. */
export interface EmbeddingTable {
  readonly table: NDArray | null;
}

export interface EmbeddingOptions {
  /** How the table starts, or vectors made elsewhere, `[count, width]`. Default uniform on `[-0.05, 0.05)`, as in Keras. */
  readonly table?: Initializer | NDArray;
  /** Keep the table as it is: it is state, so that neither gradients nor weight decay reach it. Default false. */
  readonly frozen?: boolean;
}

const small: Initializer = (key, shape) => uniform(key, shape, { minval: -0.05, maxval: 0.05 });

const checkTable = (count: number, width: number, table: NDArray): NDArray => {
  if (table.ndim !== 2 || table.shape[0] !== count || table.shape[1] !== width)
    throw new ShapeError(
      `embedding: expected vectors ${showShape([count, width])}, got ${showType(table.type)}. One row for each integer.`,
      'shape.layer',
    );
  return table;
};

/**
 * The vector of each integer: `[...] -> [..., width]`. The derivative adds up, in each row, what its integers receive. Integers from -count to -1 count from
 * the end; any other out of range gives a vector of NaN and sends no derivative, as in JAX, so that it is seen and not hidden.
 *
 * @example embedding(10_000, 64)
 */
export const embedding = (
  count: number,
  width: number,
  options: EmbeddingOptions = {},
): Layer<EmbeddingTable, EmbeddingTable> => {
  const { table = small, frozen = false } = options;
  if (![count, width].every((n) => Number.isInteger(n) && n >= 1))
    throw new FluxionError(
      'nn.embedding',
      `embedding: expected a count and a width of at least 1, got ${count} and ${width}. There is one vector for each integer below the count.`,
    );
  const given = isNDArray(table) ? checkTable(count, width, table) : null;
  return {
    anatomy: { kind: 'embedding', settings: settingsOf({ count, width, frozen }) },
    init: (key, inputShape) => {
      const made = given ?? (isNDArray(table) ? table : table(key, [count, width]));
      const [moving, kept] = frozen ? [null, made] : [made, null];
      return { params: { table: moving }, state: { table: kept }, outputShape: [...inputShape, width] };
    },
    apply: (params, state, x) => {
      const vectors = params.table ?? state.table;
      if (vectors === null)
        throw new FluxionError(
          'nn.embedding',
          'embedding: expected a table in the parameters or in the state, got none. Pass what init gave.',
        );
      if (x.dtype.startsWith('float') || x.dtype === 'bool')
        throw new DTypeError(
          `embedding: expected integers, got ${showType(x.type)}. Convert them with astype('int32').`,
        );
      return [take(vectors, x, 0), state];
    },
  };
};
