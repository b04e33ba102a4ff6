/** A reading of formulas that only looks: which element types and operations a loop needs decides whether it can run in vectors. */
import type { DType } from '../../array/dtype.ts';
import type { Basic, Scalars } from '../../kernels/scalars.ts';
import { special } from '../../kernels/special.ts';
import type { Expression } from '../expression.ts';

interface Seen {
  readonly dtype: DType;
  readonly isConstant: boolean;
}

interface Report {
  readonly types: Set<DType>;
  /** Something without a vector form occurs. */
  scalarOnly: boolean;
  operations: number;
}

const looker = (report: Report): Scalars<Seen> => {
  const see = (dtype: DType): Seen => {
    report.types.add(dtype);
    report.operations++;
    return { dtype, isConstant: false };
  };
  const same = (x: Seen): Seen => see(x.dtype);
  const compare = (): Seen => see('bool');
  const refuse = (x: Seen): Seen => {
    report.scalarOnly = true;
    return see(x.dtype);
  };
  const shift = (x: Seen, by: Seen): Seen => (by.isConstant && x.dtype !== 'uint8' ? same(x) : refuse(x));
  const isFloating = (x: Seen): boolean => x.dtype === 'float32' || x.dtype === 'float64';
  const basic: Basic<Seen> = {
    constant: (dtype) => ({ ...see(dtype), isConstant: true }),
    dtypeOf: (x) => x.dtype,
    add: same,
    sub: same,
    mul: same,
    neg: same,
    abs: same,
    min: same,
    max: same,
    sqrt: same,
    floor: same,
    ceil: same,
    trunc: same,
    round: same,
    powerOfTwo: same,
    exponentOf: same,
    mantissaOf: same,
    and: same,
    or: same,
    xor: same,
    not: same,
    div: (x) => (isFloating(x) ? same(x) : refuse(x)),
    rem: refuse,
    shiftLeft: shift,
    shiftRightLogical: shift,
    shiftRightArithmetic: shift,
    eq: compare,
    ne: compare,
    lt: compare,
    le: compare,
    gt: compare,
    ge: compare,
    select: (_, x) => same(x),
    convert: (dtype) => see(dtype),
    bitcast: (dtype) => see(dtype),
  };
  return { ...basic, ...special(basic) };
};

/** How a loop can run, and how many operations a round takes. */
export interface Probed {
  /** Four lanes, two lanes of float64, or one by one. */
  readonly lanes: 'four' | 'two' | 'one';
  readonly operations: number;
}

/** How a loop over these expressions can run. */
export const probe = (expressions: readonly Expression[]): Probed => {
  const report: Report = { types: new Set(), scalarOnly: false, operations: 0 };
  const s = looker(report);
  const seen = new Map<Expression, Seen>();
  let touchesBool = false;
  const walk = (e: Expression): Seen => {
    const known = seen.get(e);
    if (known !== undefined) return known;
    report.types.add(e.dtype);
    if (e.kind === 'load' && e.dtype === 'bool') touchesBool = true;
    const made: Seen =
      e.kind === 'map'
        ? (e.formula(s, e.inputs.map(walk))[e.output] ?? { dtype: e.dtype, isConstant: false })
        : { dtype: e.dtype, isConstant: e.kind === 'constant' };
    seen.set(e, made);
    return made;
  };
  expressions.forEach(walk);
  if (expressions.some((e) => e.dtype === 'bool')) touchesBool = true;
  const { operations } = report;
  if (report.scalarOnly) return { lanes: 'one', operations };
  if (!report.types.has('float64')) return { lanes: 'four', operations };
  const isWide = !touchesBool && [...report.types].every((t) => t === 'float64' || t === 'bool');
  return { lanes: isWide ? 'two' : 'one', operations };
};
