/** The one WebAssembly memory: views of it, and blocks of it. */
import { UnsupportedError } from '../array/errors.ts';
import { makeHeap, roundUp, type Heap } from './heap.ts';

const pageBytes = 65536;
const limitPages = 65536;
const firstPages = 64;
/** The first addresses stay unused: 0 stands for "nowhere". */
const reserved = 128;

interface Store {
  readonly memory: WebAssembly.Memory;
  readonly heap: Heap;
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

const makeStore = (): Store => {
  const memory = new WebAssembly.Memory({ initial: firstPages });
  const heap = makeHeap();
  heap.give(reserved, firstPages * pageBytes - reserved);
  store = { memory, heap, views: viewsOf(memory.buffer) };
  return store;
};

const theStore = (): Store => store ?? makeStore();

export const wasmMemory = (): WebAssembly.Memory => theStore().memory;

/** Views of the memory as it is now; growing detaches them. */
export const memoryViews = (): Views => {
  const own = theStore();
  if (own.views.u8.length === 0) own.views = viewsOf(own.memory.buffer);
  return own.views;
};

const relief: { give: (() => void) | null } = { give: null };
/** What to do when memory runs out, before refusing: give back blocks that can be had again. */
export const onPressure = (give: () => void): void => void (relief.give = give);

/** The address of a block of at least `bytes` bytes, aligned to 128. Refuses with the size if it is not to be had. */
export const reserve = (bytes: number): number => {
  const { heap } = theStore();
  const size = roundUp(bytes);
  const found = heap.take(size) ?? grown(size) ?? relieved(size);
  if (found !== null) return found;
  throw new UnsupportedError(
    `run: expected a program that fits into ${(limitPages * pageBytes) / 2 ** 30} GiB of memory, got one that needs ${(bytes / 2 ** 20).toFixed(0)} MiB more. Use smaller batches, or checkpoint.`,
    'memory',
  );
};

/** Give a block back; `bytes` as it was asked for. */
export const release = (address: number, bytes: number): void => theStore().heap.give(address, roundUp(bytes));

/** Bytes of the memory that are in use. */
export const bytesInUse = (): number => {
  const { memory, heap } = theStore();
  return memory.buffer.byteLength - reserved - heap.free();
};

const relieved = (size: number): number | null => {
  if (relief.give === null) return null;
  relief.give();
  return theStore().heap.take(size) ?? grown(size);
};

/** Grow so that a block fits at the end; `null` if the memory is at its limit. */
const grown = (size: number): number | null => {
  const { memory, heap } = theStore();
  const end = memory.buffer.byteLength;
  const missing = Math.ceil((size - heap.tail(end)) / pageBytes);
  const pages = end / pageBytes;
  if (missing > limitPages - pages) return null;
  // Growing costs about a millisecond, so it is done in larger steps; untouched pages cost nothing.
  const wanted = Math.min(limitPages - pages, Math.max(missing, Math.ceil(pages / 2)));
  for (const step of [wanted, missing]) {
    try {
      memory.grow(step);
    } catch {
      continue;
    }
    heap.give(end, step * pageBytes);
    return heap.take(size);
  }
  return null;
};
