/** Blocks of memory: they never overlap, stay inside, and merge again when given back. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grain, makeHeap } from '../../src/runtime/heap.ts';

const total = 64 * grain;

describe('the heap', () => {
  test('blocks in use never overlap, and everything given back is one block again', () => {
    // Each step takes a block of some size, or gives back one of those in use.
    const step = fc.record({ isTake: fc.boolean(), size: fc.integer({ min: 1, max: 20 }), pick: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const heap = makeHeap();
        heap.give(grain, total);
        const used: { readonly start: number; readonly bytes: number }[] = [];
        for (const { isTake, size, pick } of steps) {
          const bytes = size * grain;
          const [block] = isTake ? [] : used.splice(pick % Math.max(1, used.length), 1);
          if (block !== undefined) heap.give(block.start, block.bytes);
          const start = isTake ? heap.take(bytes) : null;
          if (start === null) continue;
          expect(start).toBeGreaterThanOrEqual(grain);
          expect(start + bytes).toBeLessThanOrEqual(grain + total);
          for (const b of used) expect(start >= b.start + b.bytes || start + bytes <= b.start).toBe(true);
          used.push({ start, bytes });
        }
        expect(heap.free()).toBe(total - used.reduce((sum, b) => sum + b.bytes, 0));
        for (const b of used) heap.give(b.start, b.bytes);
        expect(heap.tail(grain + total)).toBe(total);
      }),
    );
  });

  test('a block that does not fit is not to be had', () => {
    const heap = makeHeap();
    heap.give(0, 4 * grain);
    expect(heap.take(5 * grain)).toBeNull();
    expect(heap.take(4 * grain)).toBe(0);
    expect(heap.take(grain)).toBeNull();
    expect(heap.tail(4 * grain)).toBe(0);
  });
});
