/**
 * The layers hold, and the tool that says so can see: dependency-cruiser without a parser for TypeScript reports
 * "no violations found (0 modules cruised)", so a violation of each kind is planted and must be reported.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as t from 'io-ts';
import { isRight } from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from './files.ts';

const Report = t.type({
  summary: t.type({
    totalCruised: t.number,
    violations: t.array(t.type({ from: t.string, to: t.string, rule: t.type({ name: t.string }) })),
  }),
});

const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/** Cruises a tree with its own copy of our configuration; a tree with violations is an answer, not a failure. */
const cruise = async (folder: string): Promise<t.TypeOf<typeof Report>['summary']> => {
  const text = await new Promise<string>((done, fail) => {
    execFile(
      process.execPath,
      [depcruise, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'laws', 'examples', 'tests'],
      { cwd: folder, maxBuffer: 1 << 28 },
      (_error, stdout, stderr) => {
        if (stdout === '') fail(new Error(stderr));
        else done(stdout);
      },
    );
  });
  const report = Report.decode(JSON.parse(text));
  if (!isRight(report))
    throw new Error(`dependency-cruiser answered in a shape that is not known: ${text.slice(0, 400)}`);
  return report.right.summary;
};

const planted: Readonly<Record<string, string>> = {
  'src/array/one.ts': `export interface One { readonly value: number }`,
  'src/core/up.ts': `import { rule } from '../primitives/rule.ts';\nexport const up = rule;`,
  'src/core/up-type.ts': `import type { Rule } from '../primitives/rule.ts';\nexport type Up = Rule;`,
  'src/primitives/rule.ts': `import type { One } from '../array/one.ts';\nexport type Rule = One;\nexport const rule = 1;`,
  'src/primitives/hen.ts': `import { egg } from './egg.ts';\nexport const hen = (): unknown => egg;`,
  'src/primitives/egg.ts': `import { hen } from './hen.ts';\nexport const egg = (): unknown => hen;`,
  'src/nn/layer.ts': `import { grad } from '../grad.ts';\nimport ops from 'ndarray-ops';\nexport const layer = [grad, ops];`,
  'src/grad.ts': `import * as t from 'io-ts';\nimport fc from 'fast-check';\nexport const grad = [t, fc];`,
  'src/index.ts': `export { grad } from './grad.ts';`,
  'src/new-folder/file.ts': `import type { One } from '../array/one.ts';\nexport type Two = One;`,
  'laws/inside.ts': `import { rule } from '../src/primitives/rule.ts';\nexport const inside = rule;`,
  'laws/outside.ts': `import { grad } from 'fluxion';\nimport fc from 'fast-check';\nexport const outside = [grad, fc];`,
  'examples/face.ts': `import { grad } from '../src/index.ts';\nexport const face = grad;`,
  'tests/any.test.ts': `import { rule } from '../src/primitives/rule.ts';\nexport const any = rule;`,
};

const plant = (folder: string): void => {
  for (const [path, text] of Object.entries(planted)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${text}\n`);
  }
  for (const file of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json'])
    cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
};

describe('a planted tree', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-layers-'));
  let found: readonly string[] = [];

  beforeAll(async () => {
    plant(folder);
    const { violations } = await cruise(folder);
    found = violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to.replace(/^.*node_modules\//, '')}`);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.for([
    'layer-core: src/core/up.ts -> src/primitives/rule.ts',
    'layer-core: src/core/up-type.ts -> src/primitives/rule.ts',
    'gradients-are-data: src/nn/layer.ts -> src/grad.ts',
    'layer-unplaced: src/new-folder/file.ts -> src/array/one.ts',
    'public-face-only: laws/inside.ts -> src/primitives/rule.ts',
    'public-face-by-name: examples/face.ts -> src/index.ts',
  ])('the violation is reported: %s', (violation) => {
    expect(found).toContain(violation);
  });

  test('the cycle is reported', () => {
    expect(found.filter((line) => line.startsWith('no-cycle:'))).toEqual([
      expect.stringMatching(
        /^no-cycle: src\/primitives\/(hen\.ts -> src\/primitives\/egg|egg\.ts -> src\/primitives\/hen)\.ts$/,
      ),
    ]);
  });

  test('packages are kept to their folders', () => {
    const places = [
      'ndarray-in-reference: src/nn/layer.ts',
      'io-ts-at-borders: src/grad.ts',
      'fast-check-in-laws: src/grad.ts',
    ];
    for (const place of places) expect(found.filter((line) => line.startsWith(place))).toHaveLength(1);
  });

  test('what is allowed is not reported', () => {
    const allowed = ['laws/outside.ts', 'tests/any.test.ts', 'src/index.ts', 'src/primitives/rule.ts'];
    expect(found.filter((line) => allowed.some((path) => line.includes(`: ${path} ->`)))).toEqual([]);
  });
});

describe('the real tree', () => {
  test('keeps its layers, has no cycle, and was looked at', async () => {
    const { totalCruised, violations } = await cruise(root);
    expect(totalCruised).toBeGreaterThan(0);
    expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  });
});
