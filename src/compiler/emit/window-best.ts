/** The best element of a window so far and where it stands: one window, or four neighbouring ones. */
import type { DType } from '../../array/dtype.ts';
import type { WindowArgKernel } from '../../kernels/kernel.ts';
import type { Code, FunctionCode } from '../encode.ts';
import { scalarType } from './lanes.ts';
import { loadScalar } from './access.ts';

/** What is best so far, one element or four neighbours, and how another takes its place. Positions are pushed by the caller. */
export interface Best {
  readonly lanes: 1 | 4;
  /** Forget: position -1. */
  readonly clear: () => void;
  /** Load an element that may win. */
  readonly load: (pointer: number, offset: number) => void;
  readonly take: (position: (c: Code) => void) => void;
  /** Take the loaded one if it beats the best, or if there is none yet and `isOpen`. */
  readonly compete: (position: (c: Code) => void, isOpen: boolean) => void;
  readonly store: (out: number) => void;
}

type Extremum = WindowArgKernel['extremum'];

/** One element; it wins if larger (smaller), or the first NaN: not "less or equal", and the best is no NaN. */
export const singleBest = (f: FunctionCode, dtype: DType, extremum: Extremum): Best => {
  const type = scalarType(dtype);
  const [x, best, at] = [f.local(type), f.local(type), f.local('i32')];
  const c = f.body;
  const take: Best['take'] = (position) => {
    c.get(x).set(best);
    position(c);
    c.set(at);
  };
  const pushLoses = (): void => {
    c.get(x).get(best);
    if (type !== 'i32') c.op(extremum === 'max' ? `${type}.le` : `${type}.ge`);
    else if (dtype === 'int32') c.op(extremum === 'max' ? 'i32.le_s' : 'i32.ge_s');
    else c.op(extremum === 'max' ? 'i32.le_u' : 'i32.ge_u');
  };
  return {
    lanes: 1,
    clear: () => void c.i32(-1).set(at),
    load: (pointer, offset) => void loadScalar(c, dtype, pointer, offset).set(x),
    take,
    compete: (position, isOpen) => {
      pushLoses();
      c.op('i32.eqz');
      if (type !== 'i32') c.get(best).get(best).op(`${type}.eq`).op('i32.and');
      if (isOpen) c.get(at).i32(0).op('i32.lt_s').op('i32.or');
      c.block('if');
      take(position);
      c.op('end');
    },
    store: (out) => void c.get(out).get(at).memory('i32.store'),
  };
};

/** Four neighbours at once, by masks. */
export const fourBest = (f: FunctionCode, dtype: DType, extremum: Extremum): Best => {
  const [x, best, at, wins] = [f.local('v128'), f.local('v128'), f.local('v128'), f.local('v128')];
  const c = f.body;
  const le = extremum === 'max' ? 'le' : 'ge';
  return {
    lanes: 4,
    clear: () => void c.i32(-1).op('i32x4.splat').set(at),
    load: (pointer, offset) => void c.get(pointer).memory('v128.load', offset).set(x),
    take: (position) => {
      c.get(x).set(best);
      position(c);
      c.set(at);
    },
    compete: (position, isOpen) => {
      if (dtype === 'float32')
        c.get(best).get(best).op('f32x4.eq').get(x).get(best).op(`f32x4.${le}`).op('v128.andnot');
      else
        c.get(x)
          .get(best)
          .op(dtype === 'int32' ? `i32x4.${le}_s` : `i32x4.${le}_u`)
          .op('v128.not');
      if (isOpen) c.get(at).i32(31).op('i32x4.shr_s').op('v128.or');
      c.set(wins);
      c.get(x).get(best).get(wins).op('v128.bitselect').set(best);
      position(c);
      c.get(at).get(wins).op('v128.bitselect').set(at);
    },
    store: (out) => void c.get(out).get(at).memory('v128.store'),
  };
};
