/** The line that an error names is the user's, in a process without a test runner, too. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../architecture/files.ts';
import { lineOf, markedLine } from './place.ts';

test('errors of a program run by tsx name its lines', () => {
  const script = join(import.meta.dirname, 'script.ts');
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  const output = execFileSync(process.execPath, [tsx, '--conditions=@fluxion/source', script], { encoding: 'utf8' });
  const found = output
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([name = '', place = '']) => `${name} ${lineOf(place)}`);
  const names = ['item', 'item', 'shape', 'operator', 'nan', 'nan', 'nan', 'scan'];
  expect(found).toEqual(names.map((name) => `${name} ${markedLine(script, name)}`));
});
