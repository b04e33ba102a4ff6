/** Our WebAssembly encoder: functions as growing byte lists, modules as sections. It knows no more than it needs. */
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

const unsigned = (out: number[], value: number): void => {
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

export interface Import {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface ModuleCode {
  /** Functions imported from `env`, before all others in the index space; call before `add`. */
  readonly importFunction: (imported: Import) => number;
  /** Put a finished function in; equal functions are kept once. */
  readonly add: (code: FunctionCode) => number;
  readonly bytes: (exported: { readonly [name: string]: number }) => Uint8Array<ArrayBuffer>;
}

const bodyBytes = ({ locals, head, body }: FunctionCode): readonly number[] => {
  const out: number[] = [];
  const runs: (readonly [number, ValueType])[] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === type) runs[runs.length - 1] = [last[0] + 1, type];
    else runs.push([1, type]);
  }
  unsigned(out, runs.length);
  for (const [count, type] of runs) {
    unsigned(out, count);
    out.push(types[type]);
  }
  for (const part of [head.bytes, body.bytes]) for (const byte of part) out.push(byte);
  out.push(0x0b);
  return out;
};

const text = (out: number[], value: string): void => {
  const bytes = new TextEncoder().encode(value);
  unsigned(out, bytes.length);
  out.push(...bytes);
};

/** A module that imports its memory as `env.memory`. `importCount` functions are imported. */
export const makeModule = (): ModuleCode => {
  const signatures: string[] = [];
  const imports: (readonly [Import, number])[] = [];
  const functions: { readonly signature: number; readonly bytes: readonly number[] }[] = [];
  const known = new Map<string, number>();
  const signatureOf = (parameters: readonly ValueType[], results: readonly ValueType[]): number => {
    const key = `${parameters.join()}>${results.join()}`;
    const found = signatures.indexOf(key);
    return found >= 0 ? found : signatures.push(key) - 1;
  };
  return {
    importFunction: (imported) => imports.push([imported, signatureOf(imported.parameters, imported.results)]) - 1,
    add: (code) => {
      const signature = signatureOf(code.parameters, code.results);
      const bytes = bodyBytes(code);
      const key = `${signature}:${bytes.join()}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      const index = imports.length + functions.push({ signature, bytes }) - 1;
      known.set(key, index);
      return index;
    },
    bytes: (exported) => assemble(signatures, imports, functions, exported),
  };
};

const assemble = (
  signatures: readonly string[],
  imports: readonly (readonly [Import, number])[],
  functions: readonly { readonly signature: number; readonly bytes: readonly number[] }[],
  exported: { readonly [name: string]: number },
): Uint8Array<ArrayBuffer> => {
  const parts: (readonly number[])[] = [[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]];
  const section = (id: number, fill: (out: number[]) => void): void => {
    const body: number[] = [];
    fill(body);
    const head = [id];
    unsigned(head, body.length);
    parts.push(head, body);
  };
  const typeList = (out: number[], names: string): void => {
    const list = names === '' ? [] : names.split(',');
    unsigned(out, list.length);
    // Sound: signatures are made of value type names.
    for (const name of list) out.push(types[name as ValueType]);
  };
  section(1, (out) => {
    unsigned(out, signatures.length);
    for (const signature of signatures) {
      out.push(0x60);
      for (const side of signature.split('>')) typeList(out, side);
    }
  });
  section(2, (out) => {
    unsigned(out, imports.length + 1);
    for (const [{ name }, signature] of imports) {
      text(out, 'env');
      text(out, name);
      out.push(0);
      unsigned(out, signature);
    }
    text(out, 'env');
    text(out, 'memory');
    out.push(2, 0, 0);
  });
  section(3, (out) => {
    unsigned(out, functions.length);
    for (const { signature } of functions) unsigned(out, signature);
  });
  section(7, (out) => {
    const entries = Object.entries(exported);
    unsigned(out, entries.length);
    for (const [name, index] of entries) {
      text(out, name);
      out.push(0);
      unsigned(out, index);
    }
  });
  section(10, (out) => {
    unsigned(out, functions.length);
    for (const { bytes } of functions) {
      unsigned(out, bytes.length);
      for (const byte of bytes) out.push(byte);
    }
  });
  const total = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    total.set(part, at);
    at += part.length;
  }
  return total;
};
