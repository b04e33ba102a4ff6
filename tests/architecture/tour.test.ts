/** The guided tour in src/README.md names every module, and nothing else: a new module needs its line in the section of its folder. */
import { describe, expect, test } from 'vitest';
import { modulesIn, textOf } from './files.ts';

const named = (markdown: string): readonly string[] => [
  ...new Set(Array.from(markdown.matchAll(/(?<![\w./@-])(?:[\w-]+\/)*[\w.-]+\.ts(?!\w)/g), ([path]) => path)),
];

describe('the guided tour', () => {
  test('paths are found in prose, code marks, tables and links', () => {
    expect(named('`array/dtype.ts`, grad.ts | [core](core/graph.ts). | `../laws/x.ts` a-b/c.table.ts jit.tsx')).toEqual(
      ['array/dtype.ts', 'grad.ts', 'core/graph.ts', 'a-b/c.table.ts'],
    );
  });

  test('every module under src is on the tour', () => {
    const tour = new Set(named(textOf('src/README.md')));
    expect(modulesIn('src').filter((path) => !tour.has(path))).toEqual([]);
  });

  test('every path on the tour exists', () => {
    const modules = new Set(modulesIn('src'));
    expect(modules.size).toBeGreaterThan(0);
    expect(named(textOf('src/README.md')).filter((path) => !modules.has(path))).toEqual([]);
  });
});
