/** Values in locals while code is written: what the scalar and the vector reading of formulas share. */
import type { DType } from '../../array/dtype.ts';
import type { Code, FunctionCode } from '../encode.ts';
import type { ValueType } from '../instructions.ts';

/** A value in a local. `constant` is its number where it is known while emitting. */
export interface Held {
  readonly dtype: DType;
  readonly local: number;
  readonly constant?: number;
  /** The comparison whose outcome it is, so that a choice between its operands can be one instruction. */
  readonly compared?: { readonly op: 'lt' | 'gt'; readonly x: Held; readonly y: Held };
}

export const scalarType = (dtype: DType): 'f32' | 'f64' | 'i32' =>
  dtype === 'float32' ? 'f32' : dtype === 'float64' ? 'f64' : 'i32';

/** Puts what `write` leaves on the stack into a fresh local. */
export type Hold = (dtype: DType, write: (c: Code) => void) => Held;

/** A `Hold` into one function; `typeFor` gives the type of a local for elements of a type. */
export const holder =
  (f: FunctionCode, typeFor: (dtype: DType) => ValueType): Hold =>
  (dtype, write) => {
    write(f.body);
    const local = f.local(typeFor(dtype));
    f.body.set(local);
    return { dtype, local };
  };

/** A constant in a local that is set once, at the front of the function. */
export const constants = (
  f: FunctionCode,
  typeFor: (dtype: DType) => ValueType,
  write: (c: Code, dtype: DType, value: number) => void,
) => {
  const known = new Map<string, Held>();
  return (dtype: DType, value: number): Held => {
    const key = `${dtype} ${Object.is(value, -0) ? '-0' : value}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    write(f.head, dtype, value);
    const local = f.local(typeFor(dtype));
    f.head.set(local);
    const held: Held = { dtype, local, constant: value };
    known.set(key, held);
    return held;
  };
};
