/** Images `[..., h, w, c]` moved, turned and cut: pure functions that `jit`, `vmap` and `grad` take. */
import { ShapeError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { extentsOf, type Pair } from '../operations/image-resize.ts';
import { flip } from '../operations/manipulation.ts';
import { asOperand } from '../operations/promotion.ts';
import { convert } from '../primitives/arithmetic.ts';
import { dynamicSlice } from '../primitives/dynamic-slicing.ts';

/** Left and right exchanged. */
export const flipLeftRight = (image: NDArray): NDArray => {
  extentsOf('flipLeftRight', image);
  return flip(image, -2);
};
/** Top and bottom exchanged. */
export const flipUpDown = (image: NDArray): NDArray => {
  extentsOf('flipUpDown', image);
  return flip(image, -3);
};

const checkPart = (operation: string, image: NDArray, [height, width]: Pair): void => {
  const { h, w } = extentsOf(operation, image);
  if (!(Number.isInteger(height) && Number.isInteger(width) && height >= 1 && width >= 1 && height <= h && width <= w))
    throw new ShapeError(
      `${operation}: expected a part of ${showType(image.type)}, got [${height}, ${width}]. Resize or pad the image first.`,
      'shape.image',
    );
};

/** The part of an image of a size that begins at a row and a column, which may be traced; it is moved inside where it would not fit. */
export const crop = (
  image: NDArray,
  [top, left]: readonly [number | NDArray, number | NDArray],
  size: Pair,
): NDArray => {
  checkPart('crop', image, size);
  const lead = image.shape.slice(0, -3);
  const { c } = extentsOf('crop', image);
  const starts = [...lead.map(() => 0), top, left, 0].map((start) => convert(asOperand(start), 'int32'));
  return dynamicSlice(image, starts, [...lead, ...size, c]);
};

/** The middle of an image; of an odd remainder the smaller half is cut off at the top and at the left. */
export const centerCrop = (image: NDArray, size: Pair): NDArray => {
  checkPart('centerCrop', image, size);
  const { h, w } = extentsOf('centerCrop', image);
  return crop(image, [Math.floor((h - size[0]) / 2), Math.floor((w - size[1]) / 2)], size);
};
