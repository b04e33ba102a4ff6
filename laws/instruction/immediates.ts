/** The laws of instructions with immediates: constants, memory, lanes. */
import * as fc from 'fast-check';
import { instructions, makeFunction } from 'fluxion/extend';
import { fact, law, type Law } from '../law.ts';
import { laneShape, readLanes, recast, valueType, writeLanes, type Lane } from './lanes.ts';
import { assertLanes, operandsOf, overMemory, ready, resultPlace } from './module.ts';

// Sound, here and below: the keys of a table are its names.
const namesOf = <T extends object>(table: T): readonly (keyof T & string)[] =>
  Object.keys(table) as (keyof T & string)[];

/** Numbers at which one more byte of a LEB128 begins, and their neighbours. */
const wholes: readonly number[] = [
  ...[0, 6, 7, 13, 14, 20, 21, 27, 28, 30].flatMap((bits) => [
    2 ** bits,
    2 ** bits - 1,
    -(2 ** bits),
    -(2 ** bits) - 1,
  ]),
  2147483647,
  -2147483648,
];

const constants: readonly Law[] = [
  fact('instruction i32.const: every length of a number', () => {
    for (const value of wholes) {
      const f = makeFunction([], ['i32']);
      f.body.i32(value);
      assertLanes('i32', [Number(ready(f).run())], [value]);
    }
  }),
  fact('instruction i64.const: every length of a number', () => {
    for (const value of wholes) {
      const f = makeFunction([], ['i64']);
      f.body.i64(value);
      // Sound: an i64 result is a BigInt.
      assertLanes('i64', [ready(f).run() as bigint], [BigInt(value)]);
    }
  }),
  law(
    'instruction f32.const, f64.const: the number itself',
    fc.property(fc.double(), (value) => {
      const [single, double] = [makeFunction([], ['f32']), makeFunction([], ['f64'])];
      single.body.f32(value);
      double.body.f64(value);
      assertLanes('f32', [Number(ready(single).run())], [Math.fround(value)]);
      assertLanes('f64', [Number(ready(double).run())], [value]);
    }),
  ),
  law(
    'instruction v128.const: the bytes themselves',
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const made = ready(overMemory([], laneShape('v128'), (f) => f.body.v128(bytes)));
      made.run(0);
      assertLanes('v128', readLanes(laneShape('i8x16'), made.bytes, resultPlace), [...bytes].map(BigInt));
    }),
  ),
];

/** What a load or store says: the type of the value, how many bytes go, and how they fill it. */
const spoken = (
  name: string,
): { readonly type: string; readonly isLoad: boolean; readonly width: number; readonly how: string } => {
  const [, type = '', way = '', bits, how = ''] = /^(\w+)\.(load|store)(\d+)?_?(\w*)$/.exec(name) ?? [];
  const { width, count } = laneShape(type);
  return { type, isLoad: way === 'load', width: bits === undefined ? width * count : Number(bits), how };
};

/** The bytes of the value that a load gives: those read, then zeros, or the same over and over. */
const filled = (name: string, source: readonly number[]): readonly number[] => {
  const { type, width, how } = spoken(name);
  const size = (laneShape(type).width * laneShape(type).count) / 8;
  const read = source.slice(0, width / 8);
  return Array.from({ length: size }, (_, i) => (how === 'splat' ? read[i % read.length] : read[i]) ?? 0);
};

const bytesAt = (bytes: DataView, at: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => bytes.getUint8(at + i));

const drawnBytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
/** Offsets of one, two and three bytes, aligned or not. */
const offsets = fc.constantFrom(0, 1, 96, 127, 128, 1000, 16383, 16384, 65533);

const copyByMemory = (name: keyof typeof instructions.memory, offset: number): ReturnType<typeof ready> => {
  const { type, isLoad } = spoken(name);
  const f = makeFunction(['i32', 'i32']);
  const value = valueType(laneShape(type));
  f.body.get(1).get(0);
  if (isLoad) f.body.memory(name, offset).memory(`${value}.store`, 0);
  else f.body.memory(`${value}.load`, 0).memory(name, offset);
  return ready(f);
};

const memoryLaws: readonly Law[] = namesOf(instructions.memory).map((name) =>
  law(
    `instruction ${name}: the bytes at the address and the offset`,
    fc.property(drawnBytes, offsets, fc.nat(40), (source, offset, base) => {
      const { isLoad, width, type } = spoken(name);
      const made = copyByMemory(name, offset);
      const [from, to] = isLoad ? [base + offset, 131_000] : [131_000, base + offset];
      source.forEach((byte, i) => {
        made.bytes.setUint8(from + i, byte);
        made.bytes.setUint8(to + i, 0xaa);
      });
      if (isLoad) made.run(base, to);
      else made.run(from, base);
      const size = (laneShape(type).width * laneShape(type).count) / 8;
      const written = isLoad ? filled(name, [...source]) : [...source].slice(0, width / 8);
      const wanted = [...written, ...Array.from({ length: 16 - written.length }, () => 0xaa)];
      assertLanes(`${name} of ${size} bytes`, bytesAt(made.bytes, to, 16).map(BigInt), wanted.map(BigInt));
    }),
  ),
);

const laneLaws: readonly Law[] = namesOf(instructions.lane).map((name) => {
  const [vector = '', op = ''] = name.split('.');
  const shape = laneShape(vector);
  const scalar = { ...shape, count: 1 };
  const isExtract = op === 'extract_lane';
  const [operands, result] = isExtract ? [[shape], scalar] : [[shape, scalar], shape];
  return law(
    `instruction ${name}: the lane of that number`,
    fc.property(operandsOf(operands), fc.nat(shape.count - 1), ([lanes = [], one = []], index) => {
      const made = ready(overMemory(operands, result, (f) => f.body.lane(name, index)));
      writeLanes(shape, lanes, made.bytes);
      writeLanes(scalar, one, made.bytes, 16);
      made.run(0);
      const wanted = isExtract
        ? lanes.slice(index, index + 1)
        : lanes.map((v, i): Lane => (i === index ? (one[0] ?? v) : v));
      assertLanes(name, readLanes(result, made.bytes, resultPlace), wanted);
    }),
  );
});

const storedLanes: readonly Law[] = namesOf(instructions.memoryLane).map((name) => {
  const width = name.includes('32') ? 32 : 64;
  const shape = laneShape(width === 32 ? 'i32x4' : 'i64x2');
  return law(
    `instruction ${name}: the lane of that number goes to the address and the offset`,
    fc.property(operandsOf([shape]), fc.nat(shape.count - 1), offsets, ([lanes = []], index, offset) => {
      const f = makeFunction(['i32', 'i32']);
      f.body.get(0).get(1).memory('v128.load').memoryLane(name, offset, index);
      const made = ready(f);
      writeLanes(shape, lanes, made.bytes, 100_000);
      made.run(32, 100_000);
      assertLanes(name, readLanes({ ...shape, count: 1 }, made.bytes, 32 + offset), lanes.slice(index, index + 1));
      assertLanes(`${name}, what follows`, [BigInt(made.bytes.getUint8(32 + offset + width / 8))], [0n]);
    }),
  );
});

const shuffles: readonly Law[] = [
  law(
    'instruction i8x16.shuffle: lanes of 32 bits of two vectors',
    fc.property(
      operandsOf([laneShape('i32x4'), laneShape('i32x4')]),
      fc.tuple(fc.nat(7), fc.nat(7), fc.nat(7), fc.nat(7)),
      ([first = [], second = []], picks) => {
        const shape = laneShape('i32x4');
        const made = ready(overMemory([shape, shape], shape, (f) => f.body.shuffle32(...picks)));
        writeLanes(shape, first, made.bytes);
        writeLanes(shape, second, made.bytes, 16);
        made.run(0);
        const both = [...first, ...second];
        const wanted = picks.flatMap((pick) => both[pick] ?? []);
        assertLanes('shuffle', readLanes(shape, made.bytes, resultPlace), recast(shape, shape, wanted));
      },
    ),
  ),
];

/** The laws of constants, memory and lanes. */
export const immediateLaws: readonly Law[] = [constants, memoryLaws, laneLaws, storedLanes, shuffles].flat();
