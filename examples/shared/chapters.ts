/** Where the examples stand: a folder for each chapter, a file for each example. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The chapters in the order of the course. */
export const chapters = {
  basics: 'Perceptrons, derivatives, descent',
  training: 'Training networks',
  cnn: 'Convolutional networks',
  series: 'Time series',
  text: 'Text and sequences',
  models: 'Models of several inputs and outputs',
  generative: 'Generative models',
  research: 'Transformations at work',
} as const;
export type Chapter = keyof typeof chapters;

/** An example by its name. */
export interface Entry {
  readonly name: string;
  readonly chapter: Chapter;
  readonly path: string;
  /** The comment at the head of its file, which says what it shows. */
  readonly point: string;
}

const folder = join(import.meta.dirname, '..');

/** The comment at the head of a file, on one line. */
const headComment = (text: string): string =>
  (/^\/\*\*([^]*?)\*\//.exec(text)?.[1] ?? '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s?/, '').trim())
    .filter((line) => line !== '')
    .join(' ');

/** All examples, chapter by chapter, by name. */
export const examples = (): readonly Entry[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((item) => item.isDirectory() && item.name in chapters)
    .flatMap((item) => readdirSync(join(folder, item.name)).map((file) => ({ chapter: item.name as Chapter, file }))) // sound: filtered
    .filter(({ file }) => file.endsWith('.ts'))
    .map(({ chapter, file }) => {
      const path = join(folder, chapter, file);
      return { name: file.slice(0, -'.ts'.length), chapter, path, point: headComment(readFileSync(path, 'utf8')) };
    })
    .toSorted((a, b) => order(a.chapter) - order(b.chapter) || a.name.localeCompare(b.name));

const order = (chapter: Chapter): number => Object.keys(chapters).indexOf(chapter);
