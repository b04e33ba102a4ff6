/**
 * Arrays in WebAssembly memory. A mirror is a copy of an array that programs are given again and again; since arrays do not change
 * it can never be stale, and it may be dropped at any time. The array remembers its slot, the slot does not know the array, so that
 * neither keeps the other alive. A home is the only copy of an array (a donated state); it moves to the heap before it goes.
 */
import { FluxionError } from '../array/errors.ts';
import { cellAsIs, distant, type Away, type Cell, type NDArray } from '../array/ndarray.ts';
import { byteSize, showType, type ArrayType } from '../array/type.ts';
import { onPressure, release, reserve } from './memory.ts';
import { callDepth, callEpoch } from './scratch.ts';
import { copyIn, elementsAt } from './transfer.ts';

/** A place for one array, in a ring of its kind. */
interface Slot extends Away {
  /** 0: the place is gone. */
  address: number;
  readonly bytes: number;
  /** The outermost call that used it last. */
  used: number;
  /** Of a home, whose elements it keeps. */
  owner: { readonly cell: Cell; readonly type: ArrayType } | null;
  before: Slot;
  after: Slot;
}

/** Slots, the one not used for longest first; `head` is none of them. */
interface Ring {
  readonly head: Slot;
  bytes: number;
  budget: number;
}

const makeSlot = (address: number, bytes: number): Slot => {
  const slot = { address, bytes, used: callEpoch(), owner: null, lost: null } as Slot; // sound: the next lines add the rest
  slot.fetch = (type) => leaveHome(slot, type);
  slot.before = slot;
  slot.after = slot;
  return slot;
};

const ring = (budget: number): Ring => ({ head: makeSlot(0, 0), bytes: 0, budget });
const mirrors = ring(2 ** 28);
const homes = ring(2 ** 29);
/** Stands in a cell for "was an operand once": an array that is passed only once leaves no mirror. */
const seen = makeSlot(0, 0);

/** Smaller arrays are copied at each call, which costs less than 0.1 us. */
const smallest = 4096;

const ringOf = (slot: Slot): Ring => (slot.owner === null ? mirrors : homes);
const unlink = (slot: Slot): void => {
  slot.before.after = slot.after;
  slot.after.before = slot.before;
};
const link = ({ head }: Ring, slot: Slot): void => {
  slot.before = head.before;
  slot.after = head;
  head.before.after = slot;
  head.before = slot;
};
const add = (to: Ring, slot: Slot): void => {
  link(to, slot);
  to.bytes += slot.bytes;
};
const remove = (slot: Slot): void => {
  unlink(slot);
  ringOf(slot).bytes -= slot.bytes;
};

/** End a slot; its elements are lost. */
const drop = (slot: Slot): void => {
  remove(slot);
  release(slot.address, slot.bytes);
  slot.address = 0;
};

/** Move the elements of a home to the heap; what stays is a mirror. */
const leaveHome = (slot: Slot, type: ArrayType): ReturnType<Away['fetch']> => {
  const elements = elementsAt(type, slot.address);
  remove(slot);
  slot.owner = null;
  add(mirrors, slot);
  return elements;
};

/** Drop the oldest slots until `bytes` more fit the budget; whether they do. What a running call uses stays. */
const makeRoom = (own: Ring, bytes: number, budget = own.budget): boolean => {
  while (own.bytes + bytes > budget) {
    const oldest = own.head.after;
    if (oldest === own.head || (callDepth() > 0 && oldest.used === callEpoch())) return false;
    const { owner } = oldest;
    if (owner !== null) {
      owner.cell.data = leaveHome(oldest, owner.type);
      owner.cell.away = null;
    }
    drop(oldest);
  }
  return true;
};

onPressure(() => {
  makeRoom(mirrors, 0, 0);
  makeRoom(homes, 0, 0);
});

// Sound: only this file writes `mirror`.
const slotOf = (cell: Cell): Slot | null => cell.mirror as Slot | null;

/** Where a copy of the array stands for the call that is running; 0 if there is none. */
export const mirrorOf = (x: NDArray): number => {
  const slot = slotOf(cellAsIs(x));
  if (slot === null || slot.address === 0) return 0;
  slot.used = callEpoch();
  if (slot.owner === null && slot.after !== mirrors.head) {
    unlink(slot);
    link(mirrors, slot);
  }
  return slot.address;
};

/** As `mirrorOf`, but an array that is passed for the second time gets a mirror. */
export const mirrored = (x: NDArray): number => {
  const cell = cellAsIs(x);
  if (cell.mirror === null) {
    if (cell.data !== null && byteSize(x.type) >= smallest) cell.mirror = seen;
    return 0;
  }
  const known = mirrorOf(x);
  if (known !== 0 || cell.data === null) return known;
  const bytes = byteSize(x.type);
  if (!makeRoom(mirrors, bytes)) return 0;
  const slot = makeSlot(reserve(bytes), bytes);
  add(mirrors, slot);
  cell.mirror = slot;
  copyIn(x, slot.address);
  return slot.address;
};

/** The array whose elements stand at `address`, which it takes over. */
export const settle = (type: ArrayType, address: number): NDArray => {
  const bytes = byteSize(type);
  makeRoom(homes, bytes);
  const slot = makeSlot(address, bytes);
  const x = distant(type, slot, slot);
  slot.owner = { cell: cellAsIs(x), type };
  add(homes, slot);
  return x;
};

/** Take an array's elements away from it; reading it throws from now on. A splat has none and stays readable. */
export const giveAway = (x: NDArray, receiver: string): void => {
  const cell = cellAsIs(x);
  if (cell.data === null && cell.away === null) return;
  const slot = slotOf(cell);
  if (slot !== null && slot.address !== 0) drop(slot);
  cell.mirror = null;
  cell.data = null;
  const lost = `donated to ${receiver}`;
  cell.away = {
    lost,
    fetch: (type) => {
      throw new FluxionError(
        'donated',
        `read: expected an array that still has its elements, got ${showType(type)} that was ${lost}. Keep a copy before the call.`,
      );
    },
  };
};

/** Bytes that mirrors and homes may take; what is over goes at once. */
export const limitBytes = (kind: 'mirrors' | 'homes', bytes: number): void => {
  const own = kind === 'mirrors' ? mirrors : homes;
  own.budget = bytes;
  makeRoom(own, 0);
};

/** How much mirrors and homes take, and may take. */
export const memoryUse = (): {
  readonly [K in 'mirrors' | 'homes']: { readonly bytes: number; readonly budget: number };
} => ({
  mirrors: { bytes: mirrors.bytes, budget: mirrors.budget },
  homes: { bytes: homes.bytes, budget: homes.budget },
});

/** Drop every mirror that is not in use. */
export const dropMirrors = (): void => void makeRoom(mirrors, 0, 0);
