/** The reading of scalar formulas as instructions on single values: bool as 0 and 1, uint8 as 0 to 255, both in i32. */
import { isFloat, type DType } from '../../array/dtype.ts';
import type { Basic } from '../../kernels/scalars.ts';
import type { Code, FunctionCode } from '../encode.ts';
import type { PlainName } from '../instructions.ts';
import { constants, holder, scalarType, type Held } from './lanes.ts';
import { integerQuotient, integerRemainder, longRemainder } from './scalar-division.ts';

const writeConstant = (c: Code, dtype: DType, value: number): void => {
  if (dtype === 'float32') c.f32(value);
  else if (dtype === 'float64') c.f64(value);
  else c.i32(value | 0);
};

export const scalarLanes = (f: FunctionCode): Basic<Held> => {
  const hold = holder(f, scalarType);
  const constant = constants(f, scalarType, writeConstant);
  const name = (dtype: DType, op: string): PlainName => `${scalarType(dtype)}.${op}` as PlainName; // sound: only names in the table are asked for
  const unary =
    (op: string) =>
    (x: Held): Held =>
      hold(x.dtype, (c) => c.get(x.local).op(name(x.dtype, op)));
  const binary =
    (op: string, dtype?: DType) =>
    (x: Held, y: Held): Held =>
      hold(dtype ?? x.dtype, (c) => c.get(x.local).get(y.local).op(name(x.dtype, op)));
  const wrap = (x: Held): Held =>
    x.dtype === 'uint8' ? hold('uint8', (c) => c.get(x.local).i32(255).op('i32.and')) : x;
  const select = (condition: Held, x: Held, y: Held): Held =>
    hold(x.dtype, (c) => c.get(x.local).get(y.local).get(condition.local).op('select'));
  const isSigned = (x: Held): boolean => x.dtype === 'int32';
  const compare =
    (op: string, ordered: boolean) =>
    (x: Held, y: Held): Held =>
      binary(isFloat(x.dtype) || !ordered ? op : `${op}_${isSigned(x) ? 's' : 'u'}`, 'bool')(x, y);
  const eq = compare('eq', false);
  const and = binary('and');
  const or = binary('or');
  const integerMin = (x: Held, y: Held): Held => select(compare('lt', true)(x, y), x, y);
  const integerMax = (x: Held, y: Held): Held => select(compare('gt', true)(x, y), x, y);
  const isOutOfRange = (by: Held): Held =>
    hold('bool', (c) =>
      c
        .get(by.local)
        .i32(by.dtype === 'uint8' ? 8 : 32)
        .op('i32.ge_u'),
    );
  const shift =
    (op: PlainName) =>
    (x: Held, by: Held): Held =>
      wrap(
        select(
          isOutOfRange(by),
          constant(x.dtype, 0),
          hold(x.dtype, (c) => c.get(x.local).get(by.local).op(op)),
        ),
      );
  const basic: Basic<Held> = {
    constant,
    dtypeOf: (x) => x.dtype,
    add: (x, y) => (x.dtype === 'bool' ? or(x, y) : wrap(binary('add')(x, y))),
    sub: (x, y) => wrap(binary('sub')(x, y)),
    mul: (x, y) => {
      if (x.constant === 1 || y.constant === 1) return x.constant === 1 ? y : x;
      return x.dtype === 'bool' ? and(x, y) : wrap(binary('mul')(x, y));
    },
    div: (x, y) => (isFloat(x.dtype) ? binary('div')(x, y) : integerQuotient(basic, hold, x, y)),
    rem: (x, y) => (isFloat(x.dtype) ? longRemainder(f, hold, x, y) : integerRemainder(basic, hold, x, y)),
    neg: (x) => (isFloat(x.dtype) ? unary('neg')(x) : wrap(hold(x.dtype, (c) => c.i32(0).get(x.local).op('i32.sub')))),
    abs: (x) =>
      isFloat(x.dtype) ? unary('abs')(x) : isSigned(x) ? select(compare('lt', true)(x, zero(x)), basic.neg(x), x) : x,
    min: (x, y) => (isFloat(x.dtype) ? binary('min')(x, y) : integerMin(x, y)),
    max: (x, y) => (isFloat(x.dtype) ? binary('max')(x, y) : integerMax(x, y)),
    sqrt: unary('sqrt'),
    floor: unary('floor'),
    ceil: unary('ceil'),
    trunc: unary('trunc'),
    round: unary('nearest'),
    powerOfTwo: (n) =>
      n.dtype === 'float32'
        ? hold('float32', (c) =>
            c
              .get(n.local)
              .op('i32.trunc_sat_f32_s')
              .i32(127)
              .op('i32.add')
              .i32(23)
              .op('i32.shl')
              .op('f32.reinterpret_i32'),
          )
        : hold('float64', (c) =>
            c
              .get(n.local)
              .op('i64.trunc_sat_f64_s')
              .i64(1023)
              .op('i64.add')
              .i64(52)
              .op('i64.shl')
              .op('f64.reinterpret_i64'),
          ),
    exponentOf: (x) =>
      x.dtype === 'float32'
        ? hold('float32', (c) =>
            c
              .get(x.local)
              .op('i32.reinterpret_f32')
              .i32(23)
              .op('i32.shr_u')
              .i32(255)
              .op('i32.and')
              .i32(127)
              .op('i32.sub')
              .op('f32.convert_i32_s'),
          )
        : hold('float64', (c) =>
            c
              .get(x.local)
              .op('i64.reinterpret_f64')
              .i64(52)
              .op('i64.shr_u')
              .i64(2047)
              .op('i64.and')
              .i64(1023)
              .op('i64.sub')
              .op('f64.convert_i64_s'),
          ),
    mantissaOf: (x) =>
      x.dtype === 'float32'
        ? hold('float32', (c) =>
            c
              .get(x.local)
              .op('i32.reinterpret_f32')
              .i32(0x7fffff)
              .op('i32.and')
              .i32(0x3f800000)
              .op('i32.or')
              .op('f32.reinterpret_i32'),
          )
        : hold('float64', (c) =>
            c
              .get(x.local)
              .op('i64.reinterpret_f64')
              .i64(12)
              .op('i64.shl')
              .i64(12)
              .op('i64.shr_u')
              .i64(1023)
              .i64(52)
              .op('i64.shl')
              .op('i64.or')
              .op('f64.reinterpret_i64'),
          ),
    and,
    or,
    xor: binary('xor'),
    not: (x) =>
      hold(x.dtype, (c) =>
        c
          .get(x.local)
          .i32(x.dtype === 'bool' ? 1 : x.dtype === 'uint8' ? 255 : -1)
          .op('i32.xor'),
      ),
    shiftLeft: shift('i32.shl'),
    shiftRightLogical: shift('i32.shr_u'),
    shiftRightArithmetic: (x, by) => arithmeticShift(x, by),
    eq,
    ne: compare('ne', false),
    lt: compare('lt', true),
    le: compare('le', true),
    gt: compare('gt', true),
    ge: compare('ge', true),
    select,
    convert: (dtype, x) => convert(dtype, x),
    bitcast: (dtype, x) => {
      if (scalarType(dtype) === scalarType(x.dtype)) return { dtype, local: x.local };
      return hold(dtype, (c) => c.get(x.local).op(dtype === 'float32' ? 'f32.reinterpret_i32' : 'i32.reinterpret_f32'));
    },
  };
  const zero = (x: Held): Held => constant(x.dtype, 0);
  const arithmeticShift = (x: Held, by: Held): Held => {
    const top = x.dtype === 'uint8' ? 7 : 31;
    const capped = select(isOutOfRange(by), constant('int32', top), by);
    if (x.dtype !== 'uint8') return hold(x.dtype, (c) => c.get(x.local).get(capped.local).op('i32.shr_s'));
    return wrap(
      hold('uint8', (c) =>
        c.get(x.local).i32(24).op('i32.shl').i32(24).op('i32.shr_s').get(capped.local).op('i32.shr_s'),
      ),
    );
  };
  const convert = (dtype: DType, x: Held): Held => {
    if (dtype === x.dtype) return x;
    if (dtype === 'bool') return basic.ne(x, zero(x));
    if (isFloat(x.dtype))
      return isFloat(dtype)
        ? hold(dtype, (c) => c.get(x.local).op(dtype === 'float64' ? 'f64.promote_f32' : 'f32.demote_f64'))
        : truncate(dtype, x);
    if (isFloat(dtype))
      return hold(dtype, (c) => c.get(x.local).op(name(dtype, `convert_i32_${x.dtype === 'uint32' ? 'u' : 's'}`)));
    return wrap({ dtype, local: x.local });
  };
  const truncate = (dtype: DType, x: Held): Held => {
    const from = scalarType(x.dtype);
    const whole = hold(dtype, (c) =>
      c.get(x.local).op(`i32.trunc_sat_${from}_${dtype === 'int32' ? 's' : 'u'}` as PlainName),
    ); // sound: in the table
    return dtype === 'uint8'
      ? select(
          hold('bool', (c) => c.get(whole.local).i32(255).op('i32.gt_u')),
          constant('uint8', 255),
          whole,
        )
      : whole;
  };
  return basic;
};
