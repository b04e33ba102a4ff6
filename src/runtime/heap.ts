/** Free ranges of addresses: first fit, neighbours merged. Knows nothing of what the addresses belong to. */

/** Blocks begin and end at multiples of this, so that reading a whole vector block past the last element stays inside. */
export const grain = 128;
export const roundUp = (bytes: number): number => Math.max(1, Math.ceil(bytes / grain)) * grain;

export interface Heap {
  /** The address of a free block of `bytes` bytes (a multiple of `grain`), now in use; `null` if there is none. */
  readonly take: (bytes: number) => number | null;
  /** Give a block back, or add one that never was in use. */
  readonly give: (address: number, bytes: number) => void;
  /** Bytes free at the very end, below `end`. */
  readonly tail: (end: number) => number;
  /** Bytes free in all. */
  readonly free: () => number;
}

interface Range {
  start: number;
  end: number;
}

export const makeHeap = (): Heap => {
  /** In order of address, never touching. */
  const ranges: Range[] = [];
  /** The first range that starts at or after an address. */
  const placeOf = (address: number): number => {
    let [low, high] = [0, ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranges[middle]?.start ?? Infinity) < address) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    take: (bytes) => {
      const at = ranges.findIndex((r) => r.end - r.start >= bytes);
      const range = ranges[at];
      if (range === undefined) return null;
      const { start } = range;
      range.start += bytes;
      if (range.start === range.end) ranges.splice(at, 1);
      return start;
    },
    give: (address, bytes) => {
      const at = placeOf(address);
      const [before, after] = [ranges[at - 1], ranges[at]];
      const end = address + bytes;
      const joinsBefore = before?.end === address;
      const joinsAfter = after?.start === end;
      if (before !== undefined && joinsBefore) {
        before.end = joinsAfter ? (after?.end ?? end) : end;
        if (joinsAfter) ranges.splice(at, 1);
      } else if (after !== undefined && joinsAfter) after.start = address;
      else ranges.splice(at, 0, { start: address, end });
    },
    tail: (end) => {
      const last = ranges.at(-1);
      return last !== undefined && last.end === end ? last.end - last.start : 0;
    },
    free: () => ranges.reduce((sum, r) => sum + r.end - r.start, 0),
  };
};
