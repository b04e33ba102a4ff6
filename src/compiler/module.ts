/** Modules as bytes: functions with their signatures, put into sections. Equal functions are kept once. */
import { unsigned, type FunctionCode } from './encode.ts';
import { types, type ValueType } from './instructions.ts';

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

/** A list as WebAssembly writes it: its length, then its items. */
const putList = <A>(out: number[], items: readonly A[], put: (item: A) => void): void => {
  unsigned(out, items.length);
  items.forEach(put);
};

const typeSection = (out: number[], signatures: readonly string[]): void =>
  putList(out, signatures, (signature) => {
    out.push(0x60);
    for (const side of signature.split('>'))
      // Sound: signatures are made of value type names.
      putList(out, side === '' ? [] : side.split(','), (name) => void out.push(types[name as ValueType]));
  });

const importSection = (out: number[], imports: readonly (readonly [Import, number])[]): void => {
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
};

const exportSection = (out: number[], exported: { readonly [name: string]: number }): void =>
  putList(out, Object.entries(exported), ([name, index]) => {
    text(out, name);
    out.push(0);
    unsigned(out, index);
  });

const codeSection = (out: number[], functions: readonly { readonly bytes: readonly number[] }[]): void =>
  putList(out, functions, ({ bytes }) => {
    unsigned(out, bytes.length);
    for (const byte of bytes) out.push(byte);
  });

const concatenate = (parts: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> => {
  const total = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    total.set(part, at);
    at += part.length;
  }
  return total;
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
  section(1, (out) => typeSection(out, signatures));
  section(2, (out) => importSection(out, imports));
  section(3, (out) => putList(out, functions, ({ signature }) => unsigned(out, signature)));
  section(7, (out) => exportSection(out, exported));
  section(10, (out) => codeSection(out, functions));
  return concatenate(parts);
};
