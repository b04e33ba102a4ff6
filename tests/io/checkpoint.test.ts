import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { np } from 'fluxion';
import { load, loadTree, save, writeAtomically } from 'fluxion/io';

const left = (either: E.Either<string, unknown>): string => (E.isLeft(either) ? either.left : 'a value');

describe('checkpoints on disk', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fluxion-io-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('save, then load, into a folder that did not exist', async () => {
    const path = join(folder, 'deep', 'model.safetensors');
    const params = { w: np.ones([2]), name: 'small' };
    expect(E.isRight(await save(path, params)())).toBe(true);
    expect(await load(path, params)()).toMatchObject(E.right({ name: 'small' }));
    expect(E.isRight(await loadTree(path)())).toBe(true);
    expect(await readdir(join(folder, 'deep'))).toEqual(['model.safetensors']);
  });
  test('a missing or damaged file is a sentence with its path', async () => {
    const missing = join(folder, 'none.safetensors');
    expect(left(await load(missing, {})())).toContain(`${missing}: expected a checkpoint that can be read`);
    const damaged = join(folder, 'damaged.safetensors');
    await writeFile(damaged, 'abc');
    expect(await loadTree(damaged)()).toEqual(
      E.left(`${damaged}: file: expected at least 8 bytes, got 3. The file is truncated.`),
    );
  });
  test('a write that fails leaves what was there, and nothing else', async () => {
    // A folder stands where the file should go, so that the last step, the rename, fails.
    const path = join(folder, 'taken');
    await mkdir(path);
    await writeFile(join(path, 'old'), 'old');
    const before = await readdir(folder);
    expect(left(await writeAtomically(path, 'new')())).toContain(`${path}: expected a file that can be written`);
    expect(await readdir(folder)).toEqual(before);
    expect(await readFile(join(path, 'old'), 'utf8')).toBe('old');
  });
  test('folders that are missing are made; where none can be, that is said', async () => {
    const path = join(folder, 'new/below/file.txt');
    expect(await writeAtomically(path, 'text')()).toEqual(E.right(undefined));
    expect(await readFile(path, 'utf8')).toBe('text');
    for (const bad of [join(path, 'x'), join(path, 'x/y'), '/proc/none/x', '/proc/none/below/x'])
      expect(left(await writeAtomically(bad, 'text')())).toContain(`${bad}: expected a file that can be written, got `);
  });
  test('many writers at once: the file is one of theirs, whole', async () => {
    const path = join(folder, 'shared.txt');
    const texts = Array.from({ length: 8 }, (_, i) => `${i}`.repeat(50_000));
    const results = await Promise.all(texts.map((text) => writeAtomically(path, text)()));
    expect(results.every(E.isRight)).toBe(true);
    expect(texts).toContain(await readFile(path, 'utf8'));
  });
});
