/**
 * Positions in the order of one key of 32 bits, by counting its digits from the last to the first: three passes of 11, 11 and 10 bits, each stable.
 * A key is read as an unsigned number of the same order: NaN largest, the two zeros equal.
 */
import type { DType } from '../../array/dtype.ts';
import type { ArrayType } from '../../array/type.ts';
import type { SortKernel } from '../../kernels/kernel.ts';
import type { Code, FunctionCode } from '../encode.ts';
import { thresholds } from '../thresholds.ts';
import { forEach, keep, pushAddress } from './index-code.ts';

const digits: readonly { readonly shift: number; readonly bits: number }[] = [
  { shift: 0, bits: 11 },
  { shift: 11, bits: 11 },
  { shift: 22, bits: 10 },
];
const counterBytes = 4 * 2 ** 11;

/** Whether a sort is by one key that fits. */
export const isRadix = ({ axis, keys }: SortKernel, first: ArrayType): boolean =>
  keys === 1 &&
  (first.shape[axis] ?? 0) >= thresholds().countedExtent &&
  (first.dtype === 'float32' || first.dtype === 'int32' || first.dtype === 'uint32');

/** Bytes of scratch: two lists of positions, two of keys, and the counters. */
export const radixScratch = (extent: number): number => 16 * extent + digits.length * counterBytes;

/** Push the key in a local as an unsigned number of the same order. */
const pushOrdered = (f: FunctionCode, dtype: DType, bits: number): Code => {
  const c = f.body;
  if (dtype === 'uint32') return c.get(bits);
  if (dtype === 'int32') return c.get(bits).i32(-2147483648).op('i32.xor');
  const size = keep(f, () => c.get(bits).i32(0x7fffffff).op('i32.and'));
  // Zero of either sign is that without one.
  c.get(bits).i32(0).get(size).op('select').set(bits);
  c.i32(-1);
  c.get(bits).get(bits).i32(31).op('i32.shr_s').i32(-2147483648).op('i32.or').op('i32.xor');
  return c.get(size).i32(0x7f800000).op('i32.gt_u').op('select');
};

/** The lists in scratch, as locals with their addresses. */
interface Lists {
  readonly positions: readonly [from: number, to: number];
  readonly keys: readonly [from: number, to: number];
  readonly counters: readonly number[];
}

const listsIn = (f: FunctionCode, scratch: number, extent: number): Lists => {
  const at = (bytes: number): number => keep(f, (c) => c.get(scratch).i32(bytes).op('i32.add'));
  const list = (n: number): number => at(4 * extent * n);
  return {
    positions: [list(0), list(1)],
    keys: [list(2), list(3)],
    counters: digits.map((_, i) => at(16 * extent + i * counterBytes)),
  };
};

const pushDigit = (c: Code, key: number, digit: number): Code => {
  const { shift, bits } = digits[digit] ?? { shift: 0, bits: 0 };
  return c
    .get(key)
    .i32(shift)
    .op('i32.shr_u')
    .i32(2 ** bits - 1)
    .op('i32.and');
};

/** The address of a digit's counter in a fresh local. */
const counterOf = (f: FunctionCode, lists: Lists, key: number, digit: number): number =>
  keep(f, (c) => {
    pushDigit(c, key, digit)
      .i32(2)
      .op('i32.shl')
      .get(lists.counters[digit] ?? 0)
      .op('i32.add');
  });

/** Read the keys and count all digits. */
const count = (f: FunctionCode, lists: Lists, row: number, stride: number, extent: number, dtype: DType): void => {
  const c = f.body;
  c.get(lists.counters[0] ?? 0)
    .i32(0)
    .i32(digits.length * counterBytes)
    .memoryFill();
  forEach(f, extent, (i) => {
    const bits = keep(f, () => pushAddress(c, row, [i], [stride]).memory('i32.load'));
    const key = keep(f, () => pushOrdered(f, dtype, bits));
    pushAddress(c, lists.keys[0], [i], [4]).get(key).memory('i32.store');
    pushAddress(c, lists.positions[0], [i], [4]).get(i).memory('i32.store');
    digits.forEach((_, digit) => {
      const at = counterOf(f, lists, key, digit);
      c.get(at).get(at).memory('i32.load').i32(1).op('i32.add').memory('i32.store');
    });
  });
};

/** Turn counts into the places where each digit's elements begin. */
const addUp = (f: FunctionCode, lists: Lists): void =>
  digits.forEach(({ bits }, digit) => {
    const c = f.body;
    const total = keep(f, () => c.i32(0));
    forEach(f, 2 ** bits, (i) => {
      const at = keep(f, () => pushAddress(c, lists.counters[digit] ?? 0, [i], [4]));
      const own = keep(f, () => c.get(at).memory('i32.load'));
      c.get(at).get(total).memory('i32.store').get(total).get(own).op('i32.add').set(total);
    });
  });

/** Put every element where its digit says, from one pair of lists to the other. */
const spread = (f: FunctionCode, lists: Lists, digit: number, extent: number): void => {
  const c = f.body;
  const [from, to] = digit % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
  forEach(f, extent, (i) => {
    const key = keep(f, () => pushAddress(c, lists.keys[from], [i], [4]).memory('i32.load'));
    const at = counterOf(f, lists, key, digit);
    const place = keep(f, () => c.get(at).memory('i32.load'));
    c.get(at).get(place).i32(1).op('i32.add').memory('i32.store');
    pushAddress(c, lists.keys[to], [place], [4]).get(key).memory('i32.store');
    pushAddress(c, lists.positions[to], [place], [4]);
    pushAddress(c, lists.positions[from], [i], [4]).memory('i32.load').memory('i32.store');
  });
};

/** Sort one row; gives the local with the address of the positions in order. */
export const emitRadix = (
  f: FunctionCode,
  row: number,
  stride: number,
  extent: number,
  dtype: DType,
  scratch: number,
): number => {
  const lists = listsIn(f, scratch, extent);
  count(f, lists, row, stride, extent, dtype);
  addUp(f, lists);
  digits.forEach((_, digit) => spread(f, lists, digit, extent));
  return lists.positions[digits.length % 2 === 0 ? 0 : 1];
};
