/** The table of the course names only what there is, and every example; so does the gallery. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { examples } from '../../examples/shared/chapters.ts';

const folder = join(import.meta.dirname, '..', '..', 'examples');
const page = (name: string): string => readFileSync(join(folder, name), 'utf8');
const links = (text: string): readonly string[] =>
  Array.from(text.matchAll(/\]\(([^)]+)\)/g), ([, path]) => path ?? '');

test.each(['COURSE.md', 'README.md'])('every link of %s leads to a file', (name) => {
  const found = links(page(name));
  expect(found.length).toBeGreaterThan(20);
  expect(found.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
});

test('the course and the gallery name every example', () => {
  expect(examples().length).toBeGreaterThan(20);
  for (const { name, chapter } of examples())
    for (const text of [page('COURSE.md'), page('README.md')]) expect(text).toContain(`(${chapter}/${name}.ts)`);
});

test('the gallery has what every example printed, and no pictures of others', () => {
  const names = examples().map(({ name }) => name);
  expect(readdirSync(join(folder, 'gallery')).toSorted()).toEqual(names.toSorted());
  for (const name of names) expect(readdirSync(join(folder, 'gallery', name))).toContain('output.txt');
});
