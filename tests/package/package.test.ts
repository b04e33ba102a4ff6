/** The packed tarball as a stranger meets it: installed into an empty folder, imported in plain Node, typed, bundled. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../architecture/files.ts';
import { alone, placeAlone } from './alone.ts';
import { closure, install, makeFolder, manifestOf, pack, placeOf, run } from './consumer.ts';

const ours = manifestOf(root);
const subPaths = Object.keys(ours.exports ?? {})
  .filter((path) => path !== './package.json')
  .map((path) => path.replace('.', 'fluxion'));
/** ndarray and ndarray-ops write their loops as text and compile them by `new Function`; the laws run the reference, which uses both. */
const needCodeFromStrings = ['fluxion/reference', 'fluxion/ndarray', 'fluxion/laws'];

const base = mkdtempSync(join(tmpdir(), 'fluxion-package-'));
/** Holds fluxion and what it depends on. */
const plain = join(base, 'plain');
/** The same, and the optional peer of the laws. */
const withPeers = join(base, 'peers');
let tarball = '';

beforeAll(async () => {
  tarball = await pack(base);
  makeFolder(plain);
  await install(plain, [tarball, ...closure(Object.keys(ours.dependencies ?? {})).map(placeOf)]);
  cpSync(plain, withPeers, { recursive: true });
  for (const name of closure(['fast-check'])) symlinkSync(placeOf(name), join(withPeers, 'node_modules', name));
}, 240_000);

afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

/** What importing each sub-path in plain Node says, by name. */
const imports = async (
  folder: string,
  names: readonly string[],
  ...flags: readonly string[]
): Promise<Readonly<Record<string, string>>> => {
  const { output } = await run(process.execPath, [...flags, 'import.mjs', ...names], folder);
  const lines = output.split('\n').filter((line) => line.startsWith('fluxion'));
  return Object.fromEntries(lines.map((line) => [line.split(' ')[0] ?? '', line.replace(/^\S+ /, '')] as const));
};

describe('in plain Node', () => {
  test('there is a sub-path for everything that the design names', () => {
    expect(subPaths).toEqual(expect.arrayContaining(['fluxion', 'fluxion/extend', ...needCodeFromStrings]));
  });

  test('every sub-path imports', async () => {
    expect(await imports(withPeers, subPaths)).toEqual(Object.fromEntries(subPaths.map((name) => [name, 'ok'])));
  });

  test('only the laws need a peer to be imported, and the error names it', async () => {
    const found = await imports(plain, subPaths);
    expect(Object.keys(found).filter((name) => found[name] !== 'ok')).toEqual(['fluxion/laws']);
    expect(found['fluxion/laws']).toContain("Cannot find package 'fast-check'");
  });

  test('what needs an optional package when it is called names it and says how to get it', async () => {
    const { code, output } = await run(process.execPath, ['optional.mjs'], plain);
    expect(output).toMatch(
      /^progressBar: expected the optional cli-progress, got "Cannot find package .*Install it: npm install cli-progress\..*\nrenderSvg: expected the optional vega vega-lite, got "Cannot find package .*Install it: npm install vega vega-lite\./u,
    );
    expect(code).toBe(0);
  });

  test('no sub-path makes code from strings but those that say so', async () => {
    const strict = subPaths.filter((name) => !needCodeFromStrings.includes(name));
    expect(await imports(withPeers, strict, '--disallow-code-generation-from-strings')).toEqual(
      Object.fromEntries(strict.map((name) => [name, 'ok'])),
    );
  });

  test.for(needCodeFromStrings)('%s says why it fails where code from strings is forbidden', async (name) => {
    const { code, output } = await run(
      process.execPath,
      ['--disallow-code-generation-from-strings', 'import.mjs', name],
      withPeers,
    );
    expect(`${code} ${output}`).toContain('Code generation from strings disallowed');
  });

  test('a jitted gradient runs where code from strings is forbidden', async () => {
    writeFileSync(
      join(plain, 'strict.mjs'),
      `import { grad, jit, np } from 'fluxion';
       console.log(String(jit(grad((x) => np.tanh(x).sum()))(np.zeros([2]))));`,
    );
    const { output } = await run(process.execPath, ['--disallow-code-generation-from-strings', 'strict.mjs'], plain);
    expect(output).toBe('[1. 1.]\n');
  });
});

describe('an error', () => {
  test('of the installed package names the line of the program', async () => {
    const lines = [
      `import { jit, np } from 'fluxion';`,
      `const f = (x) =>`,
      `  x.add(np.ones([3]));`,
      `try { jit(f)(np.ones([2])); } catch (error) { console.log(error.code, error.place); }`,
    ];
    writeFileSync(join(plain, 'error.mjs'), lines.join('\n'));
    const { output } = await run(process.execPath, ['error.mjs'], plain);
    expect(output).toMatch(/^shape\.broadcast \/.*\/error\.mjs:3:\d+\n$/);
  });
});

describe('types', () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const check = (folder: string, file: string, settings: object): ReturnType<typeof run> => {
    const compilerOptions = {
      target: 'ES2022',
      lib: ['ES2022', 'DOM'],
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      types: [],
      noEmit: true,
      ...settings,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
    return run(process.execPath, [tsc, '--project', folder], folder);
  };

  test('resolve from a strict project, our declarations checked too', async () => {
    expect(await check(plain, 'face.ts', { skipLibCheck: false })).toEqual({ code: 0, output: '' });
  });

  test('of sub-paths with optional peers resolve without the types of vega', async () => {
    expect(await check(withPeers, 'peers.ts', { skipLibCheck: true })).toEqual({ code: 0, output: '' });
  });
});

describe('the tarball', () => {
  test('has nothing that publint finds wrong', async () => {
    const bytes = readFileSync(tarball);
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages } = await publint({ pack: { tarball: buffer } });
    expect(messages.map((message) => formatMessage(message, {}))).toEqual([]);
  });
});

describe('bundled', () => {
  const entry = join(plain, 'two-lines.mjs');
  const report = (bundler: string, code: Uint8Array): void => {
    const sizes = [code.byteLength, gzipSync(code).byteLength].map((bytes) => `${(bytes / 1000).toFixed(1)} kB`);
    console.log(`two lines bundled by ${bundler}: ${sizes[0]}, gzip ${sizes[1]}`);
  };
  /** The files of which something is in a bundle. */
  const usedIn = ({ outputs }: Metafile): readonly string[] =>
    Object.values(outputs)
      .flatMap(({ inputs }) => Object.entries(inputs))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
  const outputOf = async (file: string, code: Uint8Array): Promise<string> => {
    writeFileSync(join(base, file), code);
    return (await run(process.execPath, [file], base)).output;
  };

  test('two lines run after esbuild, without what they do not use', async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
      metafile: true,
      outdir: base,
    });
    const code = outputFiles[0]?.contents ?? new Uint8Array();
    report('esbuild', code);
    expect(await outputOf('esbuild.mjs', code)).toBe('[2. 4. 6.]\n');
    const used = usedIn(metafile);
    expect(used.filter((path) => !path.startsWith('fluxion/') && !path.endsWith('two-lines.mjs'))).toEqual([]);
    expect(used).toContain('fluxion/dist/src/grad.js');
    expect(used.filter((path) => /dist\/src\/(nn|optim|train|io|data|plot|reference|random)\//.test(path))).toEqual([]);
  });

  test('namespaces by their own sub-paths leave out what is not used, after esbuild too', async () => {
    const { outputFiles, metafile } = await build({
      stdin: {
        contents: readFileSync(entry, 'utf8').replace(
          "import { grad, np } from 'fluxion';",
          "import { grad } from 'fluxion';\nimport * as np from 'fluxion/np';",
        ),
        resolveDir: plain,
      },
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
      metafile: true,
      outdir: base,
    });
    const code = outputFiles[0]?.contents ?? new Uint8Array();
    report('esbuild, np by its sub-path', code);
    expect(await outputOf('namespace.mjs', code)).toBe('[2. 4. 6.]\n');
    expect(usedIn(metafile)).toContain('fluxion/dist/src/grad.js');
    expect(usedIn(metafile).filter((path) => /dist\/src\/(linalg|special)\//.test(path))).toEqual([]);
  });

  test('what needs optional packages may be bundled without them, and says so when it is called', async () => {
    const { outputFiles } = await build({
      stdin: { contents: readFileSync(join(plain, 'optional.mjs'), 'utf8'), resolveDir: plain },
      bundle: true,
      format: 'esm',
      external: ['node:*'],
      write: false,
      logLevel: 'silent',
    });
    const output = await outputOf('optional.mjs', outputFiles[0]?.contents ?? new Uint8Array());
    expect(output).toContain('npm install cli-progress.');
    expect(output).toContain('npm install vega vega-lite.');
  });

  test.for(['iife', 'cjs'] as const)('two lines run as %s, which has no import.meta', async (format) => {
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      format,
      write: false,
      logLevel: 'silent',
    });
    expect(await outputOf(`${format}.cjs`, outputFiles[0]?.contents ?? new Uint8Array())).toBe('[2. 4. 6.]\n');
  });

  test('two lines run after rolldown', async () => {
    const bundle = await rolldown({ input: entry });
    const { output } = await bundle.generate({ format: 'esm', minify: true });
    const code = new TextEncoder().encode(output[0].code);
    report('rolldown', code);
    expect(await outputOf('rolldown.mjs', code)).toBe('[2. 4. 6.]\n');
    expect(output[0].code).not.toMatch(/vega|safetensors/);
  });

  test.for(Object.entries(alone))('%s alone has arrays with methods, after rolldown too', async ([name, code]) => {
    const files = [join(plain, `${name.replace('/', '-')}.mjs`), join(base, 'alone.mjs')] as const;
    await placeAlone(code, ...files);
    const outputs = files.map((path) => run(process.execPath, [path], base));
    expect((await Promise.all(outputs)).map(({ output }) => output)).toEqual(['3\n', '3\n']);
  });
});
