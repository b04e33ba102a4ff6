/**
 * The reading of scalar formulas as SIMD instructions: four lanes of 32 bits, or two of float64. A bool is a lane mask
 * (all ones or zero); uint8 stands in lanes of 32 bits. What has no vector form is refused beforehand by `canVectorize`.
 */
import { isFloat, type DType } from '../../array/dtype.ts';
import { InternalError } from '../../array/errors.ts';
import type { Basic } from '../../kernels/scalars.ts';
import type { Code, FunctionCode } from '../encode.ts';
import type { PlainName } from '../instructions.ts';
import { constants, holder, type Held } from './lanes.ts';
import { hasRelaxedSimd } from '../relaxed.ts';

const writeSplat =
  (wide: boolean) =>
  (c: Code, dtype: DType, value: number): void => {
    const bytes = new DataView(new ArrayBuffer(16));
    for (let i = 0; i < 16; i += wide ? 8 : 4) {
      if (dtype === 'bool') {
        bytes.setInt32(i, value === 0 ? 0 : -1, true);
        if (wide) bytes.setInt32(i + 4, value === 0 ? 0 : -1, true);
      } else if (dtype === 'float64') bytes.setFloat64(i, value, true);
      else if (dtype === 'float32') bytes.setFloat32(i, value, true);
      else bytes.setInt32(i, value | 0, true);
    }
    c.v128(new Uint8Array(bytes.buffer));
  };

/** `wide`: lanes of 64 bits, for programs of float64 and bool alone. */
export const vectorLanes = (f: FunctionCode, wide: boolean): Basic<Held> => {
  const hold = holder(f, () => 'v128');
  const constant = constants(f, () => 'v128', writeSplat(wide));
  const shapeOf = (dtype: DType): string => (dtype === 'float32' ? 'f32x4' : dtype === 'float64' ? 'f64x2' : 'i32x4');
  const name = (dtype: DType, op: string): PlainName => `${shapeOf(dtype)}.${op}` as PlainName; // sound: only names in the table are asked for
  const unary =
    (op: string) =>
    (x: Held): Held =>
      hold(x.dtype, (c) => c.get(x.local).op(name(x.dtype, op)));
  const binary =
    (op: string, dtype?: DType) =>
    (x: Held, y: Held): Held =>
      hold(dtype ?? x.dtype, (c) => c.get(x.local).get(y.local).op(name(x.dtype, op)));
  const bits =
    (op: PlainName) =>
    (x: Held, y: Held): Held =>
      hold(x.dtype, (c) => c.get(x.local).get(y.local).op(op));
  const [and, or, xor, andNot] = [bits('v128.and'), bits('v128.or'), bits('v128.xor'), bits('v128.andnot')] as const;
  const wrap = (x: Held): Held => (x.dtype === 'uint8' ? and(x, constant('uint8', 255)) : x);
  const complement = (x: Held): Held => hold(x.dtype, (c) => c.get(x.local).op('v128.not'));
  const isSigned = (x: Held): boolean => x.dtype === 'int32';
  const ordered =
    (op: string) =>
    (x: Held, y: Held): Held => {
      if (x.dtype === 'bool') return orderedMasks(op, x, y);
      if (!isFloat(x.dtype)) return binary(`${op}_${isSigned(x) ? 's' : 'u'}`, 'bool')(x, y);
      const outcome = binary(op, 'bool')(x, y);
      return op === 'lt' || op === 'gt' ? { ...outcome, compared: { op, x, y } } : outcome;
    };
  /** `condition ? x : y`. Masks are all ones or zeros, so that the relaxed choice, one instruction, is exact. */
  const choose = (condition: Held, x: Held, y: Held): Held =>
    hold(x.dtype, (c) =>
      c
        .get(x.local)
        .get(y.local)
        .get(condition.local)
        .op(!hasRelaxedSimd() ? 'v128.bitselect' : wide ? 'i64x2.relaxed_laneselect' : 'i32x4.relaxed_laneselect'),
    );
  const select = (condition: Held, x: Held, y: Held): Held => {
    const { compared } = condition;
    if (compared === undefined) return choose(condition, x, y);
    // pmin(a, b) is b < a ? b : a, and pmax(a, b) is a < b ? b : a.
    const [low, high] = compared.op === 'lt' ? [compared.x, compared.y] : [compared.y, compared.x];
    if (x.local === low.local && y.local === high.local) return binary('pmin')(high, low);
    if (x.local === high.local && y.local === low.local) return binary('pmax')(low, high);
    return choose(condition, x, y);
  };
  const orderedMasks = (op: string, x: Held, y: Held): Held => {
    if (op === 'lt') return and(complement(x), y);
    if (op === 'gt') return and(x, complement(y));
    return op === 'le' ? or(complement(x), y) : or(x, complement(y));
  };
  const extremum =
    (op: 'min' | 'max') =>
    (x: Held, y: Held): Held => {
      if (x.dtype === 'bool') return op === 'min' ? and(x, y) : or(x, y);
      return binary(isFloat(x.dtype) ? op : `${op}_${isSigned(x) ? 's' : 'u'}`)(x, y);
    };
  const shift =
    (op: PlainName, otherwise: 'zero' | 'sign') =>
    (x: Held, by: Held): Held => {
      const count = by.constant;
      if (count === undefined || x.dtype === 'uint8')
        throw new InternalError('vectorLanes: expected a shift by a constant.');
      if (count >= 0 && count < 32) return hold(x.dtype, (c) => c.get(x.local).i32(count).op(op));
      return otherwise === 'zero' ? constant(x.dtype, 0) : hold(x.dtype, (c) => c.get(x.local).i32(31).op(op));
    };
  const refuse = (op: string) => (): never => {
    throw new InternalError(`vectorLanes: expected operations with a vector form, got ${op}.`);
  };
  const one = (x: Held, dtype: DType): Held => ({
    dtype,
    local: and({ dtype, local: x.local }, constant(dtype, 1)).local,
  });
  const convert = (dtype: DType, x: Held): Held => {
    if (dtype === x.dtype) return x;
    if (dtype === 'bool')
      return isFloat(x.dtype)
        ? binary('ne', 'bool')(x, constant(x.dtype, 0))
        : binary('ne', 'bool')(x, constant(x.dtype, 0));
    if (x.dtype === 'bool') return one(x, dtype);
    if (isFloat(x.dtype)) return truncate(dtype, x);
    if (dtype === 'float32')
      return hold(dtype, (c) =>
        c.get(x.local).op(x.dtype === 'uint32' ? 'f32x4.convert_i32x4_u' : 'f32x4.convert_i32x4_s'),
      );
    return wrap({ dtype, local: x.local });
  };
  const truncate = (dtype: DType, x: Held): Held => {
    const whole = hold(dtype, (c) =>
      c.get(x.local).op(dtype === 'int32' ? 'i32x4.trunc_sat_f32x4_s' : 'i32x4.trunc_sat_f32x4_u'),
    );
    return dtype === 'uint8'
      ? hold('uint8', (c) => c.get(whole.local).get(constant('uint8', 255).local).op('i32x4.min_u'))
      : whole;
  };
  const eq = (x: Held, y: Held): Held => (x.dtype === 'bool' ? complement(xor(x, y)) : binary('eq', 'bool')(x, y));
  /** Integers at the foot of 2^52: adding it to a double leaves the integer in the low bits. */
  const magic = 2 ** 52;
  const powerOfTwo = (n: Held): Held =>
    n.dtype === 'float32'
      ? hold('float32', (c) =>
          c
            .get(n.local)
            .op('i32x4.trunc_sat_f32x4_s')
            .get(constant('int32', 127).local)
            .op('i32x4.add')
            .i32(23)
            .op('i32x4.shl'),
        )
      : hold('float64', (c) =>
          c
            .get(n.local)
            .get(constant('float64', magic + 1023).local)
            .op('f64x2.add')
            .i32(52)
            .op('i64x2.shl'),
        );
  const exponentOf = (x: Held): Held => {
    if (x.dtype === 'float32')
      return hold('float32', (c) =>
        c
          .get(x.local)
          .op('f32x4.abs')
          .i32(23)
          .op('i32x4.shr_u')
          .get(constant('int32', 127).local)
          .op('i32x4.sub')
          .op('f32x4.convert_i32x4_s'),
      );
    const low = hold('float64', (c) =>
      c.get(x.local).op('f64x2.abs').i32(52).op('i64x2.shr_u').get(constant('float64', magic).local).op('v128.or'),
    );
    return hold('float64', (c) =>
      c
        .get(low.local)
        .get(constant('float64', magic + 1023).local)
        .op('f64x2.sub'),
    );
  };
  const mantissaOf = (x: Held): Held =>
    x.dtype === 'float32'
      ? hold('float32', (c) =>
          c
            .get(x.local)
            .get(constant('int32', 0x7fffff).local)
            .op('v128.and')
            .get(constant('float32', 1).local)
            .op('v128.or'),
        )
      : hold('float64', (c) =>
          c
            .get(x.local)
            .i32(12)
            .op('i64x2.shl')
            .i32(12)
            .op('i64x2.shr_u')
            .get(constant('float64', 1).local)
            .op('v128.or'),
        );
  return {
    constant,
    powerOfTwo,
    exponentOf,
    mantissaOf,
    dtypeOf: (x) => x.dtype,
    add: (x, y) => (x.dtype === 'bool' ? or(x, y) : wrap(binary('add')(x, y))),
    sub: (x, y) => wrap(binary('sub')(x, y)),
    mul: (x, y) => {
      if (x.constant === 1 || y.constant === 1) return x.constant === 1 ? y : x;
      return x.dtype === 'bool' ? and(x, y) : wrap(binary('mul')(x, y));
    },
    div: (x, y) => (isFloat(x.dtype) ? binary('div')(x, y) : refuse('integer division')()),
    rem: refuse('remainder'),
    // Engines make the mask of these anew each time; ours stays in a register.
    neg: (x) => (isFloat(x.dtype) ? xor(x, constant(x.dtype, -0)) : wrap(unary('neg')(x))),
    abs: (x) => (isFloat(x.dtype) ? andNot(x, constant(x.dtype, -0)) : isSigned(x) ? unary('abs')(x) : x),
    min: extremum('min'),
    max: extremum('max'),
    sqrt: unary('sqrt'),
    floor: unary('floor'),
    ceil: unary('ceil'),
    trunc: unary('trunc'),
    round: unary('nearest'),
    and,
    or,
    xor,
    not: (x) => wrap(complement(x)),
    shiftLeft: shift('i32x4.shl', 'zero'),
    shiftRightLogical: shift('i32x4.shr_u', 'zero'),
    shiftRightArithmetic: shift('i32x4.shr_s', 'sign'),
    eq,
    ne: (x, y) => (x.dtype === 'bool' ? xor(x, y) : binary('ne', 'bool')(x, y)),
    lt: ordered('lt'),
    le: ordered('le'),
    gt: ordered('gt'),
    ge: ordered('ge'),
    select,
    convert,
    bitcast: (dtype, x) => ({ dtype, local: x.local }),
  };
};
