/** Recurrent layers by one word: a cell and its loop. */
import type { NDArray } from '../../array/ndarray.ts';
import type { GateParams } from './cell.ts';
import { gruCell, type GruOptions, type GruParams } from './gru.ts';
import { lstmCell, type LstmCarry, type LstmOptions } from './lstm.ts';
import { rnn, type Rnn, type RnnOptions } from './rnn.ts';
import { simpleRnnCell, type SimpleRnnOptions } from './simple.ts';

/** `rnn(simpleRnnCell(units))`: `[..., time, features] -> [..., units]`. */
export const simpleRnn = <const O extends SimpleRnnOptions & RnnOptions = SimpleRnnOptions & RnnOptions>(
  units: number,
  options: O = {} as O, // sound: every option may be absent, here and below
): Rnn<GateParams, NDArray, O> => rnn(simpleRnnCell(units, options), options);

/** `rnn(lstmCell(units))`: `[..., time, features] -> [..., units]`. */
export const lstm = <const O extends LstmOptions & RnnOptions = LstmOptions & RnnOptions>(
  units: number,
  options: O = {} as O,
): Rnn<GateParams, LstmCarry, O> => rnn(lstmCell(units, options), options);

/** `rnn(gruCell(units))`: `[..., time, features] -> [..., units]`. */
export const gru = <const O extends GruOptions & RnnOptions = GruOptions & RnnOptions>(
  units: number,
  options: O = {} as O,
): Rnn<GruParams, NDArray, O> => rnn(gruCell(units, options), options);
