/** The size budgets: small enough to be read. */
import { describe, expect, test } from 'vitest';
import { codeLines, codeLinesIn, modulesIn, textOf } from './files.ts';

describe('counting code lines', () => {
  test('blank lines and comments do not count', () => {
    expect(codeLines('/** A\n * doc. */\n\nconst a = 1; // one\n  // two\nconst b = 2;\n/* c */ const c = 3;\n')).toBe(
      3,
    );
  });

  test('comment marks within strings are code', () => {
    expect(
      codeLines("const url = 'http://x';\nconst glob = '/*';\nconst c = `// no\n comment`;\nconst end = '*/';"),
    ).toBe(5);
  });
});

describe('size budgets', () => {
  test('core and transforms stay under 1,500 code lines', () => {
    expect(codeLinesIn('src/core')).toBeGreaterThan(0);
    expect(codeLinesIn('src/core') + codeLinesIn('src/transforms')).toBeLessThan(1500);
  });

  test('control stays under 1,000 code lines', () => {
    expect(codeLinesIn('src/control')).toBeGreaterThan(0);
    expect(codeLinesIn('src/control')).toBeLessThan(1000);
  });

  test('the compiler without its kernel emitters stays under 2,500 code lines', () => {
    const isEmitter = (path: string): boolean => path.startsWith('emit/');
    expect(codeLinesIn('src/compiler', isEmitter)).toBeGreaterThan(0);
    expect(codeLinesIn('src/compiler', isEmitter)).toBeLessThan(2500);
  });

  test.for(['src', 'laws'])('no file of %s is longer than 300 lines', (folder) => {
    const lengths = modulesIn(folder).map((path) => ({
      path,
      lines: textOf(`${folder}/${path}`).trimEnd().split('\n').length,
    }));
    expect(lengths).not.toEqual([]);
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  });
});
