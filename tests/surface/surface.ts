/** Which of the names exist on the public face, and which of these are called by a law or a test. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fluxion from 'fluxion';
import * as laws from 'fluxion/laws';
import { nameLists, spelled, type NameList } from './names.ts';

export interface Found {
  readonly list: NameList;
  /** As JAX spells it. */
  readonly name: string;
  /** Its first path below `fluxion`, such as `np.sin`; `null` for what is missing. */
  readonly path: string | null;
  /** All of its paths on the faces of its list. */
  readonly present: readonly string[];
  /** Those of them that are called. */
  readonly exercised: readonly string[];
}

const isHolder = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';
const member = (value: unknown, name: string): unknown =>
  isHolder(value) && name in value ? Reflect.get(value, name) : undefined;

/** What `x.at(0)` offers. */
const updates = (): unknown => {
  const x = fluxion.np.zeros([1]);
  const at = member(x, 'at');
  return typeof at === 'function' ? Reflect.apply(at, x, [0]) : undefined;
};

const root: object = { ...laws, ...fluxion, at: updates() };
const valueAt = (path: string): unknown => path.split('.').reduce<unknown>(member, root);

const sourcesIn = (directory: string): readonly string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return ['surface', 'fixture', 'bench'].includes(entry.name) ? [] : sourcesIn(path);
    return entry.name.endsWith('.ts') ? [readFileSync(path, 'utf8')] : [];
  });

const importsOf = (source: string): string =>
  [...source.matchAll(/^import [^;]*;/gm)].map((match) => match[0]).join('\n');
const words = (text: string): readonly string[] => text.match(/[\w$]+/g) ?? [];

/** All that laws and tests write: `np.sin`, `.sin(`, `'sin'` beside an `np[`, and `grad(` of an import from `fluxion`. */
const written = (): ReadonlySet<string> =>
  new Set(
    [...sourcesIn('laws'), ...sourcesIn('tests')].flatMap((source) => {
      const code = source.replaceAll(/^import [^;]*;/gm, '').replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '');
      const imported = new Set(words(importsOf(source)));
      const tables = [...code.matchAll(/\b(np|lax|linalg|special|random)\[/g)].map((match) => match[1] ?? '');
      return [
        ...[...code.matchAll(/\b(?:np|lax|linalg|special|random|tree|debug|nn|optim)\.[\w.$]+/g)].map(
          (match) => match[0],
        ),
        ...[...code.matchAll(/\.(\w+)\(/g)].map((match) => `.${match[1] ?? ''}`),
        ...[...code.matchAll(/'(\w+)'/g)].flatMap((match) => tables.map((face) => `${face}.${match[1] ?? ''}`)),
        ...words(code).filter((word) => imported.has(word)),
      ];
    }),
  );

/** Whether a method of arrays is the same function, so that a call of the method exercises it. */
const isMethod = (path: string): boolean => {
  const name = path.split('.').at(-1) ?? '';
  return path.startsWith('at.') || (path.startsWith('np.') && name in fluxion.NDArray.prototype);
};

const isAmong = (functions: ReadonlySet<unknown>, path: string): boolean => functions.has(valueAt(path));

/** Every name of the lists, with where it was found. */
export const surface = (): readonly Found[] => {
  const used = written();
  // The same function under another name is exercised with it.
  const functions = new Set([...used].map(valueAt).filter((value) => typeof value === 'function'));
  return nameLists.flatMap((list) =>
    list.names
      .trim()
      .split(/\s+/)
      .map((name): Found => {
        const spelling = name.split('.').map(spelled).join('.');
        const paths = list.faces.map((face) => (face === '' ? spelling : `${face}.${spelling}`));
        const present = paths.filter((path) => valueAt(path) !== undefined);
        const exercised = present.filter(
          (path) => used.has(path) || isAmong(functions, path) || (isMethod(path) && used.has(`.${spelling}`)),
        );
        return { list, name, path: present[0] ?? null, present, exercised };
      }),
  );
};

/** The state that may only grow: paths that exist, and those of them that are exercised. */
export interface Snapshot {
  readonly present: readonly string[];
  readonly exercised: readonly string[];
}

export const snapshotFile = 'tests/surface/present.json';

const sorted = (paths: readonly string[]): readonly string[] => [...new Set(paths)].sort();

export const snapshotOf = (found: readonly Found[]): Snapshot => ({
  present: sorted(found.flatMap(({ present }) => present)),
  exercised: sorted(found.flatMap(({ exercised }) => exercised)),
});

export const storedSnapshot = (): Snapshot =>
  // Sound: `npm run surface -- --update` writes the file from a Snapshot.
  JSON.parse(readFileSync(snapshotFile, 'utf8')) as Snapshot;

/** What an older state had that a newer one has not. */
export const lost = (before: Snapshot, now: Snapshot): readonly string[] => [
  ...before.present.filter((path) => !now.present.includes(path)),
  ...before.exercised.filter((path) => !now.exercised.includes(path)).map((path) => `${path} (exercised)`),
];
