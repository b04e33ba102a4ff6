/** Scratch of calls: a stack in one block of memory, so that calls nest and callbacks may call. */
import { roundUp } from './heap.ts';
import { release, reserve } from './memory.ts';

interface Arena {
  readonly base: number;
  readonly bytes: number;
  top: number;
  readonly below: Arena | null;
}

const smallest = 1 << 20;

const state: { arena: Arena | null; depth: number; epoch: number } = { arena: null, depth: 0, epoch: 0 };

/** How many calls are running, each inside the one before. */
export const callDepth = (): number => state.depth;
/** The number of the outermost call that is running, or of the last one: what it uses stays where it is. */
export const callEpoch = (): number => state.epoch;

const open = (bytes: number, below: Arena | null): Arena => {
  const size = Math.max(bytes, smallest);
  const base = reserve(size);
  return { base, bytes: size, top: base, below };
};

/** An arena with room: the present one, a larger one in its place if it is empty, or one on top of it. */
const roomy = (bytes: number): Arena => {
  const { arena } = state;
  if (arena !== null && arena.top + bytes <= arena.base + arena.bytes) return arena;
  if (arena === null || state.depth > 0) return open(bytes, arena);
  state.arena = null;
  release(arena.base, arena.bytes);
  return open(bytes, null);
};

/** Begin a call with `bytes` bytes of scratch; their address. Refuses before anything runs if they are not to be had. Pair with `leave`. */
export const enter = (bytes: number): number => {
  const size = roundUp(bytes);
  const arena = roomy(size);
  state.arena = arena;
  const base = arena.top;
  arena.top = base + size;
  if (state.depth++ === 0) state.epoch++;
  return base;
};

/** End the call that began at `base`. */
export const leave = (base: number): void => {
  state.depth--;
  const { arena } = state;
  if (arena === null) return;
  arena.top = base;
  if (base !== arena.base || arena.below === null) return;
  state.arena = arena.below;
  release(arena.base, arena.bytes);
};
