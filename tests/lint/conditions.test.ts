/** The lint configuration that the README gives to users: arrays as conditions are found, other conditions are left alone. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as t from 'io-ts';
import { isRight } from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../architecture/files.ts';
import { blocksOf } from '../package/readme.ts';

const flagged = {
  'if (x)': 'if (x) use(x);',
  'if (x.greater(0))': 'if (x.greater(0)) use(x);',
  'x && y': 'use(x && y);',
  'x || y': 'use(x || y);',
  '!x': 'use(!x);',
  'x ? a : b': 'use(x ? 1 : 2);',
  'while (x)': 'while (x) use(x);',
  'x without a value': 'if (perhaps) use(x);',
  'x as a member': 'if (params.w) use(x);',
};
const allowed = {
  'a boolean': 'if (flag) use(x);',
  'a comparison': 'if (Number(x.item()) > 0) use(x);',
  'a number': 'if (count) use(x);',
  'a shape': 'if (x.ndim === 2 && x.size > 0) use(x);',
  'a comparison with null': 'if (perhaps !== null) use(perhaps);',
  'a choice by where': 'use(np.where(x.greater(0), x, y));',
};

const folder = mkdtempSync(join(tmpdir(), 'fluxion-lint-'));
const programOf = (line: string): string => `import { np, type NDArray } from 'fluxion';
declare const x: NDArray;
declare const y: NDArray;
declare const perhaps: NDArray | null;
declare const params: { readonly w: NDArray };
declare const flag: boolean;
declare const count: number;
declare const use: (value: unknown) => void;
export const body = (): void => {
  use(np);
  ${line}
};
`;

const Report = t.type({ diagnostics: t.array(t.type({ code: t.string, filename: t.string })) });

/** The files in which the rule found something. */
const lint = async (): Promise<readonly string[]> => {
  const text = await new Promise<string>((done) => {
    execFile(
      process.execPath,
      [join(root, 'node_modules/oxlint/bin/oxlint'), '--type-aware', '--format=json', '.'],
      { cwd: folder },
      (_error, stdout, stderr) => done(stdout === '' ? stderr : stdout),
    );
  });
  const report = Report.decode(JSON.parse(text));
  if (!isRight(report)) throw new Error(`oxlint answered in a shape that is not known: ${text.slice(0, 400)}`);
  return report.right.diagnostics
    .filter(({ code }) => code.includes('strict-boolean-expressions'))
    .map(({ filename }) => filename);
};

describe('the lint configuration of the README', () => {
  const names = [...Object.keys(flagged), ...Object.keys(allowed)];
  const fileOf = (name: string): string => `case-${names.indexOf(name)}.ts`;
  let found: readonly string[] = [];

  beforeAll(async () => {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/fluxion'));
    for (const [name, line] of Object.entries({ ...flagged, ...allowed }))
      writeFileSync(join(folder, fileOf(name)), programOf(line));
    const [configuration] = blocksOf('json').filter((text) => text.includes('strict-boolean-expressions'));
    writeFileSync(join(folder, '.oxlintrc.json'), configuration ?? '');
    const compilerOptions = {
      target: 'ES2022',
      module: 'nodenext',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      customConditions: ['@fluxion/source'],
      allowImportingTsExtensions: true,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    found = await lint();
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('is three lines', () => {
    const [configuration = ''] = blocksOf('json');
    // Sound: the README's own text.
    const { rules } = JSON.parse(configuration) as { readonly rules: object };
    expect(Object.keys(rules)).toEqual(['typescript/strict-boolean-expressions']);
    expect(configuration.trim().split('\n').slice(1, -1)).toHaveLength(3);
  });

  test.for(Object.keys(flagged))('finds %s', (name) => {
    expect(found).toContain(fileOf(name));
  });

  test.for(Object.keys(allowed))('leaves %s alone', (name) => {
    expect(found).not.toContain(fileOf(name));
  });
});
