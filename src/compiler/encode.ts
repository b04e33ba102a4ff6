/** Our WebAssembly encoder: functions as growing byte lists. It knows no more than it needs. */
import {
  lane,
  memory,
  memoryLane,
  plain,
  saturating,
  types,
  vector,
  type LaneName,
  type MemoryLaneName,
  type MemoryName,
  type PlainName,
  type ValueType,
} from './instructions.ts';

/** Append a number in LEB128. */
export const unsigned = (out: number[], value: number): void => {
  let rest = value >>> 0;
  while (rest >= 0x80) {
    out.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  out.push(rest);
};

const signed = (out: number[], value: number): void => {
  let rest = value | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)) {
      out.push(byte);
      return;
    }
    out.push(byte | 0x80);
  }
};

const scratch = new DataView(new ArrayBuffer(8));
const bytesOfFloat = (value: number, width: 4 | 8): readonly number[] => {
  if (width === 4) scratch.setFloat32(0, value, true);
  else scratch.setFloat64(0, value, true);
  return Array.from({ length: width }, (_, i) => scratch.getUint8(i));
};

/** Plain instructions as bytes, by name. */
const encoded = new Map<string, readonly number[]>();
for (const [name, code] of Object.entries(plain)) encoded.set(name, [code]);
for (const [prefix, table] of [
  [0xfc, saturating],
  [0xfd, vector],
] as const)
  for (const [name, code] of Object.entries(table)) {
    const bytes = [prefix];
    unsigned(bytes, code);
    encoded.set(name, bytes);
  }

/** A place for code: the body of a function, or a part of it that goes to its front. */
export interface Code {
  readonly bytes: number[];
  readonly op: (name: PlainName) => Code;
  readonly get: (local: number) => Code;
  readonly set: (local: number) => Code;
  readonly tee: (local: number) => Code;
  readonly i32: (value: number) => Code;
  /** An i64 constant that fits 32 bits. */
  readonly i64: (value: number) => Code;
  readonly f32: (value: number) => Code;
  readonly f64: (value: number) => Code;
  readonly v128: (bytes: Uint8Array) => Code;
  readonly memory: (name: MemoryName, offset?: number) => Code;
  readonly lane: (name: LaneName, index: number) => Code;
  /** Store one lane of a vector. */
  readonly memoryLane: (name: MemoryLaneName, offset: number, index: number) => Code;
  /** Lanes of 32 bits of two vectors, 0-3 of the first and 4-7 of the second. */
  readonly shuffle32: (a: number, b: number, c: number, d: number) => Code;
  readonly block: (kind: 'block' | 'loop' | 'if', result?: ValueType) => Code;
  readonly br: (depth: number) => Code;
  readonly brIf: (depth: number) => Code;
  readonly brTable: (depths: readonly number[], otherwise: number) => Code;
  readonly call: (index: number) => Code;
  readonly memoryCopy: () => Code;
  readonly memoryFill: () => Code;
}

const blockCodes = { block: 0x02, loop: 0x03, if: 0x04 } as const;

const makeCode = (): Code => {
  const bytes: number[] = [];
  const put = (...more: readonly number[]): Code => {
    for (const byte of more) bytes.push(byte);
    return code;
  };
  const withIndex = (opcode: number, index: number): Code => {
    bytes.push(opcode);
    unsigned(bytes, index);
    return code;
  };
  const code: Code = {
    bytes,
    op: (name) => put(...(encoded.get(name) ?? [])),
    get: (local) => withIndex(0x20, local),
    set: (local) => withIndex(0x21, local),
    tee: (local) => withIndex(0x22, local),
    i32: (value) => {
      bytes.push(0x41);
      signed(bytes, value);
      return code;
    },
    i64: (value) => {
      bytes.push(0x42);
      signed(bytes, value);
      return code;
    },
    f32: (value) => put(0x43, ...bytesOfFloat(value, 4)),
    f64: (value) => put(0x44, ...bytesOfFloat(value, 8)),
    v128: (constant) => put(0xfd, 12, ...constant),
    memory: (name, offset = 0) => {
      const [opcode, align] = memory[name];
      if (opcode >= 256) {
        bytes.push(0xfd);
        unsigned(bytes, opcode - 256);
      } else bytes.push(opcode);
      bytes.push(align);
      unsigned(bytes, offset);
      return code;
    },
    lane: (name, index) => put(0xfd, lane[name], index),
    memoryLane: (name, offset, index) => {
      const [opcode, align] = memoryLane[name];
      put(0xfd, opcode, align);
      unsigned(bytes, offset);
      return put(index);
    },
    shuffle32: (...lanes) => put(0xfd, 13, ...lanes.flatMap((l) => [l * 4, l * 4 + 1, l * 4 + 2, l * 4 + 3])),
    block: (kind, result) => put(blockCodes[kind], result === undefined ? 0x40 : types[result]),
    br: (depth) => withIndex(0x0c, depth),
    brIf: (depth) => withIndex(0x0d, depth),
    brTable: (depths, otherwise) => {
      bytes.push(0x0e);
      unsigned(bytes, depths.length);
      for (const depth of depths) unsigned(bytes, depth);
      unsigned(bytes, otherwise);
      return code;
    },
    call: (index) => withIndex(0x10, index),
    memoryCopy: () => put(0xfc, 10, 0, 0),
    memoryFill: () => put(0xfc, 11, 0),
  };
  return code;
};

/** A function being written: `head` goes before `body`, for constants kept out of loops. */
export interface FunctionCode {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly head: Code;
  readonly body: Code;
  readonly local: (type: ValueType) => number;
  readonly locals: ValueType[];
}

export const makeFunction = (parameters: readonly ValueType[], results: readonly ValueType[] = []): FunctionCode => {
  const locals: ValueType[] = [];
  const local = (type: ValueType): number => parameters.length + locals.push(type) - 1;
  return { parameters, results, head: makeCode(), body: makeCode(), local, locals };
};
