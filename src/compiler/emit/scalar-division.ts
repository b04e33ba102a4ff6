/** Quotients and remainders on single values. */
import type { Basic } from '../../kernels/scalars.ts';
import type { Code, FunctionCode } from '../encode.ts';
import type { PlainName } from '../instructions.ts';
import { scalarType, type Held, type Hold } from './lanes.ts';

type Lanes = Basic<Held>;

/** Divisions trap on 0 and on MIN / -1: the divisor is made harmless first and the results are put right after. */
export const integerQuotient = (s: Lanes, hold: Hold, x: Held, y: Held): Held => {
  const byZero = s.eq(y, s.constant(y.dtype, 0));
  if (x.dtype !== 'int32') {
    const safe = s.select(byZero, s.constant(y.dtype, 1), y);
    const ones = s.constant(x.dtype, x.dtype === 'uint8' ? 255 : -1);
    return s.select(
      byZero,
      ones,
      hold(x.dtype, (c) => c.get(x.local).get(safe.local).op('i32.div_u')),
    );
  }
  const byMinusOne = s.eq(y, s.constant('int32', -1));
  const safe = s.select(s.or(byZero, byMinusOne), s.constant('int32', 1), y);
  const quotient = hold('int32', (c) => c.get(x.local).get(safe.local).op('i32.div_s'));
  return s.select(byZero, s.constant('int32', -1), s.select(byMinusOne, s.neg(x), quotient));
};

/** The remainder with the sign of `x`; `x` itself for a divisor of 0. */
export const integerRemainder = (s: Lanes, hold: Hold, x: Held, y: Held): Held => {
  const byZero = s.eq(y, s.constant(y.dtype, 0));
  const safe = s.select(byZero, s.constant(y.dtype, 1), y);
  const op = x.dtype === 'int32' ? 'i32.rem_s' : 'i32.rem_u';
  return s.select(
    byZero,
    x,
    hold(x.dtype, (c) => c.get(x.local).get(safe.local).op(op)),
  );
};

type FloatName = 'f32' | 'f64';
const floatOp = (t: FloatName, op: string): PlainName => `${t}.${op}` as PlainName; // sound: in the table

/** While `rest >= divisor`, subtract the largest `divisor 2^k` that fits. */
const reduceRest = (c: Code, t: FloatName, rest: number, divisor: number, step: number): void => {
  const at = (op: string): PlainName => floatOp(t, op);
  // NaN where either is NaN, x is infinite or y is 0; the loop below does not run then.
  c.block('loop')
    .get(rest)
    .get(divisor)
    .op(at('ge'))
    .get(divisor)
    [t](0)
    .op(at('gt'))
    .op('i32.and')
    .get(rest)
    [t](Infinity)
    .op(at('lt'))
    .op('i32.and')
    .block('if');
  c.get(divisor).set(step);
  c.block('loop')
    .get(step)
    .get(step)
    .op(at('add'))
    .get(rest)
    .op(at('le'))
    .block('if')
    .get(step)
    .get(step)
    .op(at('add'))
    .set(step)
    .br(1)
    .op('end')
    .op('end');
  c.get(rest).get(step).op(at('sub')).set(rest).br(1).op('end').op('end');
};

/** `x - trunc(x / y) y`, exactly. Infinite x or zero y gives NaN, infinite y gives x. */
export const longRemainder = (f: FunctionCode, hold: Hold, x: Held, y: Held): Held => {
  const t = scalarType(x.dtype) as FloatName; // sound: floats only
  const at = (op: string): PlainName => floatOp(t, op);
  const [rest, divisor, step] = [f.local(t), f.local(t), f.local(t)];
  f.body.get(x.local).op(at('abs')).set(rest).get(y.local).op(at('abs')).set(divisor);
  reduceRest(f.body, t, rest, divisor, step);
  const magnitude = hold(x.dtype, (code) =>
    code
      .get(rest)
      [t](NaN)
      .get(rest)
      [t](Infinity)
      .op(at('lt'))
      .get(divisor)
      [t](0)
      .op(at('gt'))
      .op('i32.and')
      .op('select'),
  );
  return hold(x.dtype, (code) => code.get(magnitude.local).get(x.local).op(at('copysign')));
};
