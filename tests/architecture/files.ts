/** What the architecture tests ask of the file tree. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of the repository. */
export const root = resolve(import.meta.dirname, '../..');

/** The TypeScript files below a folder of the repository, as paths relative to that folder, sorted. */
export const modulesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.includes('node_modules/'))
    .toSorted();

/** The text of a file of the repository. */
export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

// Strings are matched only so that `//` and `/*` inside of them do not begin a comment. A template that holds
// another template may be cut short, which miscounts at most the lines it spans.
const stringsAndComments = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[^]|[^`\\])*`|\/\*[^]*?\*\/|\/\/[^\n]*/g;

const blankComment = (match: string): string => (match.startsWith('/') ? match.replaceAll(/[^\n]/g, '') : match);

/** How many lines of a program hold code: neither blank nor comment only. */
export const codeLines = (source: string): number =>
  source
    .replaceAll(stringsAndComments, blankComment)
    .split('\n')
    .filter((line) => line.trim() !== '').length;

/** The code lines of all files below a folder, but for the paths that `skip` matches. */
export const codeLinesIn = (folder: string, skip: (path: string) => boolean = () => false): number =>
  modulesIn(folder)
    .filter((path) => !skip(path))
    .reduce((sum, path) => sum + codeLines(textOf(`${folder}/${path}`)), 0);
