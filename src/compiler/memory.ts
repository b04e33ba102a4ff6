/** The one WebAssembly memory: scratch during a call, used as a stack so that calls nest. */
import { UnsupportedError } from '../array/errors.ts';

const pageBytes = 65536;
const limitPages = 65536;

interface Store {
  readonly memory: WebAssembly.Memory;
  /** The first byte not in use. */
  top: number;
  views: Views;
}

export interface Views {
  readonly u8: Uint8Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
}

const viewsOf = (buffer: ArrayBuffer): Views => ({
  u8: new Uint8Array(buffer),
  i32: new Int32Array(buffer),
  u32: new Uint32Array(buffer),
  f32: new Float32Array(buffer),
  f64: new Float64Array(buffer),
});

let store: Store | null = null;

const theStore = (): Store => {
  if (store === null) {
    const memory = new WebAssembly.Memory({ initial: 64 });
    store = { memory, top: 64, views: viewsOf(memory.buffer) };
  }
  return store;
};

export const wasmMemory = (): WebAssembly.Memory => theStore().memory;

/** Views of the memory as it is now; growing detaches them. */
export const memoryViews = (): Views => {
  const own = theStore();
  if (own.views.u8.length === 0) own.views = viewsOf(own.memory.buffer);
  return own.views;
};

/** Run `body` with `bytes` bytes of memory to itself, from the address that it is given. Refuses before anything runs if they are not to be had. */
export const withScratch = <A>(bytes: number, body: (base: number) => A): A => {
  const own = theStore();
  const base = own.top;
  const end = base + Math.ceil(bytes / 16) * 16;
  const missing = Math.ceil(end / pageBytes) - own.memory.buffer.byteLength / pageBytes;
  if (missing > 0) growBy(own, missing, bytes);
  own.top = end;
  try {
    return body(base);
  } finally {
    own.top = base;
  }
};

const growBy = ({ memory }: Store, missing: number, bytes: number): void => {
  const pages = memory.buffer.byteLength / pageBytes;
  // Growing costs about a millisecond, so it is done in larger steps.
  const wanted = Math.min(limitPages - pages, Math.max(missing, Math.ceil(pages / 2)));
  const refuse = (): never => {
    throw new UnsupportedError(
      `run: expected a program that fits into ${(limitPages * pageBytes) / 2 ** 30} GiB of memory, got one that needs ${(bytes / 2 ** 20).toFixed(0)} MiB more. Use smaller batches, or checkpoint.`,
      'memory',
    );
  };
  if (wanted < missing) refuse();
  try {
    memory.grow(wanted);
  } catch {
    try {
      memory.grow(missing);
    } catch {
      refuse();
    }
  }
};
