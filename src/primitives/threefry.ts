/** The block cipher behind random numbers: threefry2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011). */
import { InternalError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { bind } from '../core/trace.ts';
import type { Primitive } from '../core/primitive.ts';
import type { Formula, Scalars } from '../kernels/scalars.ts';
import { withBatch } from './broadcast.ts';
import { checkAlike } from './elementwise.ts';
import { define, noTangent, notLinear, nth } from './record.ts';

const rotations: readonly (readonly number[])[] = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];
const parity = 0x1bd11bda;

const rotate = <E>(s: Scalars<E>, x: E, by: number): E =>
  s.or(s.shiftLeft(x, s.constant('uint32', by)), s.shiftRightLogical(x, s.constant('uint32', 32 - by)));

const cipher: Formula = (s, [k1, k2, x1, x2]) => {
  if (k1 === undefined || k2 === undefined || x1 === undefined || x2 === undefined)
    throw new InternalError('threefry: expected four operands.');
  const keys = [k1, k2, s.xor(s.xor(k1, k2), s.constant('uint32', parity))];
  let [a, b] = [s.add(x1, k1), s.add(x2, k2)];
  for (let round = 0; round < 5; round++) {
    for (const by of nth(rotations, round % 2)) {
      a = s.add(a, b);
      b = s.xor(a, rotate(s, b, by));
    }
    a = s.add(a, nth(keys, (round + 1) % 3));
    b = s.add(s.add(b, nth(keys, (round + 2) % 3)), s.constant('uint32', round + 1));
  }
  return [a, b];
};

export const threefryPrimitive: Primitive<null> = define<null>({
  name: 'threefry2x32',
  infer: (inputs) => {
    checkAlike('threefry2x32', 'integer', inputs);
    return [nth(inputs, 0), nth(inputs, 0)];
  },
  kernel: () => ({ kind: 'map', formula: cipher }),
  jvp: noTangent,
  transpose: notLinear('threefry2x32'),
  batch: ({ inputs, mapped, size }) => ({
    outputs: bind(threefryPrimitive, null, withBatch(inputs, mapped, size)),
    mapped: [true, true],
  }),
});

/** Encrypt pairs of uint32 counters under pairs of uint32 keys; all four of one shape. */
export const threefry2x32 = (k1: NDArray, k2: NDArray, x1: NDArray, x2: NDArray): readonly [NDArray, NDArray] => {
  const outputs = bind(threefryPrimitive, null, [k1, k2, x1, x2]);
  return [nth(outputs, 0), nth(outputs, 1)];
};
