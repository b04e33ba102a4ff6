/** Modules of one function with a memory of its own, and operands that show what an instruction does at its edges. */
import * as fc from 'fast-check';
import { makeFunction, makeModule, type FunctionCode } from 'fluxion/extend';
import { valueType, type Lane, type LaneShape } from './lanes.ts';

export interface Ready {
  readonly bytes: DataView;
  /** Traps as WebAssembly does, by a `RuntimeError`. */
  readonly run: (...values: readonly number[]) => unknown;
}

/** Two pages, so that large offsets are in range. */
const makeMemory = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: 2 });

/** A module that exports the function, checked and ready to run. */
export const ready = (f: FunctionCode): Ready => {
  const module = makeModule();
  const encoded = module.bytes({ run: module.add(f) });
  if (!WebAssembly.validate(encoded)) throw new Error('expected a valid module');
  const memory = makeMemory();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(encoded), { env: { memory } });
  return {
    bytes: new DataView(memory.buffer),
    // Sound: it is the only export, and a function.
    run: instance.exports['run'] as (...values: readonly number[]) => unknown,
  };
};

export const resultPlace = 64;
const loads = { i32: 'i32.load', i64: 'i64.load', f32: 'f32.load', f64: 'f64.load', v128: 'v128.load' } as const;
const stores = { i32: 'i32.store', i64: 'i64.store', f32: 'f32.store', f64: 'f64.store', v128: 'v128.store' } as const;

/** A function that loads its operands 16 bytes apart, does what `write` says, and stores the result. */
export const overMemory = (
  operands: readonly LaneShape[],
  result: LaneShape,
  write: (f: FunctionCode) => void,
): FunctionCode => {
  const f = makeFunction(['i32']);
  f.body.get(0);
  operands.forEach((shape, i) => f.body.get(0).memory(loads[valueType(shape)], 16 * i));
  write(f);
  f.body.memory(stores[valueType(result)], resultPlace);
  return f;
};

const wholeEdges = (width: number): readonly bigint[] =>
  [
    0n,
    1n,
    2n,
    -1n,
    -2n,
    BigInt(width),
    BigInt(width) + 1n,
    BigInt(width) - 1n,
    1n << BigInt(width - 1),
    (1n << BigInt(width - 1)) - 1n,
  ].map((n) => BigInt.asUintN(width, n));
const floatEdges: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -3.5,
  0.49999999999999994,
  NaN,
  Infinity,
  -Infinity,
  2 ** 31,
  -(2 ** 31),
  2 ** 31 - 1,
  2 ** 31 - 0.5,
  -(2 ** 31) - 0.75,
  2 ** 32,
  2 ** 32 - 1,
  2 ** 63,
  -(2 ** 63),
  2 ** 64,
  1e20,
  2 ** -149,
  2 ** -126,
  5e-324,
  3.4028234663852886e38,
  1.7976931348623157e308,
  2 ** 51 + 0.5,
  2 ** 23 + 0.5,
  2 ** 53 + 2,
];

const quarters = fc.integer({ min: -64, max: 64 }).map((n) => n / 4);

/** One lane: the edges of its kind, and any other. */
const lane = ({ kind, width }: LaneShape, isExact: boolean): fc.Arbitrary<Lane> => {
  if (kind === 'i' && isExact) return fc.constantFrom(0n, BigInt.asUintN(width, -1n));
  if (kind === 'i')
    return fc.oneof(fc.constantFrom(...wholeEdges(width)), fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n }));
  if (isExact) return quarters;
  const fit = (x: number): number => (width === 32 ? Math.fround(x) : x);
  return fc.oneof(fc.constantFrom(...floatEdges.map(fit)), quarters, fc.double().map(fit), fc.float());
};

/** Operands lane by lane. With `isExact` sums and products of floats need no rounding, and whole numbers are all ones or none. */
export const operandsOf = (shapes: readonly LaneShape[], isExact = false): fc.Arbitrary<readonly (readonly Lane[])[]> =>
  fc.tuple(...shapes.map((shape) => fc.tuple(...Array.from({ length: shape.count }, () => lane(shape, isExact)))));

/** Whether lanes are the same; any NaN is as good as another. */
const sameLanes = (xs: readonly Lane[], ys: readonly Lane[]): boolean =>
  xs.length === ys.length && xs.every((x, i) => Object.is(x, ys[i]));

/** Throws with both lists unless the lanes are the same. */
export const assertLanes = (what: string, got: readonly Lane[], wanted: readonly Lane[]): void => {
  if (!sameLanes(got, wanted)) throw new Error(`${what}: expected ${wanted.join(' ')}, got ${got.join(' ')}`);
};
