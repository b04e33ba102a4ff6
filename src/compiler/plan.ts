/** Where scratch buffers stand: offsets in a frame, by first fit over the steps in which they live. */
import { byteSize } from '../array/type.ts';
import type { Buffer } from './expression.ts';
import { touchedBy, type Step } from './step.ts';

export interface Placement {
  readonly offsets: ReadonlyMap<Buffer, number>;
  /** Offsets of each step's own scratch. */
  readonly scratch: readonly number[];
  /** Bytes of the frame. */
  readonly size: number;
}

const align = (bytes: number): number => Math.ceil(bytes / 16) * 16;

interface Life {
  readonly from: number;
  to: number;
  readonly bytes: number;
  offset: number;
}

/** Place every scratch buffer, and `extra` bytes for each step that asks for them. */
export const place = (steps: readonly Step[], extra: readonly number[]): Placement => {
  const lives = new Map<Buffer, Life>();
  steps.forEach((step, at) => {
    const { reads, writes } = touchedBy(step);
    for (const buffer of [...writes, ...reads]) {
      if (buffer.role.kind !== 'scratch') continue;
      const known = lives.get(buffer);
      if (known !== undefined) known.to = at;
      else lives.set(buffer, { from: at, to: at, bytes: align(byteSize(buffer.type)), offset: 0 });
    }
  });
  const own = extra.map((bytes, at): Life => ({ from: at, to: at, bytes: align(bytes), offset: 0 }));
  const placed: Life[] = [];
  let size = 0;
  for (const life of [...lives.values(), ...own].sort((a, b) => b.bytes - a.bytes)) {
    life.offset = firstFit(
      placed.filter((p) => p.from <= life.to && life.from <= p.to),
      life.bytes,
    );
    placed.push(life);
    size = Math.max(size, life.offset + life.bytes);
  }
  return {
    offsets: new Map([...lives].map(([buffer, life]) => [buffer, life.offset])),
    scratch: own.map((life) => life.offset),
    size,
  };
};

const firstFit = (neighbours: readonly Life[], bytes: number): number => {
  let at = 0;
  for (const other of [...neighbours].sort((a, b) => a.offset - b.offset)) {
    if (other.bytes === 0) continue;
    if (at + bytes <= other.offset) break;
    at = Math.max(at, other.offset + other.bytes);
  }
  return at;
};
