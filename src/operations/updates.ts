/** Writing by index expressions: `x.at(ids).add(1)` is an array like `x` but for what stands at the positions. */
import type { Indices, Updates } from '../array/index-expression.ts';
import { ShapeError } from '../array/errors.ts';
import { type ArrayLike, isNDArray, splat, withWeak, type NDArray } from '../array/ndarray.ts';
import { axesOf, showShape, showType, type ArrayType, type Shape } from '../array/type.ts';
import { convert } from '../primitives/arithmetic.ts';
import { reshape, transpose } from '../primitives/broadcast.ts';
import { like } from '../primitives/elementwise.ts';
import { scatter, type Scatter } from '../primitives/indexing.ts';
import { select } from '../primitives/logic.ts';
import * as a from './arithmetic.ts';
import { cutOut, putIn } from './index-part.ts';
import { disarranged, planOf, type Plan } from './index-plan.ts';
import { readIndices, type Expression } from './index-syntax.ts';
import { readBy } from './lookup.ts';
import { asOperand, broadcastTo, fromList } from './promotion.ts';

type Combine = Scatter['combine'];
type Binary = (x: ArrayLike, y: ArrayLike) => NDArray;

/** A write: as a function of what stands there and of the value, and how it is done at positions that may repeat. */
interface Write {
  readonly name: string;
  readonly join: Binary;
  /** What changes nothing. */
  readonly neutral: number;
  readonly scattered: (at: Lookup, values: NDArray) => NDArray;
}
interface Lookup {
  readonly x: NDArray;
  readonly at: NDArray;
  readonly isUnique: boolean;
}

const combining =
  (combine: Combine) =>
  ({ x, at, isUnique }: Lookup, values: NDArray): NDArray =>
    scatter(x, at, values, { batch: 0, combine, unique: isUnique });
/** Of booleans, sums are "or" and products "and". */
const combiningOr =
  (combine: Combine, onBool: Combine) =>
  (at: Lookup, values: NDArray): NDArray =>
    combining(at.x.dtype === 'bool' ? onBool : combine)(at, values);
/** The product of all values at each position, 1 where there is none. */
const factors = (at: Lookup, values: NDArray): NDArray => combining('mul')({ ...at, x: like(at.x, 1) }, values);
const raised = (at: Lookup, values: NDArray): NDArray => {
  const isTouched = scatter(
    splat({ dtype: 'bool', shape: at.x.shape }, 0),
    at.at,
    splat({ dtype: 'bool', shape: values.shape }, 1),
    {
      batch: 0,
      combine: 'set',
      unique: at.isUnique,
    },
  );
  // Elsewhere the derivative of a power may be infinite.
  return select(isTouched, a.power(select(isTouched, at.x, like(at.x, 1)), factors(at, values)), at.x);
};

const writes = {
  set: {
    name: 'set',
    join: (_: ArrayLike, value: ArrayLike) => asOperand(value),
    neutral: 0,
    scattered: combining('set'),
  },
  add: { name: 'add', join: a.add, neutral: 0, scattered: combiningOr('add', 'max') },
  subtract: {
    name: 'subtract',
    join: a.subtract,
    neutral: 0,
    scattered: (at: Lookup, values: NDArray) => combining('add')(at, a.negative(values)),
  },
  multiply: { name: 'multiply', join: a.multiply, neutral: 1, scattered: combiningOr('mul', 'min') },
  divide: {
    name: 'divide',
    join: a.divide,
    neutral: 1,
    scattered: (at: Lookup, values: NDArray) => a.divide(at.x, factors(at, values)),
  },
  min: { name: 'min', join: a.minimum, neutral: 1, scattered: combining('min') },
  max: { name: 'max', join: a.maximum, neutral: 1, scattered: combining('max') },
  power: { name: 'power', join: a.power, neutral: 1, scattered: raised },
} as const satisfies { readonly [name: string]: Write };

/** Values in the element type of the array they go into. */
const valuesFor = (dtype: NDArray['dtype'], value: ArrayLike): NDArray => {
  if (isNDArray(value)) return convert(value, dtype);
  if (typeof value === 'number' || typeof value === 'boolean') return splat({ dtype, shape: [] }, Number(value));
  // Sound: what is neither an array, a number nor a store is a list.
  return convert(Array.isArray(value) ? fromList(value as readonly ArrayLike[], dtype) : asOperand(value), dtype);
};

/** Values broadcast to a shape; leading axes of extent 1 may be too many, as in NumPy. */
const spread = (name: string, type: ArrayType, values: NDArray, shape: Shape): NDArray => {
  const extra = Math.max(0, values.ndim - shape.length);
  const own = values.shape.slice(extra);
  const lead = shape.length - own.length;
  const fits =
    values.shape.slice(0, extra).every((n) => n === 1) && own.every((n, i) => n === 1 || n === shape[lead + i]);
  if (!fits)
    throw new ShapeError(
      `at.${name}: expected values that broadcast to ${showShape(shape)}, the part of ${showType(type)} that is meant, got ${showType(values.type)}. Reshape them.`,
      'shape.update',
    );
  return broadcastTo(reshape(values, own), shape);
};

/** The only mask of an expression, all other axes whole: then a write is a choice between two arrays. */
const soleMask = (
  { slots, options }: Expression,
  type: ArrayType,
): { readonly mask: NDArray; readonly axis: number } | null => {
  const isPlain = (slot: Expression['slots'][number]): boolean =>
    slot.kind === 'span' && slot.start === 0 && slot.step === 1 && slot.count === type.shape[slot.axis];
  const [mask, ...others] = slots.filter((slot) => !isPlain(slot));
  return mask?.kind === 'mask' && others.length === 0 && options.size === undefined ? mask : null;
};

/** The write where a mask holds, or `null` if the values differ from one chosen element to the next. */
const writtenWhere = (
  x: NDArray,
  { mask, axis }: { readonly mask: NDArray; readonly axis: number },
  write: Write,
  values: NDArray,
): NDArray | null => {
  const behind = x.ndim - axis - mask.ndim;
  const chosen = values.ndim - 1 - behind;
  if (chosen >= 0 && values.shape[chosen] !== 1) return null;
  const ones = mask.shape.map(() => 1);
  const shape =
    chosen < 0 ? values.shape : [...values.shape.slice(0, chosen), ...ones, ...values.shape.slice(chosen + 1)];
  const wide = spread(write.name, x.type, reshape(values, shape), x.shape);
  const isChosen = broadcastTo(reshape(mask, [...mask.shape, ...new Array<number>(behind).fill(1)]), x.shape);
  // Where nothing is written the derivative may be infinite.
  const base = write.neutral === 0 ? x : select(isChosen, x, like(x, write.neutral));
  return select(isChosen, convert(write.join(base, wide), x.dtype), x);
};

/** `part` with the write done at the positions of a lookup. */
const scatteredInto = (
  part: NDArray,
  plan: Plan,
  lookup: Lookups,
  isUnique: boolean,
  write: Write,
  values: NDArray,
): NDArray => {
  const back = axesOf(part.shape).map((axis) => lookup.order.indexOf(axis));
  const at = { x: transpose(part, lookup.order), at: lookup.at, isUnique };
  return transpose(convert(write.scattered(at, disarranged(values, plan)), part.dtype), back);
};
type Lookups = NonNullable<Plan['lookup']>;

const writtenBy = (x: NDArray, expression: Expression, write: Write, value: ArrayLike): NDArray => {
  const values = valuesFor(x.dtype, value);
  const sole = soleMask(expression, x.type);
  const chosen = sole === null ? null : writtenWhere(x, sole, write, values);
  if (chosen !== null) return chosen;
  const plan = planOf(`at.${write.name}`, x.type, expression, 'write');
  const whole = spread(write.name, x.type, values, plan.shape);
  const part = cutOut(x, plan.part);
  if (plan.lookup !== null) {
    const isUnique = expression.options.uniqueIndices ?? isMasked(expression);
    return putIn(x, plan.part, scatteredInto(part, plan, plan.lookup, isUnique, write, whole));
  }
  // A number as exponent is repeated multiplication.
  const operand = write.name === 'power' && typeof value === 'number' ? value : disarranged(whole, plan);
  const joined = convert(write.name === 'set' ? disarranged(whole, plan) : write.join(part, operand), x.dtype);
  return putIn(
    x,
    plan.part,
    plan.inside === null ? joined : select(broadcastTo(plan.inside, part.shape), joined, part),
  );
};

/** Whether the only positions are those of one mask, of which none occurs twice. */
const isMasked = ({ slots }: Expression): boolean =>
  slots.filter(({ kind }) => kind === 'mask').length === 1 && slots.every(({ kind }) => kind !== 'positions');

const applied = (x: NDArray, expression: Expression, f: (values: NDArray) => NDArray): NDArray =>
  writtenBy(x, expression, writes.set, f(readBy(x, planOf('at.apply', x.type, expression, 'read'))));

/**
 * Arrays like `x` but for what is written at an index expression (see `get`). Positions that are computed and out of range are not written
 * to, as in JAX; see `IndexOptions` for other modes. At a mask a write chooses between two arrays, and needs no size under jit unless the
 * values differ from one chosen element to the next.
 *
 * @example x.at('1:3', ids).add(1)
 */
export const at = (value: ArrayLike, ...indices: Indices<NDArray>): Updates<NDArray> => {
  const x = asOperand(value);
  const expression = readIndices('at', x.type, indices);
  const written =
    (write: Write) =>
    (values: ArrayLike): NDArray =>
      withWeak(writtenBy(x, expression, write, values), x.weak);
  return {
    get: () => withWeak(readBy(x, planOf('at.get', x.type, expression, 'read')), x.weak),
    set: written(writes.set),
    add: written(writes.add),
    subtract: written(writes.subtract),
    multiply: written(writes.multiply),
    divide: written(writes.divide),
    min: written(writes.min),
    max: written(writes.max),
    power: written(writes.power),
    apply: (f) => withWeak(applied(x, expression, f), x.weak),
  };
};
