/** A stranger's folder: the packed tarball installed from files alone, with no registry, and programs run in it. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as t from 'io-ts';
import { isRight } from 'fp-ts/lib/Either.js';
import { root } from '../architecture/files.ts';

const Manifest = t.intersection([
  t.type({ name: t.string, version: t.string }),
  t.partial({
    dependencies: t.record(t.string, t.string),
    peerDependencies: t.record(t.string, t.string),
    peerDependenciesMeta: t.record(t.string, t.partial({ optional: t.boolean })),
    exports: t.record(t.string, t.unknown),
  }),
]);

/** The package.json of a folder. */
export const manifestOf = (folder: string): t.TypeOf<typeof Manifest> => {
  const read = Manifest.decode(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  if (!isRight(read)) throw new Error(`${folder}/package.json: expected a manifest.`);
  return read.right;
};

export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to its end; a failure is an answer, not an exception. */
export const run = (command: string, args: readonly string[], folder: string): Promise<Outcome> =>
  new Promise((done) => {
    execFile(command, args, { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : 1, output: `${stdout}${stderr}` }),
    );
  });

/** Runs a program that must succeed; gives what it printed. */
export const succeed = async (command: string, args: readonly string[], folder: string): Promise<string> => {
  const { code, output } = await run(command, args, folder);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}:\n${output}`);
  return output;
};

/** Where a package of ours lies in node_modules. */
export const placeOf = (name: string): string => join(root, 'node_modules', name);

/** A package and all that it needs to run, optional peers left out. */
export const closure = (names: readonly string[]): readonly string[] => {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifestOf(placeOf(name));
    const peers = Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional !== true);
    [...Object.keys(dependencies), ...peers].forEach(visit);
  };
  names.forEach(visit);
  return [...found];
};

/** What `npm pack` builds from. */
const sources = ['package.json', 'README.md', 'LICENSE', 'tsconfig.json', 'tsconfig.build.json', 'src', 'laws'];

/** `npm pack` in a copy, so that nobody's `dist` changes and several tests can pack at once; gives the path of the tarball. */
export const pack = async (folder: string): Promise<string> => {
  const copy = join(folder, 'source');
  for (const path of sources) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  await succeed('npm', ['pack', '--silent', '--pack-destination', folder], copy);
  const { name, version } = manifestOf(root);
  const tarball = join(folder, `${name}-${version}.tgz`);
  if (!existsSync(tarball)) throw new Error(`npm pack: expected ${tarball}.`);
  return tarball;
};

/** An empty folder with a manifest and the fixture's programs. */
export const makeFolder = (folder: string): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  cpSync(join(root, 'tests/package/fixture'), folder, { recursive: true });
};

/** `npm install` of packages given as files or folders, offline. */
export const install = (folder: string, packages: readonly string[]): Promise<string> =>
  succeed(
    'npm',
    ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--install-links', ...packages],
    folder,
  );
