/** The README is true: its programs type-check and print what their comments say, its commands exist. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, textOf } from '../architecture/files.ts';
import { announced, blocksOf } from './readme.ts';

const programs = blocksOf('ts');
const folder = mkdtempSync(join(tmpdir(), 'fluxion-readme-'));
const nameOf = (i: number): string => `snippet-${i}.ts`;

const output = (args: readonly string[]): Promise<string> =>
  new Promise((done) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 1 << 24 }, (_error, stdout, stderr) =>
      done(`${stdout}${stderr}`),
    );
  });

beforeAll(() => {
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/fluxion'));
  symlinkSync(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  programs.forEach((text, i) => writeFileSync(join(folder, nameOf(i)), text));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.json'), include: ['snippet-*.ts'], exclude: [] }),
  );
  const lines = programs.map((_, i) => `console.log('== ${i}');\nawait import('./${nameOf(i)}');`);
  writeFileSync(join(folder, 'all.ts'), `${lines.join('\n')}\nexport {};\n`);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the programs', () => {
  test('are found, and each says what it prints', () => {
    expect(programs.length).toBeGreaterThanOrEqual(7);
    expect(programs.filter((text) => announced(text).length === 0)).toEqual([]);
  });

  test('have no type errors', async () => {
    expect(await output([join(root, 'node_modules/typescript/bin/tsc'), '--project', folder])).toBe('');
  });

  test('print what their comments say', async () => {
    const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
    const text = await output([tsx, '--conditions=@fluxion/source', 'all.ts']);
    const printed = text.split(/^== \d+\n/m).slice(1);
    expect(printed.map((part) => part.trimEnd().split('\n'))).toEqual(programs.map(announced));
  });
});

describe('the commands', () => {
  test('exist', () => {
    // Sound: a manifest has scripts as text.
    const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const named = Array.from(textOf('README.md').matchAll(/npm (?:run )?([a-z:]+)/g), ([, name = '']) => name);
    const known = [...Object.keys(scripts), 'ci'];
    expect(named).toContain('start');
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('every sub-path of the package is in the table', () => {
    const { exports } = JSON.parse(textOf('package.json')) as { readonly exports: Readonly<Record<string, unknown>> }; // sound: as above
    const paths = Object.keys(exports).filter((path) => path !== './package.json');
    expect(paths.filter((path) => !textOf('README.md').includes(`\`${path.replace('.', 'fluxion')}\``))).toEqual([]);
  });
});
