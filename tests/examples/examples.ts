/** Running examples in tests: in a folder of their own, with a small budget. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Example, Figures } from '../../examples/shared/example.ts';

/** What an example found, the lines that it wrote, and the files that it left. */
export interface Ran {
  readonly figures: Figures;
  readonly lines: readonly string[];
  readonly files: readonly string[];
}

/** Run an example with the small budget. */
export const runQuickly = async (example: Example): Promise<Ran> => {
  const out = mkdtempSync(join(tmpdir(), 'fluxion-example-'));
  const lines: string[] = [];
  try {
    const figures = await example({ budget: 'quick', out, write: (line) => lines.push(line) });
    return { figures, lines, files: readdirSync(out).toSorted() };
  } finally {
    rmSync(out, { recursive: true });
  }
};
