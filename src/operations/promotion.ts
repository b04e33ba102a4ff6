/** From what users write to arrays of one type and shape: conversion, promotion, broadcasting. */
import { allocate, dtypeOfStore, isFloat, resultType, roundTo, type DType } from '../array/dtype.ts';
import { DTypeError, ShapeError } from '../array/errors.ts';
import { type ArrayLike, fromStore, isNDArray, splat, withWeak, type NDArray } from '../array/ndarray.ts';
import { sameType, showType, type Shape } from '../array/type.ts';
import { convert } from '../primitives/arithmetic.ts';
import { broadcast, reshape } from '../primitives/broadcast.ts';
import { concatenate } from '../primitives/slicing.ts';

/** Whether an element type holds a whole number exactly. */
const holds = (dtype: DType, value: number): boolean => roundTo(dtype, value) === value;

/** A JavaScript number or boolean as a weak scalar: whole numbers yield to integers and floats, fractions to floats. */
const scalarOf = (value: number | boolean): NDArray => {
  if (typeof value === 'boolean') return splat({ dtype: 'bool', shape: [] }, value ? 1 : 0);
  const isWhole = Number.isInteger(value) && !Object.is(value, -0);
  const dtype = !isWhole ? 'float32' : holds('int32', value) ? 'int32' : holds('uint32', value) ? 'uint32' : 'float32';
  return splat({ dtype, shape: [] }, value, true);
};

const isList = (value: ArrayLike): value is readonly ArrayLike[] => Array.isArray(value);

/** An operand as an array. Numbers are weak; nested lists are float32 (bool if all are), and may contain arrays and traced values. */
export const asOperand = (value: ArrayLike): NDArray => {
  if (isNDArray(value)) return value;
  if (typeof value === 'number' || typeof value === 'boolean') return scalarOf(value);
  if (isList(value)) return fromList(value);
  const dtype = dtypeOfStore(value);
  if (dtype === undefined)
    throw new DTypeError(
      `array: expected numbers, booleans, typed arrays or nested lists of them, got ${describe(value)}. Convert it first.`,
      'dtype.unknown',
    );
  return fromStore(
    { dtype, shape: [value.length] },
    value instanceof Uint8ClampedArray ? Uint8Array.from(value) : value.slice(),
  );
};

const describe = (value: unknown): string =>
  value === null ? 'null' : typeof value === 'object' ? (value.constructor?.name ?? 'an object') : typeof value;

/** A nested list as an array: of `dtype` if it holds numbers and booleans only and one is wanted. */
export const fromList = (list: readonly ArrayLike[], dtype?: DType): NDArray => {
  const shape = shapeOfList(list);
  const flat: (number | boolean)[] = [];
  const isPlain = (item: ArrayLike): boolean =>
    isList(item) ? item.every(isPlain) : (typeof item === 'number' || typeof item === 'boolean') && flat.push(item) > 0;
  if (!isPlain(list)) return stackList(list);
  const isBool = flat.length > 0 && flat.every((x) => typeof x === 'boolean');
  const type = dtype ?? (isBool ? 'bool' : 'float32');
  const store = allocate(type, flat.length);
  for (let i = 0; i < flat.length; i++) store[i] = roundTo(type, Number(flat[i]));
  return fromStore({ dtype: type, shape }, store);
};

/** The shape of a nested list; lists of unequal length have none. */
const shapeOfList = (item: ArrayLike, path = ''): Shape => {
  if (!isList(item)) return isNDArray(item) ? item.shape : ArrayBuffer.isView(item) ? [item.length] : [];
  const inner = item.map((row, i) => shapeOfList(row, `${path}[${i}]`));
  const first = inner[0] ?? [];
  const odd = inner.findIndex((s) => s.length !== first.length || s.some((n, i) => n !== first[i]));
  if (odd >= 0)
    throw new ShapeError(
      `array: expected rows of one shape, got shape [${first.join(', ')}] at ${path}[0] and [${(inner[odd] ?? []).join(', ')}] at ${path}[${odd}]. Pad or cut the rows.`,
      'shape.ragged',
    );
  return [item.length, ...first];
};

const stackList = (list: readonly ArrayLike[]): NDArray => {
  const items = promote(...list.map(asOperand));
  return concatenate(
    items.map((x) => reshape(x, [1, ...x.shape])),
    0,
  );
};

/** The operands in their common element type (JAX's lattice). */
export const promote = (...values: readonly ArrayLike[]): readonly NDArray[] => {
  const xs = values.map(asOperand);
  const { dtype, weak } = commonType(xs);
  return xs.map((x, i) => {
    const literal = values[i];
    if (typeof literal !== 'number') return withWeak(convert(x, dtype), weak);
    if (!isFloat(dtype) && !holds(dtype, literal))
      throw new DTypeError(
        `number: expected one that ${dtype} holds, got ${literal}. Convert the array with astype first.`,
        'dtype.range',
      );
    // A number is rounded once, to the common type: 0.1 meeting float64 is 0.1.
    return splat({ dtype, shape: [] }, literal, weak);
  });
};

/** The common element type. A weak fraction, or a traced number, turns integers into float32. */
const commonType = (xs: readonly NDArray[]): { readonly dtype: DType; readonly weak: boolean } =>
  resultType(xs.map((x) => ({ dtype: x.dtype, weak: x.weak })));

/** The shape to which all broadcast (NumPy's rule). */
export const broadcastShapes = (
  name: string,
  xs: readonly { readonly shape: Shape; readonly dtype: DType }[],
): Shape => {
  const rank = Math.max(0, ...xs.map((x) => x.shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const extents = xs.map((x) => x.shape[axis - rank + x.shape.length] ?? 1).filter((n) => n !== 1);
    const [first = 1] = extents;
    if (extents.some((n) => n !== first))
      throw new ShapeError(
        `${name}: expected shapes that broadcast, got ${xs.map(showType).join(' and ')}. Extents must agree or be 1, counted from the last axis.`,
        'shape.broadcast',
      );
    return first;
  });
};

/** `x` repeated to `shape`, its axes being the last. */
export const broadcastTo = (x: NDArray, shape: Shape): NDArray =>
  withWeak(
    broadcast(
      x,
      shape,
      x.shape.map((_, axis) => axis + shape.length - x.ndim),
    ),
    x.weak,
  );

/** Two operands that agree as they are, or a float array and a number: the commonest cases, without the general rules. */
const alignedPair = (a: ArrayLike, b: ArrayLike): readonly [NDArray, NDArray] | null => {
  if (isNDArray(a)) {
    if (isNDArray(b)) return a.weak === b.weak && sameType(a.type, b.type) ? [a, b] : null;
    return typeof b === 'number' && isFloat(a.dtype) ? [a, splat(a.type, b, a.weak)] : null;
  }
  return typeof a === 'number' && isNDArray(b) && isFloat(b.dtype) ? [splat(b.type, a, b.weak), b] : null;
};

/** The operands in one type and shape. */
export const align = (name: string, ...values: readonly ArrayLike[]): readonly NDArray[] => {
  const [first, second] = values;
  const quick = values.length === 2 && first !== undefined && second !== undefined ? alignedPair(first, second) : null;
  if (quick !== null) return quick;
  const xs = promote(...values);
  const shape = broadcastShapes(name, xs);
  return xs.map((x) => broadcastTo(x, shape));
};

/** One operand as float: integers and booleans become float32. */
export const asFloat = (value: ArrayLike): NDArray => {
  const x = asOperand(value);
  return isFloat(x.dtype) ? x : withWeak(convert(x, 'float32'), x.weak);
};
