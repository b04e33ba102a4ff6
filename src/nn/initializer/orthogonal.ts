/** Initialisers that keep lengths: rotations, and the identity. */
import { ShapeError } from '../../array/errors.ts';
import { splat, type NDArray } from '../../array/ndarray.ts';
import { sizeOf, type Shape } from '../../array/type.ts';
import { qrOf } from '../../linalg/qr.ts';
import { greaterEqual, multiply, where } from '../../operations/arithmetic.ts';
import { diagonalOfLast } from '../../operations/einsum.ts';
import { eye } from '../../operations/grids.ts';
import { moveaxis, reshape } from '../../operations/manipulation.ts';
import { pad } from '../../operations/padding.ts';
import { matrixTranspose } from '../../operations/products.ts';
import { normal } from '../../random/sample.ts';
import type { Initializer } from './plain.ts';

const check = (name: string, shape: Shape, least: number, isFit = true): void => {
  if (shape.length < least || !isFit)
    throw new ShapeError(
      `${name}: expected ${least === 2 ? 'a shape of at least two axes' : 'a kernel [...field, in, out] with no more inputs than outputs'}, got [${shape.join(', ')}]. Choose another initialiser for it.`,
      'shape.initializer',
    );
};

export interface OrthogonalOptions {
  /** Default 1. */
  readonly scale?: number;
  /** The axis of columns; all others together are rows. Default the last. */
  readonly columnAxis?: number;
}
/**
 * `scale` times a matrix with orthonormal columns, or rows if there are fewer of these, uniform among all of them: `q` of the qr factorisation of normal draws
 * with the signs of the diagonal of `r` (Saxe et al. 2014; Mezzadri 2007).
 */
export const orthogonal =
  ({ scale = 1, columnAxis = -1 }: OrthogonalOptions = {}): Initializer =>
  (key, shape, dtype) => {
    check('orthogonal', shape, 2);
    const at = columnAxis < 0 ? columnAxis + shape.length : columnAxis;
    const columns = shape[at] ?? 1;
    const others = shape.filter((_, axis) => axis !== at);
    const rows = sizeOf(others);
    const isWide = rows < columns;
    const [q, r] = qrOf(normal(key, isWide ? [columns, rows] : [rows, columns], dtype), false);
    const signed = multiply(q, where(greaterEqual(diagonalOfLast(r), 0), scale, -scale));
    return moveaxis(reshape(isWide ? matrixTranspose(signed) : signed, [...others, columns]), -1, at);
  };

/** A matrix `[in, out]` in the middle of a field of zeros. */
const inMiddle = (matrix: NDArray, shape: Shape): NDArray => {
  const field = shape.slice(0, -2);
  const whole = reshape(matrix, [...field.map(() => 1), ...matrix.shape]);
  const around = field.map((n): readonly [number, number] => [(n - 1) >> 1, n - 1 - ((n - 1) >> 1)]);
  return pad(whole, [...around, [0, 0], [0, 0]]);
};

/** An orthogonal matrix in the middle of a convolution kernel `[...field, in, out]` of zeros, so that a convolution keeps lengths (Xiao et al. 2018, algorithm 1). */
export const deltaOrthogonal =
  (options: OrthogonalOptions = {}): Initializer =>
  (key, shape, dtype) => {
    const [inputs = 0, outputs = 0] = shape.slice(-2);
    check('deltaOrthogonal', shape, 3, inputs <= outputs);
    return inMiddle(orthogonal(options)(key, shape.slice(-2), dtype), shape);
  };

/** `gain` (by default 1) times the identity `[in, out]`, in the middle of the field of a convolution kernel. */
export const identity =
  (gain = 1): Initializer =>
  (_, shape, dtype = 'float32') => {
    check('identity', shape, 2);
    const [inputs = 0, outputs = 0] = shape.slice(-2);
    return inMiddle(multiply(eye(inputs, outputs, 0, dtype), splat({ dtype, shape: [] }, gain)), shape);
  };
