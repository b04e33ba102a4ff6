/** Values of WebAssembly as lists of lanes, read from and written to bytes by JavaScript alone. */

/** Lanes of one kind; a scalar is one lane. Integer lanes are unsigned BigInts, float lanes numbers. */
export interface LaneShape {
  readonly kind: 'i' | 'f';
  readonly width: 8 | 16 | 32 | 64;
  readonly count: number;
}
export type Lane = bigint | number;

/** `i32`, `f64`, `i32x4`, ...; `v128` is two lanes of 64 bits. */
export const laneShape = (name: string): LaneShape => {
  if (name === 'v128') return { kind: 'i', width: 64, count: 2 };
  const [, kind, width, count] = /^([if])(8|16|32|64)(?:x(\d+))?$/.exec(name) ?? [];
  if (kind === undefined) throw new Error(`expected a type or a shape of lanes, got ${name}`);
  // Sound: the expression admits no others.
  return { kind: kind as 'i' | 'f', width: Number(width) as 8, count: Number(count ?? 1) };
};

/** The type of the value that holds these lanes. */
export const valueType = ({ kind, width, count }: LaneShape): 'i32' | 'i64' | 'f32' | 'f64' | 'v128' =>
  count > 1 ? 'v128' : kind === 'f' ? (width === 32 ? 'f32' : 'f64') : width === 64 ? 'i64' : 'i32';

/** The lanes that stand at a place in memory. */
export const readLanes = ({ kind, width, count }: LaneShape, bytes: DataView, at = 0): readonly Lane[] =>
  Array.from({ length: count }, (_, i): Lane => {
    const place = at + (i * width) / 8;
    if (kind === 'f') return width === 32 ? bytes.getFloat32(place, true) : bytes.getFloat64(place, true);
    if (width === 64) return bytes.getBigUint64(place, true);
    return BigInt(
      width === 32 ? bytes.getUint32(place, true) : width === 16 ? bytes.getUint16(place, true) : bytes.getUint8(place),
    );
  });

/** Write lanes from a place on. */
export const writeLanes = ({ kind, width }: LaneShape, lanes: readonly Lane[], bytes: DataView, at = 0): void =>
  lanes.forEach((lane, i) => {
    const place = at + (i * width) / 8;
    if (kind === 'f') {
      if (width === 32) bytes.setFloat32(place, Number(lane), true);
      else bytes.setFloat64(place, Number(lane), true);
    } else if (width === 64) bytes.setBigUint64(place, BigInt(lane), true);
    else if (width === 32) bytes.setUint32(place, Number(lane), true);
    else if (width === 16) bytes.setUint16(place, Number(lane), true);
    else bytes.setUint8(place, Number(lane));
  });

/** The same bytes as lanes of another shape. */
export const recast = (from: LaneShape, to: LaneShape, lanes: readonly Lane[]): readonly Lane[] => {
  const bytes = new DataView(new ArrayBuffer(16));
  writeLanes(from, lanes, bytes);
  return readLanes(to, bytes);
};

/** The lane as a signed whole number. */
export const signed = (width: number, lane: Lane): bigint => BigInt.asIntN(width, BigInt(lane));
/** The low bits of a whole number. */
export const low = (width: number, value: bigint): bigint => BigInt.asUintN(width, value);
